"""Scenes as PowerPoint slides: native shapes with their text inside, connectors glued to them, nothing to run."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from itertools import count
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree
from pptx import Presentation
from pptx.presentation import Presentation as Slides
from pptx.util import Emu

from netdsl.targets.drawing.metrics import left, legal, width
from netdsl.targets.drawing.outlines import wire_path
from netdsl.targets.drawing.scene import Anchor as Align
from netdsl.targets.drawing.scene import Cut, Frame, Item, Node, Outline, Paint, Scene, Shape, Wire, Words, flat
from netdsl.targets.drawing.theme import Theme
from netdsl.targets.drawing.writers.pptx_connectors import Connector, connector
from netdsl.targets.drawing.writers.pptx_geometry import Anchor, Geometry

SLIDE = 12192000
"""The longer side of a slide in EMU: 13.333 inches."""
LEAST, MOST = 914400, 51206400
"""PowerPoint takes no side shorter or longer than these: 1 and 56 inches."""
FACE = "Arial"
LINE, BASE, CAPITALS = 1.2, 0.99, 0.72
"""In sizes: the height of a line of text, how far below its top the baseline stands, the height of capitals."""
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
POWERPOINT = "http://schemas.microsoft.com/office/powerpoint/2010/main"
"""What PowerPoint has understood since 2010."""
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
LONG_AGO = datetime(2000, 1, 1)

Glue: TypeAlias = tuple[str, Anchor, int]
"""Which end of a connector holds on to what, at which of its sites."""


def pptx(scenes: Sequence[Scene], theme: Theme, ground: bool = True) -> bytes:
    """A PPTX file with a slide for each scene; the same bytes for the same scenes."""
    slides = _empty(scenes[0])
    layout = slides.slide_layouts[0]
    for scene in scenes:
        slide = slides.slides.add_slide(layout)
        page = _Page(theme, _unit(scene), scene)
        slide.name = legal(scene.title)
        slide.shapes._spTree.extend(etree.fromstring(f"<page>{''.join(page.xml(ground))}</page>".encode()))
    file = BytesIO()
    slides.save(file)
    return _repacked(file)


def _empty(scene: Scene) -> Slides:
    """A presentation with one blank layout."""
    slides = Presentation()
    unit = _unit(scene)
    slides.slide_width, slides.slide_height = (
        Emu(max(LEAST, round(side * unit))) for side in (scene.width, scene.height)
    )
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


def _unit(scene: Scene) -> float:
    """A pixel in EMU: the longer side is that of a slide, or as much longer as makes the shorter one long enough."""
    longer, shorter = max(scene.width, scene.height), min(scene.width, scene.height)
    return min(max(SLIDE / longer, LEAST / shorter), MOST / longer)


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
        self.geometry = Geometry(unit)
        self.scene = scene
        self.ids = count(2)
        nodes = [item for item in flat(scene.items) if isinstance(item, Node)]
        self.names = {node.name: node.notes[0] if node.notes else node.name for node in nodes}
        own = {node.name: largest for node in nodes if (largest := _largest(node))}
        self.anchors = {name: Anchor(shape.frame, shape.outline is Outline.DISC) for name, shape in own.items()}
        wires = [item for item in scene.items if isinstance(item, Wire) and connector(item)]
        self.glue = {id(wire): self._sites(wire) for wire in wires}

    def _sites(self, wire: Wire) -> list[Glue]:
        """What a wire holds on to, at which sites."""
        ends = ("stCxn", wire.start, wire.points[0]), ("endCxn", wire.end, wire.points[-1])
        held = [(tag, self.anchors[name], point) for tag, name, point in ends if name in self.anchors]
        return [(tag, anchor, anchor.site(point)) for tag, anchor, point in held]

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
                return self._shape(item, _called(item, item.words), item.words)
            case Words():
                return self._text(item)
            case Wire():
                return self._wire(item)

    def _group(self, node: Node) -> str:
        number = next(self.ids)
        largest, parts = _largest(node), []
        for item, words in _with_words(node.items):
            if not isinstance(item, Shape):
                parts.append(self._item(item))
                continue
            anchor = self.anchors[node.name] if item is largest else None
            parts.append(self._shape(item, f"{self.names[node.name]}: {_called(item, words)}", words, anchor))
        description = quoteattr(legal("\n".join(node.notes)))
        place = self.geometry.place(node.frame)
        return (
            f'<p:grpSp {NAMESPACES}><p:nvGrpSpPr><p:cNvPr id="{number}" name={_quoted(self.names[node.name])} '
            f"descr={description}/>"
            f"<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>{place}{_inner(place)}</a:xfrm></p:grpSpPr>"
            f"{''.join(parts)}</p:grpSp>"
        )

    def _shape(self, shape: Shape, name: str, words: Sequence[Words], anchor: Anchor | None = None) -> str:
        number = next(self.ids)
        if anchor:
            anchor.number = number
        identity = f'<p:cNvPr id="{number}" name={_quoted(name)}/>'
        fill = self._fill(shape.fill)
        line = self._line(shape.stroke, shape.thickness, shape.dashed) if shape.stroke else "<a:ln><a:noFill/></a:ln>"
        own = [line_ for line_ in words if _belongs(line_, shape.frame)]
        others = [line_ for line_ in words if not _belongs(line_, shape.frame)]
        body = self._paragraphs(own, shape.frame) if own else _NO_TEXT
        place, form = self.geometry.place(shape.frame), self.geometry.shape(shape, anchor)
        text = (
            f"<p:sp {NAMESPACES}><p:nvSpPr>{identity}<p:cNvSpPr/><p:nvPr/></p:nvSpPr>"
            f"<p:spPr><a:xfrm>{place}</a:xfrm>{form}{fill}{line}</p:spPr>{body}</p:sp>"
        )
        return text + "".join(self._text(one) for one in others)

    def _text(self, words: Words) -> str:
        wide = width(words.text, words.size, words.cut)
        frame = Frame(left(words), words.y - BASE * words.size, wide, LINE * words.size)
        place, form = self.geometry.place(frame), self.geometry.shape(Shape(frame))
        return (
            f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{next(self.ids)}" name={_quoted(words.text)}/>'
            f'<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>{place}</a:xfrm>{form}<a:noFill/></p:spPr>'
            f"{self._paragraphs([words], frame)}</p:sp>"
        )

    def _paragraphs(self, lines: list[Words], frame: Frame) -> str:
        """Lines of text at their baselines, each a paragraph."""
        lines = sorted(lines, key=lambda line: line.y)
        first = lines[0]
        centred = len(lines) == 1 and abs(first.y - CAPITALS * first.size / 2 - frame.middle[1]) < 4
        top = 0.0 if centred else max(0.0, first.y - BASE * first.size - frame.y)
        align = {Align.START: "l", Align.MIDDLE: "ctr", Align.END: "r"}[first.anchor]
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
            f'<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="{self.geometry.emu(top)}" rIns="0" bIns="0" '
            f'anchor="{"ctr" if centred else "t"}"/>'
            f"<a:lstStyle/>{''.join(paragraphs)}</p:txBody>"
        )

    def _wire(self, wire: Wire) -> str:
        """A wire as a connector where a preset runs so; a free form where none does, or where it joins nothing."""
        form, glue = connector(wire), self.glue.get(id(wire), [])
        if form is None or (len(wire.points) > 2 and not glue):
            return self._free_form(wire)
        written = self._connector(wire, form, glue)
        return written if _alike_everywhere(form, glue) else _either(written, self._free_form(wire))

    def _connector(self, wire: Wire, form: Connector, glue: Sequence[Glue]) -> str:
        ends = "".join(f'<a:{tag} id="{anchor.number}" idx="{anchor.index(site)}"/>' for tag, anchor, site in glue)
        return (
            f"<p:cxnSp {NAMESPACES}><p:nvCxnSpPr>{self._identity(wire)}<p:cNvCxnSpPr>{ends}</p:cNvCxnSpPr><p:nvPr/>"
            f"</p:nvCxnSpPr><p:spPr>{self.geometry.connector(form)}{self._stroke(wire)}</p:spPr></p:cxnSp>"
        )

    def _free_form(self, wire: Wire) -> str:
        xs, ys = zip(*wire.points, strict=True)
        frame = Frame(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        steps, _ = wire_path(replace(wire, arrow=False))
        form = self.geometry.free(steps, frame, closed=False)
        return (
            f"<p:sp {NAMESPACES}><p:nvSpPr>{self._identity(wire)}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>"
            f"<a:xfrm>{self.geometry.place(frame)}</a:xfrm>{form}<a:noFill/>{self._stroke(wire)}</p:spPr></p:sp>"
        )

    def _identity(self, wire: Wire) -> str:
        ends = [self.names[name] for name in (wire.start, wire.end) if name in self.names]
        return f'<p:cNvPr id="{next(self.ids)}" name={_quoted(" → ".join(ends) or "line")}/>'

    def _stroke(self, wire: Wire) -> str:
        tail = '<a:tailEnd type="triangle"/>' if wire.arrow else ""
        return self._line(wire.paint, wire.thickness, wire.dashed, tail)

    def _line(self, paint: Paint, thickness: float, dashed: bool, tail: str = "") -> str:
        dash = '<a:prstDash val="dash"/>' if dashed else ""
        return f'<a:ln w="{self.geometry.emu(thickness)}">{self._fill(paint)}{dash}<a:round/>{tail}</a:ln>'

    def _fill(self, paint: Paint | None) -> str:
        if paint is None:
            return "<a:noFill/>"
        return f'<a:solidFill><a:srgbClr val="{self.theme.colour(paint)[1:]}"/></a:solidFill>'

    def _points(self, pixels: float) -> int:
        """Hundredths of a point."""
        return round(pixels * self.unit / 127)


_NO_TEXT = '<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="en-US"/></a:p></p:txBody>'


def _alike_everywhere(form: Connector, glue: Sequence[Glue]) -> bool:
    """Whether LibreOffice draws a connector where PowerPoint does: it lays those with corners anew as it opens a file,
    and arrives at the same line only for one corner between the middles of two sides."""
    middles = all(not anchor.others for _, anchor, _ in glue)
    return form.preset == "straightConnector1" or (form.preset == "bentConnector2" and len(glue) == 2 and middles)


def _either(written: str, otherwise: str) -> str:
    """What PowerPoint is to read, and what those that do not know its namespace are to.

    LibreOffice goes by the prefix, and knows the usual one.
    """
    return (
        f'<mc:AlternateContent xmlns:mc="{COMPATIBILITY}"><mc:Choice xmlns:powerpoint="{POWERPOINT}" '
        f'Requires="powerpoint">{written}</mc:Choice><mc:Fallback>{otherwise}</mc:Fallback></mc:AlternateContent>'
    )


def _inner(place: str) -> str:
    """A group's own coordinates are those of the slide."""
    return place.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")


def _quoted(text: str) -> str:
    return quoteattr(legal(text))


def _called(shape: Shape, words: Sequence[Words]) -> str:
    """What a shape is called in PowerPoint's list of shapes: its words, else the role of its colour."""
    paint = shape.fill or shape.stroke
    return " ".join(line.text for line in words) or (paint.role if paint else "shape")


def _largest(node: Node) -> Shape | None:
    """The shape of a node that stands for it."""
    return max((item for item in node.items if isinstance(item, Shape)), key=_area, default=None)


def _area(shape: Shape) -> float:
    return shape.frame.width * shape.frame.height


def _belongs(words: Words, frame: Frame) -> bool:
    """Whether a line stands in the middle of a shape, where a paragraph of it would."""
    return words.anchor is Align.MIDDLE and abs(words.x - frame.middle[0]) < 3


def _with_words(items: tuple[Item, ...]) -> list[tuple[Item, tuple[Words, ...]]]:
    """Items, each shape with its words and with those that stand in it."""
    found: list[tuple[Item, tuple[Words, ...]]] = []
    for item in items:
        if isinstance(item, Words):
            below = [at for at, (other, _) in enumerate(found) if isinstance(other, Shape) and _lies_on(item, other)]
            shape, words = found[below[-1]] if below else (item, ())
            if isinstance(shape, Shape) and _belongs(item, shape.frame):
                found[below[-1]] = (shape, (*words, item))
                continue
        found.append((item, item.words if isinstance(item, Shape) else ()))
    return found


def _lies_on(words: Words, shape: Shape) -> bool:
    """Whether a line of text stands on a shape, which is high enough for it."""
    frame = shape.frame
    across = frame.x <= words.x <= frame.right
    return across and frame.y <= words.y - words.size / 2 and words.y <= frame.bottom and frame.height > words.size
