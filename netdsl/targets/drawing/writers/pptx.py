"""Scenes as PowerPoint slides: native shapes with their text inside, connectors glued to them, nothing to run."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from itertools import count
from math import hypot
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree
from pptx import Presentation
from pptx.presentation import Presentation as Slides
from pptx.util import Emu

from netdsl.targets.drawing.metrics import left, legal, width
from netdsl.targets.drawing.outlines import Step, cubic, shape_path, wire_path
from netdsl.targets.drawing.scene import Anchor, Cut, Frame, Item, Node, Outline, Paint, Scene, Shape, Wire, Words
from netdsl.targets.drawing.theme import Theme

SLIDE = 12192000
"""The longer side of a slide in EMU: 13.333 inches."""
FACE = "Arial"
LINE, BASE, CAPITALS = 1.2, 0.99, 0.72
"""In sizes: the height of a line of text, how far below its top the baseline stands, the height of capitals."""
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
GLUE = 8.0
"""Pixels between a wire's end and the middle of a side that it may be glued to."""
LONG_AGO = datetime(2000, 1, 1)


def pptx(scenes: Sequence[Scene], theme: Theme, ground: bool = True) -> bytes:
    """A PPTX file with a slide for each scene; the same bytes for the same scenes."""
    slides = _empty(scenes[0])
    layout = slides.slide_layouts[0]
    for scene in scenes:
        slide = slides.slides.add_slide(layout)
        page = _Page(theme, SLIDE / max(scene.width, scene.height), scene)
        slide.name = legal(scene.title)
        for text in page.xml(ground):
            slide.shapes._spTree.append(etree.fromstring(text.encode()))
    file = BytesIO()
    slides.save(file)
    return _repacked(file)


def _empty(scene: Scene) -> Slides:
    """A presentation with one blank layout."""
    slides = Presentation()
    unit = SLIDE / max(scene.width, scene.height)
    slides.slide_width, slides.slide_height = Emu(round(scene.width * unit)), Emu(round(scene.height * unit))
    for layout in list(slides.slide_layouts):
        if layout.name != "Blank":
            slides.slide_layouts.remove(layout)
    for part, word in ((slides.part.package, "thumbnail"), (slides.part, "printerSettings")):
        rels = part._rels
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(word)]:
            rels.pop(key)
    core = slides.core_properties
    core.title, core.author, core.last_modified_by = legal(scene.title), "netdsl", "netdsl"
    core.created = core.modified = LONG_AGO
    core.revision = 1
    return slides


def _repacked(file: BytesIO) -> bytes:
    """The same archive without the hour at which it was made."""
    again = BytesIO()
    with ZipFile(file) as old, ZipFile(again, "w", ZIP_DEFLATED, compresslevel=9) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name), ZIP_DEFLATED)
    return again.getvalue()


class _Page:
    """Writes the items of one scene as XML; `unit` is a pixel in EMU."""

    def __init__(self, theme: Theme, unit: float, scene: Scene) -> None:
        self.theme = theme
        self.unit = unit
        self.scene = scene
        self.ids = count(2)
        self.anchors: dict[str, tuple[int, Frame]] = {}
        """Node -> the shape that connectors hold on to."""

    def xml(self, ground: bool) -> list[str]:
        """The elements of the slide: nodes first, for connectors speak of them; the order of painting is kept."""
        found: list[str] = []
        if ground:
            frame = Frame(0, 0, self.scene.width, self.scene.height)
            found.append(self._shape(Shape(frame, Paint("ground")), "ground", ()))
        items = self.scene.items
        made = {at: text for at, item in enumerate(items) if not isinstance(item, Wire) for text in [self._item(item)]}
        made |= {at: self._wire(item) for at, item in enumerate(items) if isinstance(item, Wire)}
        return [*found, *(made[at] for at in range(len(items)))]

    def _item(self, item: Item) -> str:
        match item:
            case Node():
                return self._group(item)
            case Shape():
                return self._shape(item, "shape", item.words)
            case Words():
                return self._text(item)
            case Wire():
                return self._wire(item)

    def _group(self, node: Node) -> str:
        number = next(self.ids)
        inside = _with_words(node.items)
        largest = max((shape for shape, _ in inside if isinstance(shape, Shape)), key=_area, default=None)
        parts = []
        for item, words in inside:
            if isinstance(item, Shape):
                parts.append(self._shape(item, node.name, words))
                if item is largest:
                    self.anchors[node.name] = (self.last, item.frame)
            else:
                parts.append(self._item(item))
        description = quoteattr(legal("\n".join(node.notes)))
        name = quoteattr(legal(node.name))
        place = self._place(node.frame)
        return (
            f'<p:grpSp {NAMESPACES}><p:nvGrpSpPr><p:cNvPr id="{number}" name={name} descr={description}/>'
            f"<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>{place}{_inner(place)}</a:xfrm></p:grpSpPr>"
            f"{''.join(parts)}</p:grpSp>"
        )

    def _shape(self, shape: Shape, name: str, words: Sequence[Words]) -> str:
        self.last = next(self.ids)
        fill = self._fill(shape.fill)
        line = self._line(shape.stroke, shape.thickness, shape.dashed) if shape.stroke else "<a:ln><a:noFill/></a:ln>"
        own = [line_ for line_ in words if _belongs(line_, shape.frame)]
        others = [line_ for line_ in words if not _belongs(line_, shape.frame)]
        body = self._paragraphs(own, shape.frame) if own else _NO_TEXT
        number = self.last
        text = (
            f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(legal(name))}/><p:cNvSpPr/><p:nvPr/>'
            f"</p:nvSpPr><p:spPr><a:xfrm>{self._place(shape.frame)}</a:xfrm>{self._geometry(shape)}{fill}{line}</p:spPr>"
            f"{body}</p:sp>"
        )
        made = text + "".join(self._text(one) for one in others)
        self.last = number
        return made

    def _text(self, words: Words) -> str:
        wide = width(words.text, words.size, words.cut)
        frame = Frame(left(words), words.y - BASE * words.size, wide, LINE * words.size)
        shape = Shape(frame)
        body = self._paragraphs([words], frame)
        return (
            f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{next(self.ids)}" name="text"/><p:cNvSpPr txBox="1"/><p:nvPr/>'
            f"</p:nvSpPr><p:spPr><a:xfrm>{self._place(frame)}</a:xfrm>{self._geometry(shape)}<a:noFill/></p:spPr>"
            f"{body}</p:sp>"
        )

    def _paragraphs(self, lines: list[Words], frame: Frame) -> str:
        """Lines of text at their baselines, each a paragraph."""
        lines = sorted(lines, key=lambda line: line.y)
        first = lines[0]
        centred = len(lines) == 1 and abs(first.y - CAPITALS * first.size / 2 - frame.middle[1]) < 4
        top = 0.0 if centred else max(0.0, first.y - BASE * first.size - frame.y)
        align = {Anchor.START: "l", Anchor.MIDDLE: "ctr", Anchor.END: "r"}[first.anchor]
        paragraphs, before = [], first.y - BASE * first.size
        for line in lines:
            gap = max(0.0, line.y - BASE * line.size - before)
            before = line.y + (LINE - BASE) * line.size
            space = f'<a:spcBef><a:spcPts val="{self._points(gap)}"/></a:spcBef>' if gap else ""
            high = f'<a:lnSpc><a:spcPts val="{self._points(LINE * line.size)}"/></a:lnSpc>'
            bold = ' b="1"' if line.cut is not Cut.REGULAR else ""
            paragraphs.append(
                f'<a:p><a:pPr algn="{align}">{high}{space}</a:pPr><a:r>'
                f'<a:rPr lang="en-US" sz="{self._points(line.size)}"{bold}>{self._fill(line.paint)}'
                f'<a:latin typeface="{FACE}"/><a:cs typeface="{FACE}"/></a:rPr>'
                f"<a:t>{escape(legal(line.text))}</a:t></a:r></a:p>"
            )
        return (
            f'<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="{self._emu(top)}" rIns="0" bIns="0" '
            f'anchor="{"ctr" if centred else "t"}"/>'
            f"<a:lstStyle/>{''.join(paragraphs)}</p:txBody>"
        )

    def _wire(self, wire: Wire) -> str:
        """A straight wire as a connector, glued where it meets the middle of a side; a bent one as a free form.

        Programs lay bent connectors anew when a file is opened, whatever form is written.
        """
        xs, ys = zip(*wire.points, strict=True)
        frame = Frame(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        tail = '<a:tailEnd type="triangle"/>' if wire.arrow else ""
        line = self._line(wire.paint, wire.thickness, wire.dashed, tail)
        identity = f'<p:cNvPr id="{next(self.ids)}" name="connector"/>'
        if len(wire.points) > 2 or wire.curved:
            steps, _ = wire_path(replace(wire, arrow=False))
            geometry = self._custom(steps, frame, closed=False)
            return (
                f"<p:sp {NAMESPACES}><p:nvSpPr>{identity}<p:cNvSpPr/><p:nvPr/></p:nvSpPr>"
                f"<p:spPr><a:xfrm>{self._place(frame)}</a:xfrm>{geometry}<a:noFill/>{line}</p:spPr></p:sp>"
            )
        (x, y), (right, bottom) = wire.points
        flips = ' flipH="1"' * (right < x) + ' flipV="1"' * (bottom < y)
        glue = self._glue("stCxn", wire.start, wire.points[0]) + self._glue("endCxn", wire.end, wire.points[1])
        return (
            f"<p:cxnSp {NAMESPACES}><p:nvCxnSpPr>{identity}<p:cNvCxnSpPr>{glue}</p:cNvCxnSpPr><p:nvPr/></p:nvCxnSpPr>"
            f"<p:spPr><a:xfrm{flips}>{self._place(frame)}</a:xfrm>{_preset('straightConnector1')}{line}</p:spPr>"
            "</p:cxnSp>"
        )

    def _glue(self, tag: str, name: str, point: tuple[float, float]) -> str:
        """The shape that a connector holds on to, at the middle of a side: above, left, below or right."""
        if name not in self.anchors:
            return ""
        number, frame = self.anchors[name]
        x, y = frame.middle
        sides = (x, frame.y), (frame.x, y), (x, frame.bottom), (frame.right, y)
        far = [hypot(point[0] - side[0], point[1] - side[1]) for side in sides]
        nearest = min(range(4), key=far.__getitem__)
        return f'<a:{tag} id="{number}" idx="{nearest}"/>' if far[nearest] <= GLUE else ""

    def _geometry(self, shape: Shape) -> str:
        tl, tr, br, bl = shape.radius
        least = min(shape.frame.width, shape.frame.height)
        share = [round(min(0.5, radius / least) * 100000) if least else 0 for radius in shape.radius]
        if shape.outline is Outline.DISC:
            return _preset("ellipse")
        if shape.outline is Outline.BOX and tl == tr == br == bl:
            return _preset("roundRect", adj=share[0]) if tl else _preset("rect")
        if shape.outline is Outline.BOX and tl == tr and br == bl:
            return _preset("round2SameRect", adj1=share[0], adj2=share[2])
        return self._custom(shape_path(shape), shape.frame, closed=True)

    def _custom(self, steps: tuple[Step, ...], frame: Frame, closed: bool) -> str:
        wide, high = max(1, self._emu(frame.width)), max(1, self._emu(frame.height))
        fill = "" if closed else ' fill="none"'
        parts = [self._step(step, frame) for step in cubic(steps)]
        return (
            "<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
            '<a:rect l="l" t="t" r="r" b="b"/>'
            f'<a:pathLst><a:path w="{wide}" h="{high}"{fill}>{"".join(parts)}</a:path></a:pathLst></a:custGeom>'
        )

    def _step(self, step: Step, frame: Frame) -> str:
        tag = {"M": "moveTo", "L": "lnTo", "C": "cubicBezTo", "Z": "close"}[step.letter]
        numbers = step.numbers
        points = [
            f'<a:pt x="{self._emu(numbers[at] - frame.x)}" y="{self._emu(numbers[at + 1] - frame.y)}"/>'
            for at in range(0, len(numbers), 2)
        ]
        if tag != "cubicBezTo":
            return f"<a:{tag}>{''.join(points)}</a:{tag}>"
        threes = ("".join(points[at : at + 3]) for at in range(0, len(points), 3))
        return "".join(f"<a:{tag}>{three}</a:{tag}>" for three in threes)

    def _line(self, paint: Paint, thickness: float, dashed: bool, tail: str = "") -> str:
        dash = '<a:prstDash val="dash"/>' if dashed else ""
        return f'<a:ln w="{self._emu(thickness)}">{self._fill(paint)}{dash}<a:round/>{tail}</a:ln>'

    def _fill(self, paint: Paint | None) -> str:
        if paint is None:
            return "<a:noFill/>"
        return f'<a:solidFill><a:srgbClr val="{self.theme.colour(paint)[1:]}"/></a:solidFill>'

    def _place(self, frame: Frame) -> str:
        x, y, wide, high = map(self._emu, (frame.x, frame.y, frame.width, frame.height))
        return f'<a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{high}"/>'

    def _emu(self, pixels: float) -> int:
        return round(pixels * self.unit)

    def _points(self, pixels: float) -> int:
        """Hundredths of a point."""
        return round(pixels * self.unit / 127)


_NO_TEXT = '<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="en-US"/></a:p></p:txBody>'


def _inner(place: str) -> str:
    """A group's own coordinates are those of the slide."""
    return place.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")


def _preset(name: str, **adjust: int) -> str:
    guides = "".join(f'<a:gd name="{key}" fmla="val {value}"/>' for key, value in adjust.items())
    return f'<a:prstGeom prst="{name}"><a:avLst>{guides}</a:avLst></a:prstGeom>'


def _area(shape: Shape) -> float:
    return shape.frame.width * shape.frame.height


def _belongs(words: Words, frame: Frame) -> bool:
    """Whether a line stands in the middle of a shape, where a paragraph of it would."""
    return words.anchor is Anchor.MIDDLE and abs(words.x - frame.middle[0]) < 3


def _with_words(items: tuple[Item, ...]) -> list[tuple[Item, tuple[Words, ...]]]:
    """Items, each shape with its words and with those that stand in it."""
    found: list[tuple[Item, tuple[Words, ...]]] = []
    for item in items:
        if isinstance(item, Words):
            homes = [at for at, (other, _) in enumerate(found) if isinstance(other, Shape) and _holds(other, item)]
            if homes:
                shape, words = found[homes[-1]]
                found[homes[-1]] = (shape, (*words, item))
                continue
        found.append((item, item.words if isinstance(item, Shape) else ()))
    return found


def _holds(shape: Shape, words: Words) -> bool:
    """Whether a line could be a paragraph of a shape."""
    frame = shape.frame
    inside = frame.y <= words.y - words.size / 2 and words.y <= frame.bottom
    return inside and _belongs(words, frame) and frame.height > words.size
