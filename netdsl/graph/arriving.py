"""Calls that give the channels that arrive, as PyTorch's do: `conv(3, 16, 3)`, `batchnorm(64)`."""

from netdsl.graph.model import Partial
from netdsl.source import Span
from netdsl.tree.expressions import Argument, List, Literal, Name, Size

_PLACES = {"num_channels": 1, "in_channels": 0, "in_features": 0, "num_features": 0, "normalized_shape": 0}
"""What PyTorch calls the channels that arrive, and the place where its calls have them, at the latest."""

_KERNELS = 11
"""Kernels are seldom larger, and channels seldom fewer."""


def channels_written(partial: Partial, arguments: tuple[Argument, ...], free: tuple[str, ...]) -> Argument | None:
    """The argument that gives the channels that arrive, where there is one more than `free`, which are wanted."""
    target = partial.target
    if not isinstance(target, type) or len(arguments) <= len(free):
        return None
    given = [argument for argument in arguments if argument.name is None]
    if len(given) not in (len(free), len(free) + 1) or given != list(arguments[: len(given)]):
        return None
    places = (min(place, len(free)) for name, place in _PLACES.items() if target.habits.get(name) == "")
    place = next(places, len(given))
    again = {target.habits.get(argument.name or "", argument.name) for argument in arguments}
    if place >= len(given) or len(given) + bool(again.intersection(free[-1:])) != len(free) + 1:
        return None
    channels = given.pop(place)
    if not _may_be_channels(channels) or _named_like_option(given, target.arguments(), free):
        return None
    return None if _has_option(channels, given, free) else channels


def without(argument: Argument, arguments: tuple[Argument, ...]) -> Span:
    """What is left out of a call with an argument: its comma too."""
    place = arguments.index(argument)
    if place + 1 < len(arguments):
        return Span(argument.span.file, argument.span.start, arguments[place + 1].span.start)
    return Span(argument.span.file, arguments[place - 1].span.end if place else argument.span.start, argument.span.end)


def _may_be_channels(argument: Argument) -> bool:
    return not isinstance(argument.value, Size | List | Literal) or _whole(argument) is not None


def _whole(argument: Argument) -> int | None:
    value = argument.value.value if isinstance(argument.value, Literal) else None
    return value if type(value) is int else None


def _has_option(channels: Argument, given: list[Argument], free: tuple[str, ...]) -> bool:
    """Whether the last is rather an option: `linear(8, false)`, `conv(64, 3x3, 2)`, and `conv(64, 3, 2)` as well."""
    if given and isinstance(given[-1].value, Literal) and _whole(given[-1]) is None:
        return True
    if len(free) < 2 or not given:
        return False
    first, second = _whole(channels), _whole(given[0])
    shrinks = first is not None and second is not None and second < first and second <= _KERNELS
    return isinstance(given[0].value, Size | List) or (len(given) == len(free) and shrinks)


def _named_like_option(given: list[Argument], known: tuple[str, ...], free: tuple[str, ...]) -> bool:
    """Whether a name says that its argument belongs elsewhere, as in `conv(width, kernel, stride)`."""
    names = [argument.value.name if isinstance(argument.value, Name) else "" for argument in given]
    return any(name in known and name != place for name, place in zip(names, free, strict=False))
