"""A network in several lines on a page: a band for each size of the map, its cells in columns."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from netdsl.records import by_value
from netdsl.targets.drawing.header import SIGNS
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import (
    Anchor,
    Cut,
    Frame,
    Item,
    Node,
    NoRoom,
    Outline,
    Paint,
    Point,
    Shape,
    Tone,
    Wire,
    Words,
)
from netdsl.targets.drawing.streams.forms import Form
from netdsl.targets.drawing.streams.model import Cell, Link, Module, Streams
from netdsl.targets.drawing.words import amount, dims

SIZES = (24.0, 22.0, 20.0, 18.0)
PITCH = 1.3
PAD, BETWEEN, CLEAR = 10.0, 12.0, 4.0
"""Around a cell's words and in a module; between bands; between the tip of an arrow and a border."""
GAP, FAN = 20.0, 52.0
"""Between columns; where lines of a module cross."""
BAR = 14.0
"""The width of a join without a sign."""
ARROW = 34.0
"""What must be free between cells below each other."""
RESOLUTION = 22.0
"""The least size of the labels of bands."""


def draw(found: Streams, frame: Frame, forms: Sequence[Form]) -> tuple[tuple[Item, ...], Form]:
    """The network in a frame in the largest words that have room, and the form in which it has. Raises `NoRoom`."""
    best = _fitting(found, frame, SIZES[-1], forms)
    if best is None or not all(map(best.is_clear, found.links)):
        raise NoRoom("the lines of the network have no room on this page")
    low, high = 0, len(SIZES) - 1
    while low < high:
        middle = (low + high) // 2
        page = _fitting(found, frame, SIZES[middle], forms)
        best, low, high = (page, low, middle) if page else (best, middle + 1, high)
    return tuple(best.items()), best.form


def _fitting(found: Streams, frame: Frame, text: float, forms: Sequence[Form]) -> "Page | None":
    """The page with words of this size in the first form that has room; None where there is none."""
    return next((page for page in (Page(found, frame, text, form) for form in forms) if page.fits), None)


@by_value
class Said:
    """The lines of a cell; the first ones are its name."""

    name: tuple[str, ...]
    rest: tuple[str, ...]


class Page:
    """Knows where rows, columns and cells stand."""

    def __init__(self, found: Streams, frame: Frame, text: float, form: Form) -> None:
        self.found, self.frame, self.text, self.form = found, frame, text, form
        self.pad = PAD / 2 if form.tight else PAD
        self.cells = {cell.name: cell for cell in found.cells}
        self.labels = ["×".join(map(str, row)) for row in found.rows]
        self.said = {cell.name: self._said(cell) for cell in found.cells}
        self.sizes = {cell.name: self._size(cell) for cell in found.cells}
        self.modules = {
            module.key: [cell for cell in found.cells if cell.module == module.key] for module in found.modules
        }
        self.resolution = max(RESOLUTION, text)
        self._across()
        self._down()

    @cached_property
    def frames(self) -> dict[str, Frame]:
        """Where each cell stands."""
        return {name: self._frame(cell) for name, cell in self.cells.items()}

    def _said(self, cell: Cell) -> Said:
        """What stands in a cell: its name, what it is, what it gives, its parameters where no module says them."""
        first, *rest = titled(cell).split("\n")
        if cell.vertex.paint == "port" or cell.is_join:
            return Said((first,), tuple(rest))
        size = dims(cell.output)
        if cell.output.space == self.found.rows[cell.row]:
            size = str(cell.output.channels)
        lines = [cell.what, size, "" if cell.module else self._cost(cell)]
        return Said(self._names(first), tuple(line for line in lines if line))

    def _names(self, title: str) -> tuple[str, ...]:
        """A name in as many lines as it may have."""
        name, times, count = title.partition(" ×") if self.form.tight else (title, "", "")
        at = name.find("_") + 1
        names = (name[:at], name[at:]) if self.form.broken and 0 < at < len(name) else (name,)
        return (*names, f"×{count}") if times else names

    def _cost(self, cell: Cell) -> str:
        return f"{amount(cell.parameters)}{' params' if self.form.units else ''}" if cell.parameters else ""

    def _size(self, cell: Cell) -> Point:
        if cell.is_join:
            return (self.text * 1.9 if cell.vertex.words in SIGNS else BAR), self.text * 1.9
        said = self.said[cell.name]
        wide = max(
            *(width(line, self.text, Cut.SEMIBOLD) for line in said.name),
            *(width(line, self.text) for line in said.rest),
            0.0,
        )
        high = self.text * PITCH * len((*said.name, *said.rest))
        return wide + 2 * self.pad, high + PAD * 1.5

    def _through(self, cell: Cell) -> tuple[str, ...]:
        """What stands on the way between two lines."""
        return tuple(line for line in (cell.what or cell.title, self._cost(cell)) if line)

    def _across(self) -> None:
        """Columns as wide as their cells; what is left over lies evenly between them."""
        columns = range(self.found.columns)
        self.wide = [max(self.sizes[c.name][0] for c in self.found.cells if c.column == at) for at in columns]
        for link in self.found.links:
            if link.through and not self._is_hidden(link):
                column = self.cells[link.end].column
                box = max(width(line, self.text) for line in self._through(link.through)) + 1.5 * PAD
                self.wide[column] = max(self.wide[column], box)
        fans = {self.cells[link.start].column for link in self.found.links if self._crosses(link)}
        gaps = [max(GAP, FAN - (self.wide[at + 1] - self.text * 1.9) / 2 if at in fans else 0) for at in columns[:-1]]
        for module in self.found.modules:  # its name and its border
            first, last = self._span(module)
            room = sum(self.wide[first : last + 1]) + sum(gaps[first:last])
            more = max(width(line, self.text, Cut.SEMIBOLD) for line in self._heading(module)) - room
            gaps[first] += max(0.0, more)
            for at in range(max(0, first - 1), last + 1, last - first + 1):
                gaps[at] = max(gaps[at], 2 * PAD + GAP / 3)
        self.label = max(width(line, self.resolution, Cut.SEMIBOLD) for line in self.labels)
        label = PAD if self.form.cornered else self.label + 2 * PAD + GAP / 2
        spare = self.frame.width - label - PAD - sum(self.wide) - sum(gaps)
        self.fits = spare >= 0
        more = spare / max(1, len(gaps))
        x = self.frame.x + label
        self.x = []
        for wide, gap in zip(self.wide, [*gaps, 0.0], strict=True):
            self.x.append(x)
            x += wide + gap + more

    def _down(self) -> None:
        """Bands of one height below the names of modules."""
        lines = max((len(self._heading(module)) for module in self.found.modules), default=0)
        self.top = self.frame.y + (self.text * PITCH * lines + PAD * 1.5 if lines else 0)
        count = len(self.found.rows)
        self.high = (self.frame.bottom - self.top - BETWEEN * (count - 1)) / count
        self.fits = self.fits and self._tallest() + ARROW <= self.high + BETWEEN
        if self.form.cornered:
            highest = max((self.sizes[c.name][1] for c in self.found.cells if self._is_below_label(c)), default=0.0)
            self.fits = self.fits and highest / 2 + PAD + self.resolution + CLEAR <= self.high / 2

    def _is_below_label(self, cell: Cell) -> bool:
        return self.x[cell.column] < self.frame.x + PAD + self.label

    def _tallest(self) -> float:
        """The height of the highest cell around the middle of its row."""
        return max(high for _, high in self.sizes.values())

    def _crosses(self, link: Link) -> bool:
        """Whether it runs between lines of one module."""
        one, other = self.cells[link.start], self.cells[link.end]
        return one.module != "" and one.module == other.module

    def _span(self, module: Module) -> tuple[int, int]:
        columns = [cell.column for cell in self.found.cells if cell.module == module.key]
        return min(columns), max(columns)

    def _heading(self, module: Module) -> tuple[str, ...]:
        times = f" ×{module.count}" if module.count > 1 else ""
        return (f"{module.name}{times}", f"{amount(module.parameters)} params")

    def _frame(self, cell: Cell) -> Frame:
        (wide, high), y = self.sizes[cell.name], self._middle(cell.row)
        if not cell.is_join and cell.vertex.paint != "port":
            wide = self._width(cell)
        x = self.x[cell.column] + self.wide[cell.column] / 2
        return Frame(x - wide / 2, y - high / 2, wide, high)

    def _width(self, cell: Cell) -> float:
        """The same for all cells of its kind in its column."""
        alike = [c for c in self.found.cells if c.column == cell.column and not c.is_join and c.vertex.paint != "port"]
        return max(self.sizes[other.name][0] for other in alike)

    def _middle(self, row: int) -> float:
        return self.top + (self.high + BETWEEN) * row + self.high / 2

    def items(self) -> Iterator[Item]:
        """Everything."""
        yield from self._bands()
        for module in self.found.modules:
            yield from self._module(module)
        for link in self.found.links:
            yield from self._way(link)
        for cell in self.found.cells:
            yield self._node(cell, self.frames[cell.name])

    def _bands(self) -> Iterator[Item]:
        for row, label in enumerate(self.labels):
            y = self._middle(row)
            band = Frame(self.frame.x, y - self.high / 2, self.frame.width, self.high)
            yield Shape(band, Paint("panel"), radius=(16,) * 4)
            at = centred(band.y + PAD + self.resolution / 2 if self.form.cornered else y, self.resolution)
            ink, panel = Paint("ink"), Paint("panel")
            yield Words(label, band.x + PAD, at, self.resolution, ink, panel, Cut.SEMIBOLD, Anchor.START)

    def _module(self, module: Module) -> Iterator[Item]:
        first, last = self._span(module)
        own = [self.frames[cell.name] for cell in self.modules[module.key]]
        left, right = min(frame.x for frame in own), self.x[last] + self.wide[last]
        left, right = min(left, self.x[first]), max(right, *(frame.right for frame in own))
        rows = [cell.row for cell in self.modules[module.key]]
        bottom = self._middle(max(rows)) + self.high / 2 - BETWEEN / 2
        frame = Frame(left - PAD, self.frame.y, right - left + 2 * PAD, bottom - self.frame.y)
        ground = Paint("ground")
        yield Shape(frame, ground, Paint("hairline"), radius=(16,) * 4)
        x, y = frame.middle[0], frame.y + PAD + self.text * PITCH / 2
        for at, line in enumerate(self._heading(module)):
            paint, cut = (Paint("muted"), Cut.REGULAR) if at else (Paint("ink"), Cut.SEMIBOLD)
            yield Words(line, x, centred(y + at * self.text * PITCH, self.text), self.text, paint, ground, cut)

    def _way(self, link: Link) -> Iterator[Item]:
        start, end = (self._name(name) for name in (link.start, link.end))
        first, last = self.cells[link.start], self.cells[link.end]
        leaves, enters = self._leaves(first), self._enters(last)
        if self._crosses(link) and first.row != last.row:
            (x, y), (right, below) = leaves, enters
            start_x = max(x, self.x[first.column] + self.wide[first.column])
            middle = (start_x + right) / 2
            straight = (leaves, leaves, (start_x, y), (start_x, y))
            points = (*straight, (middle, y), (middle, below), enters)
            yield Wire(points, Paint("arrow", fade=0.3), 2, curved=True, start=start, end=end)
            return
        if first.row == last.row:
            yield Wire((leaves, enters), start=start, end=end)
            return
        down = last.row > first.row
        tip = self._tip(last, down)
        x = tip[0]
        begin: tuple[Point, ...] = (self._foot(first, down),)
        if first.column != last.column and self._is_free(first, last):
            begin = (leaves, (x, leaves[1]))
        elif first.column != last.column:
            yield Wire((*begin, (begin[0][0], enters[1]), enters), start=start, end=end)
            return
        if not link.through or self._is_hidden(link):
            yield Wire((*begin, tip), start=start, end=end)
            return
        box = self._box(link.through, x, (begin[-1][1] + tip[1]) / 2)
        near, far = (box.frame.y - CLEAR, box.frame.bottom) if down else (box.frame.bottom + CLEAR, box.frame.y)
        yield Wire((*begin, (x, near)), start=start, end=box.name)
        yield Wire(((x, far), tip), start=box.name, end=end)
        yield box

    def _leaves(self, cell: Cell) -> Point:
        """Where a line leaves it to the right."""
        frame = self.frames[cell.name]
        return frame.right, frame.middle[1]

    def _enters(self, cell: Cell) -> Point:
        """Where a line's tip enters it from the left."""
        frame = self.frames[cell.name]
        return frame.x - CLEAR, frame.middle[1]

    def _tip(self, cell: Cell, down: bool) -> Point:
        """Where a line's tip enters it from above, or from below."""
        frame = self.frames[cell.name]
        return frame.middle[0], frame.y - CLEAR if down else frame.bottom + CLEAR

    def _foot(self, cell: Cell, down: bool) -> Point:
        """Where a line leaves it below, or above."""
        frame = self.frames[cell.name]
        return self._tip(cell, down)[0], frame.bottom if down else frame.y

    def _is_free(self, first: Cell, last: Cell) -> bool:
        """Whether nothing stands to the right of the first up to the column of the last, and from there to its row."""
        beyond = range(first.column + 1, last.column + 1)
        return not any(cell.row == first.row and cell.column in beyond for cell in self.found.cells) and not any(
            cell.column == last.column and cell.row in _between(first.row, last.row) for cell in self.found.cells
        )

    def is_clear(self, link: Link) -> bool:
        """Whether its line meets no other cell."""
        first, last = self.cells[link.start], self.cells[link.end]
        if self._crosses(link) or (first.column < last.column and first.row != last.row and self._is_free(first, last)):
            return not (self._crosses(link) and last.column != first.column + 1)
        if first.column > last.column:
            return False
        beside = (last.row, _between(first.column, last.column))
        if first.row != last.row and first.column != last.column and not self._is_empty(first, last):
            return False
        return not any(
            (cell.row == beside[0] and cell.column in beside[1])
            or (cell.column == first.column and cell.row in _between(first.row, last.row))
            for cell in self.found.cells
        )

    def _is_empty(self, first: Cell, last: Cell) -> bool:
        """Whether nothing stands where the row of the last meets the column of the first."""
        return not any((cell.row, cell.column) == (last.row, first.column) for cell in self.found.cells)

    def _box(self, cell: Cell, x: float, y: float) -> Node:
        lines = self._through(cell)
        wide = max(width(line, self.text) for line in lines) + 1.5 * PAD
        high = self.text * PITCH * len(lines) + PAD
        frame = Frame(x - wide / 2, y - high / 2, wide, high)
        tint, ink = Paint(cell.vertex.paint, Tone.TINT), Paint(cell.vertex.paint, Tone.INK)
        words = self._lines(lines, frame, ink, tint, 0)
        shape = Shape(frame, tint, Paint(cell.vertex.paint), radius=(8,) * 4, words=words)
        return Node(self._name(cell.name), frame, (shape,), notes(cell), self._keys(cell))

    def _lines(self, lines: Sequence[str], frame: Frame, ink: Paint, on: Paint, strong: int) -> tuple[Words, ...]:
        x, y = frame.middle
        top = y - self.text * PITCH * (len(lines) - 1) / 2
        return tuple(
            Words(
                line, x, centred(top + at * self.text * PITCH, self.text), self.text, ink, on,
                Cut.SEMIBOLD if at < strong else Cut.REGULAR,
            )
            for at, line in enumerate(lines)
        )  # fmt: skip

    def _node(self, cell: Cell, frame: Frame) -> Node:
        name, paint = self._name(cell.name), cell.vertex.paint
        solid, ink = Paint(paint), Paint(paint, Tone.TEXT)
        if cell.is_join and cell.vertex.words not in SIGNS:
            return Node(name, frame, (Shape(frame, solid, radius=(5,) * 4),), notes(cell), self._keys(cell))
        if cell.is_join:
            x, y = frame.middle
            disc = Shape(frame, solid, outline=Outline.DISC)
            sign = SIGNS[cell.vertex.words](x, y, self.text * 0.4, 3)
            return Node(name, frame, (disc, *sign), notes(cell), self._keys(cell))
        said = self.said[cell.name]
        words = self._lines((*said.name, *said.rest), frame, ink, solid, len(said.name))
        outline = Outline.NOTCHED if paint == "pooling" else Outline.BOX
        radius = frame.height / 2 if paint == "port" else 0 if paint == "dense" else 8
        stroke = Paint("arrow") if paint == "port" else None
        shape = Shape(frame, solid, stroke, outline, (radius,) * 4, words=words)
        return Node(name, frame, (shape,), notes(cell), self._keys(cell))

    def _keys(self, cell: Cell) -> tuple[str, ...]:
        """The modules that it stands for; a sum also for what is not drawn on the ways to it."""
        hidden = [link.through for link in self.found.links if link.end == cell.name and self._is_hidden(link)]
        return (*cell.keys, *(key for through in hidden if through for key in through.keys))

    def _is_hidden(self, link: Link) -> bool:
        """Whether what stands on its way is not drawn."""
        return link.through is not None and (self._crosses(link) or not self._through(link.through))

    def _name(self, name: str) -> str:
        return f"stage {name}"


def _between(one: int, other: int) -> range:
    """The places between two."""
    return range(min(one, other) + 1, max(one, other))


def titled(cell: Cell) -> str:
    """What it is called, and how often it is repeated."""
    return f"{cell.title} ×{cell.count}" if cell.count > 1 else cell.title


def notes(cell: Cell) -> tuple[str, ...]:
    """What a tooltip says."""
    if cell.is_join or cell.vertex.paint == "port":
        return cell.vertex.notes
    each = " in each module" if cell.module else ""
    lines = (titled(cell), cell.what, f"gives {dims(cell.output)}", f"{cell.parameters:,} parameters{each}")
    return tuple(line for line in lines if line)
