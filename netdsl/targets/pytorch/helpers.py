"""The definitions of `snippets.py`, by name, as text."""

import ast
import re
from functools import cache
from pathlib import Path


@cache
def helpers() -> dict[str, str]:
    """Every definition that an emitted file may carry, in the order in which they stand there."""
    text = Path(__file__).with_name("snippets.py").read_text(encoding="utf-8")
    lines = text.splitlines()
    found = {}
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    return found


_APART = re.compile(r'''"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#.*''')
_NAME = re.compile(r"(?<![.\w])[^\W\d]\w*")


def names_in(text: str) -> set[str]:
    """All names that a piece of Python uses, but for attributes and what stands in strings and comments."""
    return set(_NAME.findall(_APART.sub("", text)))


def carried(used: set[str]) -> dict[str, str]:
    """The helpers among `used`, with those that they use themselves."""
    known = helpers()
    wanted = used & known.keys()
    while True:
        more = {name for helper in wanted for name in names_in(known[helper])} & known.keys()
        if more <= wanted:
            return {name: text for name, text in known.items() if name in wanted}
        wanted |= more
