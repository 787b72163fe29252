"""Statements in the order of the text: each receives what the one above it gave."""

import re

from netdsl.diagnostics.arguments import WrongInput
from netdsl.diagnostics.definitions import Misplaced, NothingArrives
from netdsl.diagnostics.shapes import ChannelsLast
from netdsl.elaborate import branches
from netdsl.elaborate.calls import call
from netdsl.elaborate.frame import NOWHERE, Frame, lost
from netdsl.elaborate.loops import trips
from netdsl.graph.described import described
from netdsl.graph.meter import STATEMENT
from netdsl.graph.mistakes import Exhausted, Mistake, StandsOnUnknown
from netdsl.graph.model import (
    AuxRun,
    IfRun,
    InputRun,
    LetRun,
    LoopRun,
    OutputRun,
    PathRun,
    Run,
    ScopeRun,
    StepRun,
    Tensor,
    Trace,
    Trip,
)
from netdsl.shapes import Shape
from netdsl.tree.expressions import Expr, Size
from netdsl.tree.statements import (
    Aux,
    Body,
    Call,
    For,
    Gate,
    If,
    Input,
    Join,
    Let,
    Output,
    Path,
    Repeat,
    Residual,
    Scope,
    Split,
    Statement,
    Step,
)

_PICTURES = (1, 3)
"""How many channels a picture has."""

Flow = Tensor | None
"""What goes on to the next statement; None before `input`."""


def run(frame: Frame, body: Body, arriving: Flow) -> tuple[Trace, Flow]:
    """Runs all statements of `body`; each mistake is said, and what stands on it is not blamed."""
    if not body:
        return (), arriving
    frame.session.enter(body[0].span)
    try:
        return _run(frame, body, arriving)
    finally:
        frame.session.leave()


def _run(frame: Frame, body: Body, arriving: Flow) -> tuple[Trace, Flow]:
    trace: list[Run] = []
    for statement in body:
        frame.session.meter.step(statement.span, STATEMENT)
        try:
            ran, arriving = _statement(frame, statement, arriving)
            trace.append(ran)
        except (Mistake, StandsOnUnknown) as refusal:
            if isinstance(refusal, Mistake):
                frame.session.blame(refusal.diagnostic)
            if isinstance(refusal, Exhausted):
                raise
            frame.lose((statement,))
            if frame.branches is None:
                arriving = lost(statement.span)
            elif isinstance(statement, Path):
                frame.branches.ran.append(None)
    return tuple(trace), arriving


def _statement(frame: Frame, node: Statement, arriving: Flow) -> tuple[Run, Flow]:
    match node:
        case Path():
            return _path(frame, node, arriving)
        case Let():
            return _let(frame, node, arriving), arriving
        case If():
            return _if(frame, node, arriving)
        case For() | Repeat():
            return _loop(frame, node, arriving)
        case Input():
            return _input(frame, node, arriving)
        case Output():
            return _output(frame, node, arriving), arriving
        case Aux():
            return _aux(frame, node, arriving), arriving


def _path(frame: Frame, node: Path, arriving: Flow) -> tuple[PathRun, Flow]:
    received = frame.branches.next() if frame.branches is not None else arriving
    names = frame.names(received)
    inside = frame if frame.branches is None else frame.within(frame.where)
    steps: list[StepRun] = []
    flow = received
    for step in node.steps:
        ran, flow = _step(inside, step, flow)
        steps.append(ran)
    assert flow is not None
    target = ""
    if node.target is not None:
        target = frame.text(node.target, names)
        frame.bind_value(target, flow, node.target.span)
    result = PathRun(node, names, target, tuple(steps), received or flow, flow)
    if frame.branches is None:
        return result, flow
    frame.branches.ran.append(result)
    return result, arriving


def _step(frame: Frame, node: Step, arriving: Flow) -> tuple[StepRun, Tensor]:
    if isinstance(node, Call):
        return call(frame, node, arriving, run)
    if isinstance(node, Scope):
        return _scope(frame, node, arriving)
    if arriving is None:
        raise Mistake(NothingArrives(span=node.span))
    match node:
        case Join():
            return branches.join(frame, node, arriving, run)
        case Residual():
            return branches.residual(frame, node, arriving, run)
        case Gate():
            return branches.gate(frame, node, arriving, run)
        case Split():
            return branches.split(frame, node, arriving, run)


def _scope(frame: Frame, node: Scope, arriving: Flow) -> tuple[ScopeRun, Tensor]:
    received = frame.inputs(node.on, arriving, node.span)
    names = frame.names(received[0])
    key = frame.keys.take(frame.text(node.label, names), node.label.span)
    body, flow = run(frame.scope(), node.body, received[0])
    gives = flow or received[0]
    frame.bind_value(key, gives, node.label.span)
    return ScopeRun(node, names, key, body, received[0], gives), gives


def _let(frame: Frame, node: Let, arriving: Flow) -> LetRun:
    names = frame.names(arriving)
    value = frame.worth(node.value, names)
    frame.bind_number(node.name, value, node.name_span)
    return LetRun(node, names, value)


def _if(frame: Frame, node: If, arriving: Flow) -> tuple[IfRun, Flow]:
    names = frame.names(arriving)
    taken = frame.holds(node.condition, names)
    body, flow = run(frame, node.body if taken else node.otherwise, arriving)
    return IfRun(node, names, taken, body), flow


def _loop(frame: Frame, node: For | Repeat, arriving: Flow) -> tuple[LoopRun, Flow]:
    names = frame.names(arriving)
    ran: list[Trip] = []
    flow = arriving
    for bound in trips(frame, node, names):
        for name, value in bound.items():
            frame.bind_number(name, value, node.span)
        body, flow = run(frame, node.body, flow)
        ran.append(Trip(bound, body))
    return LoopRun(node, names, tuple(ran)), flow


def _input(frame: Frame, node: Input, arriving: Flow) -> tuple[InputRun, Tensor]:
    if not frame.at_top or (arriving is not None and arriving.shape != NOWHERE):
        where = "twice in a net" if frame.at_top else frame.place
        remedy = "it stands once, at the beginning of a net; a block receives what its caller has"
        raise Mistake(Misplaced(span=node.span, word="input", where=where, remedy=remedy))
    names = frame.names(None)
    sides = frame.worth(node.shape, names)
    if not isinstance(sides, tuple) or len(sides) not in (1, 3) or not all(map(_is_side, sides)):
        text = node.shape.span.text
        meant = "x".join(text.split("*")).replace(" ", "") if re.fullmatch(r"\d+ *\* *\d+ *\* *\d+", text) else ""
        if isinstance(sides, tuple) and len(sides) == 4 and all(map(_is_side, sides)):
            meant = "x".join(map(str, sides[1:]))
        raise Mistake(WrongInput(span=node.shape.span, found=described(sides), meant=meant))
    if turned := _turned(node.shape):
        frame.session.blame(ChannelsLast(span=node.shape.span, meant=turned))
    shape = frame.session.input or Shape(sides[0], sides[1:])  # type: ignore[arg-type]
    if shape.elements > frame.session.meter.budget.tensor:
        frame.session.meter.exceeded("tensor", node.shape.span)
    gives = Tensor(shape, node.span)
    return InputRun(node, names, gives), gives


def _turned(shape: Expr) -> str:
    """The shape with its channels first, where they seem to stand last; else ""."""
    sides = shape.sides if isinstance(shape, Size) else ()
    if len(sides) == 3 and sides[2] in _PICTURES and sides[0] == sides[1] > sides[2]:
        return f"{sides[2]}x{sides[0]}x{sides[1]}"
    return ""


def _is_side(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _output(frame: Frame, node: Output, arriving: Flow) -> OutputRun:
    if not frame.at_top:
        remedy = "further results are those of the net: write it among the net's own statements"
        raise Mistake(Misplaced(span=node.span, word="output", where=frame.place, remedy=remedy))
    names = frame.names(arriving)
    return OutputRun(node, names, tuple((frame.text(n, names), frame.value(n, names)) for n in node.names))


def _aux(frame: Frame, node: Aux, arriving: Flow) -> AuxRun:
    if not frame.at_top:
        remedy = "an auxiliary result is one of the net: write it among the net's own statements"
        raise Mistake(Misplaced(span=node.span, word="aux", where=frame.place, remedy=remedy))
    if arriving is None:
        raise Mistake(NothingArrives(span=node.span))
    names = frame.names(arriving)
    weight = branches.rate(frame, "aux", "weight", node.arguments, node.word, names)
    with frame.apart() as inside:
        body, flow = run(inside, node.body, arriving)
    gives = flow or arriving
    if gives.shape == NOWHERE:
        raise StandsOnUnknown
    return AuxRun(node, names, weight, body, arriving, gives)
