"""What there is to write: every use of every block, every scope, and who reads which value."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from netdsl.graph.model import (
    AuxRun,
    GateRun,
    IfRun,
    InputRun,
    JoinRun,
    LayerRun,
    LetRun,
    LoopRun,
    OutputRun,
    Partial,
    PathRun,
    ResidualRun,
    ScopeRun,
    SplitRun,
    Tensor,
    Trace,
    Use,
    UseRun,
)
from netdsl.graph.walk import parts
from netdsl.layers.base import Arrives
from netdsl.tree.expressions import Attribute, Name
from netdsl.tree.statements import Block, Body, For, Path, Repeat, Scope
from netdsl.tree.walk import bodies, expressions, labels, statements, within

Key = tuple[Any, ...]
"""What makes one class: a block with the blocks it is given as arguments, or a scope in one."""


def key_of(use: Use) -> Key:
    """Uses of one key share a class."""
    given = (value for value in use.numbers.values() if isinstance(value, Partial))
    return (use.definition, *((v.target, v.fixed) for v in given if isinstance(v.target, Block)))


@dataclass
class Survey:
    """Everything below a root."""

    uses: dict[Key, list[Use]] = field(default_factory=dict)
    scopes: dict[Key, list[ScopeRun]] = field(default_factory=dict)
    runs: dict[Block | Scope, list[Use | ScopeRun]] = field(default_factory=dict)
    """All uses of a definition, and all runs of a scope."""
    scope_uses: dict[ScopeRun, Use] = field(default_factory=dict)
    scope_keys: dict[ScopeRun, Key] = field(default_factory=dict)
    common: set[Use] = field(default_factory=set)
    """Uses of the net as it is, without those that only a variant has."""
    callers: dict[Use, set[Any]] = field(default_factory=dict)
    """A use -> the places in the text that call it."""
    reads: Counter[Tensor] = field(default_factory=Counter)
    made_in: dict[Tensor, tuple[ScopeRun, ...]] = field(default_factory=dict)
    escapes: dict[ScopeRun, list[Tensor]] = field(default_factory=dict)
    """Values of a scope that are read outside of it, besides what it gives."""
    captures: set[ScopeRun] = field(default_factory=set)
    """Scopes that read values from around them, besides what arrives."""
    _seen: set[Use] = field(default_factory=set)

    def add(self, use: Use, common: bool) -> None:
        """Adds a use with all that is in it."""
        if common:
            self.common.add(use)
        if use in self._seen:
            return
        self._seen.add(use)
        self.uses.setdefault(key_of(use), []).append(use)
        self.runs.setdefault(use.definition, []).append(use)
        self._runs(use.trace, (), use, common)
        self._read(use.gives, ())

    def _runs(self, runs: Iterable[Any], inside: tuple[ScopeRun, ...], use: Use, common: bool) -> None:
        for run in runs:
            within = inside
            if isinstance(run, ScopeRun):
                key = (*key_of(use), run.node)
                self.scopes.setdefault(key, []).append(run)
                self.runs.setdefault(run.node, []).append(run)
                self.scope_keys[run], self.scope_uses[run] = key, use
                within = (*inside, run)
            if isinstance(run, UseRun):
                self.callers.setdefault(run.use, set()).add(run.node)
                self.add(run.use, common)
            self._runs(run.body if isinstance(run, ScopeRun) else parts(run), within, use, common)
            for tensor in _made_by(run):
                self.made_in.setdefault(tensor, inside)
            for tensor in (*_read_by(run), *_measured_by(run)):
                self._read(tensor, inside)
            if _is_wire(run):
                self._leave(run.arrives[0], inside)

    def _read(self, tensor: Tensor, inside: tuple[ScopeRun, ...]) -> None:
        self.reads[tensor] += 1
        self._leave(tensor, inside)
        home = self.made_in.get(tensor, ())
        for depth, scope in enumerate(inside):
            if tensor is not scope.arrives and (depth >= len(home) or home[depth] is not scope):
                self.captures.add(scope)

    def _leave(self, tensor: Tensor, inside: tuple[ScopeRun, ...]) -> None:
        for depth, scope in enumerate(self.made_in.get(tensor, ())):
            left = depth >= len(inside) or inside[depth] is not scope
            if left and tensor is not scope.gives and tensor not in self.escapes.setdefault(scope, []):
                self.escapes[scope].append(tensor)

    def is_chain(self, runs: Iterable[ScopeRun]) -> bool:
        """Whether a scope is modules in a row in all its runs."""
        return all(run not in self.escapes and self.linear(run.body, run.arrives) is not None for run in runs)

    def linear(self, trace: Trace, here: Tensor) -> Tensor | None:
        """What a trace of modules in a row gives; None for another trace."""
        at: Tensor | None = here
        for run in trace:
            if at is None:
                return None
            match run:
                case PathRun():
                    for step in run.steps:
                        at = self._module(step, at, here) if at is not None else None
                case IfRun():
                    at = self.linear(run.body, at)
                case LoopRun():
                    for trip in run.trips:
                        at = self.linear(trip.body, at) if at is not None else None
                case InputRun():
                    at = run.gives
                case LetRun():
                    pass
                case _:
                    return None
        return at

    def _module(self, step: Any, at: Tensor, here: Tensor) -> Tensor | None:
        if isinstance(step, ResidualRun) and not step.summed:
            return self.linear(step.body, at)
        arrives = step.arrives if isinstance(step, LayerRun | UseRun) else (step.arrives,)
        if arrives != (at,) or (at is not here and self.reads[at] > 1):
            return None
        match step:
            case LayerRun():
                passes = step.layer.wiring and step.gives is at
                return step.gives if passes or (_is_module(step) and "." not in step.key) else None
            case UseRun():
                return step.gives if "." not in step.key else None
            case ScopeRun():
                leads_on = step not in self.escapes and step not in self.captures
                return step.gives if leads_on and "." not in step.key else None
        return None


def turns(trace: Trace) -> tuple[Any, ...]:
    """What the loops of a trace go through."""
    found: list[Any] = []
    for run in trace:
        if isinstance(run, LoopRun):
            found.append(tuple((tuple(trip.bound.items()), turns(trip.body)) for trip in run.trips))
        elif isinstance(run, IfRun):
            found.append((run.taken, turns(run.body)))
    return tuple(found)


def outer(body: Body) -> Iterator[Any]:
    """The steps of a body, without those in scopes of their own."""
    for statement in body:
        if isinstance(statement, Path):
            yield from statement.steps
        else:
            for inner in bodies(statement):
                yield from outer(inner)


def has_labelled_loop(body: Body) -> bool:
    """Whether modules are labelled in a loop."""
    looped = (node.body for node in statements(body) if isinstance(node, For | Repeat))
    return any(any(map(labels, statements(inner))) for inner in looped)


def _is_module(run: LayerRun) -> bool:
    torch = run.layer.torch(Arrives(tuple(tensor.shape for tensor in run.arrives)))
    return torch.module is not None and torch.parameter is None and not run.layer.wiring


def _is_wire(run: Any) -> bool:
    return isinstance(run, LayerRun) and run.layer.wiring and run.gives is run.arrives[0]


def _read_by(run: Any) -> tuple[Tensor, ...]:
    """The values that a run itself reads; what is only a wire reads nothing."""
    match run:
        case LayerRun() if _is_wire(run):
            return ()
        case LayerRun() | UseRun():
            return run.arrives
        case JoinRun():
            return tuple(branch.gives for branch in run.branches)
        case SplitRun():
            return (run.arrives, *(branch.gives for branch in run.branches))
        case ResidualRun():
            return (run.inner, run.around) if run.summed else ()
        case GateRun():
            return (run.arrives, run.inner)
        case AuxRun():
            return (run.gives,)
        case OutputRun():
            return tuple(tensor for _, tensor in run.outputs)
    return ()


def _measured_by(run: Any) -> Iterator[Tensor]:
    """The named values whose height and width the expressions of a run ask for."""
    for expr in expressions(run.node):
        for part in within(expr):
            if isinstance(part, Attribute) and part.attribute != "channels" and isinstance(part.owner, Name):
                yield run.names.values[part.owner.name]


def _made_by(run: Any) -> tuple[Tensor, ...]:
    parts = run.parts if isinstance(run, SplitRun) else ()
    gives = getattr(run, "gives", None)
    return (*parts, gives) if gives is not None else parts
