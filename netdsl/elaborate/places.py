"""A layer with weights must have the same key in every use of a block, unless the block is a plain sequence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from netdsl.diagnostics.modules import UnlabelledAfterIf
from netdsl.elaborate.session import Session
from netdsl.graph.model import LayerRun, Run, StepRun, Use, UseRun
from netdsl.graph.walk import parts
from netdsl.layers.base import Arrives
from netdsl.source import Span
from netdsl.tree.statements import Block, Body, Call, For, If, Let, Path, Repeat
from netdsl.tree.walk import statements


def check_places(session: Session) -> None:
    """Blames each unlabelled layer with weights whose place differs between uses of its block."""
    uses: dict[Block, list[Use]] = defaultdict(list)
    for made in session.uses.values():
        uses[made.use.definition].append(made.use)
    for block, same in uses.items():
        if len(same) > 1 and not _is_sequence(block.body):
            _check(session, block, same)


def _check(session: Session, block: Block, uses: Iterable[Use]) -> None:
    first: dict[Call, str] = {}
    for use in uses:
        here: dict[Call, str] = {}
        for run in _unlabelled(use.trace):
            here.setdefault(run.node, run.key)
        for node, key in here.items():
            if first.setdefault(node, key) != key:
                decides = _decides(block)
                session.blame(UnlabelledAfterIf(span=node.span, word=node.word.name, condition=decides or node.span))


def _is_sequence(body: Body) -> bool:
    """Whether a body is layers, calls and scopes in a row, none with a name: then it becomes an `nn.Sequential`."""
    for statement in body:
        match statement:
            case Path(target=None):
                if not all(isinstance(s, Call) and s.label is None and not s.on for s in statement.steps):
                    return False
            case If():
                if not _is_sequence((*statement.body, *statement.otherwise)):
                    return False
            case For() | Repeat():
                if not _is_sequence(statement.body):
                    return False
            case Let():
                continue
            case _:
                return False
    return True


def _unlabelled(runs: Iterable[Run | StepRun]) -> Iterator[LayerRun | UseRun]:
    """The unlabelled modules with weights in one scope, in the order of the text."""
    for run in runs:
        if isinstance(run, LayerRun):
            arrives = Arrives(tuple(tensor.shape for tensor in run.arrives))
            if run.node.label is None and run.layer.weights(arrives):
                yield run
        elif isinstance(run, UseRun):
            if run.node.label is None:
                yield run
        else:
            yield from _unlabelled(parts(run))


def _decides(block: Block) -> Span | None:
    for node in statements(block.body):
        if isinstance(node, If):
            return node.condition.span
        if isinstance(node, For | Repeat):
            return (node.iterable if isinstance(node, For) else node.count).span
    return None
