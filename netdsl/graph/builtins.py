"""The functions of the language: Python's, and `round_to`."""

import math
from collections.abc import Callable, Iterable
from typing import Any

from netdsl.diagnostics.values import WrongOperand
from netdsl.graph.described import described
from netdsl.graph.meter import Meter
from netdsl.graph.mistakes import Mistake
from netdsl.graph.model import Value
from netdsl.graph.operators import is_number
from netdsl.tree.expressions import Apply


def round_to(value: float, step: int) -> int:
    """The multiple of `step` nearest to `value`, at least `step`, and one higher if that is below 0.9 of `value`.

    The channel rounding of the MobileNet family (Sandler et al. 2018, arXiv:1801.04381, reference implementation).
    """
    if not isinstance(step, int) or isinstance(step, bool) or step < 1:
        raise ValueError(step)
    rounded = max(step, int(value + step / 2) // step * step)
    return rounded if rounded >= 0.9 * value else rounded + step


def _numbers(values: Iterable[Any]) -> list[Any]:
    items = list(values)
    if not all(map(is_number, items)):
        raise TypeError
    return items


def _least(*values: Any) -> Any:
    return min(_numbers(values if len(values) > 1 else _rows(*values)))


def _most(*values: Any) -> Any:
    return max(_numbers(values if len(values) > 1 else _rows(*values)))


def _total(values: Any) -> Any:
    return sum(_numbers(_rows(values)))


def _rounded(value: Any, digits: Any = None) -> Any:
    if digits is not None and abs(*_numbers([digits])) > 300:
        raise ValueError(digits)
    return round(_numbers([value])[0], digits)


def _length(values: Any) -> Any:
    if not isinstance(values, tuple | str):
        raise TypeError
    return len(values)


def _rows(values: Any) -> tuple[Any, ...]:
    if not isinstance(values, tuple):
        raise TypeError
    return values


BUILTINS: dict[str, tuple[Callable[..., Any], str]] = {
    "min": (_least, "numbers, or one list of numbers"),
    "max": (_most, "numbers, or one list of numbers"),
    "round": (_rounded, "a number, and how many digits to keep"),
    "ceil": (lambda v: math.ceil(*_numbers([v])), "a number"),
    "floor": (lambda v: math.floor(*_numbers([v])), "a number"),
    "len": (_length, "a list"),
    "sum": (_total, "a list of numbers"),
    "range": (lambda *bounds: tuple(range(*bounds)), "one to three whole numbers: from, up to, step"),
    "enumerate": (lambda vs, start=0: tuple(enumerate(_rows(vs), start)), "a list, and the number to start from"),
    "zip": (lambda *lists: tuple(zip(*map(_rows, lists), strict=False)), "lists"),
    "reversed": (lambda values: _rows(values)[::-1], "a list"),
    "log": (lambda v, *base: math.log(*_numbers([v, *base])), "a number above 0, and the base"),
    "round_to": (lambda *both: round_to(*_numbers(both)), "a number, and a whole number from 1 to round it to"),
}
"""Name -> the function, and what it takes in words."""


def call(expr: Apply, values: list[Value], meter: Meter) -> Value:
    """The value of a call of a built-in function; raises `Mistake` where it cannot work on `values`."""
    name = expr.function.name
    function, takes = BUILTINS[name]
    named = next((a for a in expr.arguments if a.name is not None), None)
    if named is not None:
        what = f"`{name}` takes its arguments by position"
        raise Mistake(WrongOperand(span=named.span, what=what, remedy=f"it takes {takes}"))
    if name == "range" and _steps(values) > meter.budget.elements:
        meter.exceeded("elements", expr.span)
    if name != "len":
        meter.step(expr.span, sum(len(value) for value in values if isinstance(value, tuple)))
    try:
        value: Value = function(*values)
    except (TypeError, ValueError, ArithmeticError):
        shown = ", ".join(map(described, values)) or "nothing"
        raise Mistake(
            WrongOperand(span=expr.span, what=f"`{name}` cannot work on {shown}", remedy=f"it takes {takes}")
        ) from None
    return value


def _steps(bounds: list[Value]) -> int:
    try:
        return len(range(*bounds))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return 0
