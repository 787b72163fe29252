"""A block, net or layer given part of its arguments is the same thing with those fixed."""

from collections.abc import Callable
from functools import cache

from netdsl.diagnostics.arguments import ArgumentTwice, TooManyArguments, UnknownArgument
from netdsl.diagnostics.calls import ChannelsWritten, NestedCall
from netdsl.diagnostics.model import Diagnostic
from netdsl.graph.arriving import channels_written, without
from netdsl.graph.mistakes import Mistake
from netdsl.graph.model import Partial, Value
from netdsl.source import Span
from netdsl.tree.expressions import Apply, Argument, Expr, Name
from netdsl.tree.statements import Block
from netdsl.words.base import Word


def word(target: Block | type[Word]) -> str:
    """What a block or layer is called."""
    return target.word if isinstance(target, type) else target.name


def parameters(target: Block | type[Word]) -> tuple[str, ...]:
    """The names of all its arguments, in order."""
    if isinstance(target, type):
        return _fields(target)
    return tuple(parameter.name for parameter in target.parameters)


@cache
def _fields(kind: type[Word]) -> tuple[str, ...]:
    return kind.arguments()


def positional(partial: Partial) -> tuple[str, ...]:
    """Those of its arguments that may still be given by position, in order."""
    target = partial.target
    names = parameters(target)[: target.positional] if isinstance(target, type) else parameters(target)
    if not partial.fixed:
        return names
    fixed = {name for name, _ in partial.fixed}
    return tuple(name for name in names if name not in fixed)


def place_of_name(argument: Argument) -> Span:
    """Where the name of an argument that is given by name stands; for one from outside, where its value does."""
    name = argument.name or ""
    place = Span(argument.span.file, argument.span.start, argument.span.start + len(name))
    return place if place.text == name else argument.span


def matched(partial: Partial, spoken: Name, arguments: tuple[Argument, ...]) -> dict[str, Argument]:
    """Each argument under the name of the parameter it is for; raises the first `Mistake` in them."""
    found: dict[str, Argument] = {}
    for argument, name in named(partial, spoken, arguments):
        if isinstance(name, Mistake):
            raise name
        found[name] = argument
    return found


def named(partial: Partial, spoken: Name, arguments: tuple[Argument, ...]) -> list[tuple[Argument, str | Mistake]]:
    """Each argument with the name of the parameter it is for, or with what is wrong about it."""
    free, known = positional(partial), parameters(partial.target)
    first: dict[str, Argument] = {}
    result: list[tuple[Argument, str | Mistake]] = []
    channels = channels_written(partial, arguments, free)
    inner = _flowing(partial, spoken, arguments, free, channels)
    result += inner.items()
    if channels in inner:
        channels = None
    if channels is not None:
        said = ChannelsWritten(
            span=channels.span,
            word=spoken.name,
            others=tuple(argument.span.text for argument in arguments if argument is not channels),
            needless=without(channels, arguments),
        )
        result.append((channels, Mistake(said)))
    rest = (argument for argument in arguments if argument is not channels and argument not in inner)
    for place, argument in enumerate(rest):
        name = argument.name
        if name is None:
            name = free[place] if place < len(free) else ""
        wrong: Diagnostic | None = None
        if not name:
            wrong = _too_many(partial, spoken, argument, arguments)
        elif name not in known:
            wrong = _unknown(partial, spoken, argument, set(first))
        elif name in first:
            wrong = ArgumentTwice(span=argument.span, word=spoken.name, name=name, first=first[name].span)
        first.setdefault(name, argument)
        result.append((argument, Mistake(wrong) if wrong else name))
    return result


def _flowing(
    partial: Partial, spoken: Name, arguments: tuple[Argument, ...], free: tuple[str, ...], channels: Argument | None
) -> dict[Argument, Mistake]:
    """The arguments that are layers or values, and what is said about them."""
    given = sum(argument.name is None for argument in arguments)
    if given <= len(free) and not any(isinstance(argument.value, Apply) for argument in arguments):
        return {}
    from netdsl.graph.nested import flowing, nested

    inner = flowing(partial, arguments, free, channels)
    said = Mistake(nested(partial, spoken, inner, arguments)) if inner else None
    return {argument: said for argument in inner if said is not None}


def is_surplus(name: str | Mistake) -> bool:
    """Whether an argument is to be left out, so that its value does not matter."""
    return isinstance(name, Mistake) and isinstance(name.diagnostic, TooManyArguments | ChannelsWritten | NestedCall)


def _too_many(partial: Partial, spoken: Name, argument: Argument, arguments: tuple[Argument, ...]) -> TooManyArguments:
    target, free = partial.target, positional(partial)
    spare = [a for a in arguments if a.name is None][len(free) :]
    return TooManyArguments(
        span=spare[0].span.to(spare[-1].span) if spare else argument.span,
        word=spoken.name,
        positional=free,
        others=tuple(n for n in parameters(target) if n not in free and n not in dict(partial.fixed)),
    )


def _unknown(partial: Partial, spoken: Name, argument: Argument, given: set[str]) -> UnknownArgument:
    target, name = partial.target, argument.name or ""
    habits = target.habits if isinstance(target, type) else {}
    return UnknownArgument(
        span=place_of_name(argument),
        word=spoken.name,
        name=name,
        known=parameters(target),
        meant=habits.get(name, ""),
        needless=habits.get(name) == "",
        taken=habits.get(name) in given,
        inside=target.inside.get(name, "") if isinstance(target, type) else "",
        apart=target.apart.get(name, "") if isinstance(target, type) else "",
    )


def given(partial: Partial, spoken: Name, arguments: tuple[Argument, ...], worth: Callable[[Expr], Value]) -> Partial:
    """`partial` with `arguments` fixed as well; raises `Mistake`."""
    values = {name: worth(argument.value) for name, argument in matched(partial, spoken, arguments).items()}
    return Partial(partial.target, tuple((dict(partial.fixed) | values).items()), partial.home)
