"""A network in several lines in `compare`: a lane for each way down or up, one for lines that feed each other."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from graphlib import TopologicalSorter

from netdsl.targets.drawing.cards import Stages
from netdsl.targets.drawing.lanes import LAST, Lanes, Place, Work, cell_of, shrunk, work_of
from netdsl.targets.drawing.streams.folding import Lines
from netdsl.targets.drawing.streams.model import Cell, Link, Module


def several_lanes(found: Stages) -> Lanes:
    """The network in lanes: what is read from the lane before stands below it."""
    whole = Lines(found)
    whole.beside()
    cells, links, modules = [*whole.cells.values()], whole.links, whole.modules
    into = {cell.name: [link.start for link in links if link.end == cell.name] for cell in cells}
    by_name = {cell.name: cell for cell in cells}
    cells = [by_name[name] for name in TopologicalSorter(into).static_order()]
    core = _core(cells, links)
    columns = _columns(cells, into)
    lanes = _lanes(cells, into, columns, core)
    works = _works(found, cells, modules, columns)
    here: dict[Place, list[Work]] = {}
    for name, work in works.items():
        here.setdefault((lanes[name], columns[name]), []).append(work)
    kept = sorted({lane for lane, _ in here})
    rows = tuple(tuple(cell_of(at[1], here[at]) for at in sorted(here) if at[0] == lane) for lane in kept)
    places = {name: (kept.index(lanes[name]), columns[name]) for name in lanes if (lanes[name], columns[name]) in here}
    return Lanes(found, rows or ((),), _ways(places, links), _note(modules, {columns[name] for name in core}))


def _core(cells: Sequence[Cell], links: Sequence[Link]) -> set[str]:
    """The cells of modules, what stands between modules, and what only leads into one line of them."""
    inside = {cell.name for cell in cells if cell.module}
    after, before = set(inside), set(inside)
    for cell in cells:
        if any(link.start in after for link in links if link.end == cell.name):
            after.add(cell.name)
    for cell in reversed(cells):
        if any(link.end in before for link in links if link.start == cell.name):
            before.add(cell.name)
    core = inside | (after & before)
    read = {cell.name: [link.end for link in links if link.start == cell.name] for cell in cells}
    return core | {name for name, ends in read.items() if len(ends) == 1 and ends[0] in inside}


def _columns(cells: Sequence[Cell], into: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How often the map of each was halved on the way to it."""
    found: dict[str, int] = {}
    maps: dict[str, tuple[int, int]] = {}  # the last map on the way to each: its column and its side
    for cell in cells:
        side = max(cell.output.space, default=1)
        column, before = maps[into[cell.name][0]] if into[cell.name] else (0, side)
        found[cell.name] = shrunk(column, before, side)
        maps[cell.name] = (column, before) if found[cell.name] == LAST else (found[cell.name], side)
    return found


def _lanes(
    cells: Sequence[Cell], into: Mapping[str, Sequence[str]], columns: Mapping[str, int], core: Collection[str]
) -> dict[str, int]:
    """The lane of each: a new one begins where the map begins to grow, or to shrink again, and around the core."""
    found: dict[str, tuple[int, int]] = {}
    for cell in cells:
        name = cell.name
        ways = []
        for before in into[name]:
            lane, turn = found[before]
            step = (columns[name] > columns[before]) - (columns[name] < columns[before])
            if (before in core) != (name in core):
                ways.append((lane + 1, 0))
            elif name in core or not step or turn in (0, step):
                ways.append((lane, 0 if name in core else step or turn))
            else:
                ways.append((lane + 1, step))
        found[name] = max(ways, key=lambda way: (way[0], abs(way[1])), default=(0, 0))
    return {name: lane for name, (lane, _) in found.items()}


def _works(
    found: Stages, cells: Sequence[Cell], modules: Sequence[Module], columns: Mapping[str, int]
) -> dict[str, Work]:
    """The cells that are cards; those of a module as often as it is repeated."""
    cards = {card.keys[0]: (at, card) for at, card in enumerate(found.cards) if card.keys}
    times = {module.key: module.count for module in modules}
    works = {}
    for cell in (cell for cell in cells if cell.name in cards):
        repeats = times.get(cell.module, 1)
        works[cell.name] = replace(
            work_of(*cards[cell.name]),
            count=cell.count * repeats,
            output=cell.output,
            parameters=cell.parameters * repeats,
            keys=cell.keys,
            column=columns[cell.name],
        )
    return works


def _ways(places: Mapping[str, Place], links: Sequence[Link]) -> tuple[tuple[Place, Place], ...]:
    """The ways between neighbours in a lane, and from a lane to the next where nothing stands in the way."""
    taken = set(places.values())
    ways = {(places[start], places[end]) for start, end in _carried(links, places)}
    return tuple(sorted(way for way in ways if way[0] != way[1] and _is_free(*way, taken)))


def _carried(links: Sequence[Link], places: Collection[str]) -> Iterator[tuple[str, str]]:
    """From what has a place to what has one, through whatever only joins or enlarges between them."""
    after: dict[str, list[str]] = {}
    for link in links:
        after.setdefault(link.start, []).append(link.end)
    for name in places:
        waiting, seen = list(after.get(name, ())), set()
        while waiting:
            end = waiting.pop()
            if end in places:
                yield name, end
            elif end not in seen:
                seen.add(end)
                waiting += after.get(end, ())


def _is_free(start: Place, end: Place, taken: Collection[Place]) -> bool:
    """Whether the way down from a cell, and then along the lane of the other, meets none."""
    (lane, column), (last, goal) = start, end
    if last < lane:
        return False
    low, high = sorted((column, goal))
    down = {(between, column) for between in range(lane + 1, last + (column != goal))}
    along = {(last, at) for _, at in taken if low < at < high}
    return not (down | along) & set(taken)


def _note(modules: Sequence[Module], columns: Collection[int]) -> str:
    """`4 lines, 8 modules`."""
    count = sum(module.count for module in modules)
    return f"{len(columns)} lines, {count} module{'s' * (count > 1)}" if count else ""
