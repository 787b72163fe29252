"""Numbered modules that `forward` does not call in one row: which of them one list holds, to be taken by number."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import count, pairwise
from typing import Any, TypeGuard

from netdsl.graph.model import IfRun, LayerRun, LoopRun, ResidualRun, ScopeRun, Trace, UseRun
from netdsl.graph.walk import parts, steps
from netdsl.layers.base import Arrives
from netdsl.layers.torch_call import Torch
from netdsl.targets.pytorch.plan import Item, Let, Row, Step
from netdsl.targets.pytorch.terms import Known
from netdsl.tree.expressions import Literal, Size
from netdsl.tree.walk import within

Members = dict[str, Any]
"""The steps of the author that stand in a row, by place."""


def members(traces: Sequence[Trace], stored: Callable[[Any], bool]) -> Members:
    """What stands in a row, up to the last module with weights; nothing where some has a name, or is no module."""
    runs = [run for trace in traces for run, auxiliary in steps(trace) if _has_place(run) and not auxiliary]
    at: dict[str, dict[Any, list[Any]]] = {}
    for run in runs:
        at.setdefault(run.key, {}).setdefault(run.node, []).append(run)
    weights = {key: {node for node in nodes if any(map(stored, nodes[node]))} for key, nodes in at.items()}
    wanted = {key for key, nodes in weights.items() if nodes}
    found: Members = {}
    for place in map(str, count()):
        (node, *others) = weights.get(place) or at.get(place) or (None,)
        if others or node is None or (place not in wanted and len(at[place][node]) < len(traces)):
            break
        if not all(_is_module(run, is_last=wanted <= found.keys()) for run in at[place][node]):
            break
        found[place] = node
    ordered = all(_in_order(trace, found) for trace in traces)
    return found if wanted and wanted <= found.keys() and ordered else {}


def _has_place(run: Any) -> TypeGuard[LayerRun | UseRun | ScopeRun]:
    return isinstance(run, UseRun | ScopeRun) or (isinstance(run, LayerRun) and not run.layer.wiring)


def _is_module(run: Any, is_last: bool) -> bool:
    """Whether a run can be a module of a row; what is shorter as a function is one only before modules with weights."""
    if not isinstance(run, LayerRun):
        return True
    torch: Torch = run.layer.torch(Arrives(tuple(tensor.shape for tensor in run.arrives)))
    if torch.module is None or torch.parameter is not None:
        return False
    plain = all(isinstance(part, Literal | Size) for expr in run.written.values() for part in within(expr))
    return torch.function is None or (plain and not is_last)


def _in_order(trace: Trace, found: Members) -> bool:
    places = [int(key) for key in keys(trace) if key in found]
    return places == sorted(places)


def keys(trace: Trace) -> list[str]:
    """The names of the modules of a scope, in order."""
    return [run.key for run, _ in steps(trace) if _has_place(run)]


def form(runs: Iterable[Any]) -> tuple[Any, ...]:
    """What decides which steps a trace has."""
    return tuple(_decided(run) for run in runs)


def _decided(run: Any) -> Any:
    match run:
        case IfRun():
            return (run.taken, form(run.body))
        case LoopRun():
            return tuple((tuple(trip.bound.items()), form(trip.body)) for trip in run.trips)
        case ResidualRun():
            return (run.summed, run.drop, run.shortcut is None, form(parts(run)))
        case LayerRun():
            return run.gives in run.arrives
        case UseRun() | ScopeRun():
            return None
    return form(parts(run))


def at(row: Row | None, node: Any, column: Iterable[tuple[Any, Any]]) -> Row | None:
    """The row, if it is where the module of a step stands."""
    if row is None or node is None:
        return None
    return row if all(row.members.get(run.key) is node for _, run in column) else None


def filled(row: Row, items: list[Item]) -> bool:
    """Gives a row its modules; whether each is there always, once, and in order."""
    modules = {item: item.module for item in items if isinstance(item, Step) and item.module is not None}
    row.steps = [step for step, module in modules.items() if module.row is row]
    places = [modules[step].key for step in row.steps]
    lets = Counter(item.name for item in items if isinstance(item, Let))
    following = any(set(a.makes) & set(b.reads) for a, b in pairwise(row.steps))
    row.kind = "nn.Sequential" if following else "nn.ModuleList"
    return places == [Known(str(k)) for k in range(len(row.members))] and max(lets.values(), default=1) == 1
