"""The steps of a path: what each makes in `__init__`, and what it does in `forward`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netdsl.graph.model import LayerRun, UseRun
from netdsl.graph.walk import parts
from netdsl.layers.base import Role
from netdsl.targets.pytorch import layers, naming
from netdsl.targets.pytorch.columns import Column
from netdsl.targets.pytorch.names import is_identifier
from netdsl.targets.pytorch.plan import Chain, Fork, Item, Module, Row, Step, Value, in_class
from netdsl.targets.pytorch.rows import at, filled
from netdsl.targets.pytorch.saying import Unsaid, agrees
from netdsl.targets.pytorch.survey import is_wire, outer
from netdsl.targets.pytorch.terms import Call, Known, Term, formula
from netdsl.tree import statements as tree
from netdsl.tree.walk import labels

if TYPE_CHECKING:
    from netdsl.targets.pytorch.walk import Place, Walk


def step(walk: "Walk", node: tree.Step, column: Column, place: "Place") -> list[Item]:
    """The items of one step."""
    match node:
        case tree.Call():
            return _call(walk, node, column, place)
        case tree.Scope():
            return _scope(walk, node, column, place)
        case tree.Join():
            return _join(walk, node, column, place)
        case tree.Residual():
            return _residual(walk, node, column, place)
        case tree.Gate():
            return _gate(walk, node, column, place)
        case tree.Split():
            return _split(walk, node, column, place)


def _call(walk: "Walk", node: tree.Call, column: Column, place: "Place") -> list[Item]:
    """A layer or a block; an argument that leaves it out in some uses makes it optional."""
    reads = tuple(map(walk.draft.find, column.of("arrives").rows()))
    naming.asked(reads, node.on)
    present = column.where(lambda run: not is_wire(run))
    if not present:
        return []
    if len(set(map(type, present.cells))) > 1:
        raise Unsaid
    made = layers.layer if isinstance(present[0][1], LayerRun) else _use
    items = made(walk, node, present, reads, place)
    return items if len(present) == len(column) else layers.optional(walk, node, column, items, place)


def _use(walk: "Walk", node: tree.Call, column: Column, reads: tuple[Value, ...], place: "Place") -> list[Item]:
    def written(own: str) -> Term:
        exprs = {run.written.get(own) for run in column.cells}
        expr = exprs.pop()
        if exprs or expr is None:
            raise Unsaid
        return walk.said(expr, column, place)

    spoken = {argument.name for argument in node.arguments or () if argument.name is not None}
    sources = column.of("use")
    return _classed(walk, node, column, sources, reads, written, spoken, place)


def _scope(walk: "Walk", node: tree.Scope, column: Column, place: "Place") -> list[Item]:
    arriving = walk.draft.find(column.of("arrives"))
    naming.asked((arriving,), node.on)
    where = naming.key(walk, node.label, column, place)
    if walk.units.is_chain(column.cells):
        return _chained(walk, node, column, place, where, arriving)
    if isinstance(where, Known) and is_identifier(where.value) and not (place.chain or place.row):
        members = walk.units.members(column[0][1])
        if members:
            return _numbered(walk, node, column, replace(place, row=Row(node.span, where.value, members)))

    def written(own: str) -> Term:
        if own not in place.numbers:
            raise Unsaid
        return place.numbers[own]

    return _classed(walk, node, column, column, (arriving,), written, set(place.numbers), place)


def _chained(
    walk: "Walk", node: tree.Scope, column: Column, place: "Place", where: Term, arriving: Value
) -> list[Item]:
    """A scope that is an `nn.Sequential`."""
    inner = replace(place, chain=True, labelled=any(labels(inner) for inner in outer(node.body)))
    items = walk.body(node.body, column.of("body"), inner)
    results = column.of("gives")
    last = walk.draft.find(results) if items else arriving
    stored = walk.units.stores(column.cells)
    module = Module(Chain(items), where, True, stored, "", row=at(place.row, node, column))
    gives = walk.draft.value(results, last.channels, hint=place.hint)
    naming.named(gives, node.label, module)
    return [Step(node.span, None, "{self}({*})", (arriving,), (gives,), module=module, starts=True)]


def _numbered(walk: "Walk", node: tree.Scope, column: Column, place: "Place") -> list[Item]:
    """A scope whose modules are reached by their number: what happens in it happens here."""
    items = walk.body(node.body, column.of("body"), place)
    if place.row is None or not filled(place.row, items):
        raise Unsaid
    value = walk.draft.find(column.of("gives"))
    value.name = value.name or place.row.key
    return items


def _classed(
    walk: "Walk",
    node: tree.Call | tree.Scope,
    column: Column,
    sources: Column,
    arriving: tuple[Value, ...],
    written: Callable[[str], Term],
    spoken: set[str],
    place: "Place",
) -> list[Item]:
    """A block, or a scope that is a class of its own; `written` says a number as it is given here."""
    unit = walk.units.of(sources)
    captured = tuple(walk.draft.find(each) for each in unit.captured(sources))
    for value, inside in zip(captured, unit.captures, strict=True):
        value.wanted = value.wanted or bool(inside.name)
        value.name = inside.name if "." in value.name else value.name or inside.name
    reads = (*arriving, *captured)
    walk.units.moves(unit, written)
    arguments = unit.arguments(walk.draft, sources, reads, written, walk.units.layers)
    results = column.of("gives")
    gives = walk.draft.value(results, unit.gives_in(arguments, reads), hint=place.hint)
    word = node.word.name if isinstance(node, tree.Call) else ""
    key = naming.key(walk, node.label, column, place)
    call = unit.call(arguments, spoken)
    module = Module(call, key, node.label is not None, unit.stored, word, row=at(place.row, node, column))
    naming.named(gives, node.label, module)
    others = [walk.draft.value(escaped, hint=gives.hint) for escaped in unit.escaped(sources)]
    for other, inside in zip(others, unit.escapes, strict=True):
        other.name = inside.name
    read = tuple(value for value, is_read in zip(reads, unit.reads, strict=True) if is_read)
    return [Step(node.span, None, "{self}({*})", read, (gives, *others), module=module, starts=True)]


def _branches(walk: "Walk", body: tree.Body, column: Column, place: "Place") -> tuple[list[Item], frozenset[Value]]:
    """The items of branches; each makes values that are called like the branch."""
    items: list[Item] = []
    for statement, rows in zip(body, column.of("body").rows(), strict=True):
        hint = _hint(statement, rows.cells[0]) if isinstance(statement, tree.Path) else "y"
        items += walk.statement(statement, rows, replace(place, hint=hint))
    return items, _made(items)


def _made(items: list[Item]) -> frozenset[Value]:
    """The values that items make."""
    steps = [value for item in in_class(items) if isinstance(item, Step) for value in item.makes]
    return frozenset([*steps, *(merge.value for item in items if isinstance(item, Fork) for merge in item.merges)])


def _hint(path: tree.Path, run: Any) -> str:
    """What the modules of a branch have in common in their names."""
    labels = [inner.key for inner in _labelled(run.steps)]
    common = _prefix(labels)
    if common and any(label[len(common) :][:1].isdigit() for label in labels):
        common = common.rstrip("0123456789")
    last = run.steps[-1]
    pool = isinstance(last, LayerRun) and last.layer.role is Role.POOL
    return common.rstrip("_.") or ("pool" if pool else "y")


def _prefix(labels: Sequence[str]) -> str:
    """What all labels begin with."""
    alike = 0
    for letters in zip(*labels, strict=False):
        if len(set(letters)) > 1:
            break
        alike += 1
    return labels[0][:alike] if labels else ""


def _labelled(runs: Sequence[Any]) -> Iterator[Any]:
    """The steps with labels, those in joins among them."""
    for run in runs:
        if getattr(run.node, "label", None) is not None:
            yield run
        elif not isinstance(run, UseRun | LayerRun):
            yield from _labelled(parts(run))


def _joined(walk: "Walk", column: Column) -> tuple[Value, ...]:
    """What the branches give."""
    return tuple(walk.draft.find(branch.of("gives")) for branch in column.of("branches").rows())


def _join(walk: "Walk", node: tree.Join, column: Column, place: "Place") -> list[Item]:
    items, inside = _branches(walk, node.body, column, place)
    return [*items, *layers.applied(walk, node.span, column, _joined(walk, column), place, inside)]


def _gate(walk: "Walk", node: tree.Gate, column: Column, place: "Place") -> list[Item]:
    items = walk.body(node.body, column.of("body"), place)
    around = walk.draft.find(column.of("arrives"))
    inner = walk.draft.find(column.of("inner"))
    inside = _made(items)
    gives = walk.draft.value(column.of("gives"), around.channels, hint=place.hint)
    return [*items, Step(node.span, Role.JOIN, "{} * {}", (around, inner), (gives,), inside=inside)]


def _split(walk: "Walk", node: tree.Split, column: Column, place: "Place") -> list[Item]:
    arriving = walk.draft.find(column.of("arrives"))
    rows = list(column.of("parts").rows())
    share = formula("//", walk.draft.channels(arriving, column.lanes), Known(len(rows)))
    parts = tuple(walk.draft.value(part, share, hint=f"x{k}") for k, part in enumerate(rows, start=1))
    dim = -1 if column[0][1].arrives.shape.channels_last else 1
    chunk = Step(node.word, None, f"{{}}.chunk({len(parts)}, dim={dim})", (arriving,), parts, starts=True)
    items, inside = _branches(walk, node.body, column, place)
    return [chunk, *items, *layers.applied(walk, node.span, column, _joined(walk, column), place, inside)]


def _residual(walk: "Walk", node: tree.Residual, column: Column, place: "Place") -> list[Item]:
    items = walk.body(node.body, column.of("body"), place)
    summed = column.where(lambda run: run.summed)
    if not summed:
        return items
    if len(summed) == len(column):
        return [*items, *_sum(walk, node, column, place, items)]
    assert node.condition is not None
    condition = walk.condition(node.condition, column, column.of("summed"), place)
    added = _sum(walk, node, summed, place, items)
    return [*items, walk.draft.fork(node.span, condition, added, column.of("summed"), "residual")]


def _sum(walk: "Walk", node: tree.Residual, column: Column, place: "Place", body: list[Item]) -> list[Item]:
    """Body and shortcut, added."""
    inner = walk.draft.find(column.of("inner"))
    drop = _drop(walk, node, column, place, inner)
    shortcut = _shortcut(walk, node, column, replace(place, hint="shortcut"))
    around = walk.draft.find(column.of("around"))
    inside = _made([*body, *drop, *shortcut])
    inner = drop[0].makes[0] if drop else inner
    pair = (inner, around) if node.shortcut is not None and shortcut else (around, inner)
    gives = walk.draft.value(column.of("gives"), inner.channels, hint=place.hint, fresh=True)
    return [*drop, *shortcut, Step(node.span, Role.JOIN, "{} + {}", pair, (gives,), inside=inside)]


def _drop(walk: "Walk", node: tree.Residual, column: Column, place: "Place", inner: Value) -> list[Step]:
    """Stochastic depth, where some use has it."""
    drops = column.of("drop")
    if not node.arguments or not any(drops.cells):
        return []
    try:
        term = walk.said(node.arguments[0].value, column, place)
        if not agrees(term, drops):
            raise Unsaid
    except Unsaid:
        term = walk.draft.derive("drop", drops)
    module = Module(Call("StochasticDepth", (term,)), Known(""), False, False, "stochastic_depth")
    thinned = Value(inner.tensors, inner.channels, inner.hint)
    return [Step(node.span, Role.DROP, "{self}({*})", (inner,), (thinned,), module=module)]


def _shortcut(walk: "Walk", node: tree.Residual, column: Column, place: "Place") -> list[Item]:
    """The way around; one module that only some uses have passes on what arrives in the others."""
    taken = column.of("shortcut").where(lambda trace: trace is not None)
    if node.shortcut is None or not taken:
        return []
    items = walk.body(node.shortcut.body, taken, place)
    if len(taken) == len(column):
        return items
    assert node.shortcut.condition is not None
    holds = column.of("shortcut").map(lambda trace: trace is not None)
    condition = walk.condition(node.shortcut.condition, column, holds, place)
    return walk.optional(node.span, condition, items, holds, column.of("around"), place, "project")
