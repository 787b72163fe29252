"""Statements with braces around branches or a body: joins, residual, gate, split."""

from dataclasses import replace
from itertools import pairwise

from netdsl.diagnostics.arguments import UnknownArgument, WrongValue
from netdsl.diagnostics.model import Note
from netdsl.diagnostics.shapes import LoneActivation, NoBranches, ResidualMismatch, UnevenSplit
from netdsl.elaborate.arguments import layer, worked_out
from netdsl.elaborate.calls import Run, applied, callee
from netdsl.elaborate.frame import NOWHERE, Branches, Frame
from netdsl.elaborate.loops import trips
from netdsl.graph.described import described
from netdsl.graph.mistakes import Mistake, StandsOnUnknown
from netdsl.graph.model import (
    GateRun,
    JoinRun,
    LayerRun,
    Names,
    PathRun,
    ResidualRun,
    SplitRun,
    Tensor,
    Trace,
)
from netdsl.graph.partial import place_of_name
from netdsl.layers.base import Layer, Role
from netdsl.layers.vocabulary import kinds
from netdsl.shapes import Shape
from netdsl.source import Span
from netdsl.tree.expressions import Argument
from netdsl.tree.statements import Body, For, Gate, If, Join, Let, Path, Repeat, Residual, Split


def join(frame: Frame, node: Join, arriving: Tensor, run: Run) -> tuple[JoinRun, Tensor]:
    """`concat { … }` and its kin."""
    names = frame.names(arriving)
    partial = callee(frame, node.word, names)
    target = partial.target
    if not (isinstance(target, type) and issubclass(target, Layer)) or target.inputs is not None:
        raise Mistake(NoBranches(span=node.word.span, word=node.word.name, is_join=False))
    try:
        values, written = worked_out(frame, partial, node.word, node.arguments, names)
        kind = layer(frame, target, node.word, values, written)
    finally:
        branches = Branches((arriving,))
        body, _ = run(frame.within("in a branch", branches), node.body, arriving)
    ran = _finished(branches, node.word.span, node.word.name)
    _warn_of_lone_activations(frame, ran)
    gives = applied(frame, node.word.name, node.span, kind, tuple(branch.gives for branch in ran))
    return JoinRun(node, names, kind, written, body, ran, arriving, gives), gives


def split(frame: Frame, node: Split, arriving: Tensor, run: Run) -> tuple[SplitRun, Tensor]:
    """Each branch takes an equal share of the channels; the results are concatenated."""
    names = frame.names(arriving)
    count = _count(frame, node, arriving)
    if count == 0:
        raise Mistake(NoBranches(span=node.word, word="split", is_join=True))
    shape = arriving.shape
    if shape != NOWHERE and shape.channels % count:
        raise Mistake(UnevenSplit(span=node.word, channels=shape.channels, branches=count))
    share = Shape(shape.channels // count, shape.space, shape.channels_last)
    parts = tuple(Tensor(share, node.word) for _ in range(count))
    branches = Branches(parts)
    body, _ = run(frame.within("in a branch", branches), node.body, arriving)
    ran = _finished(branches, node.word, "split")
    joined = kinds()["concat"]()
    gives = applied(frame, "split", node.span, joined, tuple(branch.gives for branch in ran))
    return SplitRun(node, names, joined, parts, body, ran, arriving, gives), gives


def _finished(branches: Branches, span: Span, word: str) -> tuple[PathRun, ...]:
    if not branches.ran:
        raise Mistake(NoBranches(span=span, word=word, is_join=True))
    ran = tuple(branch for branch in branches.ran if branch is not None)
    if len(ran) < len(branches.ran):
        raise StandsOnUnknown
    return ran


def _count(frame: Frame, node: Split, arriving: Tensor) -> int:
    """How many branches there are once `for`, `if` and `repeat` are expanded; none of them runs."""
    apart = replace(frame.locals, numbers=frame.locals.numbers.fork())
    return _counted(replace(frame, locals=apart), node.body, arriving)


def _counted(trial: Frame, body: Body, arriving: Tensor) -> int:
    count = 0
    for statement in body:
        names = trial.names(arriving)
        if isinstance(statement, Path):
            count += 1
        elif isinstance(statement, Let):
            trial.locals.numbers.bind(statement.name, trial.worth(statement.value, names))
        elif isinstance(statement, If):
            holds = trial.holds(statement.condition, names)
            count += _counted(trial, statement.body if holds else statement.otherwise, arriving)
        elif isinstance(statement, For | Repeat):
            for bound in trips(trial, statement, names):
                for name, value in bound.items():
                    trial.locals.numbers.bind(name, value)
                count += _counted(trial, statement.body, arriving)
    return count


def residual(frame: Frame, node: Residual, arriving: Tensor, run: Run) -> tuple[ResidualRun, Tensor]:
    """Input + body where the condition holds, else the body alone."""
    names = frame.names(arriving)
    drop = rate(frame, "residual", "drop", node.arguments, node.word, names)
    summed = frame.holds(node.condition, names)
    body, inner = _inner(frame.within("in a residual"), node.body, arriving, run)
    shortcut: Trace | None = None
    around = arriving
    if summed and node.shortcut is not None and frame.holds(node.shortcut.condition, frame.names(arriving)):
        shortcut, around = _inner(frame.within("in a shortcut"), node.shortcut.body, arriving, run)
    gives = inner
    if summed:
        _must_match(node.word, "residual", inner, around, inner.shape == around.shape, shortcut is not None)
        gives = Tensor(inner.shape, node.span)
    return ResidualRun(node, names, drop, summed, body, inner, shortcut, around, arriving, gives), gives


def gate(frame: Frame, node: Gate, arriving: Tensor, run: Run) -> tuple[GateRun, Tensor]:
    """What arrives times what the body makes of it."""
    names = frame.names(arriving)
    body, inner = _inner(frame.within("in a gate"), node.body, arriving, run)
    fits = len(inner.shape.dims) == len(arriving.shape.dims) and all(
        a in (1, b) for a, b in zip(inner.shape.dims, arriving.shape.dims, strict=True)
    )
    _must_match(node.word, "gate", inner, arriving, fits, False)
    gives = Tensor(arriving.shape, node.span)
    return GateRun(node, names, body, inner, arriving, gives), gives


def _inner(frame: Frame, body: Body, arriving: Tensor, run: Run) -> tuple[Trace, Tensor]:
    trace, gives = run(frame, body, arriving)
    return trace, gives if gives is not None else arriving


def _must_match(span: Span, word: str, inner: Tensor, around: Tensor, fits: bool, has_shortcut: bool) -> None:
    if NOWHERE in (inner.shape, around.shape):
        raise StandsOnUnknown
    if not fits:
        came = (
            Note(around.origin, f"{around.shape} comes from here"),
            Note(inner.origin, f"{inner.shape} comes from here"),
        )
        raise Mistake(
            ResidualMismatch(
                span=span,
                word=word,
                inner=str(inner.shape),
                around=str(around.shape),
                has_shortcut=has_shortcut,
                came=came,
            )
        )


def rate(frame: Frame, word: str, name: str, arguments: tuple[Argument, ...] | None, span: Span, names: Names) -> float:
    """The one argument that a `residual` or `aux` takes: a number from 0 up to 1, by name; 0 where it is not given."""
    found = 0.0
    for argument in arguments or ():
        if argument.name not in (None, name):
            raise Mistake(
                UnknownArgument(span=place_of_name(argument), word=word, name=str(argument.name), known=(name,))
            )
        value = frame.worth(argument.value, names)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            wanted = "a number from 0 to 1"
            raise Mistake(
                WrongValue(span=argument.value.span, word=word, name=name, found=described(value), wanted=wanted)
            )
        found = float(value)
    return found


def _warn_of_lone_activations(frame: Frame, ran: tuple[PathRun, ...]) -> None:
    for before, branch in pairwise(ran):
        step = branch.steps[0]
        if not isinstance(step, LayerRun) or step.node.on or len(branch.steps) > 1:
            continue
        if step.layer.role is Role.ACTIVATE:
            text = " ".join(before.node.span.text.split())
            shown = text if len(text) < 50 else "…"
            frame.session.blame(LoneActivation(span=branch.node.span, word=step.node.word.name, before=shown))
