"""The rows of the table, as data."""

from collections.abc import Iterator, Mapping

from netdsl.graph.cost import Cost, Costs
from netdsl.graph.model import LayerRun, Network, ScopeRun, Tensor, Trace, UseRun
from netdsl.graph.reach import Reach, Reaches
from netdsl.graph.walk import joined, steps
from netdsl.records import by_value
from netdsl.shapes import Shape
from netdsl.targets.summary.words import layer_words, scope_words, use_words


@by_value
class Row:
    """A module: its name in the state dict, what it is, what it gives, what it costs and sees.

    An auxiliary one runs only in training and has no work.
    """

    key: str
    words: str
    output: Shape
    cost: Cost
    reach: Reach
    auxiliary: bool


@by_value
class Summary:
    """A network as a table, with the totals below."""

    network: Network
    rows: tuple[Row, ...]
    total: Cost


def summary(network: Network, depth: int | None = None) -> Summary:
    """A row for each layer with a place; modules that stand `depth` scopes deep are one row each."""
    table = _Table(depth)
    rows = tuple(table.rows(network.root.trace, table.reaches.inside(network.root)))
    return Summary(network, rows, table.costs.of(network.root))


class _Table:
    """Walks scopes down to a depth; what is known of a use serves each of its occurrences."""

    def __init__(self, depth: int | None) -> None:
        self.depth = depth
        self.costs = Costs()
        self.reaches = Reaches()

    def rows(
        self, trace: Trace, seen: Mapping[Tensor, Reach], prefix: str = "", level: int = 1, auxiliary: bool = False
    ) -> Iterator[Row]:
        """The modules of one scope, in the order of the text."""
        for run, aside in steps(trace):
            if not isinstance(run, UseRun | ScopeRun | LayerRun) or (isinstance(run, LayerRun) and run.layer.wiring):
                continue
            key, trains = joined(prefix, run.key), auxiliary or aside
            if isinstance(run, LayerRun) or level == self.depth:
                cost = self.costs.step(run)
                cost = Cost(cost.parameters) if trains else cost
                yield Row(key, _words(run), run.gives.shape, cost, seen[run.gives], trains)
            elif isinstance(run, UseRun):
                inner = self.reaches.inside(run.use, tuple(seen[value] for value in run.arrives))
                yield from self.rows(run.use.trace, inner, key, level + 1, trains)
            else:
                yield from self.rows(run.body, seen, key, level + 1, trains)


def _words(run: LayerRun | UseRun | ScopeRun) -> str:
    match run:
        case LayerRun():
            return layer_words(run.layer)
        case UseRun():
            return use_words(run.use)
        case ScopeRun():
            return scope_words(run.body)
