"""A network in several lines as volumes: at most nine, and small boxes for what stands between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product

from netdsl.targets.drawing.metrics import width
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
    Words,
)
from netdsl.targets.drawing.streams.draw import BETWEEN, CLEAR, PAD, PITCH, Page, Said, notes, titled
from netdsl.targets.drawing.streams.forms import TIGHT, Form
from netdsl.targets.drawing.streams.model import Cell, Module, Streams
from netdsl.targets.drawing.volumes import SLOPE, Volume, faces, measured

MOST = 9
TEXT = 24.0
SQUEEZES = (1.0, 0.8, 0.65, 0.5, 0.4, 0.3)
UP = 26.0
"""How far above the floor of a volume its lines run."""
LEAST = 24.0
"""The height of the lowest volume."""
BESIDE, SPACE = 10.0, 8.0
"""Between a volume and its words, and the border of its band."""


FORMS = ((Form(), False), (Form(broken=True), False), (Form(broken=True), True))
"""With whether the names of volumes in modules go, whose heads say what they are; the preferred first."""
TIGHTEST = (replace(TIGHT, cornered=True), True)


def draw_volumes(found: Streams, frame: Frame, forms: Sequence[tuple[Form, bool]]) -> tuple[tuple[Item, ...], set[str]]:
    """The network in a frame as volumes, and the entries of its legend. Raises `NoRoom`."""
    for squeeze, (form, terse) in product(SQUEEZES, forms):
        page = _Volumes(found, frame, squeeze, form, terse)
        if page.fits and all(map(page.is_clear, found.links)):
            return tuple(page.items()), found.roles
    raise NoRoom("the volumes of the network have no room on this page: take --size 16:9")


def _chosen(found: Streams) -> set[str]:
    """The cells that are volumes: whole columns, those of modules first, then of repeats, then with most parameters."""
    columns: dict[int, list[Cell]] = {}
    for cell in found.cells:
        if not cell.is_join and cell.vertex.paint in ("convolution", "pooling"):
            columns.setdefault(cell.column, []).append(cell)
    chosen: set[str] = set()
    for cells in sorted(columns.values(), key=_weight, reverse=True):
        if len(chosen) + len(cells) <= MOST:
            chosen |= {cell.name for cell in cells}
    return chosen


def _weight(cells: Iterable[Cell]) -> tuple[bool, bool, int]:
    cells = list(cells)
    return (
        any(cell.module for cell in cells),
        any(cell.count > 1 for cell in cells),
        sum(cell.parameters for cell in cells),
    )


class _Volumes(Page):
    """Lines run near the floor of the volumes, whose words stand at their right above the line."""

    def __init__(self, found: Streams, frame: Frame, squeeze: float, form: Form, terse: bool) -> None:
        self.terse = terse
        self.chosen = _chosen(found)
        top = TEXT * PITCH + PAD * 1.5 if found.modules else 0.0
        high = (frame.height - top) / len(found.rows) - BETWEEN
        cells = [cell for cell in found.cells if cell.name in self.chosen]
        tallest = (high / 2 + UP - SPACE) / (1 + 0.24 * SLOPE)
        self.volumes = dict(
            zip(
                (cell.name for cell in cells),
                measured([cell.output for cell in cells], squeeze, tallest, LEAST),
                strict=True,
            )
        )
        super().__init__(found, frame, TEXT, form)

    def _said(self, cell: Cell) -> Said:
        """Its name; of a volume also what it gives."""
        names = self._names(titled(cell).split("\n")[0])
        if self.terse and cell.module:
            names = ()
        return Said(names, (str(cell.output.channels),) if cell.name in self.chosen else ())

    def _size(self, cell: Cell) -> Point:
        if cell.name not in self.chosen:
            return super()._size(cell)
        volume, said = self.volumes[cell.name], self.said[cell.name]
        return volume.width + BESIDE + self._words_width(said), volume.height + volume.rise

    def _tallest(self) -> float:
        return max((high for name, (_, high) in self.sizes.items() if name not in self.chosen), default=0.0)

    def _words_width(self, said: Said) -> float:
        return max(width(line, TEXT, Cut.SEMIBOLD) for line in (*said.name, *said.rest))

    def _through(self, cell: Cell) -> tuple[str, ...]:
        return super()._through(cell)[:1]

    def _heading(self, module: Module) -> tuple[str, ...]:
        return super()._heading(module)[:1]

    def _frame(self, cell: Cell) -> Frame:
        if cell.name not in self.chosen:
            return super()._frame(cell)
        volume = self.volumes[cell.name]
        high = volume.height + volume.rise
        return Frame(self.x[cell.column], self._middle(cell.row) + UP - high, volume.width, high)

    def _leaves(self, cell: Cell) -> Point:
        if cell.name not in self.chosen:
            return super()._leaves(cell)
        volume, frame = self.volumes[cell.name], self.frames[cell.name]
        return frame.x + volume.thick + min(volume.aside, UP / SLOPE) + 6, self._middle(cell.row)

    def _enters(self, cell: Cell) -> Point:
        return self.frames[cell.name].x - CLEAR, self._middle(cell.row)

    def _tip(self, cell: Cell, down: bool) -> Point:
        if cell.name not in self.chosen:
            return super()._tip(cell, down)
        volume, frame = self.volumes[cell.name], self.frames[cell.name]
        thin = min(self.volumes[name].thick for name in self.chosen if self.cells[name].column == cell.column)
        lid = frame.bottom - volume.height - min(volume.aside, thin / 2) * SLOPE
        return frame.x + thin / 2, lid - CLEAR if down else frame.bottom + CLEAR

    def _node(self, cell: Cell, frame: Frame) -> Node:
        if cell.is_join:
            return super()._node(cell, frame)
        if cell.name not in self.chosen:
            return self._small(cell, frame)
        items = faces(self.volumes[cell.name], cell.vertex.paint, cell.count, frame.x, frame.bottom)
        return Node(self._name(cell.name), frame, tuple(items), notes(cell), self._keys(cell))

    def _small(self, cell: Cell, frame: Frame) -> Node:
        paint = cell.vertex.paint
        tint, ink = Paint(paint, Tone.TINT), Paint(paint, Tone.INK)
        if paint == "port":
            return super()._node(cell, frame)
        outline = Outline.NOTCHED if paint == "pooling" else Outline.BOX
        radius = 0 if paint == "dense" else 8
        words = self._lines(self.said[cell.name].name, frame, ink, tint, 0)
        shape = Shape(frame, tint, Paint(paint), outline, (radius,) * 4, words=words)
        return Node(self._name(cell.name), frame, (shape,), notes(cell), self._keys(cell))

    def items(self) -> Iterator[Item]:
        """Everything, the words of volumes last."""
        yield from super().items()
        for name, volume in self.volumes.items():
            yield from self._beside(self.cells[name], volume)

    def _beside(self, cell: Cell, volume: Volume) -> Iterable[Item]:
        """The words at the right of a volume, above its line."""
        said, frame = self.said[cell.name], self.frames[cell.name]
        lines = (*said.name, *said.rest)
        on = Paint("ground") if cell.module else Paint("panel")
        y = self._middle(cell.row) - 12 - TEXT * PITCH * (len(lines) - 1)
        for at, line in enumerate(lines):
            strong = at < len(said.name)
            paint, cut = (Paint("ink"), Cut.SEMIBOLD) if strong else (Paint("muted"), Cut.REGULAR)
            yield Words(line, frame.right + BESIDE, y + at * TEXT * PITCH, TEXT, paint, on, cut, Anchor.START)
