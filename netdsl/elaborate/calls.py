"""One step that names a layer or a block."""

from collections.abc import Callable, Mapping
from re import fullmatch

from netdsl.diagnostics.arguments import MissingArgument
from netdsl.diagnostics.model import Diagnostic, Note
from netdsl.diagnostics.modules import LabelOnWire
from netdsl.diagnostics.names import NotALayer, UnknownLayer
from netdsl.diagnostics.shapes import JoinMismatch, LayerRefuses, WrongInputs
from netdsl.elaborate.arguments import layer, worked_out
from netdsl.elaborate.frame import NOWHERE, Frame, lost
from netdsl.elaborate.session import Called, Made
from netdsl.graph.described import described
from netdsl.graph.mistakes import Exhausted, Mistake, StandsOnUnknown
from netdsl.graph.model import UNKNOWN, LayerRun, Names, Partial, Tensor, Trace, Use, UseRun, Value
from netdsl.layers.base import Arrives, Layer, Refusal
from netdsl.shapes import Shape
from netdsl.source import Span
from netdsl.tree.expressions import Expr, Name
from netdsl.tree.statements import Block, Body, Call

Run = Callable[[Frame, Body, Tensor | None], tuple[Trace, Tensor | None]]


def call(frame: Frame, node: Call, arriving: Tensor | None, run: Run) -> tuple[LayerRun | UseRun, Tensor]:
    """A layer or block as it runs here; raises a `Mistake`, and its label is then unknown."""
    key = ""
    try:
        inputs = frame.inputs(node.on, arriving, node.span)
        names = frame.names(inputs[0])
        key = _key(frame, node, names)
        called = _called(frame, node, names, inputs, run)
    except (Mistake, StandsOnUnknown):
        if node.label is not None:
            frame.lose_labels((node.label,), node.span)
        raise
    target = called.target
    is_pipe = isinstance(target, Layer) and target.wiring and target.inputs == 1
    gives = inputs[0] if is_pipe else Tensor(called.gives, node.span)
    if node.label is not None:
        frame.bind_value(key, gives, node.label.span)
    if isinstance(target, Layer):
        return LayerRun(node, names, target, key, called.written, inputs, gives), gives
    return UseRun(node, names, target.use, key, called.written, inputs, gives), gives


def _called(frame: Frame, node: Call, names: Names, inputs: tuple[Tensor, ...], run: Run) -> Called:
    """What a call comes to, counted; one that stands on the same values again is not looked at again."""
    shapes = tuple(tensor.shape for tensor in inputs)
    key = (node, shapes, frame.read(node, names))
    found = frame.session.calls.get(key)
    if found is None:
        partial = callee(frame, node.word, names)
        values, written = worked_out(frame, partial, node.word, node.arguments, names)
        if isinstance(partial.target, type) and issubclass(partial.target, Layer):
            target, gives = _layer(frame, node, partial.target, values, written, inputs)
            found = Called(target, written, gives)
        else:
            made = _made(frame, node, partial, values, shapes, run)
            found = Called(made, written, made.use.gives.shape)
        frame.session.calls[key] = found
    frame.count(found.target.layers if isinstance(found.target, Made) else 1, node.span)
    return found


def callee(frame: Frame, word: Name, names: Names) -> Partial:
    """What a word in the place of a layer stands for; what could not be read is unknown."""
    if not word.name:
        raise StandsOnUnknown
    value: Value | None = names.numbers.get(word.name)
    if value is None:
        value = names.home.names.get(word.name)
    if value is UNKNOWN:
        raise StandsOnUnknown
    if value is None:
        raise Mistake(unknown_layer(word, names, word.name in names.values))
    if not isinstance(value, Partial):
        raise Mistake(NotALayer(span=word.span, name=word.name, found=described(value)))
    if not isinstance(value.target, type) and value.target.is_net:
        raise Mistake(NotALayer(span=word.span, name=word.name, found="a net"))
    return value


def unknown_layer(word: Name, names: Names, is_value: bool) -> Diagnostic:
    """Says that no layer or block is called `word`, and what is called so elsewhere."""
    from netdsl.diagnostics.elsewhere import ADVICE
    from netdsl.layers.vocabulary import foreign, kinds

    if word.name in ADVICE and not is_value:
        from netdsl.diagnostics.habits import ForeignWord

        return ForeignWord(span=word.span, advice=ADVICE[word.name])
    words = (n for scope in (names.numbers, names.home.names) for n, v in scope.items() if isinstance(v, Partial))
    known, meant = (*words, "residual", "gate", "split"), foreign(word.name) or ""
    sized = fullmatch(r"([a-z]+)_?([0-9]+x[0-9]+)", word.name)
    form = f"{sized[1]}(…, {sized[2]})" if sized and sized[1] in kinds() else ""
    return UnknownLayer(span=word.span, name=word.name, known=known, meant=meant, is_value=is_value, sized=form)


def is_wire(frame: Frame, node: Call) -> bool:
    """Whether a step is wiring, which takes no place."""
    value = frame.locals.numbers.now().get(node.word.name) or frame.home.names.get(node.word.name)
    target = value.target if isinstance(value, Partial) else None
    return isinstance(target, type) and issubclass(target, Layer) and target.wiring


def _key(frame: Frame, node: Call, names: Names) -> str:
    if not is_wire(frame, node):
        label = frame.text(node.label, names) if node.label is not None else ""
        return frame.keys.take(label, node.label.span if node.label is not None else node.span)
    if node.label is not None:
        raise Mistake(LabelOnWire(span=node.label.span, word=node.word.name, name=frame.text(node.label, names)))
    return ""


def applied(frame: Frame, word: str, span: Span, kind: Layer, inputs: tuple[Tensor, ...]) -> Tensor:
    """What a layer gives; raises a `Mistake` with the shapes and where each came from if it refuses them.

    Neither what it gives nor its weights may hold more numbers than the budget allows for a tensor.
    """
    if any(tensor.shape == NOWHERE for tensor in inputs):
        raise StandsOnUnknown
    try:
        arrives = Arrives(tuple(tensor.shape for tensor in inputs))
        shape = kind.shape(arrives)
    except Refusal as refusal:
        came = tuple(Note(tensor.origin, f"{tensor.shape} comes from here") for tensor in inputs)
        reason, remedy = refusal.reason, refusal.remedy
        if kind.inputs is None:
            raise Mistake(JoinMismatch(span=span, word=word, reason=reason, remedy=remedy, came=came)) from None
        shown = tuple(str(tensor.shape) for tensor in inputs)
        refused = LayerRefuses(span=span, word=word, arrives=shown, reason=reason, remedy=remedy, came=came)
        raise Mistake(refused) from None
    if max(shape.elements, kind.parameters(arrives)) > frame.session.meter.budget.tensor:
        frame.session.meter.exceeded("tensor", span)
    return Tensor(shape, span)


def _layer(
    frame: Frame,
    node: Call,
    kind: type[Layer],
    values: Mapping[str, Value],
    written: Mapping[str, Expr],
    inputs: tuple[Tensor, ...],
) -> tuple[Layer, Shape]:
    if kind.inputs is None and len(inputs) < 2:
        alone = node.on[0].span if node.on else None
        raise Mistake(WrongInputs(span=node.word.span, word=node.word.name, takes=None, given=1, alone=alone))
    if kind.inputs is not None and len(inputs) != kind.inputs:
        raise Mistake(WrongInputs(span=node.span, word=node.word.name, takes=("value",), given=len(inputs)))
    made = layer(frame, kind, node.word, values, written)
    return made, applied(frame, node.word.name, node.span, made, inputs).shape


def _made(
    frame: Frame, node: Call, partial: Partial, values: Mapping[str, Value], shapes: tuple[Shape, ...], run: Run
) -> Made:
    block, home, session = partial.target, partial.home, frame.session
    assert isinstance(block, Block) and home is not None
    takes = block.inputs or ("in",)
    if len(shapes) != len(takes):
        raise Mistake(WrongInputs(span=node.span, word=node.word.name, takes=takes, given=len(shapes)))
    inner = Frame(session, home, block)
    arrives = tuple(Tensor(shape, block.name_span) for shape in shapes)
    with session.inside(block, node.span):
        numbers = bound(inner, node.word, values, arrives[0])
        key = (block, tuple((name, session.tokens.of(value)) for name, value in numbers.items()), shapes)
        return session.made(key, lambda: used(inner, numbers, arrives, run))


def bound(frame: Frame, spoken: Name, values: Mapping[str, Value], arriving: Tensor | None) -> dict[str, Value]:
    """All parameters of the frame's definition, bound: those of `values`, and defaults for the others.

    One that has no value is said, and unknown.
    """
    parameters = frame.definition.parameters
    absent = tuple(p.name for p in parameters if p.default is None and p.name not in values)
    if absent:
        frame.session.blame(MissingArgument(span=spoken.span, word=spoken.name, missing=absent))
    for parameter in parameters:
        value: Value = UNKNOWN
        try:
            if parameter.name in values:
                value = values[parameter.name]
            elif parameter.default is not None:
                value = frame.worth(parameter.default, frame.names(arriving))
        except Exhausted:
            raise
        except StandsOnUnknown:
            pass
        except Mistake as mistake:
            frame.session.blame(mistake.diagnostic)
        frame.locals.numbers.bind(parameter.name, value)
    return dict(frame.locals.numbers.now())


def used(frame: Frame, numbers: Mapping[str, Value], arrives: tuple[Tensor, ...], run: Run) -> Made:
    """The frame's block at these arguments and values, whole."""
    block = frame.definition
    for name, tensor in zip(block.inputs, arrives, strict=False):
        frame.bind_value(name, tensor, block.name_span)
    trace, gives = run(frame, block.body, arrives[0] if arrives else None)
    return Made(Use(block, numbers, arrives, trace, gives or lost(block.span)), frame.locals.layers)
