"""Terms as Python text."""

import math
from collections.abc import Callable
from typing import Any

from netdsl.targets.pytorch.terms import OPERATORS, Call, Formula, Known, Name, Side, Term

_CHOICES = {"if": 0, "or": 1, "and": 2, "not": 3, "is not": 4}
_MATH = ("ceil", "floor", "log")
_LAZY = ("zip", "enumerate", "reversed", "range")
_ATOM = 9


def quoted(text: str) -> str:
    """A string literal as the formatter would have it: in double quotes where that needs no more escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_escaped(c, quote) for c in text) + quote


def _escaped(character: str, quote: str) -> str:
    if character in (quote, "\\"):
        return "\\" + character
    return character if character.isprintable() else repr(character)[1:-1]


def literal(value: Any, rows: str = "[]") -> str:
    """A value of the language or of PyTorch; lists stand in `rows`, lists in lists are tuples."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, tuple):
        items = ", ".join(literal(item, "()") for item in value)
        return f"{rows[0]}{items}{',' if len(value) == 1 and rows == '()' else ''}{rows[1]}"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{'-' * (value < 0)}math.inf" if math.isinf(value) else "math.nan"
    return repr(value)


def no_sides(side: Side) -> str:
    """Stands in `__init__`, where no value has arrived yet."""
    raise LookupError(side)


def text(term: Term, sides: Callable[[Side], str] = no_sides) -> str:
    """The term in Python; `sides` says how a side of a value is read."""
    return _written(term, sides)[0]


def _written(term: Term, sides: Callable[[Side], str]) -> tuple[str, int]:
    """The text, and how tight it binds."""
    match term:
        case Known():
            shown = term.spelled or literal(term.value)
            return shown, 7 if shown.startswith("-") else _ATOM
        case Name():
            return term.shown, _ATOM
        case Side():
            return sides(term), _ATOM
        case Call():
            values = [text(a, sides) for a in term.arguments]
            values += [f"{keyword}={text(value, sides)}" for keyword, value in term.keywords]
            function = term.function.shown if isinstance(term.function, Name) else term.function
            return f"{function}({', '.join(values)})", _ATOM
        case Formula():
            return _formula(term, sides)


def _formula(term: Formula, sides: Callable[[Side], str]) -> tuple[str, int]:
    def part(k: int, tight: int) -> str:
        shown, binds = _written(term.operands[k], sides)
        return shown if binds >= tight else f"({shown})"

    match term.operator:
        case "if":
            return f"{part(1, 1)} if {part(0, 1)} else {part(2, 0)}", 0
        case "and" | "or" | "is not":
            tight = _CHOICES[term.operator]
            return f"{part(0, tight)} {term.operator} {part(1, tight + 1)}", tight
        case "not":
            return f"not {part(0, 3)}", 3
        case "negative":
            return f"-{part(0, 7)}", 7
        case "list":
            return f"[{', '.join(part(k, 0) for k in range(len(term.operands)))}]", _ATOM
        case "tuple":
            alone = "," if len(term.operands) == 1 else ""
            return f"({', '.join(part(k, 0) for k in range(len(term.operands)))}{alone})", _ATOM
        case "index":
            return f"{_listed(term, part(0, _ATOM))}[{part(1, 0)}]", _ATOM
        case "slice":
            return f"{_listed(term, part(0, _ATOM))}[{_bounds(term, part(1, 5), part(2, 5))}]", _ATOM
        case "label":
            return _label(term), _ATOM
    if term.operator in OPERATORS:
        tight = OPERATORS[term.operator][0]
        left, right = (tight + 1, tight) if term.operator == "**" else (tight + (tight == 4), tight + 1)
        apart = "" if term.operator == "**" and all(isinstance(side, Known | Name) for side in term.operands) else " "
        return f"{part(0, left)}{apart}{term.operator}{apart}{part(1, right)}", tight
    values = [part(k, 0) for k in range(len(term.operands))]
    if term.operator == "zip":
        values.append("strict=False")
    return f"{'math.' * (term.operator in _MATH)}{term.operator}({', '.join(values)})", _ATOM


def _listed(term: Formula, owner: str) -> str:
    """What is indexed; what Python counts lazily is made a list first."""
    first = term.operands[0]
    return f"list({owner})" if isinstance(first, Formula) and first.operator in _LAZY else owner


def _bounds(term: Formula, start: str, stop: str) -> str:
    """The bounds of a slice; where one is no plain name or number, the colon stands free."""
    free = any(isinstance(bound, Formula | Call) for bound in term.operands[1:])
    shown = ["" if bound == Known(None) else text for bound, text in zip(term.operands[1:], (start, stop), strict=True)]
    return (" : " if free else ":").join(shown).strip()


def _label(term: Formula) -> str:
    """A formatted string; raises `LookupError` for an operand that cannot stand in one."""
    shown = []
    for part in term.operands:
        if isinstance(part, Known):
            plain = str(part.value).replace("{", "{{").replace("}", "}}")
            shown.append("".join(_escaped(c, '"') for c in plain))
            continue
        hole = text(part)
        if '"' in hole or "'" in hole:
            raise LookupError(part)
        shown.append(f"{{{hole}}}")
    return f'f"{"".join(shown)}"'
