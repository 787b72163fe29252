"""The view `compare`: two to six networks at one scale, a row each, aligned by how far the map has shrunk."""

from collections.abc import Iterator, Sequence
from itertools import product

from netdsl.targets.drawing.cards import Stages
from netdsl.targets.drawing.header import BOTTOM, MARGIN, header
from netdsl.targets.drawing.lanes import LAST, Cell, Lanes
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import (
    Anchor,
    CannotDraw,
    Cut,
    Frame,
    Item,
    Node,
    NoRoom,
    Outline,
    Paint,
    Point,
    Scene,
    Shape,
    Tone,
    Wire,
    Words,
)
from netdsl.targets.drawing.volumes import GROWTH
from netdsl.targets.drawing.words import amount, dims, in_lines, shortened

SIZE = (1920.0, 1080.0)
FEWEST, MOST = 2, 6
COUNTS = ("", "", "Two", "Three", "Four", "Five", "Six")
SIZES = (28.0, 26.0, 24.0, 22.0, 20.0, 18.0)
PITCH, PAD = 1.3, 0.45
"""Of the text's size: from line to line, and between words and the border of a cell."""
TALLEST = 240.0
GAP, LANE_GAP, ROW_GAP, HEADS = 24.0, 26.0, 24.0, 48.0
"""Between columns, between the lanes of a row, between rows; the height of the columns' headings."""
NAMES, BARS = 0.17, 250.0
"""What a name may take of the width before it is broken; what bars take with their numbers."""
GROUND, INK, MUTED = Paint("ground"), Paint("ink"), Paint("muted")
SCALES = (("parameters", INK), ("MACs", Paint("arrow")))
CLEAR = 4.0
APART = 10.0
"""From the middle of cells to the wires between them, where they run both ways."""


class CannotCompare(CannotDraw):
    """The networks are too few or too many, or do nothing."""


def compare(
    rows: Sequence[Lanes], size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True
) -> Scene:
    """One slide with a row for each network; bars at the right show parameters and work on one scale.

    Where the map grows again, the row runs back to the left in a second lane. Text is never smaller than 18 pixels.
    Raises `CannotCompare` for fewer than two networks, for more than six, and where none has operators; and `NoRoom`.
    """
    if not FEWEST <= len(rows) <= MOST:
        given = "1 is" if len(rows) == 1 else f"{len(rows)} are"
        raise CannotCompare(f"a comparison shows {FEWEST} to {MOST} networks, and {given} given")
    if not any(lane for row in rows for lane in row.lanes):
        raise CannotCompare("the networks have no operators to compare: draw one with --view graph")
    page = _fitted(rows, size)
    names = " · ".join(row.found.title for row in rows)
    paints = {cell.paint for row in rows for lane in row.lanes for cell in lane}
    for heading in [title] if title else [names, f"{COUNTS[len(rows)]} networks at one scale"]:
        top = header(heading, page.subtitle(), paints, size, legend, brief=page.subtitle(brief=True))
        if any(isinstance(item, Words) and item.text == heading for item in top):
            break
    return Scene(*size, heading, names, (*top, *page.items()))


def _fitted(rows: Sequence[Lanes], size: tuple[float, float]) -> "_Page":
    """The page in the largest text that has room; words are abbreviated only where nothing else helps."""
    for brief, lines in ((False, (1, 2, 3)), (False, (0,)), (True, (1, 2, 3, 0))):
        for way in product(SIZES, lines):
            page = _Page(rows, size, *way, brief)
            if page.fits:
                return page
    raise NoRoom("the networks have no room on this page: take --size 16:9, or fewer of them")


class _Page:
    """Knows where rows, lanes and columns stand."""

    def __init__(self, rows: Sequence[Lanes], size: tuple[float, float], text: float, lines: int, brief: bool) -> None:
        self.rows = rows
        self.size = size
        self.text, self.small = text, max(SIZES[-1], text * 0.85)
        self.lines = lines
        self.brief = brief
        self.columns = sorted({cell.column for cell in self._cells()})
        self.titles = [self._title(row.found.title) for row in rows]
        inputs = {row.found.network.input for row in rows}
        self.inputs = [f"input {dims(row.found.network.input)}" if len(inputs) > 1 else "" for row in rows]
        self.notes = [
            [line for line in (first, row.note) if line] for first, row in zip(self.inputs, rows, strict=True)
        ]
        self._across()
        self._down()

    def _cells(self) -> Iterator[Cell]:
        return (cell for row in self.rows for lane in row.lanes for cell in lane)

    def _title(self, title: str) -> tuple[str, ...]:
        """A name in as few lines as its column allows."""
        room = (self.size[0] - 2 * MARGIN) * NAMES
        ways = [in_lines(title, count, self.text, Cut.SEMIBOLD) for count in (1, 2, 3)]
        return next((way for way in ways if _widest(way, self.text) <= room), ways[-1])

    def _across(self) -> None:
        """Columns as wide as their words; what is left over is given to the narrowest."""
        names = max(_widest(title, self.text) for title in self.titles)
        notes = max((width(line, self.small) for lines in self.notes for line in lines), default=0.0)
        left = MARGIN + max(names, notes) + GAP
        self.bars = self.size[0] - MARGIN - BARS
        needs = {column: self._need(column) for column in self.columns}
        room = self.bars - GAP * 1.5 - left - GAP * (len(needs) - 1)
        self.fits = sum(needs.values()) <= room
        least = _level(list(needs.values()), room)
        self.wide = {column: max(need, least) for column, need in needs.items()}
        self.x = {}
        for column in self.columns:
            self.x[column] = left
            left += self.wide[column] + GAP

    def _need(self, column: int) -> float:
        texts = [self._words(cell, self.lines) for cell in self._cells() if cell.column == column]
        return max(_widest(lines, self.text) for lines in texts) + 2 * PAD * self.text

    def _said(self, cell: Cell) -> tuple[str, ...]:
        """The words of a cell in as few lines as its column allows."""
        room = self.wide[cell.column] - 2 * PAD * self.text
        ways = [self._words(cell, lines) for lines in range(1, self.lines)]
        return next((way for way in ways if _widest(way, self.text) <= room), self._words(cell, self.lines))

    def _words(self, cell: Cell, most: int) -> tuple[str, ...]:
        """The lines in a cell: what it is, how often, and its channels; a single one if its name may have none."""
        word = shortened(cell.word) if self.brief else cell.word
        name = f"{word} ×{cell.count}" if cell.count > 1 else word
        if not most:
            return (f"{name} · {cell.channels}",)
        return (*in_lines(name, most, self.text, Cut.SEMIBOLD), str(cell.channels))

    def _down(self) -> None:
        """Rows as high as the lanes that they have."""
        top = BOTTOM + HEADS
        many = sum(len(row.lanes) for row in self.rows)
        free = self.size[1] - MARGIN / 2 - top - ROW_GAP * len(self.rows) - LANE_GAP * (many - len(self.rows))
        self.lane = min(free / many, TALLEST)
        lines = max(len(self._said(cell)) for cell in self._cells())
        self.least = self.text * (PITCH * lines + 2 * PAD)
        self.fits = self.fits and self.lane >= self.least
        self.tops = []
        for row in self.rows:
            self.tops.append(top)
            top += free / many * len(row.lanes) + LANE_GAP * (len(row.lanes) - 1) + ROW_GAP
        self.ends = [*self.tops[1:], top]

    def subtitle(self, brief: bool = False) -> str:
        """How the picture is read."""
        first = "" if brief or self.inputs[0] else f"input {dims(self.rows[0].found.network.input)} · "
        ways = [(row.ways, start, end) for row in self.rows for start, end in row.ways if start[1] > end[1]]
        back = ", then back as it grows" if any((end, start) not in own for own, start, end in ways) else ""
        both = ", both ways between lines" if not brief and any((end, start) in own for own, start, end in ways) else ""
        return f"{first}left to right as the map shrinks{back}{both} · numbers: channels"

    def items(self) -> list[Item]:
        """All below the header."""
        items = self._headings()
        for at, row in enumerate(self.rows):
            if at:
                line = Frame(MARGIN, self.tops[at] - 0.75, self.size[0] - 2 * MARGIN, 1.5)
                items.append(Shape(line, Paint("hairline")))
            items += [*self._name(at), *self._lanes(at, row), *self._bars(row.found, self._middle(at))]
        return items

    def _middle(self, at: int) -> float:
        return (self.tops[at] + self.ends[at]) / 2

    def _headings(self) -> list[Item]:
        """The sizes of the maps above the columns, and what the bars are."""
        y = BOTTOM + HEADS / 2 + self.text * 0.35
        items: list[Item] = [
            Words(text, self.x[column] + self.wide[column] / 2, y, self.text, MUTED, GROUND, Cut.SEMIBOLD)
            for column, text in self._sizes().items()
        ]
        x = self.bars
        for word, paint in SCALES:
            items.append(Shape(Frame(x, y - 15, 15, 15), paint, radius=(3,) * 4))
            items.append(Words(word, x + 22, y, 18, MUTED, GROUND, Cut.SEMIBOLD, Anchor.START))
            x += 22 + width(word, 18, Cut.SEMIBOLD) + 18
        return items

    def _sizes(self) -> dict[int, str]:
        """The height and width of each column where all networks have the same, else the part of the input's."""
        first = [cell for row in self.rows for cell in row.lanes[0] if cell.column != LAST]
        spaces = {column: {cell.space for cell in first if cell.column == column} for column in self.columns}
        if all(len(found) <= 1 for found in spaces.values()) and all(len(row.lanes) == 1 for row in self.rows):
            return {column: "×".join(map(str, next(iter(found), (1, 1)))) for column, found in spaces.items()}
        return {column: _part(column) for column in self.columns}

    def _name(self, at: int) -> list[Item]:
        lines = [(line, self.text, INK, Cut.SEMIBOLD) for line in self.titles[at]]
        lines += [(line, self.small, MUTED, Cut.REGULAR) for line in self.notes[at]]
        y = self._middle(at) - PITCH * self.text * (len(lines) - 1) / 2
        return [
            Words(line, MARGIN, centred(y + PITCH * self.text * n, size), size, paint, GROUND, cut, Anchor.START)
            for n, (line, size, paint, cut) in enumerate(lines)
        ]

    def _lanes(self, at: int, row: Lanes) -> list[Item]:
        """One network: its cells, and the wires between them."""
        pitch = self.lane + LANE_GAP
        first = self._middle(at) - pitch * (len(row.lanes) - 1) / 2
        nodes = {
            (lane, cell.column): self._node(cell, first + pitch * lane, f"{at + 1} {row.found.title}, lane {lane + 1}")
            for lane, cells in enumerate(row.lanes)
            for cell in cells
        }
        items: list[Item] = list(nodes.values())
        for start, end in row.ways:
            one, other = nodes[start], nodes[end]
            if start[1] == end[1]:
                x = one.frame.middle[0]
                points: tuple[Point, ...] = ((x, one.frame.bottom), (x, other.frame.y - CLEAR))
            else:
                points = _between(one.frame, other.frame, APART if (end, start) in row.ways else 0)
            items.append(Wire(points, thickness=2.5 if start[1] == end[1] else 3, start=one.name, end=other.name))
        return items

    def _node(self, cell: Cell, middle: float, place: str) -> Node:
        share = 0.0 if cell.column == LAST else 0.5 ** (cell.column * GROWTH)
        high = max(self.least, self.lane * share)
        frame = Frame(self.x[cell.column], middle - high / 2, self.wide[cell.column], high)
        solid, text = Paint(cell.paint), Paint(cell.paint, Tone.TEXT)
        words, pitch = self._said(cell), PITCH * self.text
        y = middle - pitch * (len(words) - 1) / 2
        cuts = (*[Cut.SEMIBOLD] * max(1, len(words) - 1), Cut.REGULAR)
        lines = tuple(
            Words(line, frame.middle[0], centred(y + pitch * at, self.text), self.text, text, solid, cut)
            for at, (line, cut) in enumerate(zip(words, cuts, strict=False))
        )
        outline = Outline.NOTCHED if cell.paint == "pooling" else Outline.BOX
        stroke = Paint("arrow") if cell.paint == "port" else None
        radius = (20 if cell.paint == "port" else 0 if cell.paint == "dense" else 8,) * 4
        shape = Shape(frame, solid, stroke, outline, radius, words=lines)
        return Node(f"{place}, {_part(cell.column)}: {cell.word}", frame, (shape,), cell.notes, cell.keys)

    def _bars(self, found: Stages, middle: float) -> list[Item]:
        """Parameters and work, each on one scale for all networks."""
        totals = [row.found.total for row in self.rows]
        scales = max(total.parameters for total in totals), max(total.macs for total in totals)
        values = found.total.parameters, found.total.macs
        size = min(self.text, 24.0)
        longest = max(width(amount(value), size) for total in totals for value in (total.parameters, total.macs))
        room = self.size[0] - MARGIN - self.bars - longest - 10
        items: list[Item] = []
        for value, largest, y, (_, paint) in zip(values, scales, (middle - 19, middle + 19), SCALES, strict=True):
            wide = max(3.0, room * value / max(1, largest))
            items.append(Shape(Frame(self.bars, y - 12, wide, 24), paint, radius=(4,) * 4))
            x = self.bars + wide + 10
            items.append(Words(amount(value), x, centred(y, size), size, INK, GROUND, anchor=Anchor.START))
        return items


def _part(column: int) -> str:
    """The side of a map in a column, as a part of the input's."""
    return "1×1" if column == LAST else f"1/{2**column}"


def _widest(lines: Sequence[str], size: float) -> float:
    return max(width(line, size, Cut.SEMIBOLD) for line in lines)


def _level(needs: Sequence[float], room: float) -> float:
    """The width below which no column stays, where all together take the room."""
    wide = sorted(needs)
    levels = ((room - sum(wide[at:])) / at for at in range(len(wide), 0, -1))
    return min(levels)


def _between(one: Frame, other: Frame, apart: float) -> tuple[Point, ...]:
    """The wire from a cell to the next: straight in a lane, `apart` from the one back; else around one corner."""
    right = other.x > one.x
    y = other.middle[1] + (-apart if right else apart)
    end = (other.x - CLEAR, y) if right else (other.right + CLEAR, y)
    if abs(other.middle[1] - one.middle[1]) < 1:
        return ((one.right if right else one.x), y), end
    x = one.middle[0]
    return (x, one.bottom), (x, y), end
