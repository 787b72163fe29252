"""What an expression is worth at one place."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import field
from typing import Any

from netdsl.diagnostics.definitions import NothingArrives
from netdsl.diagnostics.names import UnknownAttribute, UnknownName
from netdsl.diagnostics.values import CannotTakeApart, NotACondition, OutOfList, WrongOperand
from netdsl.graph.described import described
from netdsl.graph.meter import Meter
from netdsl.graph.mistakes import Mistake, StandsOnUnknown
from netdsl.graph.model import UNKNOWN, Home, Names, Partial, Tensor, Value
from netdsl.graph.operators import is_number, worked_out
from netdsl.records import by_value
from netdsl.tree import expressions as tree


@by_value
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


def _lost(expr: tree.Lost, place: Place) -> Value:
    raise StandsOnUnknown


def _size(expr: tree.Size, place: Place) -> Value:
    for side in expr.sides:
        place.meter.bounded(side, expr.span)
    return expr.sides


def _name(expr: tree.Name, place: Place) -> Value:
    for scope in (place.inner, place.names.numbers, place.names.home.names):
        value = scope.get(expr.name)
        if value is UNKNOWN:
            raise StandsOnUnknown
        if value is not None:
            return value
    raise Mistake(unknown_name(expr, {**place.inner, **place.names.numbers}, place.names.values, place.names.home))


def unknown_name(
    expr: tree.Name, numbers: Iterable[str], values: Container[str], home: Home, is_function: bool = False
) -> UnknownName:
    """Says that `expr` stands for nothing where these numbers and values have names."""
    from netdsl.graph.builtins import BUILTINS
    from netdsl.layers.vocabulary import foreign, kinds

    words = (*kinds(), *(BUILTINS if is_function else ()))
    return UnknownName(
        span=expr.span,
        name=expr.name,
        known=(*numbers, *(name for name in home.names if name not in kinds())),
        words=words,
        meant=foreign(expr.name) or "",
        owner=home.owners.get(expr.name, ""),
        is_value=expr.name in values,
    )


def _arriving(expr: tree.Arriving, place: Place) -> Value:
    if place.names.arriving is None:
        raise Mistake(NothingArrives(span=expr.span))
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
        raise Mistake(UnknownName(span=owner.span, name=owner.name, known=("in", *place.names.values), sides=True))
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
    return worked_out(expr, left, right, place.meter)


def _ternary(expr: tree.Ternary, place: Place) -> Value:
    return _value(expr.then if _truth(expr.condition, place) else expr.otherwise, place)


def _truth(expr: tree.Expr, place: Place) -> bool:
    value = _value(expr, place)
    if not isinstance(value, bool):
        raise Mistake(NotACondition(span=expr.span, found=described(value)))
    return value


def _number(expr: tree.Expr, place: Place) -> int | float:
    value = _value(expr, place)
    if not is_number(value):
        what = f"a number is needed, and this is {described(value)}"
        raise Mistake(WrongOperand(span=expr.span, what=what, remedy="write a number, or what gives one"))
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
    return place.meter.bounded(items[start:stop], expr.span)


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

    name = expr.function.name
    if not any(name in scope for scope in (place.inner, place.names.numbers, place.names.home.names)):
        if name in BUILTINS:
            values = [_value(argument.value, place) for argument in expr.arguments]
            return place.meter.bounded(call(expr, values, place.meter), expr.span)
        numbers = {**place.inner, **place.names.numbers}
        raise Mistake(unknown_name(expr.function, numbers, place.names.values, place.names.home, is_function=True))
    target = _value(expr.function, place)
    if not isinstance(target, Partial):
        what = f"`{name}` is {described(target)}, and cannot be given arguments"
        remedy = "arguments are given to layers, blocks and functions"
        raise Mistake(WrongOperand(span=expr.span, what=what, remedy=remedy))
    partial = given(target, expr.function, expr.arguments, lambda value: _value(value, place))
    return place.meter.bounded(partial, expr.span)


_WORTH: dict[type, Callable[[Any, Place], Value]] = {
    tree.Literal: _literal,
    tree.Lost: _lost,
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
