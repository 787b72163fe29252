"""How often a loop goes round, and with what."""

from netdsl.diagnostics.arguments import WrongCount
from netdsl.elaborate.frame import Frame
from netdsl.graph.described import described
from netdsl.graph.meter import TRIP
from netdsl.graph.mistakes import Mistake
from netdsl.graph.model import Names, Value
from netdsl.graph.values import bind
from netdsl.tree.statements import For, Repeat


def trips(frame: Frame, node: For | Repeat, names: Names) -> list[dict[str, Value]]:
    """The loop names of each trip; raises a `Mistake` for what cannot be gone round."""
    if isinstance(node, Repeat):
        count = _count(frame, node, names)
        frame.session.meter.step(node.span, TRIP * count)
        return [{}] * count
    rows = frame.worth(node.iterable, names)
    if not isinstance(rows, tuple):
        raise Mistake(WrongCount(span=node.iterable.span, word="for", found=described(rows)))
    frame.session.meter.step(node.span, TRIP * len(rows))
    return [bind(node.pattern, row) for row in rows]


def _count(frame: Frame, node: Repeat, names: Names) -> int:
    count = frame.worth(node.count, names)
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise Mistake(WrongCount(span=node.count.span, word="repeat", found=described(count)))
    if count > frame.session.meter.budget.nodes:
        frame.session.meter.exceeded("nodes", node.count.span)
    return count
