"""What an expression is worth at one place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import add, eq, floordiv, ge, gt, le, lt, mod, mul, ne, sub, truediv
from typing import Any

from netdsl.diagnostics.arguments import CannotTakeApart, DividedByZero, NotACondition, OutOfList, WrongOperand
from netdsl.diagnostics.limits import TooMuch
from netdsl.diagnostics.names import NothingArrives, UnknownAttribute, UnknownName
from netdsl.graph.meter import Meter
from netdsl.graph.mistakes import Mistake, StandsOnUnknown
from netdsl.graph.model import UNKNOWN, Names, Partial, Tensor, Value
from netdsl.tree import expressions as tree


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression is worked out: the names there, those of comprehensions around it, and the meter."""

    names: Names
    inner: Mapping[str, Value] = field(default_factory=dict)
    meter: Meter = field(default_factory=Meter)


def evaluate(expr: tree.Expr, names: Names, meter: Meter | None = None) -> Value:
    """The value of `expr` where `names` hold.

    Raises `Mistake` if it has none, `StandsOnUnknown` if it needs something that was refused before.
    """
    return _value(expr, Place(names, {}, meter or Meter()))


def described(value: Value) -> str:
    """A value in words: `the number 3`, `a list of 2`."""
    match value:
        case bool():
            return "`true`" if value else "`false`"
        case int() | float():
            return f"{value}"
        case str():
            return f'"{value}"' if len(value) <= 40 else "a long string"
        case tuple():
            shown = ", ".join(map(described, value[:6]))
            return f"[{shown}]" if len(value) <= 6 else f"a list of {len(value)}"
        case Partial(target=target):
            if isinstance(target, type):
                return f"the layer `{target.word}`"
            return f"the {'net' if target.is_net else 'block'} `{target.name}`"
    return "unknown"


def condition(expr: tree.Expr, names: Names, meter: Meter) -> bool:
    """The truth of `expr`; raises like `evaluate`, and a `Mistake` where it is neither true nor false."""
    return _truth(expr, Place(names, {}, meter))


def bind(pattern: tuple[tree.Pattern, ...] | tree.Pattern, value: Value) -> dict[str, Value]:
    """The names of a loop's pattern with what each stands for; raises `Mistake` where `value` does not fit."""
    if isinstance(pattern, tree.Pattern) and pattern.name:
        return {pattern.name: value}
    parts = pattern.parts if isinstance(pattern, tree.Pattern) else pattern
    if not isinstance(value, tuple) or len(value) != len(parts):
        found = f"a list of {len(value)}" if isinstance(value, tuple) else described(value)
        span = pattern.span if isinstance(pattern, tree.Pattern) else parts[0].span.to(parts[-1].span)
        raise Mistake(CannotTakeApart(span=span, names=len(parts), found=found))
    bound: dict[str, Value] = {}
    for part, item in zip(parts, value, strict=True):
        bound |= bind(part, item)
    return bound


def _value(expr: tree.Expr, place: Place) -> Value:
    place.meter.step(expr.span)
    return _WORTH[type(expr)](expr, place)


def _literal(expr: tree.Literal, place: Place) -> Value:
    return place.meter.bounded(expr.value, expr.span)


def _size(expr: tree.Size, place: Place) -> Value:
    for side in expr.sides:
        place.meter.bounded(side, expr.span)
    return place.meter.bounded(expr.sides, expr.span)


def _name(expr: tree.Name, place: Place) -> Value:
    for scope in (place.inner, place.names.numbers, place.names.home.names):
        value = scope.get(expr.name)
        if value is UNKNOWN:
            raise StandsOnUnknown
        if value is not None:
            return value
    known = (*place.inner, *place.names.numbers, *place.names.home.names)
    is_value = expr.name in place.names.values
    raise Mistake(UnknownName(span=expr.span, name=expr.name, known=known, is_value=is_value))


def _arriving(expr: tree.Arriving, place: Place) -> Value:
    raise Mistake(UnknownName(span=expr.span, name="in", known=(), is_value=True))


def _attribute(expr: tree.Attribute, place: Place) -> Value:
    shape = _tensor(expr.owner, place).shape
    if not shape.channels:
        raise StandsOnUnknown
    if expr.attribute == "channels":
        return shape.channels
    if expr.attribute not in ("height", "width", "size"):
        raise Mistake(UnknownAttribute(span=expr.attribute_span, attribute=expr.attribute))
    if not shape.space:
        what = f"a vector of {shape.channels} has no `{expr.attribute}`"
        raise Mistake(WrongOperand(span=expr.span, what=what, remedy="ask for it before the value is flattened"))
    return shape.space if expr.attribute == "size" else shape.space[expr.attribute == "width"]


def _tensor(owner: tree.Expr, place: Place) -> Tensor:
    if isinstance(owner, tree.Arriving):
        if place.names.arriving is None:
            raise Mistake(NothingArrives(span=owner.span))
        return place.names.arriving
    if isinstance(owner, tree.Name) and owner.name in place.names.values:
        return place.names.values[owner.name]
    if isinstance(owner, tree.Name) and owner.name not in place.names.numbers and owner.name not in place.inner:
        known = tuple(place.names.values)
        raise Mistake(UnknownName(span=owner.span, name=owner.name, known=(*known, "in")))
    what = "only a value has sides: `in`, a label, a name given with `=` or `on`"
    raise Mistake(WrongOperand(span=owner.span, what=what, remedy="write `in.channels`, or name the value"))


def _unary(expr: tree.Unary, place: Place) -> Value:
    if expr.operator == "not":
        return not _truth(expr.operand, place)
    number = _number(expr.operand, place)
    return -number if expr.operator == "-" else number


def _binary(expr: tree.Binary, place: Place) -> Value:
    if expr.operator in ("and", "or"):
        if _truth(expr.left, place) != (expr.operator == "and"):
            return expr.operator == "or"
        return _truth(expr.right, place)
    left, right = _value(expr.left, place), _value(expr.right, place)
    if expr.operator in ("==", "!="):
        return bool(_OPERATORS[expr.operator](left, right))
    if not _fit(expr.operator, left, right):
        what = f"`{expr.operator}` cannot work on {described(left)} and {described(right)}"
        raise Mistake(WrongOperand(span=expr.span, what=what, remedy=_OPERAND_REMEDIES.get(expr.operator, _NUMBERS)))
    if expr.operator in ("/", "//", "%") and right == 0:
        raise Mistake(DividedByZero(span=expr.span))
    _repeats_within(expr, left, right, place.meter)
    return place.meter.bounded(_OPERATORS[expr.operator](left, right), expr.span)


_NUMBERS = "both sides must be numbers"
_OPERAND_REMEDIES = {
    "+": "both sides must be numbers, both strings, or both lists",
    "**": "both sides must be numbers, and a negative number takes whole powers only",
}


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fit(operator: str, left: Value, right: Value) -> bool:
    if operator == "**" and _is_number(left) and _is_number(right):
        return bool(left) if right < 0 else left >= 0 or isinstance(right, int)  # type: ignore[operator]
    if _is_number(left) and _is_number(right):
        return True
    if operator == "*" and isinstance(left, tuple | str):
        return isinstance(right, int) and not isinstance(right, bool)
    joins = operator in ("+", "<", "<=", ">", ">=") and isinstance(left, str)
    return (joins or (operator == "+" and isinstance(left, tuple))) and type(left) is type(right)


def _repeats_within(expr: tree.Binary, left: Value, right: Value, meter: Meter) -> None:
    if expr.operator == "*" and isinstance(left, tuple | str) and isinstance(right, int):
        limit = "elements" if isinstance(left, tuple) else "characters"
        allowed: int = getattr(meter.budget, limit)
        if len(left) * right > allowed:
            raise Mistake(TooMuch(span=expr.span, limit=limit, allowed=allowed))


def _power(left: Any, right: Any) -> Any:
    try:
        too_large = abs(left) > 1 and right > 10_000
        return float("inf") if too_large else left**right
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


def _ternary(expr: tree.Ternary, place: Place) -> Value:
    return _value(expr.then if _truth(expr.condition, place) else expr.otherwise, place)


def _truth(expr: tree.Expr, place: Place) -> bool:
    value = _value(expr, place)
    if not isinstance(value, bool):
        raise Mistake(NotACondition(span=expr.span, found=described(value)))
    return value


def _number(expr: tree.Expr, place: Place) -> int | float:
    value = _value(expr, place)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Mistake(WrongOperand(span=expr.span, what=f"a number is needed, and this is {described(value)}"))
    return value


def _sequence(expr: tree.Expr, place: Place) -> tuple[Value, ...]:
    value = _value(expr, place)
    if not isinstance(value, tuple):
        remedy = "for the numbers from 0 to n - 1, write `range(n)`"
        raise Mistake(
            WrongOperand(span=expr.span, what=f"a list is needed, and this is {described(value)}", remedy=remedy)
        )
    return value


def _whole(expr: tree.Expr, place: Place) -> int:
    value = _number(expr, place)
    if not isinstance(value, int):
        what = f"a whole number is needed, and this is {described(value)}"
        raise Mistake(WrongOperand(span=expr.span, what=what, remedy="divide with `//`, or round with `floor(…)`"))
    return value


def _index(expr: tree.Index, place: Place) -> Value:
    items, index = _sequence(expr.owner, place), _whole(expr.index, place)
    if not -len(items) <= index < len(items):
        raise Mistake(OutOfList(span=expr.index.span, index=index, length=len(items)))
    return items[index]


def _slice(expr: tree.Slice, place: Place) -> Value:
    items = _sequence(expr.owner, place)
    start = None if expr.start is None else _whole(expr.start, place)
    stop = None if expr.stop is None else _whole(expr.stop, place)
    return items[start:stop]


def _list(expr: tree.List, place: Place) -> Value:
    return place.meter.bounded(tuple([_value(item, place) for item in expr.items]), expr.span)


def _comprehension(expr: tree.Comprehension, place: Place) -> Value:
    items = []
    for value in _sequence(expr.iterable, place):
        inside = Place(place.names, {**place.inner, **bind(expr.pattern, value)}, place.meter)
        if expr.condition is None or _truth(expr.condition, inside):
            items.append(_value(expr.item, inside))
    return place.meter.bounded(tuple(items), expr.span)


def _apply(expr: tree.Apply, place: Place) -> Value:
    from netdsl.graph.builtins import BUILTINS, call
    from netdsl.graph.partial import given

    known = (place.inner, place.names.numbers, place.names.home.names)
    if expr.function.name in BUILTINS and not any(expr.function.name in scope for scope in known):
        values = [_value(argument.value, place) for argument in expr.arguments]
        return place.meter.bounded(call(expr, values, place.meter), expr.span)
    target = _value(expr.function, place)
    if not isinstance(target, Partial):
        what = f"`{expr.function.name}` is {described(target)}, and cannot be given arguments"
        raise Mistake(WrongOperand(span=expr.span, what=what))
    return given(target, expr.function, expr.arguments, lambda value: _value(value, place))


_WORTH: dict[type, Callable[[Any, Place], Value]] = {
    tree.Literal: _literal,
    tree.Size: _size,
    tree.Name: _name,
    tree.Arriving: _arriving,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Ternary: _ternary,
    tree.Attribute: _attribute,
    tree.Index: _index,
    tree.Slice: _slice,
    tree.Apply: _apply,
    tree.List: _list,
    tree.Comprehension: _comprehension,
}
