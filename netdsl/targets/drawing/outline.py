"""The modules of a network as a tree, with what one wants to know of each."""

from collections.abc import Iterator, Mapping

from netdsl.graph.cost import Cost, Costs
from netdsl.graph.model import LayerRun, Network, ScopeRun, Tensor, Trace, UseRun
from netdsl.graph.reach import Reach, Reaches
from netdsl.graph.walk import joined, steps
from netdsl.records import by_value
from netdsl.shapes import Shape
from netdsl.source import Span
from netdsl.targets.summary.words import layer_words, scope_words, use_words


@by_value
class Entry:
    """A module or a layer: its name in the state dict, what it is, gives, costs and sees, and where it is written.

    An auxiliary one runs only in training and has no work.
    """

    key: str
    words: str
    output: Shape
    cost: Cost
    reach: Reach
    span: Span
    auxiliary: bool
    parts: tuple["Entry", ...] = ()


def outline(network: Network) -> tuple[Entry, ...]:
    """The modules of the outermost scope, each with those in it."""
    tree = _Tree()
    return tuple(tree.entries(network.root.trace, tree.reaches.inside(network.root), "", False))


class _Tree:
    """Walks scopes; what is known of a use serves each of its occurrences."""

    def __init__(self) -> None:
        self.costs = Costs()
        self.reaches = Reaches()

    def entries(self, trace: Trace, seen: Mapping[Tensor, Reach], prefix: str, auxiliary: bool) -> Iterator[Entry]:
        """The modules of one scope, in the order of the text."""
        for run, aside in steps(trace):
            if not isinstance(run, UseRun | ScopeRun | LayerRun) or (isinstance(run, LayerRun) and run.layer.wiring):
                continue
            key, trains = joined(prefix, run.key), auxiliary or aside
            cost = self.costs.step(run)
            parts: Iterator[Entry] = iter(())
            match run:
                case LayerRun():
                    words = layer_words(run.layer)
                case UseRun():
                    words = use_words(run.use)
                    inner = self.reaches.inside(run.use, tuple(seen[value] for value in run.arrives))
                    parts = self.entries(run.use.trace, inner, key, trains)
                case ScopeRun():
                    words = scope_words(run.body)
                    parts = self.entries(run.body, seen, key, trains)
            shown = Cost(cost.parameters) if trains else cost
            yield Entry(key, words, run.gives.shape, shown, seen[run.gives], run.node.span, trains, tuple(parts))
