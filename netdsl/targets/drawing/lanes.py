"""What the view `compare` shows of a network: its way down through the sizes of the map, and its way up again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import log2

from netdsl.graph.walk import Leaf, leaves
from netdsl.records import by_value
from netdsl.shapes import Shape
from netdsl.targets.drawing.cards import Card, Stages
from netdsl.targets.drawing.words import OPERATORS, PAINTS, caption, dims

LAST = 99
"""The column of what has no map any more."""


@by_value
class Cell:
    """What a network does at one size of the map."""

    column: int
    """How often the map was halved."""
    word: str
    """Of the block that holds most of its parameters, else of the operator that does."""
    count: int
    channels: int
    space: tuple[int, ...]
    """Height and width of what it gives."""
    paint: str
    parameters: int
    """Of all that is done there."""
    notes: tuple[str, ...]
    keys: tuple[str, ...]


Place = tuple[int, int]
"""A lane, and a column."""


@by_value
class Lanes:
    """A network as lanes: the first shrinks the map, the second, where there is one, lets it grow again, and so on."""

    found: Stages
    lanes: tuple[tuple[Cell, ...], ...]
    ways: tuple[tuple[Place, Place], ...]
    """From cell to cell."""
    note: str = ""
    """What else is to be said of it."""


@by_value
class Work:
    """An operator or a run of uses, with the card that it stands on and its column."""

    card: int
    word: str
    count: int
    output: Shape
    parameters: int
    paint: str
    keys: tuple[str, ...]
    is_block: bool = False
    column: int = 0


def lanes(found: Stages) -> Lanes:
    """The main line of a network in lanes."""
    works = _in_columns(found)
    cuts = [0, *_turns([work.column for work in works]), len(works)]
    parted = [works[start:end] for start, end in pairwise(cuts)]
    cells = tuple(tuple(_cells(part)) for part in parted)
    places = [(lane, cell.column) for lane, part in enumerate(cells) for cell in part]
    lane_of = {work.card: (lane, work.column) for lane, part in enumerate(parted) for work in part}
    return Lanes(found, cells, (*pairwise(places), *sorted(set(_skips(found, lane_of, places)))))


def _in_columns(found: Stages) -> list[Work]:
    """All works, each in its column; a step counts by how often it halves, for without padding borders are lost."""
    placed: list[Work] = []
    side, column = max(found.network.input.space, default=1), 0
    for work in _works(found):
        new = max(work.output.space, default=1)
        at = shrunk(column, side, new)
        placed.append(replace(work, column=at))
        if at != LAST:
            side, column = new, at
    return placed


def shrunk(column: int, side: int, new: int) -> int:
    """The column of a map that is made of one with another side in a column."""
    return LAST if new == 1 else max(0, column + round(log2(side / new)))


def _works(found: Stages) -> Iterator[Work]:
    parts = _operators(found)
    for at, card in enumerate(found.cards):
        if card.aside or at == 0:
            continue
        inside = [] if card.uses else [leaf for key in card.keys for leaf in parts.get(key, ())]
        if len({leaf.run.gives.shape.space for leaf in inside}) < 2 or "side by side" in " ".join(card.caption):
            yield work_of(at, card)
            continue
        for leaf in inside:
            layer, output = leaf.run.layer, leaf.run.gives.shape
            parameters = found.costs.step(leaf.run).parameters
            yield Work(at, caption(layer), 1, output, parameters, PAINTS[layer.role], (leaf.key,))


def work_of(at: int, card: Card) -> Work:
    """A card, by its place, as one work."""
    parameters = card.cost.parameters
    return Work(at, _word(card), card.count, card.output, parameters, card.paint, card.keys, bool(card.uses))


def _operators(found: Stages) -> dict[str, list[Leaf]]:
    """The operators in a module of the outermost scopes, by its name."""
    inside: dict[str, list[Leaf]] = {}
    for leaf in leaves(found.network.root):
        if leaf.run.layer.role in OPERATORS:
            names = leaf.key.split(".")
            for end in range(1, len(names) + 1):
                inside.setdefault(".".join(names[:end]), []).append(leaf)
    return inside


def _turns(columns: Sequence[int]) -> Iterator[int]:
    """Where the map begins to grow after it shrank, or to shrink after it grew."""
    down = True
    for at, (before, after) in enumerate(pairwise(columns), 1):
        if after != before and (after > before) != down:
            down = not down
            yield at


def _cells(works: Sequence[Work]) -> Iterator[Cell]:
    for column in dict.fromkeys(work.column for work in works):
        yield cell_of(column, [work for work in works if work.column == column])


def cell_of(column: int, here: Sequence[Work]) -> Cell:
    """What is done in one place."""
    main = max(here, key=lambda work: (work.is_block, work.parameters))
    same = [work for work in here if work.word == main.word]
    count, channels = sum(work.count for work in same), max(work.output.channels for work in same)
    notes = tuple(f"{work.word} ×{work.count}, {dims(work.output)}" for work in here)
    keys = tuple(key for work in here for key in work.keys)
    parameters = sum(work.parameters for work in here)
    return Cell(column, main.word, count, channels, here[-1].output.space, main.paint, parameters, notes, keys)


def _word(card: Card) -> str:
    """The name of a card's block, else its operator's word."""
    return card.block.definition.name.replace("_", " ") if card.block else card.caption[0]


def _skips(found: Stages, lane_of: dict[int, Place], places: Sequence[Place]) -> Iterator[tuple[Place, Place]]:
    """The joins that reach a lane from the one before it, at the size of what is joined."""
    for at, card in enumerate(found.cards):
        for join in card.joins:
            source = found.cards[join].reads if found.cards[join].aside else join
            if source not in lane_of or at not in lane_of:
                continue
            (start, column), (end, _) = lane_of[source], lane_of[at]
            if end == start + 1 and (end, column) in places:
                yield (start, column), (end, column)
