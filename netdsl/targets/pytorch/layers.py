"""One layer: its PyTorch call with the author's text in the place of numbers."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from netdsl.graph.model import Partial, Tensor
from netdsl.layers.base import Arrives, Layer, Role
from netdsl.layers.torch_call import Given, Torch, TorchCall
from netdsl.source import Span
from netdsl.targets.pytorch import naming
from netdsl.targets.pytorch.plan import Item, Module, Step, Value
from netdsl.targets.pytorch.rows import at
from netdsl.targets.pytorch.saying import Unsaid, agrees, constant, parsed, said, same, shortened
from netdsl.targets.pytorch.spelling import literal
from netdsl.targets.pytorch.survey import is_wire
from netdsl.targets.pytorch.terms import Call, Formula, Known, Lane, Name, Term, formula, names, total
from netdsl.tree import expressions as tree
from netdsl.tree import statements
from netdsl.tree.walk import within

if TYPE_CHECKING:
    from netdsl.targets.pytorch.walk import Column, Place, Walk

Rows = Sequence[tuple[Lane, Any, Layer, tuple[Tensor, ...]]]
"""In each lane the run, its layer, and what arrives at it."""


def layer(
    walk: "Walk", node: statements.Call, column: "Column", reads: tuple[Value, ...], place: "Place"
) -> list[Item]:
    """A layer."""
    rows = [(lane, run, run.layer, run.arrives) for lane, run in column]
    return applied(walk, node.span, rows, reads, place, node=node)


def optional(walk: "Walk", node: statements.Call, column: "Column", items: list[Item], place: "Place") -> list[Item]:
    """A layer or block given as an argument that is `identity` in some uses."""
    argument = place.numbers.get(node.word.name)
    if not isinstance(argument, Name):
        raise Unsaid
    holds = [(lane, not is_wire(run)) for lane, run in column]
    condition: Term = Formula("is not", (argument, Known(None)))
    if any(_partial(run) not in walk.units.layers for _, run in column if not is_wire(run)):
        condition = walk.draft.derive(node.word.name, holds)
    for _, run in column:
        if is_wire(run):
            walk.units.spell(_partial(run), "None")
    return walk.optional(node.span, condition, items, holds, [(lane, run.gives) for lane, run in column], place)


def _partial(run: Any) -> Partial:
    value = run.names.numbers[run.node.word.name]
    assert isinstance(value, Partial)
    return value


def applied(
    walk: "Walk",
    span: Span,
    rows: Rows,
    reads: tuple[Value, ...],
    place: "Place",
    inside: frozenset[Value] = frozenset(),
    node: statements.Call | None = None,
) -> list[Item]:
    """The step that applies a layer to `reads`."""
    torches = [(lane, kind.torch(Arrives(tuple(t.shape for t in arrives)))) for lane, _, kind, arrives in rows]
    speech = Speech(walk, rows, reads, place)
    role = rows[0][2].role
    gives = walk.draft.value(
        [(lane, run.gives) for lane, run, _, _ in rows],
        speech.channels(),
        hint=place.hint,
        fresh=role in (Role.MIX, Role.DENSE, Role.NORM) or "{} + {}" in _forms(torches),
    )
    step = Step(span, role, "{self}({*})", reads, (gives,), inside=inside)
    step.starts = role is Role.POOL
    row = at(place.row, node, [(lane, run) for lane, run, _, _ in rows])
    if all(torch.parameter is not None for _, torch in torches):
        make = speech.call([(lane, _some(torch.parameter)) for lane, torch in torches])
        step.form = torches[0][1].function.name if torches[0][1].function else step.form
        step.module = _module(walk, node, rows, make, place, parameter=True)
    elif not (place.chain or row) and all(torch.function is not None for _, torch in torches):
        calls = [(lane, _some(torch.function)) for lane, torch in torches]
        step.form, step.arguments = speech.function(calls)
    elif node is not None and isinstance(place.numbers.get(node.word.name), Name):
        step.module = _chosen(walk, node, rows, torches, speech, place)
    else:
        calls = _alike(torches)
        step.module = _module(walk, node, rows, speech.call(calls), place)
        step.module.inplace = all(call.inplace for _, call in calls)
    if step.module is not None and node is not None:
        step.module.row = row
        naming.named(gives, node.label, step.module)
    return [step]


def _some(call: TorchCall | None) -> TorchCall:
    if call is None:
        raise Unsaid
    return call


def _forms(torches: Sequence[tuple[Lane, Torch]]) -> set[str]:
    return {torch.function.name for _, torch in torches if torch.function is not None}


def _alike(torches: Sequence[tuple[Lane, Torch]]) -> list[tuple[Lane, TorchCall]]:
    """The modules of all lanes; where they are of several classes, the one that does for all."""
    calls = [(lane, _some(torch.module)) for lane, torch in torches]
    if len({call.name for _, call in calls}) > 1:
        calls = [(lane, _some(torch.general or torch.module)) for lane, torch in torches]
    if len({call.name for _, call in calls}) > 1:
        raise Unsaid
    return calls


def _module(
    walk: "Walk", node: statements.Call | None, rows: Rows, make: Call, place: "Place", parameter: bool = False
) -> Module:
    column = [(lane, run) for lane, run, _, _ in rows]
    label = node.label if node is not None else None
    key = naming.key(walk, label, column, place) if node is not None else Known("")
    stored = any(_stores(kind, arrives) for _, _, kind, arrives in rows)
    return Module(make, key, label is not None, stored, rows[0][2].word, parameter=parameter)


def _stores(kind: Layer, arrives: tuple[Tensor, ...]) -> bool:
    shapes = Arrives(tuple(tensor.shape for tensor in arrives))
    return bool(kind.weights(shapes) or kind.buffers(shapes))


def _chosen(
    walk: "Walk",
    node: statements.Call,
    rows: Rows,
    torches: Sequence[tuple[Lane, Torch]],
    speech: "Speech",
    place: "Place",
) -> Module:
    """A layer given as an argument that is of another kind in other uses: the class itself is the parameter."""
    argument = place.numbers.get(node.word.name)
    calls = [(lane, _some(torch.module)) for lane, torch in torches]
    if not isinstance(argument, Name):
        raise Unsaid
    own = [tuple(takewhile(_is_own, _positional(call))) for _, call in calls]
    if len(set(own)) == 1:
        own = [()] * len(own)
    asked = [_positional(call)[len(known) :] for known, (_, call) in zip(own, calls, strict=True)]
    if len({tuple(given.formula for given in each) for each in asked}) > 1 or node.arguments:
        raise Unsaid
    whole = [(lane, TorchCall("", tuple(each))) for each, (lane, _) in zip(asked, calls, strict=True)]
    module = _module(walk, node, rows, replace(speech.call(whole), function=argument), place)
    module.given, module.word, module.inplace = True, node.word.name, all(call.inplace for _, call in calls)
    for (_, run, _, _), known, (_, call) in zip(rows, own, calls, strict=True):
        _remember(walk, _partial(run), known, call)
    return module


def _positional(call: TorchCall) -> list[Given]:
    return [given for given in call.arguments if not given.keyword]


def _is_own(given: Given) -> bool:
    """Whether a layer knows a number of its PyTorch call by itself."""
    return bool(given.formula) and not any(isinstance(part, tree.Arriving) for part in within(parsed(given.formula)))


def _remember(walk: "Walk", partial: Partial, own: Sequence[Given], call: TorchCall) -> None:
    """Keeps how a layer that was given as an argument is written by those who give it, which must be one way."""
    options = (given for given in call.arguments if given.keyword and not same(given.value, given.default))
    known = [literal(given.value, "()") for given in own]
    known += [f"{given.keyword}={literal(given.value, '()')}" for given in options]
    spelled = f"partial({', '.join([call.name, *known])})" if known else call.name
    if walk.units.layers.get(partial, spelled) != spelled:
        raise Unsaid
    walk.units.spell(partial, spelled)


class Speech:
    """What one layer's arguments are called."""

    def __init__(self, walk: "Walk", rows: Rows, reads: tuple[Value, ...], place: "Place") -> None:
        self.walk, self.rows, self.reads, self.place = walk, rows, reads, place
        self.lanes = [lane for lane, _, _, _ in rows]

    def channels(self) -> Term | None:
        """The channels that the layer gives."""
        column = [(lane, run.gives.shape.channels) for lane, run, _, _ in self.rows]
        formulas = {kind.channels(Arrives(tuple(t.shape for t in arrives))) for _, _, kind, arrives in self.rows}
        return self._formula(formulas, column)

    def _formula(self, formulas: set[str], column: Sequence[tuple[Lane, Any]], runtime: bool = False) -> Term | None:
        """The first formula that is worth this column; None where none is."""
        for text in sorted(formulas - {""}):
            try:
                term = said(parsed(text), lambda expr: self._leaf(expr, runtime), self.lanes)
            except Unsaid:
                continue
            if agrees(term, column):
                return term
        return None

    def _leaf(self, expr: tree.Expr, runtime: bool) -> Term | None:
        match expr:
            case tree.Arriving():
                return self.walk.draft.channels(self.reads[0], self.lanes)
            case tree.Name():
                return self._field(expr.name, runtime)
            case tree.Apply(arguments=(tree.Argument(value=tree.Arriving()),)):
                every = [self.walk.draft.channels(value, self.lanes) for value in self.reads]
                return total(every) if expr.function.name == "sum" else formula(expr.function.name, *every)
        return None

    def _field(self, name: str, runtime: bool) -> Term:
        exprs = {run.written.get(name) for _, run, _, _ in self.rows}
        expr = exprs.pop()
        if exprs or expr is None:
            return Known(shortened(constant((lane, getattr(kind, name)) for lane, _, kind, _ in self.rows)))
        rows = [(lane, run.names) for lane, run, _, _ in self.rows]
        term = said(expr, self.walk.leaf(self.place, rows, runtime), self.lanes, rows)
        return Known(shortened(term.value)) if isinstance(term, Known) else term

    def given(self, column: Sequence[tuple[Lane, Given]], runtime: bool = False) -> Term | None:
        """One argument: the author's text if it is worth what it must be; None where it need not be written."""
        worths = [(lane, given.value) for lane, given in column]
        first = column[0][1]
        term = self._formula({given.formula for _, given in column}, worths, runtime)
        idle = bool(first.keyword) and all(same(given.value, given.default) for _, given in column)
        if term is None:
            if idle:
                return None
            try:
                return _plain(constant(worths))
            except Unsaid:
                return self.walk.draft.derive(_called(first), worths)
        if isinstance(term, Known):
            both = isinstance(term.value, tuple) or isinstance(first.value, tuple)
            return None if idle else _plain(first.value if both else term.value)
        return None if idle and not names(term) else _tupled(term)

    def arguments(self, calls: Sequence[tuple[Lane, TorchCall]], runtime: bool = False) -> tuple[tuple[str, Term], ...]:
        """All arguments that must be written, each with its keyword or ""."""
        shapes = {tuple(given.keyword for given in call.arguments) for _, call in calls}
        if len(shapes) > 1:
            raise Unsaid
        terms = []
        for k, keyword in enumerate(shapes.pop()):
            term = self.given([(lane, call.arguments[k]) for lane, call in calls], runtime)
            if term is not None:
                terms.append((keyword, term))
        return tuple(terms)

    def call(self, calls: Sequence[tuple[Lane, TorchCall]]) -> Call:
        """A call that makes something."""
        arguments = self.arguments(calls)
        return Call(
            calls[0][1].name,
            tuple(term for keyword, term in arguments if not keyword),
            tuple((keyword, term) for keyword, term in arguments if keyword),
        )

    def function(self, calls: Sequence[tuple[Lane, TorchCall]]) -> tuple[str, tuple[tuple[str, Term], ...]]:
        """A call in `forward`, as a form and its arguments."""
        if len({call.name for _, call in calls}) > 1:
            raise Unsaid
        name = calls[0][1].name
        arguments = self.arguments(calls, runtime=True)
        if "{" in name:
            return name, arguments
        shown = (f"{keyword}={{{k}}}" if keyword else f"{{{k}}}" for k, (keyword, _) in enumerate(arguments))
        return f"{name}({', '.join(['{*}', *shown])})", tuple((str(k), term) for k, (_, term) in enumerate(arguments))


def _plain(value: Any) -> Known:
    """A value as PyTorch takes it."""
    return Known(value, literal(value, "()") if isinstance(value, tuple) else "")


def _tupled(term: Term) -> Term:
    return replace(term, operator="tuple") if isinstance(term, Formula) and term.operator == "list" else term


def _called(given: Given) -> str:
    """What a parameter for an argument would be called."""
    if given.formula == "in":
        return "channels"
    return given.keyword or (given.formula if given.formula.isidentifier() else "size")
