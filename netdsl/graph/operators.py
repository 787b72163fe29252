"""The operators of the language between two values: Python's, where it takes them."""

from collections.abc import Callable
from math import log2
from operator import add, eq, floordiv, ge, gt, le, lt, mod, mul, ne, sub, truediv
from typing import Any, TypeGuard

from netdsl.diagnostics.values import DividedByZero, WrongOperand
from netdsl.graph.described import described
from netdsl.graph.meter import Meter
from netdsl.graph.mistakes import Mistake
from netdsl.graph.model import Value
from netdsl.source import Span
from netdsl.tree.expressions import Binary

_REMEDIES = {
    "+": "both sides must be numbers, both strings, or both lists",
    "*": "both sides must be numbers, or one a list or string and the other how often it is repeated",
    "**": "both sides must be numbers, and a negative number takes whole powers only",
}


def worked_out(expr: Binary, left: Value, right: Value, meter: Meter) -> Value:
    """`left operator right`; raises a `Mistake` where that has no value or too large a one."""
    operator = expr.operator
    if operator in ("==", "!="):
        meter.step(expr.span, min(_elements(left, meter, expr.span), _elements(right, meter, expr.span)))
        return bool(_OPERATORS[operator](left, right))
    if not _fit(operator, left, right):
        what = f"`{operator}` cannot work on {described(left)} and {described(right)}"
        remedy = _REMEDIES.get(operator, "both sides must be numbers")
        raise Mistake(WrongOperand(span=expr.span, what=what, remedy=remedy))
    if _divides_by_zero(operator, left, right):
        raise Mistake(DividedByZero(span=expr.span))
    if operator == "*":
        _check_repeats(left, right, expr.span, meter)
    return meter.bounded(_OPERATORS[operator](left, right), expr.span)


def _elements(value: Value, meter: Meter, span: Span) -> int:
    return meter.elements(value, span) if isinstance(value, tuple) else 0


def is_number(value: Value) -> TypeGuard[int | float]:
    """Whether `value` is an integer or a float; `true` and `false` are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fit(operator: str, left: Value, right: Value) -> bool:
    if is_number(left) and is_number(right):
        return operator != "**" or left >= 0 or isinstance(right, int)
    if operator == "*":
        return _repeats(left, right) or _repeats(right, left)
    joins = operator in ("+", "<", "<=", ">", ">=") and isinstance(left, str)
    return (joins or (operator == "+" and isinstance(left, tuple))) and type(left) is type(right)


def _repeats(items: Value, count: Value) -> bool:
    return isinstance(items, tuple | str) and isinstance(count, int) and not isinstance(count, bool)


def _divides_by_zero(operator: str, left: Any, right: Any) -> bool:
    return right == 0 if operator in ("/", "//", "%") else operator == "**" and bool(left == 0 > right)


def _check_repeats(left: Any, right: Any, span: Span, meter: Meter) -> None:
    """Refuses a list or string repeated too often before it is made."""
    items, count = (left, right) if isinstance(left, tuple | str) else (right, left)
    if isinstance(items, tuple) and meter.elements(items, span) * count > meter.budget.elements:
        meter.exceeded("elements", span)
    if isinstance(items, str) and len(items) * count > meter.budget.characters:
        meter.exceeded("characters", span)


def _power(left: Any, right: Any) -> Any:
    """Python's power, or infinity for one that no budget allows."""
    try:
        return float("inf") if abs(left) > 1 and right * log2(abs(left)) > 1000 else left**right
    except OverflowError:
        return float("inf")


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": add,
    "-": sub,
    "*": mul,
    "/": truediv,
    "//": floordiv,
    "%": mod,
    "**": _power,
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
