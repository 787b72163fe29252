"""What an opened block or network is made of: operators in series and in parallel, values that leave and arrive."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from netdsl.records import by_value, record
from netdsl.shapes import Shape

TAG = "tag"
"""The entry of a legend for values that leave and arrive."""


@by_value
class Operator:
    """A layer, or a block that stays closed."""

    words: str
    channels: int | None
    """What it gives, where that is worth a number."""
    paint: str
    main: bool
    """Whether it is a box of its own, and no pill beside one."""
    key: str
    output: Shape
    notes: tuple[str, ...]


@record
class Fused:
    """An operator with the norm and activation beside it."""

    operators: tuple[Operator, ...]


@record
class Lanes:
    """Paths side by side that one value enters and that are joined; `split` says that each takes a share of it."""

    lanes: tuple["Series", ...]
    join: str
    """What joins them; "" where nothing does, because each goes on elsewhere."""
    gives: Shape
    split: bool = False


@record
class Bypass:
    """A path and what goes around it: a residual's shortcut, or the way around which a gate weighs."""

    main: "Series"
    above: "Series"
    join: str
    gives: Shape
    note: str = ""
    dashed: bool = False
    """Whether only some uses have what is above; where nothing stands there, whether only some go around."""


@by_value
class Tag:
    """The sign by which a value that leaves its line is known where it arrives; or an end of the network."""

    value: int
    words: str
    shape: Shape
    port: bool = False
    """Whether it is the network's input, or a result of it."""
    notes: tuple[str, ...] = ()


@record
class Arrives:
    """Values that come from afar; several enter the next join together."""

    tags: tuple[Tag, ...]


@record
class Leaves:
    """A value that goes afar; `ends` says that the line does not go on beside it."""

    tag: Tag
    ends: bool = False


@record
class Series:
    """One after the other."""

    parts: tuple["Part", ...]


Part: TypeAlias = Fused | Lanes | Bypass | Arrives | Leaves


@by_value
class Opened:
    """A block with what it takes and gives."""

    name: str
    series: Series
    arrives: Shape
    gives: Shape


def begins(part: Part) -> bool:
    """Whether no wire leads into a part, because all that it reads comes from afar."""
    match part:
        case Arrives():
            return True
        case Lanes() if not part.split:
            return all(lane.parts and begins(lane.parts[0]) for lane in part.lanes)
        case Bypass():
            return bool(part.main.parts) and begins(part.main.parts[0])
        case _:
            return False


def inside(part: Part) -> tuple[Series, ...]:
    """The paths that a part consists of; what goes around comes after what it goes around."""
    match part:
        case Lanes():
            return part.lanes
        case Bypass():
            return part.main, part.above
        case _:
            return ()


def every(series: Series) -> Iterator[Part]:
    """All parts, each before those inside it, from left to right."""
    for part in series.parts:
        yield part
        for path in inside(part):
            yield from every(path)


def operators(series: Series) -> list[Operator]:
    """Every operator that is drawn, from left to right, what goes around after what it goes around."""
    return [operator for part in every(series) if isinstance(part, Fused) for operator in part.operators]


def tags(series: Series) -> Iterator[Tag]:
    """Every tag that is drawn, from left to right."""
    for part in every(series):
        match part:
            case Arrives():
                yield from part.tags
            case Leaves():
                yield part.tag


def roles(series: Series) -> set[str]:
    """The entries of a legend for what is drawn."""
    found = {operator.paint for operator in operators(series)}
    found |= {part.join for part in every(series) if isinstance(part, Lanes | Bypass) and part.join}
    return found | {"port" if tag.port else TAG for tag in tags(series)}


def gives(part: Part) -> Shape:
    """The shape of what comes out of a part, or goes by it."""
    match part:
        case Fused():
            return part.operators[-1].output
        case Arrives():
            return part.tags[-1].shape
        case Leaves():
            return part.tag.shape
        case Lanes() | Bypass():
            return part.gives


def merged(lanes: Iterable[Series]) -> tuple[Series, ...]:
    """Lanes of which those that only bring a value from afar are one where they follow each other."""
    found: list[Series] = []
    for lane in lanes:
        match found[-1].parts if found else (), lane.parts:
            case (Arrives(some),), (Arrives(more),):
                found[-1] = Series((Arrives((*some, *more)),))
            case _:
                found.append(lane)
    return tuple(found)
