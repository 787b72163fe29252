"""Modules that are repeated one after the other, with all the lines that run through them."""

from itertools import groupby

from netdsl.graph.cost import Costs
from netdsl.graph.model import LayerRun, Network, ScopeRun
from netdsl.graph.walk import leaves_in, steps
from netdsl.records import by_value


@by_value
class Repeats:
    """Scopes in a row that hold the same."""

    keys: tuple[str, ...]
    parameters: int
    """Of all of them."""


def repeated(network: Network) -> list[Repeats]:
    """The scopes of a network, those in a row that hold the same together."""
    costs = Costs()
    runs = [run for run, _ in steps(network.root.trace) if not (isinstance(run, LayerRun) and run.layer.wiring)]
    found = []
    for _, group in groupby(runs, key=lambda run: _held(run) if isinstance(run, ScopeRun) else (id(run),)):
        scopes = [run for run in group if isinstance(run, ScopeRun)]
        if scopes:
            parameters = sum(costs.step(run).parameters for run in scopes)
            found.append(Repeats(tuple(run.key for run in scopes), parameters))
    return found


def _held(run: ScopeRun) -> tuple[object, ...]:
    """What a scope holds: each layer by its place in it, with what it takes and gives."""
    return tuple(
        (leaf.key, type(leaf.run.layer), tuple(value.shape for value in leaf.run.arrives), leaf.run.gives.shape)
        for leaf in leaves_in(run.body)
    )
