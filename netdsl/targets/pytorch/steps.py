"""The steps of a path: what each makes in `__init__`, and what it does in `forward`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netdsl.graph.model import LayerRun, UseRun
from netdsl.graph.walk import parts
from netdsl.layers.base import Role
from netdsl.targets.pytorch import layers, naming
from netdsl.targets.pytorch.names import is_identifier
from netdsl.targets.pytorch.plan import Chain, Fork, Item, Module, Row, Step, Value, in_class
from netdsl.targets.pytorch.rows import at, filled
from netdsl.targets.pytorch.saying import Unsaid, agrees, said
from netdsl.targets.pytorch.survey import is_wire, outer
from netdsl.targets.pytorch.terms import Call, Known, Lane, Term, formula
from netdsl.tree import statements as tree
from netdsl.tree.walk import labels

if TYPE_CHECKING:
    from netdsl.targets.pytorch.unit import Source
    from netdsl.targets.pytorch.walk import Column, Place, Walk


def step(walk: "Walk", node: tree.Step, column: "Column", place: "Place") -> list[Item]:
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


def _call(walk: "Walk", node: tree.Call, column: "Column", place: "Place") -> list[Item]:
    """A layer or a block; an argument that leaves it out in some uses makes it optional."""
    counts = {len(run.arrives) for _, run in column}
    if len(counts) > 1:
        raise Unsaid
    reads = tuple(walk.draft.find([(lane, run.arrives[k]) for lane, run in column]) for k in range(counts.pop()))
    naming.asked(reads, node.on)
    present = [(lane, run) for lane, run in column if not is_wire(run)]
    if not present:
        return []
    if len({type(run) for _, run in present}) > 1:
        raise Unsaid
    made = layers.layer if isinstance(present[0][1], LayerRun) else _use
    items = made(walk, node, present, reads, place)
    return items if len(present) == len(column) else layers.optional(walk, node, column, items, place)


def _use(walk: "Walk", node: tree.Call, column: "Column", reads: tuple[Value, ...], place: "Place") -> list[Item]:
    rows = [(lane, run.names) for lane, run in column]

    def written(own: str) -> Term:
        exprs = {run.written.get(own) for _, run in column}
        expr = exprs.pop()
        if exprs or expr is None:
            raise Unsaid
        return said(expr, walk.leaf(place, rows), [lane for lane, _ in rows], rows)

    spoken = {argument.name for argument in node.arguments or () if argument.name is not None}
    sources = [(lane, run.use) for lane, run in column]
    return _classed(walk, node, column, sources, reads, written, spoken, place)


def _scope(walk: "Walk", node: tree.Scope, column: "Column", place: "Place") -> list[Item]:
    arriving = walk.draft.find([(lane, run.arrives) for lane, run in column])
    naming.asked((arriving,), node.on)
    where = naming.key(walk, node.label, column, place)
    if walk.units.is_chain([run for _, run in column]):
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
    walk: "Walk", node: tree.Scope, column: "Column", place: "Place", where: Term, arriving: Value
) -> list[Item]:
    """A scope that is an `nn.Sequential`."""
    inner = replace(place, chain=True, labelled=any(labels(inner) for inner in outer(node.body)))
    items = walk.body(node.body, [(lane, run.body) for lane, run in column], inner)
    results = [(lane, run.gives) for lane, run in column]
    last = walk.draft.find(results) if items else arriving
    stored = walk.units.stores([run for _, run in column])
    module = Module(Chain(items), where, True, stored, "", row=at(place.row, node, column))
    gives = walk.draft.value(results, last.channels, hint=place.hint)
    naming.named(gives, node.label, module)
    return [Step(node.span, None, "{self}({*})", (arriving,), (gives,), module=module, starts=True)]


def _numbered(walk: "Walk", node: tree.Scope, column: "Column", place: "Place") -> list[Item]:
    """A scope whose modules are reached by their number: what happens in it happens here."""
    items = walk.body(node.body, [(lane, run.body) for lane, run in column], place)
    if place.row is None or not filled(place.row, items):
        raise Unsaid
    value = walk.draft.find([(lane, run.gives) for lane, run in column])
    value.name = value.name or place.row.key
    return items


def _classed(
    walk: "Walk",
    node: tree.Call | tree.Scope,
    column: "Column",
    sources: "Sequence[tuple[Lane, Source]]",
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
    results = [(lane, run.gives) for lane, run in column]
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


def _branches(walk: "Walk", body: tree.Body, column: "Column", place: "Place") -> tuple[list[Item], frozenset[Value]]:
    """The items of branches; each makes values that are called like the branch."""
    items: list[Item] = []
    for k, statement in enumerate(body):
        rows = [(lane, run.body[k]) for lane, run in column]
        hint = _hint(statement, rows[0][1]) if isinstance(statement, tree.Path) else "y"
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


def _joined(walk: "Walk", column: "Column", place: "Place") -> tuple[Value, ...]:
    """What the branches give."""
    counts = {len(run.branches) for _, run in column}
    if len(counts) > 1:
        raise Unsaid
    return tuple(walk.draft.find([(lane, run.branches[k].gives) for lane, run in column]) for k in range(counts.pop()))


def _join(walk: "Walk", node: tree.Join, column: "Column", place: "Place") -> list[Item]:
    items, inside = _branches(walk, node.body, column, place)
    reads = _joined(walk, column, place)
    lanes = [(lane, run, run.layer, tuple(branch.gives for branch in run.branches)) for lane, run in column]
    return [*items, *layers.applied(walk, node.span, lanes, reads, place, inside)]


def _gate(walk: "Walk", node: tree.Gate, column: "Column", place: "Place") -> list[Item]:
    items = walk.body(node.body, [(lane, run.body) for lane, run in column], place)
    around = walk.draft.find([(lane, run.arrives) for lane, run in column])
    inner = walk.draft.find([(lane, run.inner) for lane, run in column])
    inside = _made(items)
    gives = walk.draft.value([(lane, run.gives) for lane, run in column], around.channels, hint=place.hint)
    return [*items, Step(node.span, Role.JOIN, "{} * {}", (around, inner), (gives,), inside=inside)]


def _split(walk: "Walk", node: tree.Split, column: "Column", place: "Place") -> list[Item]:
    arriving = walk.draft.find([(lane, run.arrives) for lane, run in column])
    counts = {len(run.parts) for _, run in column}
    if len(counts) > 1:
        raise Unsaid
    count = counts.pop()
    lanes = [lane for lane, _ in column]
    share = formula("//", walk.draft.channels(arriving, lanes), Known(count))
    parts = tuple(
        walk.draft.value([(lane, run.parts[k]) for lane, run in column], share, hint=f"x{k + 1}") for k in range(count)
    )
    dim = -1 if column[0][1].arrives.shape.channels_last else 1
    chunk = Step(node.word, None, f"{{}}.chunk({count}, dim={dim})", (arriving,), parts, starts=True)
    items, inside = _branches(walk, node.body, column, place)
    rows = [(lane, run, run.layer, tuple(branch.gives for branch in run.branches)) for lane, run in column]
    return [chunk, *items, *layers.applied(walk, node.span, rows, _joined(walk, column, place), place, inside)]


def _residual(walk: "Walk", node: tree.Residual, column: "Column", place: "Place") -> list[Item]:
    items = walk.body(node.body, [(lane, run.body) for lane, run in column], place)
    summed = [(lane, run) for lane, run in column if run.summed]
    if not summed:
        return items
    if len(summed) == len(column):
        return [*items, *_sum(walk, node, column, place, items)]
    assert node.condition is not None
    rows = [(lane, run.names) for lane, run in column]
    condition = walk.condition(node.condition, rows, [(lane, run.summed) for lane, run in column], place)
    added = _sum(walk, node, summed, place, items)
    return [
        *items,
        walk.draft.fork(node.span, condition, added, [(lane, run.summed) for lane, run in column], "residual"),
    ]


def _sum(walk: "Walk", node: tree.Residual, column: "Column", place: "Place", body: list[Item]) -> list[Item]:
    """Body and shortcut, added."""
    inner = walk.draft.find([(lane, run.inner) for lane, run in column])
    drop = _drop(walk, node, column, place, inner)
    shortcut = _shortcut(walk, node, column, replace(place, hint="shortcut"))
    around = walk.draft.find([(lane, run.around) for lane, run in column])
    inside = _made([*body, *drop, *shortcut])
    inner = drop[0].makes[0] if drop else inner
    pair = (inner, around) if node.shortcut is not None and shortcut else (around, inner)
    gives = walk.draft.value([(lane, run.gives) for lane, run in column], inner.channels, hint=place.hint, fresh=True)
    return [*drop, *shortcut, Step(node.span, Role.JOIN, "{} + {}", pair, (gives,), inside=inside)]


def _drop(walk: "Walk", node: tree.Residual, column: "Column", place: "Place", inner: Value) -> list[Step]:
    """Stochastic depth, where some use has it."""
    drops = [(lane, run.drop) for lane, run in column]
    rows = [(lane, run.names) for lane, run in column]
    if not node.arguments or not any(drop for _, drop in drops):
        return []
    try:
        term = said(node.arguments[0].value, walk.leaf(place, rows), [lane for lane, _ in rows], rows)
        if not agrees(term, drops):
            raise Unsaid
    except Unsaid:
        term = walk.draft.derive("drop", drops)
    module = Module(Call("StochasticDepth", (term,)), Known(""), False, False, "stochastic_depth")
    thinned = Value(inner.tensors, inner.channels, inner.hint)
    return [Step(node.span, Role.DROP, "{self}({*})", (inner,), (thinned,), module=module)]


def _shortcut(walk: "Walk", node: tree.Residual, column: "Column", place: "Place") -> list[Item]:
    """The way around; one module that only some uses have passes on what arrives in the others."""
    taken = [(lane, run.shortcut) for lane, run in column if run.shortcut is not None]
    if node.shortcut is None or not taken:
        return []
    items = walk.body(node.shortcut.body, taken, place)
    if len(taken) == len(column):
        return items
    assert node.shortcut.condition is not None
    rows = [(lane, run.names) for lane, run in column]
    holds = [(lane, run.shortcut is not None) for lane, run in column]
    condition = walk.condition(node.shortcut.condition, rows, holds, place)
    around = [(lane, run.around) for lane, run in column]
    return walk.optional(node.span, condition, items, holds, around, place, "project")
