"""A block as series and parallel paths of operators; all that a picture of it shows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from netdsl.graph.model import (
    AuxRun,
    GateRun,
    IfRun,
    InputRun,
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
from netdsl.layers.base import Role
from netdsl.shapes import Shape
from netdsl.targets.drawing.folding.alike import kernel
from netdsl.targets.drawing.words import PAINTS, caption, detail, dims
from netdsl.targets.summary.words import layer_words, use_words

SMALL = 8, 4, 1
"""A block inside a block with more layers than these is one box: the choices, the preferred first."""
MAIN = {Role.MIX, Role.POOL, Role.DENSE}


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
    """A block with what it takes and gives."""

    name: str
    series: Series
    arrives: Shape
    gives: Shape


def opened(use: Use, others: tuple[Use, ...] = (), small: int = SMALL[0]) -> Opened:
    """The block in this use; what only `others` have in a shortcut is dashed.

    Blocks in it with more than `small` layers stay closed. Raises `NotInSeries`.
    """
    if len(use.arrives) != 1:
        raise NotInSeries
    series = _Walk(use.arrives[0], small).series(use.trace, "", use.gives)
    for other in others:
        if other is not use and _lacks_shortcut(series):
            series = _with_shortcuts(series, _Walk(other.arrives[0], small).series(other.trace, "", other.gives))
    return Opened(use.definition.name, series, use.arrives[0].shape, use.gives.shape)


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
    """Follows the one value that flows."""

    def __init__(self, flow: Tensor, small: int) -> None:
        self.flow = flow
        self.small = small

    def series(self, trace: tuple[Run | StepRun, ...], prefix: str, gives: Tensor) -> Series:
        """What a trace does to the flow, which must end in what it gives."""
        found = self.parts(trace, prefix)
        if self.flow is not gives:
            raise NotInSeries
        return Series(tuple(_fused(found)))

    def parts(self, trace: tuple[Run | StepRun, ...], prefix: str) -> list[Operator | Part]:
        """The operators and parts of a trace."""
        return [part for run in trace for part in self.of(run, prefix)]

    def of(self, run: Run | StepRun, prefix: str) -> list[Operator | Part]:
        """The operators and parts of one run."""
        match run:
            case LayerRun():
                return self._layer(run, prefix)
            case UseRun():
                return self._use(run, prefix)
            case ScopeRun():
                self._from(run.arrives)
                found = self.parts(run.body, joined(prefix, run.key))
                return self._gives(run.gives, found)
            case JoinRun() | SplitRun():
                return self._lanes(run, prefix)
            case ResidualRun():
                return self._residual(run, prefix)
            case GateRun():
                self._from(run.arrives)
                body = _Walk(run.arrives, self.small).series(run.body, prefix, run.inner)
                self.flow = run.gives
                return [Bypass(Series(()), body, "multiply")]
            case PathRun() | IfRun() | LoopRun():
                return self.parts(parts(run), prefix)
            case InputRun():
                self.flow = run.gives
                return []
            case LetRun() | AuxRun() | OutputRun():
                return []
            case _:
                raise NotInSeries

    def _from(self, value: Tensor) -> None:
        if value is not self.flow:
            raise NotInSeries

    def _gives(self, value: Tensor, found: list[Operator | Part]) -> list[Operator | Part]:
        """What a scope or a join gives may be the flow under another name, but no other value."""
        if self.flow is not value:
            raise NotInSeries
        return found

    def _layer(self, run: LayerRun, prefix: str) -> list[Operator | Part]:
        if len(run.arrives) != 1:
            raise NotInSeries
        self._from(run.arrives[0])
        self.flow = run.gives
        if run.gives is run.arrives[0] or (run.layer.wiring and not run.key and run.layer.role is Role.JOIN):
            return []
        arrives = run.arrives[0].shape
        main = run.layer.role in MAIN
        words = " ".join(filter(None, (caption(run.layer), detail(run.layer, (arrives,)) if main else "")))
        channels = run.gives.shape.channels if main and run.gives.shape.channels != arrives.channels else None
        notes = (joined(prefix, run.key), layer_words(run.layer), f"gives {dims(run.gives.shape)}")
        return [
            Operator(words, channels, PAINTS[run.layer.role], main, joined(prefix, run.key), run.gives.shape, notes)
        ]

    def _use(self, run: UseRun, prefix: str) -> list[Operator | Part]:
        if len(run.arrives) != 1:
            raise NotInSeries
        self._from(run.arrives[0])
        self.flow = run.gives
        key = joined(prefix, run.key)
        if sum(1 for _ in leaves(run.use)) <= self.small:
            inner = _Walk(run.use.arrives[0], self.small)
            found = inner.parts(run.use.trace, key)
            if inner.flow is not run.use.gives:
                raise NotInSeries
            return found
        window = kernel(run.use)
        words = run.use.definition.name.replace("_", " ") + (f" {window[0]}×{window[1]}" if window else "")
        notes = (key, use_words(run.use), f"gives {dims(run.gives.shape)}")
        return [Operator(words, run.gives.shape.channels, "convolution", True, key, run.gives.shape, notes)]

    def _lanes(self, run: JoinRun | SplitRun, prefix: str) -> list[Operator | Part]:
        self._from(run.arrives)
        starts = run.parts if isinstance(run, SplitRun) else (run.arrives,) * len(run.branches)
        lanes = tuple(
            _Walk(start, self.small).series((branch,), prefix, branch.gives)
            for start, branch in zip(starts, run.branches, strict=True)
        )
        self.flow = run.gives
        return [Lanes(lanes, caption(run.layer), isinstance(run, SplitRun))]

    def _residual(self, run: ResidualRun, prefix: str) -> list[Operator | Part]:
        self._from(run.arrives)
        body = _Walk(run.arrives, self.small)
        found = body.parts(run.body, prefix)
        if body.flow is not run.inner:
            raise NotInSeries
        self.flow = run.gives
        if not run.summed:
            return found
        above = _Walk(run.arrives, self.small).series(run.shortcut or (), prefix, run.around)
        return [Bypass(Series(tuple(_fused(found))), above, "add")]


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
