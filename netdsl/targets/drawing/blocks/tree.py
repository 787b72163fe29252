"""A block as series and parallel paths of operators; all that a picture of it shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from netdsl.graph.model import (
    AuxRun,
    GateRun,
    IfRun,
    InputRun,
    Joining,
    JoinRun,
    LayerRun,
    LetRun,
    LoopRun,
    Network,
    OutputRun,
    PathRun,
    ResidualRun,
    Run,
    ScopeRun,
    SplitRun,
    StepRun,
    Tensor,
    Use,
    UseRun,
)
from netdsl.graph.walk import joined, leaves, parts
from netdsl.layers.base import Arrives, Role
from netdsl.shapes import Shape
from netdsl.targets.drawing.cards import Repeat
from netdsl.targets.drawing.folding.alike import kernel
from netdsl.targets.drawing.header import SIGNS
from netdsl.targets.drawing.words import PAINTS, caption, detail, dims
from netdsl.targets.summary.words import layer_words, use_words

SMALL = 8, 4, 1
"""A block inside a block with more layers than these is one box: the choices, the preferred first."""
MAIN = {Role.MIX, Role.POOL, Role.DENSE}
NEAR = 12
"""A value that so many operators ago was the one that flows is drawn as a path around them; one before is afar."""


class NotInSeries(Exception):
    """A value is read from afar: no picture of series and parallel paths shows it."""


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Fused:
    """An operator with the norm and activation beside it."""

    operators: tuple[Operator, ...]


@dataclass(frozen=True, slots=True)
class Lanes:
    """Paths side by side that one value enters and that are joined; `split` says that each takes a share of it."""

    lanes: tuple["Series", ...]
    join: str
    split: bool = False


@dataclass(frozen=True, slots=True)
class Bypass:
    """A path and what goes around it: a residual's shortcut, or the way around which a gate weighs."""

    main: "Series"
    above: "Series"
    join: str
    note: str = ""
    dashed: bool = False
    """Whether only some uses have what is above."""


@dataclass(frozen=True, slots=True)
class Series:
    """One after the other."""

    parts: tuple["Part", ...]


Part: TypeAlias = Fused | Lanes | Bypass


@dataclass(frozen=True, slots=True)
class Opened:
    """A block with what it takes and gives, the join that belongs to it included."""

    name: str
    series: Series
    arrives: Shape
    gives: Shape


def opened(repeat: Repeat, others: Sequence[Repeat] = (), small: int = SMALL[0]) -> Opened:
    """The block in this use, with the join around it; what only `others` have in a shortcut is dashed.

    Blocks in it with more than `small` layers stay closed. Raises `NotInSeries`.
    """
    use, around = repeat.use, repeat.around
    if len(use.arrives) != 1:
        raise NotInSeries
    series = _inside(repeat, small)
    for other in others:
        if other.use is not use and _lacks_shortcut(series):
            series = _with_shortcuts(series, _inside(other, small))
    arrives, gives = (around.arrives, around.gives) if around else (use.arrives[0], use.gives)
    return Opened(use.definition.name, series, arrives.shape, gives.shape)


def side_by_side(join: Joining, name: str) -> tuple[Opened, ...]:
    """What runs side by side up to a join, with ever more blocks closed. Raises `NotInSeries`."""
    lines = (_Walk(join.arrives, small).series((join,), "", join.gives) for small in SMALL)
    return tuple(Opened(name, line, join.arrives.shape, join.gives.shape) for line in lines)


def _inside(repeat: Repeat, small: int) -> Series:
    use, around = repeat.use, repeat.around
    if around:
        return _Walk(around.arrives, small, use).series((around,), "", around.gives)
    return _Walk(use.arrives[0], small).series(use.trace, "", use.gives)


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A whole network: its line, and its auxiliary heads, each with what it reads."""

    line: Series
    heads: tuple[Series, ...]


def unfolded(network: Network) -> Unfolded:
    """Every layer of a network. Raises `NotInSeries`."""
    trace = network.root.trace
    line = _Walk(network.root.gives, EVERYTHING).series(trace, "", network.root.gives)
    asides = [run for run in _every(trace) if isinstance(run, AuxRun)]
    heads = [_Walk(run.arrives, EVERYTHING).series(run.body, "", run.gives) for run in asides]
    return Unfolded(line, tuple(heads))


EVERYTHING = 10**9
"""No block is so large that it stays closed."""


def _every(runs: tuple[Run | StepRun, ...]) -> Iterator[Run | StepRun]:
    for run in runs:
        yield run
        yield from _every(parts(run))


class _Walk:
    """Follows the one value that flows, and collects what happens to it."""

    def __init__(self, flow: Tensor, small: int, open_use: Use | None = None) -> None:
        self.flow = flow
        self.small = small
        self.open_use = open_use
        self.found: list[Operator | Part] = []
        self.since: dict[Tensor, int] = {flow: 0}
        """How much had been found when a value was the one that flows."""

    def series(self, trace: tuple[Run | StepRun, ...], prefix: str, gives: Tensor) -> Series:
        """What a trace does to the flow, which must end in what it gives."""
        self.follow(trace, prefix)
        if self.flow is not gives:
            raise NotInSeries
        return Series(tuple(_fused(self.found)))

    def follow(self, trace: tuple[Run | StepRun, ...], prefix: str) -> None:
        """Goes through a trace."""
        for run in trace:
            self.of(run, prefix)

    def of(self, run: Run | StepRun, prefix: str) -> None:
        """Goes through one run."""
        match run:
            case LayerRun():
                self._layer(run, prefix)
            case UseRun():
                self._use(run, prefix)
            case ScopeRun():
                self._from(run.arrives)
                self.follow(run.body, joined(prefix, run.key))
                self._from(run.gives)
            case JoinRun():
                self._join(run, prefix)
            case SplitRun():
                self._split(run, prefix)
            case ResidualRun():
                self._residual(run, prefix)
            case GateRun():
                self._from(run.arrives)
                body = self._branch(run.arrives).series(run.body, prefix, run.inner)
                self._goes_on(run.gives, Bypass(Series(()), body, "multiply"))
            case PathRun() | IfRun() | LoopRun():
                self.follow(parts(run), prefix)
            case InputRun():
                self._goes_on(run.gives)
            case LetRun() | AuxRun() | OutputRun():
                pass
            case _:
                raise NotInSeries

    def _branch(self, flow: Tensor) -> "_Walk":
        return _Walk(flow, self.small, self.open_use)

    def _from(self, value: Tensor) -> None:
        if value is not self.flow:
            raise NotInSeries

    def _goes_on(self, value: Tensor, *found: Operator | Part) -> None:
        self.found += found
        self.flow = value
        self.since.setdefault(value, len(self.found))

    def _layer(self, run: LayerRun, prefix: str) -> None:
        if len(run.arrives) != 1:
            raise NotInSeries
        self._from(run.arrives[0])
        if run.gives is run.arrives[0] or (run.layer.wiring and not run.key and run.layer.role is Role.JOIN):
            return self._goes_on(run.gives)
        arrives = run.arrives[0].shape
        main = run.layer.role in MAIN
        words = " ".join(filter(None, (caption(run.layer), detail(run.layer, (arrives,)) if main else "")))
        key, gives = joined(prefix, run.key), run.gives.shape
        channels = gives.channels if _counts(run) else None
        notes = (key, layer_words(run.layer), f"gives {dims(gives)}")
        return self._goes_on(run.gives, Operator(words, channels, PAINTS[run.layer.role], main, key, gives, notes))

    def _use(self, run: UseRun, prefix: str) -> None:
        if len(run.arrives) != 1:
            raise NotInSeries
        self._from(run.arrives[0])
        key = joined(prefix, run.key)
        if run.use is self.open_use or sum(1 for _ in leaves(run.use)) <= self.small:
            inner = self._branch(run.use.arrives[0])
            inner.follow(run.use.trace, key)
            inner._from(run.use.gives)
            return self._goes_on(run.gives, *inner.found)
        window = kernel(run.use)
        words = run.use.definition.name.replace("_", " ") + (f" {window[0]}×{window[1]}" if window else "")
        notes = (key, use_words(run.use), f"gives {dims(run.gives.shape)}")
        gives, arrives = run.gives.shape, run.arrives[0].shape
        channels = gives.channels if gives.channels != arrives.channels else None
        closed = Operator(words, channels, "convolution", True, key, run.gives.shape, notes)
        return self._goes_on(run.gives, closed)

    def _split(self, run: SplitRun, prefix: str) -> None:
        self._from(run.arrives)
        lanes = (
            self._branch(start).series((branch,), prefix, branch.gives)
            for start, branch in zip(run.parts, run.branches, strict=True)
        )
        self._goes_on(run.gives, Lanes(tuple(lanes), caption(run.layer), split=True))

    def _join(self, run: JoinRun, prefix: str) -> None:
        """Branches that begin at the flow, or one of them there and the others at a value a little before it."""
        starts = [_start(branch) for branch in run.branches]
        lanes = [
            self._branch(start).series((branch,), prefix, branch.gives)
            for start, branch in zip(starts, run.branches, strict=True)
        ]
        places = [self.since.get(start, -1) for start in starts]
        now, earliest = len(self.found), min(places)
        if earliest < now:
            if places.count(now) != 1 or set(places) != {earliest, now} or not 0 <= earliest >= now - NEAR:
                raise NotInSeries
            lane = places.index(now)
            lanes[lane] = Series(tuple(_fused([*self.found[earliest:], *lanes[lane].parts])))
            del self.found[earliest:]
            self.since = {value: at for value, at in self.since.items() if at <= earliest}
        self._goes_on(run.gives, _side_by_side(lanes, caption(run.layer)))

    def _residual(self, run: ResidualRun, prefix: str) -> None:
        self._from(run.arrives)
        body = self._branch(run.arrives)
        main = body.series(run.body, prefix, run.inner)
        if not run.summed:
            return self._goes_on(run.gives, *body.found)
        above = self._branch(run.arrives).series(run.shortcut or (), prefix, run.around)
        return self._goes_on(run.gives, Bypass(main, above, "add"))


def _start(branch: PathRun) -> Tensor:
    """The value that a branch begins with."""
    if not branch.steps:
        return branch.gives
    first = branch.steps[0]
    return first.arrives[0] if isinstance(first, LayerRun | UseRun) else first.arrives


def _side_by_side(lanes: list[Series], join: str) -> Part:
    """Lanes that are joined; what two of them have between an input and its sum is a way around it."""
    if join in SIGNS and len(lanes) == 2 and sum(not lane.parts for lane in lanes) == 1:
        return Bypass(lanes[0] if lanes[0].parts else lanes[1], Series(()), join)
    flat: list[Series] = []
    for lane in lanes:
        match lane.parts:
            case (Lanes(inner, same, split=False),) if same == join:
                flat += inner
            case _:
                flat.append(lane)
    return Lanes(tuple(flat), join)


def _counts(run: LayerRun) -> bool:
    """Whether a layer decides how many channels it gives: it does not give as many as arrive, whatever they are."""
    given = run.layer.channels(Arrives((run.arrives[0].shape,)))
    return run.layer.role in (Role.MIX, Role.DENSE) and given != "in"


def _fused(found: list[Operator | Part]) -> list[Part]:
    """Each operator with the pills beside it: those before it where the path begins with one, else those after it."""
    result: list[Part] = []
    group: list[Operator] = []
    leading = isinstance(found[0], Operator) and not found[0].main if found else False

    def close() -> None:
        if group:
            result.append(Fused(tuple(group)))
            group.clear()

    for part in found:
        if not isinstance(part, Operator):
            close()
            result.append(part)
        elif leading:
            group.append(part)
            if part.main:
                close()
        else:
            if part.main or (group and not any(other.main for other in group)):
                close()
            group.append(part)
    close()
    return result


def _lacks_shortcut(series: Series) -> bool:
    """Whether something goes around that another use may have layers in."""
    return any(isinstance(part, Bypass) and not part.above.parts for part in series.parts)


def _with_shortcuts(series: Series, other: Series) -> Series:
    """The series with shortcuts that only the other has, dashed."""
    if len(series.parts) != len(other.parts):
        return series
    pairs = zip(series.parts, other.parts, strict=True)
    return Series(tuple(_dashed(part, twin) for part, twin in pairs))


def _dashed(part: Part, twin: Part) -> Part:
    if isinstance(part, Bypass) and isinstance(twin, Bypass) and not part.above.parts and twin.above.parts:
        return replace(part, above=twin.above, dashed=True, note="where the shape changes; else the input itself")
    return part
