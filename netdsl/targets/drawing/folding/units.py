"""From a network to its units: the walk that says which unit each value comes from."""

from netdsl.graph.cost import Cost, Costs
from netdsl.graph.model import (
    AuxRun,
    GateRun,
    InputRun,
    Joining,
    JoinRun,
    LayerRun,
    Network,
    OutputRun,
    ResidualRun,
    Run,
    ScopeRun,
    SplitRun,
    StepRun,
    Tensor,
    Use,
    UseRun,
)
from netdsl.graph.walk import joined, parts
from netdsl.layers.base import Arrives, Role
from netdsl.targets.drawing.folding.looks import Looks
from netdsl.targets.drawing.folding.model import Aside, Group, Inside, Parted, Sources, Unit, every
from netdsl.targets.drawing.words import OPERATORS, caption


def parted(network: Network) -> Parted:
    """The network in units."""
    walk = _Walk(_Seen())
    items = walk.inside(network.root.trace, "")
    result = walk.sources[network.root.gives]
    last = result.units[0].whole
    if len(result.units) > 1:
        last = Unit("", None, network.output, network.output, Cost(), "output", reads=result.units, join=result.join)
        items.append(last)
    walk.settle(last)
    outputs = [(name, walk.sources[value].units[0].whole, value.shape) for name, value in walk.outputs]
    return Parted(items, walk.heads, outputs, last, walk.costs.of(network.root), walk.costs)


class _Seen:
    """What uses cost, look like and hold; each is looked at once."""

    def __init__(self) -> None:
        self.costs = Costs()
        self.looks = Looks()
        self.inside: dict[Use, Inside] = {}


class _Walk:
    """Follows values through a trace and says which unit each comes from."""

    def __init__(self, seen: _Seen) -> None:
        self.seen = seen
        self.costs = seen.costs
        self.sources: dict[Tensor, Sources] = {}
        self.heads: list[Aside] = []
        self.outputs: list[tuple[str, Tensor]] = []
        self.pending: list[tuple[str, Cost]] = []
        """Norms and activations that no operator stands before; the next one takes them."""
        self.newest: Unit | None = None
        """The unit at the tip; what others are changed by later is an affair of those who read it."""

    def inside(self, trace: tuple[Run | StepRun, ...], prefix: str) -> list[Unit | Group]:
        """The units of a scope."""
        found: list[Unit | Group] = []
        for run in trace:
            found += self.of(run, prefix)
        return found

    def of(self, run: Run | StepRun, prefix: str) -> list[Unit | Group]:
        """The units of one run; what it gives gets its sources."""
        match run:
            case InputRun():
                unit = Unit("", None, run.gives.shape, run.gives.shape, Cost(), "input")
                self.sources[run.gives] = Sources([unit])
                return [unit]
            case LayerRun():
                return self._layer(run, prefix)
            case UseRun():
                return self._use(run, prefix)
            case ScopeRun():
                key = joined(prefix, run.key)
                return _grouped(run.key, key, self.inside(run.body, key))
            case JoinRun() | ResidualRun() | GateRun() | SplitRun():
                return self._joined(run, prefix)
            case AuxRun():
                self._head(run, prefix)
                return []
            case OutputRun():
                self.outputs += run.outputs
                return []
            case _:
                return self.inside(parts(run), prefix)

    def settle(self, unit: Unit) -> None:
        """Gives what no operator followed to the last one."""
        for key, cost in self.pending:
            unit.keys.append(key)
            unit.cost += cost
        self.pending.clear()

    def _read(self, values: tuple[Tensor, ...]) -> Sources:
        found = [self.sources[value] for value in values]
        units = list(dict.fromkeys(unit.whole for source in found for unit in source.units))
        return Sources(units, next((source.join for source in found if source.join), ""))

    def _layer(self, run: LayerRun, prefix: str) -> list[Unit | Group]:
        key = joined(prefix, run.key)
        source = self._read(run.arrives)
        if len(run.arrives) > 1:
            self.sources[run.gives] = Sources(source.units, caption(run.layer) if len(source.units) > 1 else "")
            return []
        if not _is_operator(run):
            self._beside(run, key, source)
            return []
        unit = Unit(key, run, run.arrives[0].shape, run.gives.shape, self.costs.step(run), keys=[key])
        unit.label = "" if run.key.isdecimal() else run.key
        return [self._new(unit, source, run.gives)]

    def _beside(self, run: LayerRun, key: str, source: Sources) -> None:
        """Adds a norm, an activation and the like to the operator before, or keeps it for the one after."""
        self.sources[run.gives] = source
        if run.layer.wiring and not run.key:
            return
        if len(source.units) == 1:
            unit = source.units[0]
            if unit is self.newest and (run.gives.shape.space or not unit.gives.space):
                unit.gives = run.gives.shape
            unit.cost += self.costs.step(run)
            unit.keys += [key] if run.key else []
        else:
            self.pending.append((key, self.costs.step(run)))

    def _new(self, unit: Unit, source: Sources, gives: Tensor) -> Unit:
        unit.reads, unit.join = source.units, source.join
        self.newest = unit
        self.settle(unit)
        self.sources[gives] = Sources([unit])
        return unit

    def _use(self, run: UseRun, prefix: str) -> list[Unit | Group]:
        key, label = joined(prefix, run.key), "" if run.key.isdecimal() else run.key
        source, inside, cost = self._read(run.arrives), self._inside(run.use), self.costs.of(run.use)
        if inside.is_row:
            return _grouped(run.key, key, self._opened(run, key))
        unit = Unit(key, run, run.arrives[0].shape, run.gives.shape, cost, label, [key], operators=inside.operators)
        if alone := inside.alone:
            unit.key, unit.run, unit.label = joined(key, alone.key), alone.run, label or alone.label
            unit.notes, unit.around, unit.look = [*alone.notes], alone.around, alone.look
        else:
            unit.look = self.seen.looks.of(run.use)
        return [self._new(unit, source, run.gives)]

    def _inside(self, use: Use) -> Inside:
        found = self.seen.inside.get(use)
        if found is None:
            inner = _Walk(self.seen)
            for arriving in use.arrives:
                inner.sources[arriving] = Sources([Unit("", None, arriving.shape, arriving.shape, Cost())])
            units, result = list(every(inner.inside(use.trace, ""))), inner.sources[use.gives]
            is_operator = len(units) == 1 and units[0].operators == 1 and not units[0].towers and not result.join
            alone = units[0] if is_operator else None
            in_series = len(use.arrives) == 1 and not result.join and not any(unit.join for unit in units)
            found = self.seen.inside[use] = Inside(alone, _one_block(units) and in_series, len(units))
        return found

    def _opened(self, run: UseRun, key: str) -> list[Unit | Group]:
        """The units of a use of which each is shown."""
        self.sources[run.use.arrives[0]] = self._read(run.arrives)
        items = self.inside(run.use.trace, key)
        self.sources[run.gives] = self.sources[run.use.gives]
        return items

    def _joined(self, run: Joining, prefix: str) -> list[Unit | Group]:
        arriving = self._read((run.arrives,))
        if isinstance(run, SplitRun):
            self.sources.update(dict.fromkeys(run.parts, arriving))
        lanes = [lane for lane in (self.inside(runs, prefix) for runs in _lanes(run)) if lane]
        items = [item for lane in lanes for item in lane]
        units = list(every(items))
        beside = [lane for lane in lanes if next(every(lane)).reads == arriving.units]
        if isinstance(run, ResidualRun) and not run.summed:
            self.sources[run.gives] = self.sources[run.inner]
            return items
        if len(units) == 1 and len(beside) == 1:
            return self._around(run, units[0], items)
        if len(beside) > 1 and len(beside) == len(lanes):
            return [self._towers(run, lanes, arriving)]
        self.sources[run.gives] = self._read(_joins(run))
        if len(self.sources[run.gives].units) > 1:
            self.sources[run.gives].join = _word(run)
        return items

    def _around(self, run: Joining, unit: Unit, items: list[Unit | Group]) -> list[Unit | Group]:
        """A join around one unit belongs to it."""
        unit.gives = run.gives.shape
        unit.notes.append(f"result and input: {_word(run)}")
        unit.around = run
        self.sources[run.gives] = Sources([unit])
        return items

    def _towers(self, run: Joining, lanes: list[list[Unit | Group]], arriving: Sources) -> Unit:
        """Units side by side that read one value are one unit."""
        units = [unit for lane in lanes for unit in every(lane)]
        cost = sum((unit.cost for unit in units), Cost())
        keys = [key for unit in units for key in unit.keys]
        label = " | ".join(map(_called, lanes))
        one = Unit(keys[0], None, run.arrives.shape, run.gives.shape, cost, label, keys, operators=len(units))
        one.reads, one.join = arriving.units, arriving.join
        one.towers = tuple(list(every(lane))[-1] for lane in lanes)
        one.notes.append(f"{len(lanes)} paths, {_word(run)}")
        one.around = run
        for unit in units:
            unit.into = one
        self.sources[run.gives] = Sources([one])
        return one

    def _head(self, run: AuxRun, prefix: str) -> None:
        arriving = self._read((run.arrives,)).units
        known = dict(self.sources)
        pending, self.pending = self.pending, []
        units = list(every(self.inside(run.body, prefix)))
        self.sources, self.pending = known, pending
        labels = [unit.label for unit in units if unit.label]
        name = labels[0] if len(labels) == 1 else f"aux head {len(self.heads) + 1}"
        cost = sum((unit.cost for unit in units), Cost())
        reads = (units[0].reads if units else []) or arriving
        self.heads.append(Aside(name, reads[0], Cost(cost.parameters), [key for unit in units for key in unit.keys]))


def _called(lane: list[Unit | Group]) -> str:
    """A path by its scope's label, else by its first unit's, block or operator."""
    first = lane[0]
    if isinstance(first, Group):
        return first.label
    if first.label or not isinstance(first.run, LayerRun):
        return first.label or first.block
    return caption(first.run.layer)


def _lanes(run: Joining) -> list[tuple[Run | StepRun, ...]]:
    """What runs side by side."""
    match run:
        case ResidualRun():
            return [run.body, run.shortcut or ()]
        case GateRun():
            return [run.body]
        case _:
            return [(branch,) for branch in run.branches]


def _joins(run: Joining) -> tuple[Tensor, ...]:
    """The values that are made one."""
    match run:
        case ResidualRun():
            return run.inner, run.around
        case GateRun():
            return run.inner, run.arrives
        case _:
            return tuple(branch.gives for branch in run.branches)


def _word(run: Joining) -> str:
    """How a join is called."""
    match run:
        case ResidualRun():
            return "add"
        case GateRun():
            return "multiply"
        case _:
            return caption(run.layer)


def _grouped(label: str, key: str, items: list[Unit | Group]) -> list[Unit | Group]:
    """A scope's units as a group; a single operator is itself, with the scope's name."""
    units = list(every(items))
    name = "" if label.isdecimal() else label
    if len(units) == 1 and not units[0].block:
        units[0].label = name or units[0].label
        return items
    return [Group(name, key, items)] if units else []


def _one_block(units: list[Unit]) -> bool:
    """Whether these are uses of one block and nothing else."""
    return len(units) > 1 and all(unit.block for unit in units) and len({unit.block for unit in units}) == 1


def _is_operator(run: LayerRun) -> bool:
    """Whether a layer is a unit of its own: it mixes or pools, or it makes the map larger."""
    grows = run.gives.shape.positions > run.arrives[0].shape.positions
    return grows or (run.layer.role in OPERATORS and not _keeps(run))


def _keeps(run: LayerRun) -> bool:
    """Whether a pool leaves the map as it is: its window is one position at each step."""
    window = run.layer.window(Arrives((run.arrives[0].shape,)))
    plain = window is None or (window.kernel == (1, 1) and window.stride == (1, 1))
    return run.layer.role is Role.POOL and plain and run.arrives[0].shape == run.gives.shape
