"""A call against the schema of what it calls."""

from collections.abc import Callable, Mapping
from re import findall
from typing import Any, TypeVar

from netdsl.diagnostics.arguments import MissingArgument, WrongValue
from netdsl.diagnostics.model import Diagnostic
from netdsl.diagnostics.names import UnknownName
from netdsl.diagnostics.suggest import nearest
from netdsl.elaborate.frame import Frame
from netdsl.graph.described import described
from netdsl.graph.mistakes import Exhausted, Mistake, StandsOnUnknown
from netdsl.graph.model import Names, Partial, Value
from netdsl.graph.partial import is_surplus, named
from netdsl.layers.base import Layer
from netdsl.tree.expressions import Argument, Expr, Literal, Name
from netdsl.words.base import Word

T = TypeVar("T")
W = TypeVar("W", bound=Word)


def worked_out(
    frame: Frame, partial: Partial, spoken: Name, arguments: tuple[Argument, ...] | None, names: Names
) -> tuple[dict[str, Value], dict[str, Expr]]:
    """The arguments of a call by name: their values, with what `partial` fixes, and as they are written.

    Every mistake in them is said; then `StandsOnUnknown` is raised.
    """
    given, written = each(partial, spoken, arguments or (), lambda expr: frame.worth(expr, names), frame.session.blame)
    return dict(partial.fixed) | given, written


def each(
    partial: Partial,
    spoken: Name,
    arguments: tuple[Argument, ...],
    worth: Callable[[Expr], T],
    blame: Callable[[Diagnostic], None],
) -> tuple[dict[str, T], dict[str, Expr]]:
    """The written arguments by name: what `worth` makes of them, and as they are written.

    Every mistake in them is said to `blame`; then `StandsOnUnknown` is raised.
    """
    values, written, refused = {}, {}, False
    for argument, name in named(partial, spoken, arguments):
        try:
            if isinstance(name, Mistake) and is_surplus(name):
                raise name
            value = worth(argument.value)
            if isinstance(name, Mistake):
                raise name
        except Exhausted:
            raise
        except StandsOnUnknown:
            refused = True
        except Mistake as mistake:
            said = mistake.diagnostic
            if isinstance(said, UnknownName):
                said = unquoted(partial, spoken, name, argument.value) or said
            blame(said)
            if isinstance(name, Mistake) and name is not mistake:
                blame(name.diagnostic)
            refused = True
        else:
            values[name] = value
            written[name] = argument.value
    if refused:
        raise StandsOnUnknown
    return values, written


def unquoted(partial: Partial, spoken: Name, argument: str | Mistake, value: Expr) -> WrongValue | None:
    """Says that an unknown name is one of the strings that the argument takes, without its quotes."""
    if not isinstance(value, Name) or not isinstance(partial.target, type) or isinstance(argument, Mistake):
        return None
    from netdsl.words.fields import wanted

    takes, meant = wanted(partial.target, argument), f'"{value.name}"'
    if meant not in takes:
        return None
    found = f"the name `{value.name}`"
    return WrongValue(span=value.span, word=spoken.name, name=argument, found=found, wanted=takes, meant=meant)


def layer(
    frame: Frame, kind: type[Layer], spoken: Name, values: Mapping[str, Value], written: Mapping[str, Expr]
) -> Layer:
    """The layer with these arguments; says every mistake in them, then raises `StandsOnUnknown`."""
    tokens = frame.session.tokens
    key = (kind, tuple((name, tokens.of(value)) for name, value in sorted(values.items())))
    found = frame.session.layers.get(key)
    if found is None:
        found = frame.session.layers[key] = built(kind, spoken, values, written, frame.session.blame)
    return found


def built(
    kind: type[W],
    spoken: Name,
    values: Mapping[str, Any],
    written: Mapping[str, Expr],
    blame: Callable[[Diagnostic], None],
) -> W:
    """The word with these arguments; every mistake in them is said to `blame`, then `StandsOnUnknown` is raised."""
    from pydantic import ValidationError

    from netdsl.elaborate.order import lacking, reordered
    from netdsl.words.fields import wanted

    try:
        made = kind(**values)
        reason, remedy = made.refusal()
        if reason:
            from netdsl.diagnostics.recipes import WordRefuses

            blame(WordRefuses(span=spoken.span, word=spoken.name, reason=reason, remedy=remedy))
            raise StandsOnUnknown
        return made
    except ValidationError as error:
        wrong = {str(e["loc"][0]) if e["loc"] else "": e for e in error.errors(include_url=False)}
    if better := reordered(kind, spoken, values, written) or lacking(kind, spoken, values, written):
        blame(better)
        raise StandsOnUnknown
    absent = tuple(name for name, details in wrong.items() if details["type"] == "missing" and len(details["loc"]) == 1)
    if absent:
        takes = tuple(wanted(kind, name) for name in absent)
        blame(MissingArgument(span=spoken.span, word=spoken.name, missing=absent, wanted=takes))
    for name, details in wrong.items():
        if name not in absent:
            blame(_said(kind, spoken, name, details, values, written))
    raise StandsOnUnknown


def _said(
    kind: type[Word], spoken: Name, name: str, details: Any, values: Mapping[str, Any], written: Mapping[str, Expr]
) -> WrongValue:
    from netdsl.words.fields import wanted

    takes = wanted(kind, name) if name else details["msg"].removeprefix("Value error, ")
    expr = written.get(name)
    value = values.get(name, "")
    near = nearest(value, findall(r'"(\w+)"', takes)) if isinstance(value, str) else ""
    meant = kind.meanings.get(str(value), "") or f'"{near}"' * bool(near)
    return WrongValue(
        span=expr.span if expr is not None else spoken.span,
        word=spoken.name,
        name=name or "an argument",
        found=described(value),
        wanted=takes,
        meant=meant if isinstance(expr, Literal) else "",
    )
