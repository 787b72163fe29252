"""What the source may say of a number: constants, names, and operations on them."""

import operator
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol

from netdsl.graph.builtins import BUILTINS


@dataclass(frozen=True, slots=True)
class Known:
    """A constant; `spelled` is how it is written where that is not its `repr`."""

    value: Any
    spelled: str = ""


@dataclass(eq=False, slots=True)
class Name:
    """A parameter or variable of the class."""

    shown: str
    """What the source calls it, and what it would be called before all names are known."""


@dataclass(frozen=True, slots=True)
class Side:
    """`size`, `height` or `width` of a value, read when the class runs; "" for a number that was so read before."""

    value: "Measured"
    side: str


@dataclass(frozen=True, slots=True)
class Formula:
    """An operator or a function of the language, or `list`, `index`, `slice`, `label`, applied to operands."""

    operator: str
    operands: "tuple[Term, ...]"


@dataclass(frozen=True, slots=True)
class Call:
    """A call in Python, of what stands there by name or is a parameter."""

    function: str | Name
    arguments: "tuple[Term, ...]" = ()
    keywords: "tuple[tuple[str, Term], ...]" = ()


Term = Known | Name | Side | Formula | Call


class Measured(Protocol):
    """A value whose sides can be asked for."""

    def worth(self, lane: "Lane", side: str) -> Any:
        """What a side is in one lane."""


@dataclass(eq=False)
class Lane:
    """One use of a class, or one trip of a loop in it: what its names stand for there."""

    numbers: MutableMapping[Name, Any]
    outer: "Lane | None" = None


OPERATORS: dict[str, tuple[int, Callable[..., Any]]] = {
    "==": (4, operator.eq),
    "!=": (4, operator.ne),
    "<": (4, operator.lt),
    "<=": (4, operator.le),
    ">": (4, operator.gt),
    ">=": (4, operator.ge),
    "+": (5, operator.add),
    "-": (5, operator.sub),
    "*": (6, operator.mul),
    "/": (6, operator.truediv),
    "//": (6, operator.floordiv),
    "%": (6, operator.mod),
    "**": (8, operator.pow),
}
"""Binary operators: how tight they bind, and what they do."""

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "negative": operator.neg,
    "not": operator.not_,
    "is not": operator.is_not,
    "index": operator.getitem,
    "slice": lambda owner, start, stop: owner[start:stop],
    "tuple": lambda *items: items,
    "list": lambda *items: items,
    "label": lambda *parts: "".join(map(str, parts)),
}


def function(name: str) -> Callable[..., Any]:
    """What an operator or function of the language does."""
    return OPERATORS[name][1] if name in OPERATORS else _FUNCTIONS.get(name) or BUILTINS[name][0]


def worth(term: Term, lane: Lane) -> Any:
    """The value of a term in one lane; raises `LookupError` or `ArithmeticError` where it has none."""
    match term:
        case Known():
            return term.value
        case Name():
            return lane.numbers[term]
        case Side():
            return term.value.worth(lane, term.side)
        case Formula("if", (condition, then, otherwise)):
            return worth(then if worth(condition, lane) else otherwise, lane)
        case Formula("and", (left, right)):
            return worth(left, lane) and worth(right, lane)
        case Formula("or", (left, right)):
            return worth(left, lane) or worth(right, lane)
        case Formula():
            return function(term.operator)(*(worth(operand, lane) for operand in term.operands))
    raise LookupError(term)


def formula(name: str, *operands: Term) -> Term:
    """An operation, worked out where it is exact and all is known, and without what changes nothing."""
    if name in ("and", "or", "if"):
        return _choice(name, operands)
    whole = Formula(name, operands)
    if all(isinstance(leaf, Known) for leaf in leaves(whole)):
        value = worth(whole, Lane({}))
        return whole if isinstance(value, float) else Known(value)
    neutral = {"*": 1, "//": 1, "+": 0, "-": 0}.get(name)
    if neutral is not None and operands[1] == Known(neutral):
        return operands[0]
    if name in ("*", "+") and operands[0] == Known(neutral):
        return operands[1]
    return whole


def _choice(name: str, operands: tuple[Term, ...]) -> Term:
    first = operands[0]
    if isinstance(first, Known):
        return operands[1 if bool(first.value) != (name == "or") else 2] if name == "if" else _side(name, operands)
    last = operands[1]
    if name != "if" and isinstance(last, Known) and last.value == (name == "and"):
        return first
    return operands[1] if name == "if" and operands[1] == operands[2] else Formula(name, operands)


def _side(name: str, operands: tuple[Term, ...]) -> Term:
    first, last = operands
    assert isinstance(first, Known)
    return last if bool(first.value) == (name == "and") else first


def total(terms: list[Term]) -> Term:
    """The sum of channels: equal ones as a multiple, constants as one."""
    constant = sum(term.value for term in terms if isinstance(term, Known))
    counts: dict[Term, int] = {}
    for term in terms:
        if not isinstance(term, Known):
            counts[term] = counts.get(term, 0) + 1
    parts = [formula("*", Known(count), term) for term, count in counts.items()]
    result: Term = parts[0] if parts else Known(constant)
    for part in (*parts[1:], Known(constant)) if parts else ():
        result = formula("+", result, part)
    return result


def parts(term: Term) -> tuple[Term, ...]:
    """The terms that a term is made of."""
    match term:
        case Formula():
            return term.operands
        case Call():
            return (*term.arguments, *(value for _, value in term.keywords))
    return ()


def leaves(term: Term) -> Iterator[Known | Name | Side]:
    """The constants, names and sides in a term, from left to right."""
    if isinstance(term, Known | Name | Side):
        yield term
    for part in parts(term):
        yield from leaves(part)


def names(term: Term) -> set[Name]:
    """The names in a term."""
    return {leaf for leaf in leaves(term) if isinstance(leaf, Name)}


def size(term: Term) -> int:
    """How many pieces a term has."""
    return 1 + sum(map(size, parts(term)))


def replaced(term: Term, by: Mapping[Name, Term]) -> Term:
    """The term with other terms in the place of names."""
    match term:
        case Name():
            return by.get(term, term)
        case Formula():
            return formula(term.operator, *(replaced(operand, by) for operand in term.operands))
        case Call():
            return replaced_call(term, by)
    return term


def replaced_call(call: Call, by: Mapping[Name, Term]) -> Call:
    """The call with other terms in the place of names."""
    keywords = tuple((keyword, replaced(value, by)) for keyword, value in call.keywords)
    return Call(call.function, tuple(replaced(argument, by) for argument in call.arguments), keywords)
