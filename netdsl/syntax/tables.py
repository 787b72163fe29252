"""The grammar as tables: what the lexer matches and what the automaton does in each state."""

from dataclasses import dataclass
from functools import cache

from netdsl import resources

END = "$END"
"""The kind of the token after the last."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the grammar: `size` symbols become one.

    `children` says which of them reach the builder: their places, None where an optional part was left out, and
    `~place` for a list whose items are meant. `builder` is "" where the children themselves are the result: a list
    for a rule whose name begins with `_`, the only child (`unit`) for one that begins with `?`.
    """

    origin: str
    size: int
    builder: str
    unit: bool
    children: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """All that is needed to parse. `states[s]` says by kind of token or rule: shift to a state, or `~rule` to reduce."""

    grammar: str
    pattern: str
    keywords: dict[str, str]
    states: tuple[dict[str, int], ...]
    rules: tuple[Rule, ...]
    start: dict[str, int]
    end: dict[str, int]


@cache
def tables() -> Tables:
    """The tables of the grammar that is shipped."""
    from netdsl.syntax.generate import generate

    return generate(resources.folder("grammars").joinpath("net.lark").read_text("utf-8"))
