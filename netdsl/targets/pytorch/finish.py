"""From a plan to text: what is used becomes a parameter, what is not disappears, and names become identifiers."""

from collections import Counter
from collections.abc import Iterator

from netdsl.graph.model import Use
from netdsl.targets.pytorch.attributes import Attributes, modules
from netdsl.targets.pytorch.chains import Chains, chosen
from netdsl.targets.pytorch.classes import ClassText
from netdsl.targets.pytorch.names import Taken, identifier
from netdsl.targets.pytorch.parameters import Parameter, ordered
from netdsl.targets.pytorch.plan import Fork, Held, Item, Let, Loop, Module, Step, bound, every, in_class, inner
from netdsl.targets.pytorch.readers import counted
from netdsl.targets.pytorch.spelling import text
from netdsl.targets.pytorch.standing import Standing
from netdsl.targets.pytorch.terms import Call, Known, Name, Term, leaves, names, replaced, replaced_call
from netdsl.targets.pytorch.unit import Unit
from netdsl.targets.pytorch.units import Units


def finish(units: Units, unit: Unit) -> None:
    """Gives a class its parameters and its text."""
    trial = Chains(lambda step: text(_made(step)), lambda name: name)
    unit.items = chosen(unit.items, trial)
    _place_lets(unit.items)
    _rebind(unit)
    _drop_lets(unit.items)
    _name_targets(unit)
    for value in unit.escapes:
        value.wanted = True
    used = list(_names(unit.items))
    unit.parameters = ordered(list(_parameters(units, unit, used)))
    taken = _called(unit, set(used))
    results: list[Held] = [unit.gives, *unit.escapes, *(v for _, v in (*unit.walk.results, *unit.walk.auxiliary))]
    counts = counted(unit.items, results)
    _overwrite(unit, counts)
    unit.reads = [not unit.captures or value in counts for value in unit.inputs]
    unit.inputs = [value for value, is_read in zip(unit.inputs, unit.reads, strict=True) if is_read]
    chains = Chains(lambda step: text(_made(step)), taken.free)
    standing = Standing(unit.items)
    attributes = Attributes(
        [] if unit.is_sequence else unit.items, lambda step: text(_made(step)), _to_keep(unit), standing.kept
    )
    for item in every(unit.items):
        condition = item.arms[0].condition if isinstance(item, Fork) and item.flag else None
        if isinstance(item, Fork) and condition is not None and standing.is_constant(condition):
            attributes.flag(item, item.flag)
    written = ClassText(unit, attributes, chains, counts, standing, units.outputs(unit))
    unit.lines = written.text()


def _to_keep(unit: Unit) -> list[str]:
    """The parameters whose names attributes may need; `self.act` can be what a layer given as `act` makes."""
    modules = (item.module for item in every(unit.items) if isinstance(item, Step))
    given = {module.make.function for module in modules if module and module.given and isinstance(module.make, Call)}
    arms = (arm for item in in_class(unit.items) if isinstance(item, Fork) for arm in item.arms)
    asked = {name for arm in arms if arm.condition is not None for name in names(arm.condition)}
    own = [parameter.name for parameter in unit.parameters]
    variables = [name for item in every(unit.items) for name in _assigned(item)]
    return [name.shown for name in (*own, *variables) if name not in given - asked]


def terms(item: Item) -> Iterator[Term]:
    """The terms of an item itself."""
    match item:
        case Step():
            yield from (term for _, term in item.arguments)
            if item.module is not None:
                yield item.module.key
                if isinstance(item.module.make, Call):
                    yield item.module.make
                if item.module.when is not None:
                    yield item.module.when
        case Let():
            yield item.term
        case Loop():
            yield item.iterable
        case Fork():
            if any(arm.items for arm in item.arms) or any(len({*m.arms} - {None}) > 1 for m in item.merges):
                yield from (arm.condition for arm in item.arms if arm.condition is not None)


def _names(items: list[Item]) -> Iterator[Name]:
    """All names that are written, in order; of the class of a layer given as an argument too."""
    for item in every(items):
        for term in terms(item):
            yield from (leaf for leaf in leaves(term) if isinstance(leaf, Name))
            if isinstance(term, Call) and isinstance(term.function, Name):
                yield term.function


def _assigned(item: Item) -> Iterator[Name]:
    """The names that an item gives a value."""
    match item:
        case Let():
            yield item.name
        case Loop():
            yield from bound(item.pattern)


def _made(step: Step) -> Call:
    """The call that makes a module, in place where it may overwrite what arrives."""
    assert step.module is not None and isinstance(step.module.make, Call)
    make = step.module.make
    extra = (("inplace", Known(True)),) if step.module.inplace else ()
    return Call(make.function, make.arguments, (*make.keywords, *extra))


def _overwrite(unit: Unit, counts: Counter[Held]) -> None:
    """Leaves `inplace` only where a layer made the value and nobody else reads it."""
    in_forward = [] if unit.is_sequence else list(modules(unit.items))
    same: dict[str, list[Module]] = {}
    merges = [merge for item in every(unit.items) if isinstance(item, Fork) for merge in item.merges]
    while held := [m for m in merges if m.value.fresh and any(v and (not v.fresh or counts[v] > 1) for v in m.arms)]:
        for merge in held:
            merge.value.fresh = False
    for item in every(unit.items):
        if isinstance(item, Step) and item.module is not None and item.module.inplace:
            value = item.reads[0]
            alone = counts[value] == 1 or (item not in in_forward and not counts[value])
            item.module.inplace = value.fresh and alone and not (value.wanted and value.name)
    for step in in_forward:
        if step.module and isinstance(step.module.make, Call) and not (step.module.labelled or step.module.row):
            same.setdefault(text(step.module.make), []).append(step.module)
    for alike in same.values():
        if not all(module.inplace for module in alike):
            for module in alike:
                module.inplace = False


def _drop_lets(items: list[Item]) -> None:
    """Leaves out variables that nobody reads."""
    while True:
        read = Counter(name for item in every(items) for term in terms(item) for name in names(term))
        dead = {item.name for item in every(items) if isinstance(item, Let) and not _outer(items, item, read)}
        if not _without(items, dead):
            return


def _outer(items: list[Item], let: Let, read: Counter[Name]) -> bool:
    """Whether a variable is read by more than its own assignments."""
    own = sum(let.name in names(i.term) for i in every(items) if isinstance(i, Let) and i.name == let.name)
    return read[let.name] > own


def _without(items: list[Item], dead: set[Name]) -> bool:
    before = len(items)
    items[:] = [item for item in items if not (isinstance(item, Let) and item.name in dead)]
    return any([len(items) < before, *(_without(body, dead) for item in items for body in inner(item))])


def _place_lets(items: list[Item]) -> None:
    """Puts the variables of a fork behind it."""
    for item in list(items):
        for body in inner(item):
            _place_lets(body)
        if isinstance(item, Fork):
            at = items.index(item) + 1
            items[at:at] = item.lets


def _rebind(unit: Unit) -> None:
    """Lets a loop carry channels in the variable that held them before where nothing after it means the old ones."""
    for item in list(every(unit.items)):
        order = list(every(unit.items))
        if not isinstance(item, Let) or not isinstance(item.term, Name) or item not in order:
            continue
        old, new = item.term, item.name
        later = order[order.index(item) + 1 :]
        back = [let for let in later if isinstance(let, Let) and (let.name, let.term) == (old, new)]
        is_parameter = old in unit.arriving[:1] and item in unit.items
        read = any(old in names(term) for other in later for term in terms(other))
        if not read and (back or is_parameter):
            for let in (item, *back):
                _remove(unit.items, let)
            _rename(unit.items, new, old)


def _rename(items: list[Item], new: Name, old: Name) -> None:
    """Lets `old` stand wherever `new` stood."""
    by = {new: old}
    for item in every(items):
        match item:
            case Step():
                item.arguments = tuple((word, replaced(term, by)) for word, term in item.arguments)
                if item.module is not None:
                    item.module.key = replaced(item.module.key, by)
                    if isinstance(make := item.module.make, Call):
                        item.module.make = replaced_call(make, by)
                    item.module.when = replaced(item.module.when, by) if item.module.when is not None else None
            case Let():
                item.name, item.term = old if item.name is new else item.name, replaced(item.term, by)
            case Loop():
                item.iterable = replaced(item.iterable, by)
            case Fork():
                for arm in item.arms:
                    arm.condition = replaced(arm.condition, by) if arm.condition is not None else None


def _remove(items: list[Item], item: Item) -> None:
    if item in items:
        items.remove(item)
    for other in items:
        for body in inner(other):
            _remove(body, item)


def _name_targets(unit: Unit) -> None:
    """A value is called as its author called it, or by its label where that name comes by again and again."""
    times = Counter((node, target) for node, target, _ in unit.walk.targets)
    for node, target, value in unit.walk.targets:
        if times[node, target] == 1 or not value.name:
            value.name = target


def _parameters(units: Units, unit: Unit, order: list[Name]) -> Iterator[Parameter]:
    """Those that are used, in the author's order."""
    used = set(order)
    source = next(iter(unit.lanes))
    declared = source.definition.parameters if isinstance(source, Use) else ()
    home = source.trace[0].names.home if isinstance(source, Use) else source.names.home
    defaults = {parameter.name: parameter.default for parameter in declared}
    uses = [source for source in unit.lanes if isinstance(source, Use) and source in units.survey.common]
    calls = {(place, use) for use in uses for place in units.survey.callers.get(use, ())}
    read = [(k, value, value.channels) for k, value in enumerate(unit.inputs) if value.channels in used]
    many = len(unit.inputs) > 1 and all(value.name for _, value, _ in read)
    for k, value, name in read if not unit.is_root else ():
        assert isinstance(name, Name)
        name.shown = f"{identifier(value.name)}_channels" if many else "in_channels"
        yield Parameter(name, _worths(unit, name), reads=k)
    own = {name: author for author, name in unit.given.items() if name in used}
    spoken = [p.name for p in declared] if isinstance(source, Use) else [own[name] for name in order if name in own]
    places = {author: place for place, author in enumerate(spoken)}
    found = [*own, *(name for name in unit.walk.draft.derived if name in used)]
    for name in sorted(found, key=lambda name: places.get(name.shown, len(spoken))):
        parameter = Parameter(name, _worths(unit, name), own=own.get(name, ""))
        parameter.short = name not in own or name.shown in units.shorts(source)
        if unit.is_root:
            parameter.default = parameter.spelled(parameter.worths[units.network.root], units.layers)
        else:
            parameter.settle(home, defaults.get(name.shown), calls, units.layers)
        yield parameter


def _worths(unit: Unit, name: Name) -> dict[object, object]:
    return {source: lane.numbers[name] for source, lane in unit.lanes.items() if name in lane.numbers}


def _called(unit: Unit, used: set[Name]) -> Taken:
    """Gives each name of the plan an identifier."""
    taken = Taken()
    for parameter in unit.parameters:
        parameter.name.shown = taken.free(identifier(parameter.name.shown))
    named = {parameter.name for parameter in unit.parameters}
    for name in (name for item in every(unit.items) for name in _assigned(item)):
        if name not in used:
            name.shown = "_"
        elif name not in named:
            meeting = unit.walk.draft.meetings.get(name)
            base = name.shown if meeting is None else f"{meeting.name or meeting.hint}_channels"
            base = "in_channels" if base == "channels" and "in_channels" not in taken.names else base
            name.shown = taken.free(identifier(base))
            named.add(name)
    return taken
