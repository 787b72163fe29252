"""Modules that are repeated one after the other, with all the lines that run through them."""

from itertools import groupby

from netdsl.graph.cost import Costs
from netdsl.graph.model import LayerRun, Network, ScopeRun, Trace, Use, UseRun
from netdsl.graph.walk import steps
from netdsl.records import by_value


@by_value
class Repeats:
    """Scopes in a row that hold the same."""

    keys: tuple[str, ...]
    parameters: int
    """Of all of them."""


Held = tuple[tuple[object, ...], ...]


def repeated(network: Network, costs: Costs) -> list[Repeats]:
    """The scopes of a network, those in a row that hold the same together."""
    known: dict[Use, Held] = {}
    runs = [run for run, _ in steps(network.root.trace) if not (isinstance(run, LayerRun) and run.layer.wiring)]
    found = []
    for _, group in groupby(runs, key=lambda run: _held(run.body, known) if isinstance(run, ScopeRun) else (id(run),)):
        scopes = [run for run in group if isinstance(run, ScopeRun)]
        if scopes:
            parameters = sum(costs.step(run).parameters for run in scopes)
            found.append(Repeats(tuple(run.key for run in scopes), parameters))
    return found


def _held(trace: Trace, known: dict[Use, Held]) -> Held:
    """What a scope holds: each layer by its place in it, with what it takes and gives."""
    found: list[tuple[object, ...]] = []
    for run, _ in steps(trace):
        match run:
            case LayerRun() if not run.layer.wiring:
                takes = tuple(value.shape for value in run.arrives)
                found.append((run.key, type(run.layer), takes, run.gives.shape))
            case ScopeRun():
                found.append((run.key, _held(run.body, known)))
            case UseRun():
                if run.use not in known:
                    known[run.use] = _held(run.use.trace, known)
                found.append((run.key, known[run.use]))
    return tuple(found)
