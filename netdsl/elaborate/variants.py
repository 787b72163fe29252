"""Which open numbers of a net could be others: it is elaborated again with each changed alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from netdsl.graph.model import (
    AuxRun,
    GateRun,
    IfRun,
    InputRun,
    JoinRun,
    LayerRun,
    LoopRun,
    PathRun,
    ResidualRun,
    Run,
    ScopeRun,
    SplitRun,
    StepRun,
    Trace,
    Use,
    UseRun,
    Value,
)
from netdsl.graph.values import evaluate
from netdsl.tree.expressions import Attribute, Expr, Name
from netdsl.tree.statements import Call, If, Repeat, Residual
from netdsl.tree.walk import within


class Variants(Mapping[str, Use]):
    """For each of `names` that stands for a number and may be another: the use with that number changed.

    It may be another where the same modules stand under the same keys on the same input, every argument that stands on
    it is that number itself, and nothing is decided by it. They are worked out when they are first asked for: who
    checks or draws a net does not ask.
    """

    def __init__(self, names: Iterable[str], use: Use, again: Callable[[Mapping[str, Value]], Use | None]) -> None:
        self.names = names
        self.use = use
        self.again = again

    def __getitem__(self, name: str) -> Use:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def _all(self) -> dict[str, Use]:
        changed = ((name, self._changed(name)) for name in self.names)
        return {name: use for name, use in changed if use is not None}

    def _changed(self, name: str) -> Use | None:
        value = self.use.numbers[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        other = 3 * value if isinstance(value, int) else value / 2 + 0.0625
        changed = self.again({name: other})
        return changed if changed is not None and _same_use(self.use, changed, (value, other)) else None


Change = tuple[int | float, int | float]


def _same_use(a: Use, b: Use, change: Change) -> bool:
    return a is b or (_same_numbers(a.numbers, b.numbers, change) and _same_trace(a.trace, b.trace, change))


def _same_numbers(a: Mapping[str, object], b: Mapping[str, object], change: Change) -> bool:
    return a.keys() == b.keys() and all(a[name] == b[name] or (a[name], b[name]) == change for name in a)


def _same_trace(a: Trace | tuple[StepRun, ...] | None, b: Trace | tuple[StepRun, ...] | None, change: Change) -> bool:
    if a is None or b is None:
        return a is b
    return len(a) == len(b) and all(_same_run(x, y, change) for x, y in zip(a, b, strict=True))


def _same_run(a: Run | StepRun, b: Run | StepRun, change: Change) -> bool:
    if a.node is not b.node or not _decided_alike(a, b) or not _said_alike(a, b):
        return False
    match a, b:
        case InputRun(), InputRun():
            return a.gives.shape == b.gives.shape
        case LayerRun(), LayerRun():
            same = a.key == b.key and type(a.layer) is type(b.layer)
            return same and _same_numbers(a.layer.__dict__, b.layer.__dict__, change)
        case UseRun(), UseRun():
            return a.key == b.key and a.use.definition is b.use.definition and _same_use(a.use, b.use, change)
        case PathRun(), PathRun():
            return a.target == b.target and _same_trace(a.steps, b.steps, change)
        case ScopeRun(), ScopeRun():
            return a.key == b.key and _same_trace(a.body, b.body, change)
        case ResidualRun(), ResidualRun():
            same = a.summed == b.summed and (a.drop == b.drop or (a.drop, b.drop) == change)
            return same and _same_trace(a.body, b.body, change) and _same_trace(a.shortcut, b.shortcut, change)
        case IfRun(), IfRun():
            return a.taken == b.taken and _same_trace(a.body, b.body, change)
        case LoopRun(), LoopRun():
            same = len(a.trips) == len(b.trips)
            return same and all(_same_trace(x.body, y.body, change) for x, y in zip(a.trips, b.trips, strict=True))
        case JoinRun() | SplitRun() | GateRun() | AuxRun(), JoinRun() | SplitRun() | GateRun() | AuxRun():
            return _same_trace(a.body, b.body, change)
    return True


def _decided_alike(a: Run | StepRun, b: Run | StepRun) -> bool:
    """Whether nothing that changed decides what is built."""
    match a.node:
        case If(condition=condition):
            return _reads_alike(condition, a, b)
        case Repeat(count=count):
            return _reads_alike(count, a, b)
        case Residual(condition=condition, shortcut=shortcut):
            conditions = (condition, shortcut.condition if shortcut is not None else None)
            return all(_reads_alike(expr, a, b) for expr in conditions if expr is not None)
    return True


def _said_alike(a: Run | StepRun, b: Run | StepRun) -> bool:
    """Whether an argument that reads what changed has changed as well: it does not choose, round or bound."""
    return not isinstance(a.node, Call) or all(
        _reads_alike(argument.value, a, b) or evaluate(argument.value, a.names) != evaluate(argument.value, b.names)
        for argument in a.node.arguments or ()
    )


def _reads_alike(expr: Expr, a: Run | StepRun, b: Run | StepRun) -> bool:
    """Whether all that `expr` reads is worth the same in both."""
    for part in within(expr):
        if isinstance(part, Name) and a.names.numbers.get(part.name) != b.names.numbers.get(part.name):
            return False
        if isinstance(part, Attribute) and evaluate(part, a.names) != evaluate(part, b.names):
            return False
    return True
