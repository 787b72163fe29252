"""The grammar as tables: what the lexer matches and what the automaton does in each state."""

import json
from functools import cache
from typing import NamedTuple

from netdsl import resources
from netdsl.records import by_value

END = "$END"
"""The kind of the token after the last."""


class Rule(NamedTuple):
    """A rule of the grammar: `size` symbols become one.

    `children` says which of them reach the builder: their places, None where an optional part was left out, and
    `~place` for a list whose items are meant. `builder` is "" where the children themselves are the result: a list
    for a rule whose name begins with `_`, the only child (`unit`) for one that begins with `?`.
    """

    origin: str
    size: int
    builder: str
    unit: bool
    children: list[int | None]


@by_value
class Tables:
    """All that is needed to parse."""

    grammar: str
    """The text they were made of."""
    pattern: str
    """A regular expression with a named group for each kind of token."""
    texts: dict[str, str]
    """The text of each kind of token that has only one."""
    states: list[dict[str, int]]
    """For each state, by kind of token or name of rule: the next state, or `~rule` to reduce."""
    rules: list[Rule]
    start: dict[str, int]
    end: dict[str, int]


@cache
def tables() -> Tables:
    """The tables stored when the package was built; where there are none, or of another grammar, new ones."""
    folder = resources.folder("grammars")
    grammar = folder.joinpath("net.lark").read_text("utf-8")
    stored = folder / "net.json"
    if stored.is_file():
        found = decoded(stored.read_bytes())
        if found.grammar == grammar:
            return found
    from netdsl.syntax.generate import generate

    return generate(grammar)


def encoded(made: Tables) -> bytes:
    """Tables as JSON: pure data, the same bytes for the same grammar."""
    fields = {name: getattr(made, name) for name in Tables.__annotations__}
    return json.dumps(fields, separators=(",", ":")).encode()


def decoded(data: bytes) -> Tables:
    """The tables that `encoded` wrote."""
    fields = json.loads(data)
    return Tables(**fields | {"rules": [Rule(*rule) for rule in fields["rules"]]})
