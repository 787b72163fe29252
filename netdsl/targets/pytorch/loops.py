"""Loops that stay loops in the class."""

from collections import ChainMap
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from netdsl.graph.model import IfRun, InputRun, LoopRun, PathRun, Tensor, Trace, Trip, Use, UseRun
from netdsl.targets.pytorch.columns import Column
from netdsl.targets.pytorch.draft import Draft
from netdsl.targets.pytorch.plan import Carried, Item, Let, Loop, Pattern, Step, Value
from netdsl.targets.pytorch.saying import Unsaid, agrees
from netdsl.targets.pytorch.terms import Formula, Known, Lane, Name, Term, formula, names, replaced
from netdsl.tree import expressions as tree
from netdsl.tree.statements import For, Repeat

if TYPE_CHECKING:
    from netdsl.targets.pytorch.walk import Place, Walk

Carry = tuple[Value, Value, Name | None]
"""A value that differs from trip to trip, its first, and a variable for its channels where nothing else says them."""


def kept(walk: "Walk", node: For | Repeat, column: Column, place: "Place") -> list[Item]:
    """The loop as written: its trips are further lanes of one body."""
    bound = {name: Name(name) for run in column.cells for trip in run.trips[:1] for name in trip.bound}
    turns = [Column((_lane(lane, trip, bound), trip) for trip in run.trips) for lane, run in column]
    every = Column(turn for own in turns for turn in own)
    if not every or not node.body:
        return []
    iterable = _iterable(walk, node, column, place)
    numbers = {**place.numbers, **bound}
    carries: list[Carry] = []
    for hint, values in _arriving(every):
        if walk.draft.known(values) is None and _changes(values):
            carries.append(_carry(walk.draft, hint, values, turns, numbers))
    items = walk.body(node.body, every.of("body"), replace(place, numbers=numbers))
    for name, term in list(place.numbers.items()):
        if numbers.get(name) != term:
            del place.numbers[name]
    loop = Loop(node.span, _pattern(node.pattern, bound) if isinstance(node, For) else Name("_"), iterable, items)
    before: list[Item] = []
    for value, first, variable in carries:
        carried = _closed(walk.draft, (value, first, variable), turns, iterable, column)
        loop.carried.append(carried)
        if variable is not None:
            _hand_on(walk.draft, loop, carried, variable, every.lanes)
            start = walk.draft.channels(first, column.where(lambda run: run.trips).lanes)
            before.append(Let(node.span, variable, start))
    return [*before, loop]


def _lane(outer: Lane, trip: Trip, bound: dict[str, Name]) -> Lane:
    own = {inside: trip.bound[name] for name, inside in bound.items()}
    return Lane(ChainMap(own, outer.numbers), outer)


def _iterable(walk: "Walk", node: For | Repeat, column: Column, place: "Place") -> Term:
    """What the loop goes through; where that is the same in all lanes, a table of it."""
    trips = column.map(lambda run: len(run.trips))
    if isinstance(node, Repeat):
        count = walk.said(node.count, column, place)
        if not agrees(count, trips):
            raise Unsaid
        return Formula("range", (count,))
    term = walk.said(node.iterable, column, place)
    if not agrees(formula("len", term), trips):
        raise Unsaid
    return term


def _pattern(parts: Any, bound: dict[str, Name]) -> Pattern:
    if isinstance(parts, tree.Pattern):
        return bound[parts.name] if parts.name else _pattern(parts.parts, bound)
    return tuple(_pattern(part, bound) for part in parts)


def _arriving(every: Column) -> list[tuple[str, Column]]:
    """What stands at the beginning of a trip: the flow, and every named value."""
    starts = every.of("body").at(0).of("names")
    flows = starts.of("arriving").where(lambda tensor: tensor is not None)
    found = [("x", flows)] if len(flows) == len(starts) else []
    common = [name for name in starts.cells[0].values if all(name in at.values for at in starts.cells)]
    return [*found, *((name, starts.of("values").at(name)) for name in common)]


def _changes(values: Column) -> bool:
    """Whether some lane has another tensor in another trip."""
    first: dict[Lane | None, Tensor] = {}
    return any(first.setdefault(lane.outer, tensor) is not tensor for lane, tensor in values)


def _carry(draft: Draft, hint: str, values: Column, turns: list[Column], numbers: dict[str, Term]) -> Carry:
    """The value that holds `values` at the beginning of each trip."""
    starts = dict(values)
    first = draft.find(Column((own[0][0].outer or own[0][0], starts[own[0][0]]) for own in turns if own))
    channels = values.map(lambda tensor: tensor.shape.channels)
    said_by: Term | None = None
    if first.channels is not None:
        said_by = next(
            (term for term in _words(first.channels, numbers, turns, starts) if agrees(term, channels)), None
        )
    variable = None
    if said_by is None:
        said_by = variable = Name("channels")
        for lane, count in channels:
            lane.numbers[variable] = count
    value = draft.value(values, said_by, hint=hint)
    if hint != "x":
        value.name, value.wanted = hint, True
    return value, first, variable


def _words(first: Term, numbers: dict[str, Term], turns: list[Column], starts: dict[Lane, Tensor]) -> list[Term]:
    """What might hold at every turn: what held at first, or that and a constant more for each trip."""
    words = [first]
    for own in turns:
        if len(own) > 1:
            more = starts[own[1][0]].shape.channels - starts[own[0][0]].shape.channels
            counters = [term for term in numbers.values() if isinstance(term, Name)]
            steps: list[Term] = [Known(more), *counters]
            words += [formula("+", first, formula("*", step, counter)) for counter in counters for step in steps]
            break
    return words


def _closed(draft: Draft, carry: Carry, turns: list[Column], iterable: Term, column: Column) -> Carried:
    """What the loop hands to its next trip, and what stands after it."""
    value, first, variable = carry
    following = Column()
    for own in turns:
        following += [(a, value.tensors[b]) for (a, _), (b, _) in pairwise(own)]
    if value.hint == "x":
        following = Column((lane, flow(trip.body, value.tensors[lane])) for own in turns for lane, trip in own)
    if not following:
        raise Unsaid
    handed = draft.find(following)
    after = Column()
    for own, (lane, _) in zip(turns, column, strict=True):
        last = handed.tensor(own[-1][0]) if own else first.tensor(lane)
        if last is None:
            raise Unsaid
        after.append((lane, last))
    channels = after.map(lambda tensor: tensor.shape.channels)
    words = [] if value.channels is None else [value.channels, *_at_end(value.channels, iterable)]
    said_by = next((term for term in words if agrees(term, channels)), None)
    if said_by is None and variable is not None:
        said_by = variable
        for lane, count in channels:
            lane.numbers[variable] = count
    return Carried(value, first, handed, draft.value(after, said_by, hint=value.hint))


def _at_end(term: Term, iterable: Term) -> list[Term]:
    """The term after `range(n)`: n in the place of the counter."""
    if not isinstance(iterable, Formula) or iterable.operator != "range" or len(iterable.operands) > 1:
        return []
    return [replaced(term, {name: iterable.operands[0]}) for name in names(term)]


def _hand_on(draft: Draft, loop: Loop, carried: Carried, variable: Name, lanes: list[Lane]) -> None:
    """Sets the variable for the channels at the end of a trip."""
    loop.items.append(Let(loop.span, variable, draft.channels(carried.next, lanes)))


def flow(trace: Trace, arriving: Tensor) -> Tensor:
    """What a trace hands on."""
    for run in trace:
        match run:
            case PathRun() | InputRun():
                arriving = run.gives
            case IfRun():
                arriving = flow(run.body, arriving)
            case LoopRun():
                for trip in run.trips:
                    arriving = flow(trip.body, arriving)
    return arriving


def repeats(column: Column, k: int) -> bool:
    """Whether a trip does what the one before it did: it calls a block at the same arguments."""
    pairs = [(_called(run.trips[k - 1].body), _called(run.trips[k].body)) for run in column.cells]
    return all(before is not None and before is now for before, now in pairs)


def _called(trace: Trace) -> Use | None:
    """The use that a trace is, where it is one alone."""
    match trace:
        case (PathRun(target="", steps=(UseRun(use=use),)),):
            return use
    return None


def again(draft: Draft, item: Item, column: Column, start: int, stop: int) -> None:
    """Lets the call of a block in trip `start` stand in a row for all trips before `stop`."""
    assert isinstance(item, Step)
    (once,) = item.makes
    item.times = stop - start
    last = column.of("trips").at(stop - 1).of("body").at(0).of("gives")
    item.makes = (draft.value(last, once.channels, hint=once.hint),)
