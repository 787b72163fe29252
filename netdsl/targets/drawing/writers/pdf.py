"""Scenes as PDF: vector, a page each, the fonts embedded, the text real text."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from netdsl.targets.drawing.metrics import font_file, left, shown
from netdsl.targets.drawing.outlines import Step, cubic, shape_path, wire_path
from netdsl.targets.drawing.scene import Cut, Item, Node, Paint, Scene, Shape, Wire, Words
from netdsl.targets.drawing.theme import Theme

POINTS = 0.75
"""Of a pixel: there are 96 pixels and 72 points to an inch."""


def pdf(scenes: Sequence[Scene], theme: Theme, ground: bool = True) -> bytes:
    """A PDF file with a page for each scene; the same bytes for the same scenes."""
    for cut in Cut:
        pdfmetrics.registerFont(TTFont(cut.value, str(font_file(cut))))
    file = BytesIO()
    canvas = Canvas(file, pageCompression=1, invariant=1, initialFontName=Cut.REGULAR.value)
    canvas.setTitle(scenes[0].title)
    canvas.setSubject(scenes[0].description[:1000])
    canvas.setCreator("netdsl")
    for scene in scenes:
        canvas.setPageSize((scene.width * POINTS, scene.height * POINTS))
        canvas.transform(POINTS, 0, 0, -POINTS, 0, scene.height * POINTS)
        if ground:
            canvas.setFillColor(theme.colour(Paint("ground")))
            canvas.rect(0, 0, scene.width, scene.height, stroke=0, fill=1)
        _Page(canvas, theme).draw(scene.items)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


class _Page:
    """Draws items on a page whose y axis points down."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self.canvas = canvas
        self.theme = theme

    def draw(self, items: tuple[Item, ...]) -> None:
        """The items in their order."""
        for item in items:
            match item:
                case Node():
                    self.draw(item.items)
                case Shape():
                    self._shape(item)
                    self.draw(item.words)
                case Words():
                    self._words(item)
                case Wire():
                    self._wire(item)

    def _shape(self, shape: Shape) -> None:
        if shape.fill:
            self.canvas.setFillColor(self.theme.colour(shape.fill))
        if shape.stroke:
            self._pen(shape.stroke, shape.thickness, shape.dashed)
        self._path(shape_path(shape), bool(shape.stroke), bool(shape.fill))

    def _wire(self, wire: Wire) -> None:
        steps, tip = wire_path(wire)
        self._pen(wire.paint, wire.thickness, wire.dashed)
        self._path(steps, True, False)
        if tip:
            self.canvas.setFillColor(self.theme.colour(wire.paint))
            corners = (Step("M", tip[0]), Step("L", tip[1]), Step("L", tip[2]), Step("Z"))
            self._path(corners, False, True)

    def _pen(self, paint: Paint, thickness: float, dashed: bool) -> None:
        self.canvas.setStrokeColor(self.theme.colour(paint))
        self.canvas.setLineWidth(thickness)
        self.canvas.setDash([8, 6] if dashed else [])

    def _words(self, words: Words) -> None:
        self.canvas.saveState()
        self.canvas.setFillColor(self.theme.colour(words.paint))
        self.canvas.transform(1, 0, 0, -1, left(words), words.y)
        self.canvas.setFont(words.cut.value, words.size)
        self.canvas.drawString(0, 0, shown(words.text))
        self.canvas.restoreState()

    def _path(self, steps: tuple[Step, ...], stroke: bool, fill: bool) -> None:
        path = self.canvas.beginPath()
        for step in cubic(steps):
            match step.letter:
                case "M":
                    path.moveTo(*step.numbers)
                case "L":
                    path.lineTo(*step.numbers)
                case "C":
                    for start in range(0, len(step.numbers), 6):
                        path.curveTo(*step.numbers[start : start + 6])
                case "Z":
                    path.close()
        self.canvas.drawPath(path, stroke=int(stroke), fill=int(fill))
