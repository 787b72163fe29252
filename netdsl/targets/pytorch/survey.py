"""What there is to write: every use of every block, every scope, and who reads which value."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
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


def _key(use: Use) -> Key:
    given = ((name, value) for name, value in use.numbers.items() if isinstance(value, Partial))
    return (use.definition, *((name, v.target, v.fixed) for name, v in given if isinstance(v.target, Block)))


@dataclass
class Survey:
    """Everything below a root."""

    uses: dict[Key, list[Use]] = field(default_factory=dict)
    keys: dict[Use, Key] = field(default_factory=dict)
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
    """How many steps read a value; what happens in a scope that it arrives at is its own."""
    made_in: dict[Tensor, tuple[ScopeRun, ...]] = field(default_factory=dict)
    escapes: dict[ScopeRun, list[Tensor]] = field(default_factory=dict)
    """Values of a scope that are read outside of it, besides what it gives."""
    captures: set[ScopeRun] = field(default_factory=set)
    """Scopes that read values from around them, besides what arrives."""
    _seen: set[Use] = field(default_factory=set)
    _measured: dict[Any, list[str]] = field(default_factory=dict)

    def add(self, use: Use, common: bool) -> None:
        """Adds a use with all that is in it."""
        if common:
            self.common.add(use)
        if use in self._seen:
            return
        self._seen.add(use)
        self.uses.setdefault(_key(use), []).append(use)
        self.runs.setdefault(use.definition, []).append(use)
        self._runs(use.trace, (), use, common)
        self._read(use.gives, ())
        self.reads[use.gives] += 1

    def group(self) -> None:
        """Finds what shares a class, when all is added."""
        for key in list(self.uses):
            blocks = (other for other in self.uses if len(other) > len(key) and other[0] is key[0])
            given = (other for other in blocks if all(_leaves_out(use, key, other) for use in self.uses[key]))
            if (other := next(given, None)) is not None:
                self.uses[other] += self.uses.pop(key)
        self.keys = {use: key for key, uses in self.uses.items() for use in uses}
        for run, use in self.scope_uses.items():
            self.scope_keys[run] = key = (*self.keys[use], run.node)
            self.scopes.setdefault(key, []).append(run)

    def peers(self, source: Use | ScopeRun) -> Sequence[Use | ScopeRun]:
        """All that share its class."""
        return self.uses[self.keys[source]] if isinstance(source, Use) else self.scopes[self.scope_keys[source]]

    def _runs(self, runs: Iterable[Any], inside: tuple[ScopeRun, ...], use: Use, common: bool) -> None:
        for run in runs:
            if isinstance(run, SplitRun):
                self.made_in.update(dict.fromkeys(run.parts, inside))
            if isinstance(run, ScopeRun):
                self.runs.setdefault(run.node, []).append(run)
                self.scope_uses[run] = use
                self._runs(run.body, (*inside, run), use, common)
            elif isinstance(run, UseRun):
                self.callers.setdefault(run.use, set()).add(run.node)
                self.add(run.use, common)
            else:
                self._runs(parts(run), inside, use, common)
            if not is_wire(run) and getattr(run, "gives", None) is not None:
                self.made_in.setdefault(run.gives, inside)
            for tensor in (*_read_by(run), *self._measured_by(run)):
                self._read(tensor, inside)
                self.reads[tensor] += not (is_wire(run) or any(tensor is scope.arrives for scope in inside))

    def _measured_by(self, run: Any) -> Iterator[Tensor]:
        """The named values whose height and width the expressions of a run ask for."""
        if run.node not in self._measured:
            asked = (part for expr in expressions(run.node) for part in within(expr) if isinstance(part, Attribute))
            sides = [part.owner for part in asked if part.attribute != "channels"]
            self._measured[run.node] = [owner.name for owner in sides if isinstance(owner, Name)]
        return (run.names.values[name] for name in self._measured[run.node])

    def _read(self, tensor: Tensor, inside: tuple[ScopeRun, ...]) -> None:
        """The scopes that are only around the reader capture the value, and those only around the value let it out."""
        home = self.made_in.get(tensor, ())
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], zip(home, inside, strict=False)))
        self.captures.update(scope for scope in inside[shared:] if tensor is not scope.arrives)
        for scope in home[shared:]:
            if tensor is not scope.gives and tensor not in self.escapes.setdefault(scope, []):
                self.escapes[scope].append(tensor)

    def is_row(self, trace: Trace, here: Tensor) -> bool:
        """Whether a trace is modules in a row, each of which takes what the one before it gives."""
        at = here
        for step in _in_order(trace):
            if isinstance(step, OutputRun):
                return False
            if isinstance(step, InputRun):
                at = here = step.gives
                continue
            arrives = step.arrives if isinstance(step, LayerRun | UseRun) else (step.arrives,)
            if not self._is_module(step) or arrives != (at,) or (at is not here and self.reads[at] > 1):
                return False
            at = step.gives
        return True

    def _is_module(self, step: Any) -> bool:
        match step:
            case LayerRun() if step.layer.wiring:
                return is_wire(step)
            case LayerRun():
                torch = step.layer.torch(Arrives(tuple(tensor.shape for tensor in step.arrives)))
                return torch.module is not None and torch.parameter is None and "." not in step.key
            case UseRun():
                return "." not in step.key
            case ScopeRun():
                return step not in self.escapes and step not in self.captures and "." not in step.key
        return False


def _in_order(runs: Iterable[Any]) -> Iterator[Any]:
    """What happens in a trace, without what only holds it together."""
    for run in runs:
        if isinstance(run, PathRun | IfRun | LoopRun) or (isinstance(run, ResidualRun) and not run.summed):
            yield from _in_order(parts(run))
        elif not isinstance(run, LetRun):
            yield run


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


def _leaves_out(use: Use, own: Key, key: Key) -> bool:
    """Whether a use has `identity` in the place of the blocks that `key` has besides."""
    given = [use.numbers[name] for name, _, _ in set(key[1:]).difference(own[1:])]
    wires = (isinstance(value, Partial) and getattr(value.target, "wiring", False) for value in given)
    return set(own) < set(key) and all(wires)


def is_wire(run: Any) -> bool:
    """Whether a run hands on what arrives as it is."""
    return isinstance(run, LayerRun) and run.layer.wiring and run.gives is run.arrives[0]


def _read_by(run: Any) -> tuple[Tensor, ...]:
    """The values that a run itself reads."""
    match run:
        case LayerRun() | UseRun():
            return run.arrives
        case ScopeRun():
            return (run.arrives,)
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
