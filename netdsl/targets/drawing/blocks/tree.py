"""A block or a network as series and parallel paths of operators; all that a picture of it shows."""

from collections.abc import Sequence
from dataclasses import replace

from netdsl.graph.model import Joining, Network, Run, StepRun, Tensor, Use
from netdsl.records import by_value
from netdsl.targets.drawing.blocks.parts import (
    Bypass,
    Lanes,
    Leaves,
    Opened,
    Part,
    Series,
    begins,
)
from netdsl.targets.drawing.blocks.values import Values, arriving, named
from netdsl.targets.drawing.blocks.walk import NotInSeries, Place, Walk, fused
from netdsl.targets.drawing.cards import Repeat

SMALL = 8, 4, 1
"""A block inside a block with more layers than these is one box: the choices, the preferred first."""


def opened(repeat: Repeat, others: Sequence[Repeat] = (), small: int = SMALL[0]) -> Opened:
    """The block in this use, with the join around it; blocks in it with more than `small` layers stay closed.

    A shortcut that some of `others` lack, or have layers in, is dashed. Raises `NotInSeries`.
    """
    use, around = repeat.use, repeat.around
    series = _inside(repeat, small)
    shortcuts = [other.look.has_shortcut for other in others]
    joined = [other.look.sums or other.around is not None for other in others]
    for other, has in zip(others, shortcuts, strict=True):
        if has and _lacks_shortcut(series):
            note = f"{_where(others, shortcuts)}; else the input itself"
            series = _with_shortcuts(series, _inside(other, small), note)
    if not all(joined):
        series = Series(tuple(_sometimes(part, _where(others, joined)) for part in series.parts))
    arrives, gives = (around.arrives, around.gives) if around else (use.arrives[0], use.gives)
    return Opened(use.definition.name, series, arrives.shape, gives.shape)


def side_by_side(join: Joining, name: str) -> tuple[Opened, ...]:
    """What runs side by side up to a join, with ever more blocks closed. Raises `NotInSeries`."""
    lines = (_in_series((join,), join.arrives, join.gives, small) for small in SMALL)
    return tuple(Opened(name, line, join.arrives.shape, join.gives.shape) for line in lines)


def _inside(repeat: Repeat, small: int) -> Series:
    use, around = repeat.use, repeat.around
    if around:
        return _in_series((around,), around.arrives, around.gives, small, use)
    if len(use.arrives) != 1:
        raise NotInSeries
    return _in_series(use.trace, use.arrives[0], use.gives, small)


def _in_series(
    trace: Sequence[Run | StepRun], arrives: Tensor, gives: Tensor, small: int, shown: Use | None = None
) -> Series:
    """What a trace makes of the one value that it takes; `shown` is opened however large it is."""
    values = Values()
    known = {arrives: values.new(arrives.shape)}
    walk = Walk(values, small, shown)
    walk.trace(tuple(trace), Place("", known))
    walk.reach(known[gives])
    series = Series(fused(walk.found))
    if arriving((series,)):
        raise NotInSeries
    return series


@by_value
class Unfolded:
    """A whole network: its line, and its auxiliary heads, each with what it reads."""

    line: Series
    heads: tuple[Series, ...]


def unfolded(network: Network) -> Unfolded:
    """Every layer of a network. It is walked twice: to know what leaves, one must know what will arrive."""
    values = Values()
    far = arriving(_lines(network, values))
    dead = frozenset(range(len(values.shapes))) - values.read
    values = Values(far, dead, ports=values.ports, operators=values.operators)
    line, *heads = named(_lines(network, values), values)
    return Unfolded(line, tuple(heads))


def _lines(network: Network, values: Values) -> tuple[Series, ...]:
    walk = Walk(values)
    place = Place("", {})
    walk.trace(network.root.trace, place)
    walk.output("output", place.known[network.root.gives])
    lines = [walk.found, *walk.heads]
    return tuple(Series(_ended(fused(line), True)) for line in lines)


def _ended(parts: tuple[Part, ...], ends: bool) -> tuple[Part, ...]:
    """The parts, where a value that leaves knows whether its line goes on; `ends`: it does not at the end."""
    found: list[Part] = []
    for at, part in enumerate(parts):
        match part:
            case Leaves():
                last = at == len(parts) - 1
                found.append(replace(part, ends=ends if last else begins(parts[at + 1])))
            case Lanes():
                lanes = (Series(_ended(lane.parts, not part.join)) for lane in part.lanes)
                found.append(replace(part, lanes=tuple(lanes)))
            case Bypass():
                main, above = (Series(_ended(path.parts, False)) for path in (part.main, part.above))
                found.append(replace(part, main=main, above=above))
            case _:
                found.append(part)
    return tuple(found)


def _lacks_shortcut(series: Series) -> bool:
    """Whether something goes around that another use may have layers in."""
    return any(isinstance(part, Bypass) and not part.above.parts for part in series.parts)


def _where(others: Sequence[Repeat], has: Sequence[bool]) -> str:
    """Which uses have what is dashed, in words: those that change the shape, those that do not, or just some."""
    changes = (other.use.arrives[0].shape != other.use.gives.shape for other in others)
    agree = {one == changed for one, changed in zip(has, changes, strict=True)}
    if len(agree) > 1:
        return "in some uses"
    return "where the shape changes" if agree == {True} else "where the shape stays the same"


def _with_shortcuts(series: Series, other: Series, note: str) -> Series:
    """The series with shortcuts that only the other has, dashed."""
    if len(series.parts) != len(other.parts):
        return series
    pairs = zip(series.parts, other.parts, strict=True)
    return Series(tuple(_dashed(part, twin, note) for part, twin in pairs))


def _dashed(part: Part, twin: Part, note: str) -> Part:
    if isinstance(part, Bypass) and isinstance(twin, Bypass) and not part.above.parts and twin.above.parts:
        return replace(part, above=twin.above, dashed=True, note=note)
    return part


def _sometimes(part: Part, note: str) -> Part:
    """A sum as what only some uses have."""
    if isinstance(part, Bypass) and not part.above.parts:
        return replace(part, dashed=True, note=note)
    return part
