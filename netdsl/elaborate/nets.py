"""The nets of a file, each elaborated whole."""

from collections.abc import Mapping
from dataclasses import replace

from netdsl.diagnostics.definitions import NoInput
from netdsl.diagnostics.model import Problems
from netdsl.diagnostics.names import NotALayer
from netdsl.elaborate.calls import bound, used
from netdsl.elaborate.flow import run
from netdsl.elaborate.frame import Frame
from netdsl.elaborate.homes import Definitions
from netdsl.elaborate.places import check_places
from netdsl.elaborate.session import Session
from netdsl.elaborate.variants import Variants
from netdsl.graph.described import described
from netdsl.graph.mistakes import Exhausted
from netdsl.graph.model import UNKNOWN, InputRun, Network, Partial, Unknown, Use, Value
from netdsl.records import record
from netdsl.source import Span
from netdsl.tree.expressions import Name
from netdsl.tree.statements import Block, Call, File, Input, Instance, Statement, Step, Train
from netdsl.tree.walk import statements


@record
class Net:
    """A net that a file names: the net's definition with the arguments it fixes."""

    name: str
    doc: str
    span: Span
    block: Block
    fixed: Mapping[str, Value]
    definitions: Definitions

    @property
    def missing(self) -> tuple[str, ...]:
        """The parameters that have no value: a net with such is a family, and has no shapes."""
        return tuple(p.name for p in self.block.parameters if p.default is None and p.name not in self.fixed)

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters that are not fixed."""
        return tuple(p.name for p in self.block.parameters if p.name not in self.fixed)

    def given(self, values: Mapping[str, Value]) -> "Net":
        """The same net with these arguments instead."""
        return replace(self, fixed={**self.fixed, **values})


def nets(file: File, definitions: Definitions, problems: Problems) -> list[Net]:
    """All nets that `file` names, in order, those of other files for which it has recipes at the end.

    An instance of something that is no net is a mistake.
    """
    found = []
    for node in file.definitions:
        if isinstance(node, Instance) or (isinstance(node, Block) and node.is_net):
            value = definitions[node.name]
            if isinstance(value, Partial) and isinstance(value.target, Block) and value.target.is_net:
                found.append(_net(node.name, node.doc, node.name_span, value, definitions))
            elif isinstance(node, Instance) and not isinstance(value, Unknown):
                problems.add(NotALayer(span=node.value.span, name=node.value.span.text, found=described(value)))
    for node in file.definitions:
        if isinstance(node, Train) and all(net.name != node.net.name for net in found):
            value = definitions.get(node.net.name, UNKNOWN)
            if isinstance(value, Partial) and isinstance(value.target, Block) and value.target.is_net:
                found.append(_net(node.net.name, "", node.net.span, value, definitions))
    return found


def _net(name: str, doc: str, span: Span, value: Partial, definitions: Definitions) -> Net:
    assert isinstance(value.target, Block)
    home = value.home.names if value.home is not None else definitions
    assert isinstance(home, Definitions)
    return Net(name, doc or value.target.doc, span, value.target, dict(value.fixed), home)


def network(net: Net, session: Session) -> Network | None:
    """The net, elaborated; None where it was refused, and every mistake in it is said."""
    use = root(net, session)
    if use is not None:
        check_places(session)
    if use is None or session.problems.refused:
        return None
    given = next(run.gives for run in use.trace if isinstance(run, InputRun))
    again = Variants(net.free, use, lambda values: root(net.given(values), _apart(session)))
    return Network(net.name, net.doc, use, given.shape, use.gives.shape, (), again)


def _apart(session: Session) -> Session:
    """A session that knows what is made already, and whose own mistakes and uses nobody sees."""
    return replace(session, problems=Problems(), open=[], uses=dict(session.uses), calls=dict(session.calls))


def _is_called_input(node: Statement | Step) -> bool:
    """Whether a step is what others call the input, which is said of it."""
    return isinstance(node, Call) and node.word.name.lower().startswith("input")


def root(net: Net, session: Session) -> Use | None:
    """The use of the net's own definition; None where it cannot be had, and why is said."""
    frame = Frame(session, net.definitions.home, net.block)
    if not any(isinstance(statement, Input) for statement in net.block.body):
        if not net.block.broken and not any(_is_called_input(node) for node in statements(net.block.body)):
            session.blame(NoInput(span=net.block.name_span, net=net.block.name))
        return None
    try:
        use = used(frame, bound(frame, Name(net.span, net.name), net.fixed, None), (), run).use
    except Exhausted as exhausted:
        session.blame(exhausted.diagnostic)
        return None
    return None if session.problems.refused else use
