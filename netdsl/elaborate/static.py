"""What can be said of a definition that nobody calls: its words and names."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from netdsl.diagnostics.arguments import MissingArgument
from netdsl.diagnostics.model import Diagnostic, Problems
from netdsl.diagnostics.names import LoopHidesName, UnknownAttribute, UnknownName, UnknownValue
from netdsl.elaborate.arguments import unquoted
from netdsl.elaborate.calls import unknown_layer
from netdsl.elaborate.homes import Definitions
from netdsl.graph.builtins import BUILTINS
from netdsl.graph.mistakes import Mistake
from netdsl.graph.model import Names, Partial
from netdsl.graph.partial import is_surplus, named
from netdsl.layers.vocabulary import foreign
from netdsl.tree import expressions as e
from netdsl.tree import statements as s
from netdsl.tree.walk import bodies, expressions, labels, mentioned, names, parts, sources, statements

SIDES = ("channels", "height", "width", "size")


@dataclass
class _Known:
    """The names that a definition binds anywhere; their order is left to elaboration."""

    definitions: Definitions
    numbers: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    computed: bool = False
    """Whether a name is computed or could not be read, so that any value may be meant."""


def check_names(block: s.Block, definitions: Definitions, problems: Problems) -> None:
    """Says every unknown word, name, value, side and argument in `block`, and every loop that hides a name."""
    known = _known(block, definitions)
    for parameter in block.parameters:
        if parameter.default is not None:
            _say(problems, _in_expression(parameter.default, known, frozenset()))
    for node in statements(block.body):
        _say(problems, _in_statement(node, known))
    _say(problems, _hidden(block.body, {parameter.name: "a parameter" for parameter in block.parameters}))


def _hidden(body: s.Body, outer: dict[str, str]) -> Iterator[Diagnostic]:
    """The loops whose names stand for something already."""
    for node in body:
        if isinstance(node, s.Let):
            outer[node.name] = "a `let` above it"
        if isinstance(node, s.For):
            bound = list(names(node.pattern))
            hidden = [name for name in bound if name in outer]
            yield from (LoopHidesName(span=node.pattern.span, name=name, found=outer[name]) for name in hidden)
            yield from _hidden(node.body, outer | dict.fromkeys(bound, "a loop around it"))
            continue
        for step in node.steps if isinstance(node, s.Path) else (node,):
            for inner in bodies(step):
                yield from _hidden(inner, outer)


def _say(problems: Problems, found: Iterator[Diagnostic]) -> None:
    for diagnostic in found:
        problems.add(diagnostic)


def _known(block: s.Block, definitions: Definitions) -> _Known:
    known = _Known(definitions, {p.name for p in block.parameters}, set(block.inputs))
    for node in statements(block.body):
        if isinstance(node, s.Let):
            known.numbers.add(node.name)
        elif isinstance(node, s.For):
            known.numbers.update(names(node.pattern))
        elif isinstance(node, s.Call):
            known.computed = known.computed or not node.word.name
        for label in labels(node):
            known.computed = known.computed or len(label.parts) != 1 or not isinstance(label.parts[0], str)
            known.values.add(str(label.parts[0]) if label.parts else "")
    return known


def _in_statement(node: s.Statement | s.Step, known: _Known) -> Iterator[Diagnostic]:
    surplus = _surplus(node, known)
    for expr in expressions(node):
        if expr not in surplus:
            yield from _in_expression(expr, known, frozenset())
    for label in sources(node):
        name = label.parts[0] if len(label.parts) == 1 else None
        if isinstance(name, str) and name not in known.values and not known.computed:
            yield UnknownValue(span=label.span, name=name, known=tuple(sorted(known.values)))
    if isinstance(node, s.Call | s.Join):
        yield from _in_call(node.word, node.arguments or (), known)


def _surplus(node: s.Statement | s.Step, known: _Known) -> list[e.Expr]:
    """The arguments that are to be left out, or that are values given to a layer which nobody knows."""
    if not isinstance(node, s.Call | s.Join):
        return []
    called, arguments = known.definitions.get(node.word.name), node.arguments or ()
    if isinstance(called, Partial):
        found = named(called, node.word, arguments)
        return [argument.value for argument, name in found if is_surplus(name)] + [
            argument.value for argument, name in found if _unquoted(called, node.word, name, argument.value, known)
        ]
    values = (argument.value for argument in arguments)
    return [value for value in values if any(name in known.values or foreign(name) for name in mentioned(value))]


def _unquoted(
    called: Partial, word: e.Name, argument: str | Mistake, value: e.Expr, known: _Known
) -> Diagnostic | None:
    if isinstance(value, e.Name) and not _stands(value.name, known, frozenset(), False):
        return unquoted(called, word, argument, value)
    return None


def _in_call(word: e.Name, arguments: tuple[e.Argument, ...], known: _Known) -> Iterator[Diagnostic]:
    if word.name in known.numbers or not word.name:
        return
    value = known.definitions.get(word.name)
    if value is None:
        yield unknown_layer(word, Names({}, {}, None, known.definitions.home), word.name in known.values)
    elif isinstance(value, Partial):
        found = named(value, word, arguments)
        yield from (name.diagnostic for _, name in found if isinstance(name, Mistake))
        yield from filter(None, (_unquoted(value, word, name, a.value, known) for a, name in found))
        yield from filter(None, (_product(value, name, a.value) for a, name in found))
        if not any(isinstance(name, Mistake) for _, name in found):
            yield from _missing(value, word, {str(name) for _, name in found})


def _product(called: Partial, argument: str | Mistake, value: e.Expr) -> Diagnostic | None:
    if not isinstance(value, e.Binary) or value.operator != "*" or not isinstance(argument, str):
        return None
    sides = value.left, value.right
    numbers = [side.value for side in sides if isinstance(side, e.Literal) and type(side.value) is int]
    if len(numbers) != 2 or not isinstance(called.target, type):
        return None
    from netdsl.diagnostics.calls import ProductAsSize
    from netdsl.words.fields import wanted

    if not wanted(called.target, argument).startswith("one or two whole numbers"):
        return None
    meant = "x".join(map(str, numbers))
    return ProductAsSize(span=value.span, name=argument, number=numbers[0] * numbers[1], meant=meant)


def _missing(partial: Partial, word: e.Name, given: set[str]) -> Iterator[Diagnostic]:
    target = partial.target
    fixed = given | {name for name, _ in partial.fixed}
    if isinstance(target, type):
        from netdsl.words.fields import wanted

        absent = tuple(n for n, info in target.model_fields.items() if info.is_required() and n not in fixed)
        takes = tuple(wanted(target, name) for name in absent)
    else:
        absent = tuple(p.name for p in target.parameters if p.default is None and p.name not in fixed)
        takes = ()
    if absent:
        yield MissingArgument(span=word.span, word=word.name, missing=absent, wanted=takes)


def _in_expression(expr: e.Expr, known: _Known, inner: frozenset[str]) -> Iterator[Diagnostic]:
    if isinstance(expr, e.Attribute):
        yield from _in_attribute(expr, known, inner)
        return
    if isinstance(expr, e.Comprehension):
        inner |= frozenset(names(expr.pattern))
    name = expr if isinstance(expr, e.Name) else expr.function if isinstance(expr, e.Apply) else None
    if name is not None and not _stands(name.name, known, inner, isinstance(expr, e.Apply)):
        choice = (*inner, *known.numbers, *known.definitions, *(BUILTINS if isinstance(expr, e.Apply) else ()))
        meant, is_value = foreign(name.name) or "", name.name in known.values
        yield UnknownName(span=name.span, name=name.name, known=choice, meant=meant, is_value=is_value)
    for part in parts(expr):
        yield from _in_expression(part, known, inner)


def _stands(name: str, known: _Known, inner: frozenset[str], applied: bool) -> bool:
    return name in inner or name in known.numbers or name in known.definitions or (applied and name in BUILTINS)


def _in_attribute(expr: e.Attribute, known: _Known, inner: frozenset[str]) -> Iterator[Diagnostic]:
    owner = expr.owner
    if isinstance(owner, e.Name) and owner.name not in known.values and not known.computed:
        if not _stands(owner.name, known, inner, False):
            yield UnknownName(span=owner.span, name=owner.name, known=(*sorted(known.values), "in"))
            return
    elif not isinstance(owner, e.Name | e.Arriving):
        yield from _in_expression(owner, known, inner)
    if expr.attribute not in SIDES:
        yield UnknownAttribute(span=expr.attribute_span, attribute=expr.attribute)
