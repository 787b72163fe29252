"""One layer: its PyTorch call with the author's text in the place of numbers."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from netdsl.graph.model import LayerRun, Partial
from netdsl.layers.base import Arrives, Role
from netdsl.layers.torch_call import Given, TorchCall
from netdsl.source import Span
from netdsl.targets.pytorch import naming
from netdsl.targets.pytorch.columns import Column
from netdsl.targets.pytorch.plan import Item, Module, Step, Value
from netdsl.targets.pytorch.rows import at
from netdsl.targets.pytorch.saying import Unsaid, agrees, constant, parsed, said, same, shortened
from netdsl.targets.pytorch.spelling import literal
from netdsl.targets.pytorch.survey import is_wire
from netdsl.targets.pytorch.terms import Call, Formula, Known, Name, Term, formula, names, total
from netdsl.tree import expressions as tree
from netdsl.tree import statements
from netdsl.tree.walk import within

if TYPE_CHECKING:
    from netdsl.targets.pytorch.walk import Place, Walk


def layer(walk: "Walk", node: statements.Call, column: Column, reads: tuple[Value, ...], place: "Place") -> list[Item]:
    """A layer."""
    return applied(walk, node.span, column, reads, place, node=node)


def _shapes(run: Any) -> Arrives:
    """What arrives at the layer of a run: at that of a join, what its branches give."""
    tensors = run.arrives if isinstance(run, LayerRun) else (branch.gives for branch in run.branches)
    return Arrives(tuple(tensor.shape for tensor in tensors))


def optional(walk: "Walk", node: statements.Call, column: Column, items: list[Item], place: "Place") -> list[Item]:
    """A layer or block given as an argument that is `identity` in some uses."""
    argument = place.numbers.get(node.word.name)
    if not isinstance(argument, Name):
        raise Unsaid
    condition: Term = Formula("is not", (argument, Known(None)))
    holds = column.map(lambda run: not is_wire(run))
    if any(_partial(run) not in walk.units.layers for run in column.where(lambda run: not is_wire(run)).cells):
        condition = walk.draft.derive(node.word.name, holds)
    for run in column.where(is_wire).cells:
        walk.units.spell(_partial(run), "None")
    return walk.optional(node.span, condition, items, holds, column.of("gives"), place)


def _partial(run: Any) -> Partial:
    value = run.names.numbers[run.node.word.name]
    assert isinstance(value, Partial)
    return value


def applied(
    walk: "Walk",
    span: Span,
    column: Column,
    reads: tuple[Value, ...],
    place: "Place",
    inside: frozenset[Value] = frozenset(),
    node: statements.Call | None = None,
) -> list[Item]:
    """The step that applies a layer to `reads`."""
    torches = column.map(lambda run: run.layer.torch(_shapes(run)))
    speech = Speech(walk, column, reads, place)
    role = column.cells[0].layer.role
    gives = walk.draft.value(
        column.of("gives"),
        speech.channels(),
        hint=place.hint,
        fresh=role in (Role.MIX, Role.DENSE, Role.NORM) or "{} + {}" in _forms(torches),
    )
    step = Step(span, role, "{self}({*})", reads, (gives,), inside=inside)
    step.starts = role is Role.POOL
    row = at(place.row, node, column)
    if None not in torches.of("parameter").cells:
        function = torches.cells[0].function
        step.form = function.name if function else step.form
        step.module = _module(walk, node, column, speech.call(torches.of("parameter")), place, parameter=True)
    elif not (place.chain or row) and None not in torches.of("function").cells:
        step.form, step.arguments = speech.function(torches.of("function"))
    elif node is not None and isinstance(place.numbers.get(node.word.name), Name):
        step.module = _chosen(walk, node, column, torches, speech, place)
    else:
        calls = _alike(torches)
        step.module = _module(walk, node, column, speech.call(calls), place)
        step.module.inplace = all(calls.of("inplace").cells)
    if step.module is not None and node is not None:
        step.module.row = row
        naming.named(gives, node.label, step.module)
    return [step]


def _forms(torches: Column) -> set[str]:
    return {torch.function.name for torch in torches.cells if torch.function is not None}


def _modules(torches: Column) -> Column:
    calls = torches.of("module")
    if None in calls.cells:
        raise Unsaid
    return calls


def _alike(torches: Column) -> Column:
    """The modules of all lanes; where they are of several classes, the one that does for all."""
    calls = _modules(torches)
    if len(set(calls.of("name").cells)) > 1:
        calls = torches.map(lambda torch: torch.general or torch.module)
    if len(set(calls.of("name").cells)) > 1:
        raise Unsaid
    return calls


def _module(
    walk: "Walk", node: statements.Call | None, column: Column, make: Call, place: "Place", parameter: bool = False
) -> Module:
    label = node.label if node is not None else None
    key = naming.key(walk, label, column, place) if node is not None else Known("")
    stored = walk.units.stores(column.where(lambda run: isinstance(run, LayerRun)).cells)
    return Module(make, key, label is not None, stored, column.cells[0].layer.word, parameter=parameter)


def _chosen(
    walk: "Walk",
    node: statements.Call,
    column: Column,
    torches: Column,
    speech: "Speech",
    place: "Place",
) -> Module:
    """A layer given as an argument that is of another kind in other uses: the class itself is the parameter."""
    argument = place.numbers.get(node.word.name)
    calls = _modules(torches)
    if not isinstance(argument, Name):
        raise Unsaid
    own = [tuple(takewhile(_is_own, _positional(call))) for call in calls.cells]
    if len(set(own)) == 1:
        own = [()] * len(own)
    asked = [_positional(call)[len(known) :] for known, call in zip(own, calls.cells, strict=True)]
    if len({tuple(given.formula for given in each) for each in asked}) > 1 or node.arguments:
        raise Unsaid
    whole = Column((lane, TorchCall("", tuple(each))) for each, lane in zip(asked, calls.lanes, strict=True))
    module = _module(walk, node, column, replace(speech.call(whole), function=argument), place)
    module.given, module.word, module.inplace = True, node.word.name, all(calls.of("inplace").cells)
    for run, known, call in zip(column.cells, own, calls.cells, strict=True):
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

    def __init__(self, walk: "Walk", column: Column, reads: tuple[Value, ...], place: "Place") -> None:
        self.walk, self.runs, self.reads, self.place = walk, column, reads, place
        self.lanes = column.lanes

    def channels(self) -> Term | None:
        """The channels that the layer gives."""
        formulas = {run.layer.channels(_shapes(run)) for run in self.runs.cells}
        return self._formula(formulas, self.runs.map(lambda run: run.gives.shape.channels))

    def _formula(self, formulas: set[str], column: Column, runtime: bool = False) -> Term | None:
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
        exprs = {run.written.get(name) for run in self.runs.cells}
        expr = exprs.pop()
        if exprs or expr is None:
            return Known(shortened(constant(self.runs.of("layer").of(name))))
        term = self.walk.said(expr, self.runs, self.place, runtime)
        return Known(shortened(term.value)) if isinstance(term, Known) else term

    def given(self, column: Column, runtime: bool = False) -> Term | None:
        """One argument: the author's text if it is worth what it must be; None where it need not be written."""
        worths = column.of("value")
        first: Given = column.cells[0]
        term = self._formula(set(column.of("formula").cells), worths, runtime)
        idle = bool(first.keyword) and all(same(given.value, given.default) for given in column.cells)
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

    def arguments(self, calls: Column, runtime: bool = False) -> tuple[tuple[str, Term], ...]:
        """All arguments that must be written, each with its keyword or ""."""
        terms = []
        for column in calls.of("arguments").rows():
            keyword, term = _one(column.of("keyword")), self.given(column, runtime)
            if term is not None:
                terms.append((keyword, term))
        return tuple(terms)

    def call(self, calls: Column) -> Call:
        """A call that makes something."""
        arguments = self.arguments(calls)
        return Call(
            calls.cells[0].name,
            tuple(term for keyword, term in arguments if not keyword),
            tuple((keyword, term) for keyword, term in arguments if keyword),
        )

    def function(self, calls: Column) -> tuple[str, tuple[tuple[str, Term], ...]]:
        """A call in `forward`, as a form and its arguments."""
        name = _one(calls.of("name"))
        arguments = self.arguments(calls, runtime=True)
        if "{" in name:
            return name, arguments
        shown = (f"{keyword}={{{k}}}" if keyword else f"{{{k}}}" for k, (keyword, _) in enumerate(arguments))
        return f"{name}({', '.join(['{*}', *shown])})", tuple((str(k), term) for k, (_, term) in enumerate(arguments))


def _one(column: Column) -> str:
    """What is the same in all lanes."""
    one: str = constant(column)
    return one


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
