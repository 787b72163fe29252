"""A walk along values, which makes a line of operators and joins of what a trace does."""

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import TypeAlias

from netdsl.graph.model import (
    AuxRun,
    GateRun,
    InputRun,
    JoinRun,
    LayerRun,
    LetRun,
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
from netdsl.records import by_value
from netdsl.shapes import Shape
from netdsl.targets.drawing.blocks.parts import (
    Arrives,
    Bypass,
    Fused,
    Lanes,
    Operator,
    Part,
    Series,
    Tag,
    begins,
    merged,
    operators,
)
from netdsl.targets.drawing.blocks.values import Names, Values
from netdsl.targets.drawing.folding.looks import kernel
from netdsl.targets.drawing.header import SIGNS
from netdsl.targets.drawing.words import caption, dims
from netdsl.targets.summary.words import use_words

PAIR = 2


class NotInSeries(Exception):
    """A value is read from afar: no picture of series and parallel paths shows it."""


@by_value
class Place:
    """Where the walk stands: in which module, and which values the names there stand for."""

    prefix: str
    known: dict[Tensor, int]


Found: TypeAlias = list[Operator | Part]


@by_value
class _Path:
    """A way to a join: the value with which it begins, if it is not its own, and what stands on it."""

    source: int | None
    found: Found = field(default_factory=list)


class Walk:
    """Follows values along one line of the picture, until it ends or is joined with others."""

    def __init__(
        self, values: Values, small: int | None = None, shown: Use | None = None, heads: list[Found] | None = None
    ) -> None:
        """Blocks with more than `small` layers stay closed, if that is given, but for the use `shown`."""
        self.values = values
        self.small = small
        self.shown = shown
        self.heads: list[Found] = [] if heads is None else heads
        self.found: Found = []
        self.source: int | None = None
        """The value with which the line begins; None where it makes its own."""
        self.at: int | None = None
        """The value that flows."""
        self.marks: dict[int, int] = {}
        """Value -> how much of the line stands before it."""

    def trace(self, trace: tuple[Run | StepRun, ...], place: Place) -> None:
        """All runs, in order."""
        for run in trace:
            self.step(run, place)

    def step(self, run: Run | StepRun, place: Place) -> None:
        """One run."""
        match run:
            case InputRun():
                value = self.values.new(run.gives.shape)
                words = f"input {dims(run.gives.shape)}"
                self.found.append(Arrives((Tag(value, words, run.gives.shape, port=True),)))
                self._give(value, run.gives, place)
            case LayerRun():
                self._layer(run, place)
            case UseRun() | ScopeRun():
                self._module(run, place)
            case JoinRun() | SplitRun() | ResidualRun() | GateRun():
                self._join(run, place)
            case AuxRun():
                self._head(run, place)
            case OutputRun():
                for name, given in run.outputs:
                    self.output(f"output {name}", place.known[given])
            case LetRun():
                pass
            case _:
                self.trace(parts(run), place)
                if isinstance(run, PathRun) and run.target:
                    self._names(place.known[run.gives]).targets.append(run.target)

    def reach(self, value: int) -> None:
        """The line goes on with a value, which comes from afar if it does not flow."""
        self.values.read.add(value)
        if self.at is None and not self.found:
            self.source = value
        elif value != self.at:
            self.found.append(Arrives((self.values.tag(value),)))
        else:
            return
        self.at = value
        self.marks[value] = len(self.found)

    def output(self, words: str, value: int) -> None:
        """A value is a result of the network; the next walk shows it where it is made."""
        self.values.read.add(value)
        known = self.values.ports.setdefault(value, [])
        said = f"{words} {dims(self.values.shapes[value])}"
        if said not in known:
            known.append(said)

    def _names(self, value: int) -> Names:
        return self.values.names.setdefault(value, Names())

    def _give(self, value: int, tensor: Tensor, place: Place) -> None:
        """A value was made at the end of the line."""
        place.known[tensor] = self.at = value
        self.found += self.values.leaving(value)
        self.marks[value] = len(self.found)

    def _layer(self, run: LayerRun, place: Place) -> None:
        if run.gives is run.arrives[0]:
            return
        key = joined(place.prefix, run.key)
        arrives = tuple(place.known[value] for value in run.arrives)
        if run.layer.role is Role.JOIN and run.layer.wiring:
            if len(arrives) == 1:
                place.known[run.gives] = arrives[0]
                return
            self.values.read.update(arrives)
            self._joined([_Path(value) for value in arrives], caption(run.layer), None, run.gives.shape)
        else:
            self.reach(arrives[0])
            self.found.append(self.values.operator(run, key))
        self._give(self.values.new(run.gives.shape), run.gives, place)
        if run.key:
            self._names(place.known[run.gives]).modules.append(key)

    def _module(self, run: UseRun | ScopeRun, place: Place) -> None:
        key = joined(place.prefix, run.key)
        if isinstance(run, ScopeRun):
            self.trace(run.body, Place(key, place.known))
        elif self._opens(run.use):
            pairs = zip(run.use.arrives, run.arrives, strict=True)
            inner = Place(key, {inside: place.known[outside] for inside, outside in pairs})
            for name, tensor in zip(run.use.definition.inputs, run.use.arrives, strict=False):
                self._names(inner.known[tensor]).inputs.append(name)
            self.trace(run.use.trace, inner)
            place.known[run.gives] = inner.known[run.use.gives]
        else:
            self._closed(run, key, place)
        self._names(place.known[run.gives]).modules.append(key)

    def _opens(self, use: Use) -> bool:
        return use is self.shown or self.small is None or sum(1 for _ in leaves(use)) <= self.small

    def _closed(self, run: UseRun, key: str, place: Place) -> None:
        if len(run.arrives) != 1:
            raise NotInSeries
        self.reach(place.known[run.arrives[0]])
        window = kernel(run.use)
        words = run.use.definition.name.replace("_", " ") + (f" {window[0]}×{window[1]}" if window else "")
        notes = (key, use_words(run.use), f"gives {dims(run.gives.shape)}")
        gives, arrives = run.gives.shape.channels, run.arrives[0].shape.channels
        channels = gives if gives != arrives else None
        self.found.append(Operator(words, channels, "convolution", True, key, run.gives.shape, notes))
        self._give(self.values.new(run.gives.shape), run.gives, place)

    def _head(self, run: AuxRun, place: Place) -> None:
        """An auxiliary head is a line of its own, which begins with a value from afar."""
        walk = self._new()
        walk.trace(run.body, place)
        walk.reach(place.known[run.gives])
        self.output("auxiliary output", place.known[run.gives])
        self.heads.append([*self._arriving(walk.source), *walk.found])

    def _new(self) -> "Walk":
        return Walk(self.values, self.small, self.shown, self.heads)

    def _path(self, trace: tuple[Run | StepRun, ...], gives: Tensor, place: Place) -> _Path:
        walk = self._new()
        walk.trace(trace, place)
        walk.reach(place.known[gives])
        return _Path(walk.source, walk.found)

    def _arriving(self, source: int | None) -> list[Part]:
        return [] if source is None else [Arrives((self.values.tag(source),))]

    def _join(self, run: JoinRun | SplitRun | ResidualRun | GateRun, place: Place) -> None:
        arrives, value = place.known[run.arrives], self.values.new(run.gives.shape)
        match run:
            case SplitRun():
                self._split(run, place, value in self.values.dead)
            case JoinRun():
                paths = [self._path((branch,), branch.gives, place) for branch in run.branches]
                self._joined(paths, caption(run.layer), arrives, run.gives.shape)
            case GateRun():
                self.values.read.add(arrives)
                self._around(
                    _Path(arrives), self._path(run.body, run.inner, place), "multiply", arrives, run.gives.shape
                )
            case ResidualRun() if run.summed:
                main = self._path(run.body, run.inner, place)
                self._around(main, self._path(run.shortcut or (), run.around, place), "add", arrives, run.gives.shape)
            case ResidualRun():
                self.trace(run.body, place)
                place.known[run.gives] = place.known[run.inner]
                return
        self._give(value, run.gives, place)

    def _split(self, run: SplitRun, place: Place, dead: bool) -> None:
        self.reach(place.known[run.arrives])
        lanes = []
        for share, branch in zip(run.parts, run.branches, strict=True):
            walk = self._new()
            walk._give(self.values.new(share.shape), share, place)
            walk.trace((branch,), place)
            walk.reach(place.known[branch.gives])
            lanes.append(Series(fused(walk.found)))
        if dead:
            lanes = [lane for lane in lanes if lane.parts]
        if lanes:
            self.found.append(Lanes(tuple(lanes), "" if dead else caption(run.layer), run.gives.shape, split=True))

    def _around(self, main: _Path, above: _Path, join: str, arrives: int, gives: Shape) -> None:
        """A join of two paths, of which the second goes around the first where both begin with one value."""
        if main.source is None or main.source != above.source:
            self._joined([main, above], join, arrives, gives)
            return
        self.reach(main.source)
        self.found.append(Bypass(Series(fused(main.found)), Series(fused(above.found)), join, gives))

    def _joined(self, paths: Sequence[_Path], join: str, arrives: int | None, gives: Shape) -> None:
        """Paths that end in one join; those that do not begin with the value that flows begin with a tag."""
        sources = [path.source for path in paths]
        fork = self._fork(sources, arrives)
        if len(paths) == PAIR and fork is not None and sources.count(fork) == 1:
            main, other = sorted(paths, key=lambda path: path.source != fork)
            between = self._since(other.source)
            if between is not None:
                del self.found[len(self.found) - len(between) :]
                self.marks = {value: at for value, at in self.marks.items() if at <= len(self.found)}
                longer = _Path(other.source, [*between, *main.found])
                self.found.append(_pair([longer if path is main else path for path in paths], longer, join, gives))
                return
        if fork is not None:
            self.reach(fork)
        lanes = [
            Series((*self._arriving(path.source if path.source != fork else None), *fused(path.found)))
            for path in paths
        ]
        self.found.append(_side_by_side(lanes, join, gives))

    def _fork(self, sources: list[int | None], arrives: int | None) -> int | None:
        """The value that enters several paths from one point, if there is one: that which flows, else the only one."""
        flows = arrives if self.at is None and not self.found else self.at
        return flows if flows in sources else sources[0] if len(set(sources)) == 1 else None

    def _since(self, value: int | None) -> Found | None:
        """What stands on the line after a value, if a wire can go around it: it is one line at one size of map."""
        if value not in self.marks:
            return None
        between = self.found[self.marks[value] :]
        own = self.values.shapes[value].space
        spaces = {operator.output.space for operator in operators(Series(fused(between)))}
        return between if spaces <= {own} and not any(_begins(part) for part in between) else None


def _begins(part: Operator | Part) -> bool:
    return not isinstance(part, Operator) and begins(part)


def _pair(paths: Sequence[_Path], main: _Path, join: str, gives: Shape) -> Part:
    """Two paths from one value: one around the other where a circle joins them, else side by side."""
    lanes = {id(path): Series(fused(path.found)) for path in paths}
    match lanes[id(main)].parts:
        case (Lanes(join=same),) if same == join:
            return Lanes(_flat(lanes.values(), join), join, gives)
    if join not in SIGNS:
        return Lanes(tuple(lanes.values()), join, gives)
    (above,) = (lane for key, lane in lanes.items() if key != id(main))
    return Bypass(lanes[id(main)], above, join, gives)


def _flat(lanes: Iterable[Series], join: str) -> tuple[Series, ...]:
    """The lanes, with those of a lane that is nothing but the same join in its place: a sum of sums is one."""
    found: list[Series] = []
    for lane in lanes:
        match lane.parts:
            case (Lanes(lanes=inner, join=same, split=False),) if same == join:
                found += inner
            case _:
                found.append(lane)
    return tuple(found)


def _side_by_side(lanes: list[Series], join: str, gives: Shape) -> Part:
    """Lanes to one join; values that only arrive there stand in one lane where they follow each other."""
    away = [lane for lane in lanes if lane.parts and begins(lane.parts[0])]
    if len(lanes) == PAIR and away and join in SIGNS:
        main, above = sorted(lanes, key=lambda lane: lane is away[-1])
        return Bypass(main, above, join, gives)
    return Lanes(merged(lanes), join, gives)


def _resizes(part: Operator, before: Operator) -> bool:
    """Whether a map comes out larger or smaller than from the operator before: it is none of the boxes beside it."""
    return bool(part.output.space) and part.output.space != before.output.space


def fused(found: Found) -> tuple[Part, ...]:
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
            if part.main or (group and (_resizes(part, group[-1]) or not any(other.main for other in group))):
                close()
            group.append(part)
    close()
    return tuple(result)
