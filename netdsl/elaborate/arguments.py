"""A call against the schema of what it calls."""

from collections.abc import Mapping
from re import findall
from typing import Any

from netdsl.diagnostics.arguments import MissingArgument, WrongValue
from netdsl.diagnostics.suggest import nearest
from netdsl.elaborate.frame import Frame
from netdsl.elaborate.session import typed
from netdsl.graph.described import described
from netdsl.graph.mistakes import Exhausted, Mistake, StandsOnUnknown
from netdsl.graph.model import Names, Partial, Value
from netdsl.graph.partial import named
from netdsl.layers.base import Layer
from netdsl.tree.expressions import Argument, Expr, Literal, Name


def worked_out(
    frame: Frame, partial: Partial, spoken: Name, arguments: tuple[Argument, ...] | None, names: Names
) -> tuple[dict[str, Value], dict[str, Expr]]:
    """The arguments of a call by name: their values, with what `partial` fixes, and as they are written.

    Every mistake in them is said; then `StandsOnUnknown` is raised.
    """
    values, written, refused = dict(partial.fixed), {}, False
    for argument, name in named(partial, spoken, arguments or ()):
        try:
            value = frame.worth(argument.value, names)
            if isinstance(name, Mistake):
                raise name
        except Exhausted:
            raise
        except StandsOnUnknown:
            refused = True
        except Mistake as mistake:
            frame.session.blame(mistake.diagnostic)
            if isinstance(name, Mistake) and name is not mistake:
                frame.session.blame(name.diagnostic)
            refused = True
        else:
            values[name] = value
            written[name] = argument.value
    if refused:
        raise StandsOnUnknown
    return values, written


def layer(
    frame: Frame, kind: type[Layer], spoken: Name, values: Mapping[str, Value], written: Mapping[str, Expr]
) -> Layer:
    """The layer with these arguments; says every mistake in them, then raises `StandsOnUnknown`."""
    key = (kind, tuple((name, typed(value)) for name, value in sorted(values.items())))
    found = frame.session.layers.get(key)
    if found is None:
        found = frame.session.layers[key] = _built(frame, kind, spoken, values, written)
    return found


def _built(
    frame: Frame, kind: type[Layer], spoken: Name, values: Mapping[str, Value], written: Mapping[str, Expr]
) -> Layer:
    from pydantic import ValidationError

    from netdsl.layers.fields import wanted

    try:
        return kind(**values)
    except ValidationError as error:
        wrong = {str(e["loc"][0]) if e["loc"] else "": e for e in error.errors(include_url=False)}
    absent = tuple(name for name, details in wrong.items() if details["type"] == "missing" and len(details["loc"]) == 1)
    if absent:
        takes = tuple(wanted(kind, name) for name in absent)
        frame.session.blame(MissingArgument(span=spoken.span, word=spoken.name, missing=absent, wanted=takes))
    for name, details in wrong.items():
        if name not in absent:
            frame.session.blame(_said(kind, spoken, name, details, values, written))
    raise StandsOnUnknown


def _said(
    kind: type[Layer], spoken: Name, name: str, details: Any, values: Mapping[str, Value], written: Mapping[str, Expr]
) -> WrongValue:
    from netdsl.layers.fields import wanted

    takes = wanted(kind, name) if name else details["msg"].removeprefix("Value error, ")
    expr = written.get(name)
    value = values.get(name, "")
    near = nearest(value, findall(r'"(\w+)"', takes)) if isinstance(value, str) else ""
    return WrongValue(
        span=expr.span if expr is not None else spoken.span,
        word=spoken.name,
        name=name or "an argument",
        found=described(value),
        wanted=takes,
        meant=f'"{near}"' if near and isinstance(expr, Literal) else "",
    )
