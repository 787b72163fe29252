"""Rows and columns for the cells of a network in several lines."""

from collections.abc import Sequence
from dataclasses import replace

from netdsl.targets.drawing.scene import NoRoom
from netdsl.targets.drawing.streams.model import Cell, Link, Module, Streams

Space = tuple[int, ...]


class NoGrid(NoRoom):
    """The lines of a network do not lie in rows and columns."""


def placed(cells: Sequence[Cell], links: Sequence[Link], modules: Sequence[Module]) -> Streams:
    """Each cell in the row of its map's size, as far to the left as what it reads allows; what is alike in one column.

    What stands before lines part, or after the last has joined, is in the row of that place whatever its size is.
    Raises `NoGrid`.
    """
    spaces = _spaces({cell.name: cell for cell in cells}, links)
    rows = sorted(set(spaces.values()), reverse=True)
    columns = _columns(cells, links, spaces)
    found = tuple(replace(cell, row=rows.index(spaces[cell.name]), column=columns[cell.name]) for cell in cells)
    if len({(cell.row, cell.column) for cell in found}) < len(found):
        raise NoGrid("two cells have one place")
    return Streams(tuple(rows), found, tuple(links), tuple(modules))


def _spaces(cells: dict[str, Cell], links: Sequence[Link]) -> dict[str, Space]:
    """The size of the map in whose row each cell stands."""
    found = {name: cell.output.space for name, cell in cells.items()}
    reads = {name: [link.start for link in links if link.end == name] for name in cells}
    read = {name: [link.end for link in links if link.start == name] for name in cells}
    for name in cells:  # in the order of the text
        if len(reads[name]) == 1 and (not found[name] or _is_last(name, read)) and len(read[reads[name][0]]) == 1:
            found[name] = found[reads[name][0]]
    first = next(name for name in cells if not reads[name])
    chain = [first]
    while len(read[chain[-1]]) == 1 and len(reads[read[chain[-1]][0]]) == 1:
        chain.append(read[chain[-1]][0])
    return found | dict.fromkeys(chain, found[chain[-1]])


def _is_last(name: str, read: dict[str, list[str]]) -> bool:
    """Whether nothing parts or joins after it."""
    while len(read[name]) == 1:
        name = read[name][0]
    return not read[name]


def _columns(cells: Sequence[Cell], links: Sequence[Link], spaces: dict[str, Space]) -> dict[str, int]:
    """The longest way to each, where ways to another size only count inside of modules; then alike ones are aligned."""
    home = {cell.name: cell.module for cell in cells}
    steps = [
        (link.start, link.end, int(spaces[link.start] == spaces[link.end] or home[link.end] != "")) for link in links
    ]
    together: dict[tuple[object, ...], list[str]] = {}
    for cell in cells:
        together.setdefault(_likeness(cell), []).append(cell.name)
    alike: list[list[str]] = []
    found = _longest(list(home), steps, alike)
    for group in (group for group in together.values() if len(group) > 1):
        aligned = _longest(list(home), steps, [*alike, group])
        if aligned:
            alike.append(group)
            found = aligned
    if found is None:
        raise NoGrid("the lines run in a circle")
    return found


def _longest(
    names: Sequence[str], steps: Sequence[tuple[str, str, int]], alike: Sequence[Sequence[str]]
) -> dict[str, int] | None:
    """Columns in which each cell stands behind what it reads, and what is alike in one; None if there are none."""
    found = dict.fromkeys(names, 0)
    for _ in range(2 * len(names)):
        before = dict(found)
        for start, end, step in steps:
            found[end] = max(found[end], found[start] + step)
        for group in alike:
            found |= dict.fromkeys(group, max(found[name] for name in group))
        if found == before:
            return found
    return None


def _likeness(cell: Cell) -> tuple[object, ...]:
    """What cells have in common that stand below each other: a module and a role in it, a name but for its numbers."""
    if cell.module:
        return cell.module, cell.is_join
    if cell.vertex.paint == "port":
        return ("port", cell.vertex.name == "input")
    if cell.is_join:
        return (cell.name,)
    return (cell.vertex.paint, "".join(letter for letter in cell.title if not letter.isdecimal()))
