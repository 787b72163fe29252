"""The classes of an emitted module at arguments that the net does not give them, with what they should then be."""

import inspect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from torch import nn

from netdsl.diagnostics.model import Problems
from netdsl.elaborate.calls import used
from netdsl.elaborate.flow import run as flow
from netdsl.elaborate.frame import Frame
from netdsl.elaborate.session import Session
from netdsl.graph.meter import Meter
from netdsl.graph.mistakes import Exhausted
from netdsl.graph.model import IfRun, LoopRun, Network, Partial, ResidualRun, StepRun, Tensor, Trace, Use, UseRun
from netdsl.graph.values import evaluate
from netdsl.graph.walk import below, joined, parts, steps
from netdsl.targets.pytorch.module import build
from netdsl.tree.expressions import Apply, Ternary
from netdsl.tree.walk import expressions, within


@dataclass(frozen=True)
class Elsewhere:
    """A class at other arguments, and its block elaborated at the same."""

    kind: type[nn.Module]
    arguments: dict[str, Any]
    use: Use


def elsewhere(network: Network) -> Iterator[Elsewhere]:
    """Every class of a block with each of its arguments changed, where it allows that and decides nothing new.

    A parameter that the block does not have stands for something that the uses decide: then it is decided as before.
    """
    module, arguments = _recorded(network)
    seen = _decisions(network.root)
    tried = set()
    modules = dict(module.named_modules(remove_duplicate=False))
    for key, run in _calls(network.root.trace, ""):
        part = modules.get(key)
        if part not in arguments or (type(part), run.use.definition) in tried:
            continue
        tried.add((type(part), run.use.definition))
        own = arguments[part].keys() <= run.use.numbers.keys() | set(_inputs(run.use))
        allowed = seen if own else _decisions(run.use)
        for name, value in arguments[part].items():
            for other in _others(value):
                use = _changed(run, name, value, other)
                if use is not None and all(found <= allowed[place] for place, found in _decisions(use).items()):
                    yield Elsewhere(type(part), {**arguments[part], name: other}, use)


def _recorded(network: Network) -> tuple[nn.Module, dict[nn.Module, dict[str, Any]]]:
    """The module, and the arguments that each module of its own classes was made with."""
    kind = type(build(network))
    made: dict[nn.Module, dict[str, Any]] = {}

    def recording(init: Any) -> Any:
        def wrapped(self: nn.Module, *given: Any, **named: Any) -> None:
            made[self] = dict(inspect.signature(init).bind(self, *given, **named).arguments)
            made[self].pop("self")
            init(self, *given, **named)

        return wrapped

    kinds = [
        k for k in vars(inspect.getmodule(kind)).values() if isinstance(k, type) and k.__module__ == kind.__module__
    ]
    patches = [patch.object(k, "__init__", recording(k.__init__)) for k in kinds if "__init__" in vars(k)]
    for one in patches:
        one.start()
    try:
        return kind(), made
    finally:
        for one in patches:
            one.stop()


def _calls(trace: Trace, prefix: str) -> Iterator[tuple[str, UseRun]]:
    """Every call of a block, with its full key."""
    for step, _ in steps(trace):
        key = joined(prefix, getattr(step, "key", ""))
        if isinstance(step, UseRun):
            yield key, step
        yield from _calls(below(step), key)


def _inputs(use: Use) -> list[str]:
    """What a class calls the channels that arrive."""
    return [f"{name}_channels" for name in use.definition.inputs or ("in",)]


def _others(value: object) -> tuple[object, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1, 2 * value, 3 * value)
    return (value / 2 + 0.0625,) if isinstance(value, float) else ()


def _changed(call: UseRun, name: str, value: object, other: Any) -> Use | None:
    """The use with the parameter `name`, or the channels that arrive, changed; None where that cannot be."""
    use, numbers, arrives = call.use, dict(call.use.numbers), list(call.use.arrives)
    inputs = _inputs(use)
    if name in numbers and numbers[name] == value:
        numbers[name] = other
    elif name in inputs and arrives[inputs.index(name)].shape.channels == value:
        place = inputs.index(name)
        shape = arrives[place].shape
        arrives[place] = Tensor(replace(shape, channels=other), arrives[place].origin)
    else:
        return None
    callee = call.names.numbers.get(call.node.word.name) or call.names.home.names[call.node.word.name]
    assert isinstance(callee, Partial) and callee.home is not None
    problems = Problems()
    frame = Frame(Session(problems, Meter()), callee.home, use.definition)
    for parameter, number in numbers.items():
        frame.locals.numbers.bind(parameter, number)
    try:
        changed = used(frame, numbers, tuple(arrives), flow).use
    except Exhausted:
        return None
    return None if problems.refused else changed


def _decisions(use: Use) -> dict[object, set[object]]:
    """What was decided at each place that decides what is built."""
    found: dict[object, set[object]] = defaultdict(set)
    pending: list[Trace | tuple[StepRun, ...]] = [use.trace]
    while pending:
        for run in pending.pop():
            match run:
                case IfRun():
                    found[run.node].add(run.taken)
                case ResidualRun():
                    found[run.node].add((run.summed, run.shortcut is None))
                case LoopRun():
                    starts = [trip.body[0].names.arriving for trip in run.trips if trip.body]
                    channels = [start.shape.channels for start in starts if start is not None]
                    found[run.node].add((len(run.trips), *(count == channels[0] for count in channels)))
            for part in (part for expr in expressions(run.node) for part in within(expr)):
                if isinstance(part, Ternary):
                    found[part].add(evaluate(part.condition, run.names))
                elif isinstance(part, Apply) and part.function.name in ("min", "max"):
                    chosen = evaluate(part, run.names)
                    found[part].add(tuple(evaluate(a.value, run.names) == chosen for a in part.arguments))
            pending.append(parts(run))
            if isinstance(run, StepRun):
                pending.append(below(run))
    return found
