"""The view `compare`: two to six networks at one scale, a row each, aligned by how far the map has shrunk."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2

from netdsl.targets.drawing.cards import Card, Stages
from netdsl.targets.drawing.header import BOTTOM, MARGIN, header
from netdsl.targets.drawing.metrics import centred, fitted, width
from netdsl.targets.drawing.scene import (
    Anchor,
    CannotDraw,
    Cut,
    Frame,
    Item,
    Node,
    Paint,
    Scene,
    Shape,
    Tone,
    Wire,
    Words,
)
from netdsl.targets.drawing.words import amount, dims

SIZE = (1920.0, 1080.0)
FEWEST, MOST = 2, 6
TEXT, NAME, COLUMN = 20.0, 26.0, 22.0
LABELS, BARS, GAP = 0.15, 0.19, 22.0
"""Of the width: what names and bars take; the pixels between columns."""
HEADS = 44.0
"""The height of the columns' headings."""
GROUND, INK, MUTED = Paint("ground"), Paint("ink"), Paint("muted")
CLEAR = 4.0


class CannotCompare(CannotDraw):
    """The networks are too few or too many."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a network does at one size of the map."""

    column: int
    words: str
    channels: int
    """The most that a card gives there."""
    paint: str
    notes: tuple[str, ...]
    keys: tuple[str, ...]


def compare(
    many: Sequence[Stages], size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True
) -> Scene:
    """One slide with a row for each network; bars at the right show parameters and work on one scale.

    Raises `CannotCompare` for fewer than two networks and for more than six.
    """
    if not FEWEST <= len(many) <= MOST:
        raise CannotCompare(f"a comparison shows {FEWEST} to {MOST} networks, and {len(many)} are given")
    rows = [_cells(found) for found in many]
    columns = sorted({cell.column for row in rows for cell in row})
    page = _Page(size, columns, len(many))
    items = page.headings(many)
    most = max(f.total.parameters for f in many), max(f.total.macs for f in many)
    for at, (found, row) in enumerate(zip(many, rows, strict=True)):
        items += page.row(at, found, row, most)
    heading = title or " · ".join(found.title for found in many)
    paints = {cell.paint for row in rows for cell in row}
    subtitle = "left to right: the map shrinks" if len({f.network.input for f in many}) > 1 else ""
    subtitle = subtitle or f"input {dims(many[0].network.input)}; left to right the map shrinks"
    return Scene(*size, heading, heading, (*header(heading, subtitle, paints, size, legend), *items))


LAST = 99
"""The column of what has no map any more."""


def _cells(found: Stages) -> list[Cell]:
    """The cards of a network, those at one size as one cell."""
    side = max(found.network.input.space, default=1)
    groups: dict[int, list[Card]] = {}
    for card in found.cards:
        if not card.aside:
            space = max(card.output.space, default=1)
            column = LAST if space == 1 else max(0, round(log2(side / space)))
            groups.setdefault(column, []).append(card)
    return [_cell(column, groups[column]) for column in sorted(groups)]


def _grows(found: Stages) -> bool:
    """Whether maps become larger again on the way."""
    sizes = [max(card.output.space, default=1) for card in found.cards if not card.aside]
    return any(after > 1.5 * before for before, after in pairwise(sizes))


def _cell(column: int, cards: list[Card]) -> Cell:
    main = max(cards, key=lambda card: card.cost.parameters)
    same = [card for card in cards if _word(card) == _word(main)]
    count = sum(card.count for card in same)
    words = f"{_word(main)} ×{count}" if count > 1 else _word(main)
    notes = tuple(f"{card.name} ×{card.count}, {dims(card.output)}" for card in cards)
    keys = tuple(key for card in cards for key in card.keys)
    return Cell(column, words, max(card.output.channels for card in cards), main.paint, notes, keys)


def _word(card: Card) -> str:
    """The name of a card's block, else its operator's word."""
    return card.block.definition.name.replace("_", " ") if card.block else card.caption[0]


class _Page:
    """Knows where rows and columns stand."""

    def __init__(self, size: tuple[float, float], columns: list[int], rows: int) -> None:
        wide = size[0] - 2 * MARGIN
        self.size = size
        self.columns = columns
        self.left = MARGIN + wide * LABELS
        self.bars = size[0] - MARGIN - wide * BARS
        self.wide = (self.bars - self.left - GAP * 2 - GAP * (len(columns) - 1)) / len(columns)
        self.top = BOTTOM + HEADS
        self.high = (size[1] - MARGIN - self.top) / rows

    def x(self, column: int) -> float:
        """Where a column begins."""
        return self.left + self.columns.index(column) * (self.wide + GAP)

    def headings(self, many: Sequence[Stages]) -> list[Item]:
        """The sizes of the maps above the columns, and what the bars are."""
        sides = {max(found.network.input.space, default=1) for found in many}
        y = BOTTOM + HEADS / 2 + 6
        items: list[Item] = []
        for column in self.columns:
            text = "1×1" if column == LAST else f"/{2**column}"
            if len(sides) == 1 and column != LAST:
                side = -(-next(iter(sides)) // 2**column)
                text = f"{side}×{side}"
            items.append(Words(text, self.x(column) + self.wide / 2, y, COLUMN, MUTED, GROUND, Cut.SEMIBOLD))
        items.append(Words("parameters · MACs", self.bars, y, COLUMN, MUTED, GROUND, Cut.SEMIBOLD, Anchor.START))
        return items

    def row(self, at: int, found: Stages, cells: list[Cell], most: tuple[int, int]) -> list[Item]:
        """One network."""
        top = self.top + at * self.high
        middle = top + self.high / 2
        items: list[Item] = []
        if at:
            items.append(Shape(Frame(MARGIN, top, self.size[0] - 2 * MARGIN, 1.5), Paint("hairline")))
        room = self.left - MARGIN - GAP
        name = fitted(found.title, room, NAME, Cut.SEMIBOLD)
        layers = sum(card.count for card in found.cards if card.paint != "port")
        parts = f"{layers} parts{', and up again' if _grows(found) else ''}"
        items += [
            Words(name, MARGIN, middle - 2, NAME, INK, GROUND, Cut.SEMIBOLD, Anchor.START),
            Words(fitted(parts, room, TEXT), MARGIN, middle + 26, TEXT, MUTED, GROUND, anchor=Anchor.START),
        ]
        nodes = [self._node(cell, middle, f"{at} {cell.column}") for cell in cells]
        for one, other in pairwise(nodes):
            points = ((one.frame.right, middle), (other.frame.x - CLEAR, middle))
            items.append(Wire(points, start=one.name, end=other.name))
        return [*nodes, *items, *self._bars(found, middle, most)]

    def _node(self, cell: Cell, middle: float, name: str) -> Node:
        high = min(self.high - 24, 92.0)
        frame = Frame(self.x(cell.column), middle - high / 2, self.wide, high)
        solid, text = Paint(cell.paint), Paint(cell.paint, Tone.TEXT)
        x = frame.middle[0]
        words = fitted(cell.words, self.wide - 12, TEXT, Cut.SEMIBOLD)
        if words != cell.words and " ×" in cell.words:
            word, count = cell.words.rsplit(" ×", 1)
            room = self.wide - 12 - width(f" ×{count}", TEXT, Cut.SEMIBOLD)
            words = f"{fitted(word, room, TEXT, Cut.SEMIBOLD)} ×{count}"
        lines = (
            Words(words, x, centred(middle - 16, TEXT), TEXT, text, solid, Cut.SEMIBOLD),
            Words(f"{cell.channels}", x, centred(middle + 16, TEXT), TEXT, text, solid),
        )
        stroke = Paint("arrow") if cell.paint == "port" else None
        radius = (20 if cell.paint == "port" else 0 if cell.paint == "dense" else 8,) * 4
        return Node(name, frame, (Shape(frame, solid, stroke, radius=radius, words=lines),), cell.notes, cell.keys)

    def _bars(self, found: Stages, middle: float, most: tuple[int, int]) -> list[Item]:
        """Parameters and work, each on one scale for all networks."""
        values = found.total.parameters, found.total.macs
        room = self.size[0] - MARGIN - self.bars - 96
        items: list[Item] = []
        for value, largest, y, paint in zip(
            values, most, (middle - 18, middle + 18), ("convolution", "norm"), strict=True
        ):
            wide = max(3.0, room * value / max(1, largest))
            items.append(Shape(Frame(self.bars, y - 12, wide, 24), Paint(paint), radius=(4,) * 4))
            text = Words(amount(value), self.bars + wide + 10, centred(y, TEXT), TEXT, INK, GROUND, anchor=Anchor.START)
            items.append(text)
        return items
