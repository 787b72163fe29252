"""Geometry in PowerPoint's terms: preset and free forms, the sites that connectors are glued to, connectors."""

from dataclasses import dataclass

from netdsl.targets.drawing.outlines import Step, cubic, shape_path
from netdsl.targets.drawing.scene import Frame, Outline, Point, Shape
from netdsl.targets.drawing.writers.pptx_connectors import Connector

QUARTER = 5400000
"""A right angle in the units of a slide."""
BEFORE = 8.0
"""Pixels that the end of a wire may stand before the border."""
AWAY = (3 * QUARTER, 2 * QUARTER, QUARTER, 0)
"""The angles at which connectors leave the sides: above, left, below, right."""


@dataclass(slots=True)
class Anchor:
    """The shape of a node that connectors hold on to: its frame, and where they do besides the middles of its sides."""

    frame: Frame
    disc: bool = False
    number: int = 0
    """Its own on the slide, once it is written."""
    others: tuple[Point, ...] = ()

    def site(self, point: Point) -> int:
        """The number of the site that a wire with this end is glued to; a new one where there is none."""
        found = self.middle(point)
        if found is not None:
            return found
        self.others = (*self.others, point)
        return len(_middles(self.frame)) + len(self.others) - 1

    def index(self, site: int) -> int:
        """What PowerPoint calls a site: a preset ellipse has one between each two middles of its sides as well."""
        return 2 * site if self.disc and not self.others else site

    def middle(self, point: Point) -> int | None:
        """The side at whose middle a point lies, or a little before it, as the tip of an arrow does."""
        for side, (x, y) in enumerate(_middles(self.frame)):
            across, down = abs(point[0] - x), abs(point[1] - y)
            aside, before = (down, across) if side % 2 else (across, down)
            if aside < 1 and before <= BEFORE:
                return side
        return None


def _middles(frame: Frame) -> tuple[Point, ...]:
    x, y = frame.middle
    return (x, frame.y), (frame.x, y), (x, frame.bottom), (frame.right, y)


def _side(frame: Frame, point: Point) -> int:
    """The side that a point lies at, as a place in `AWAY`."""
    far = (abs(point[1] - frame.y), abs(point[0] - frame.x), abs(point[1] - frame.bottom), abs(point[0] - frame.right))
    return min(range(4), key=far.__getitem__)


class Geometry:
    """Writes forms; `unit` is a pixel in EMU."""

    def __init__(self, unit: float) -> None:
        self.unit = unit

    def emu(self, pixels: float) -> int:
        """Pixels in EMU."""
        return round(pixels * self.unit)

    def place(self, frame: Frame) -> str:
        """Where a shape stands, and how large it is."""
        x, y, wide, high = map(self.emu, (frame.x, frame.y, frame.width, frame.height))
        return f'<a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{high}"/>'

    def shape(self, shape: Shape, anchor: Anchor | None = None) -> str:
        """A preset form where there is one; a free form has sites of its own besides."""
        tl, tr, br, bl = shape.radius
        least = min(shape.frame.width, shape.frame.height)
        share = [round(min(0.5, radius / least) * 100000) if least else 0 for radius in shape.radius]
        if anchor and anchor.others:
            return self.free(shape_path(shape), shape.frame, closed=True, anchor=anchor)
        if shape.outline is Outline.DISC:
            return preset("ellipse")
        if shape.outline is Outline.BOX and tl == tr == br == bl:
            return preset("roundRect", adj=share[0]) if tl else preset("rect")
        if shape.outline is Outline.BOX and tl == tr and br == bl:
            return preset("round2SameRect", adj1=share[0], adj2=share[2])
        return self.free(shape_path(shape), shape.frame, closed=True, anchor=anchor)

    def free(self, steps: tuple[Step, ...], frame: Frame, closed: bool, anchor: Anchor | None = None) -> str:
        """A path as a free form, with the sites of its anchor."""
        wide, high = max(1, self.emu(frame.width)), max(1, self.emu(frame.height))
        fill = "" if closed else ' fill="none"'
        parts = [self._step(step, frame) for step in cubic(steps)]
        sites = [*_middles(anchor.frame), *anchor.others] if anchor else []
        ends = [f'<a:cxn ang="{AWAY[_side(frame, site)]}">{self._point("pos", site, frame)}</a:cxn>' for site in sites]
        return (
            f"<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst>{''.join(ends)}</a:cxnLst>"
            '<a:rect l="l" t="t" r="r" b="b"/>'
            f'<a:pathLst><a:path w="{wide}" h="{high}"{fill}>{"".join(parts)}</a:path></a:pathLst></a:custGeom>'
        )

    def _step(self, step: Step, frame: Frame) -> str:
        tag = {"M": "moveTo", "L": "lnTo", "C": "cubicBezTo", "Z": "close"}[step.letter]
        numbers = step.numbers
        points = [self._point("pt", (numbers[at], numbers[at + 1]), frame) for at in range(0, len(numbers), 2)]
        if tag != "cubicBezTo":
            return f"<a:{tag}>{''.join(points)}</a:{tag}>"
        threes = ("".join(points[at : at + 3]) for at in range(0, len(points), 3))
        return "".join(f"<a:{tag}>{three}</a:{tag}>" for three in threes)

    def _point(self, tag: str, point: Point, frame: Frame) -> str:
        return f'<a:{tag} x="{self.emu(point[0] - frame.x)}" y="{self.emu(point[1] - frame.y)}"/>'

    def connector(self, form: Connector) -> str:
        """A connector where it stands."""
        turn = f' rot="{QUARTER}"' if form.turned else ""
        flips = ' flipH="1"' * form.flips[0] + ' flipV="1"' * form.flips[1]
        adjust = {f"adj{number}": round(share * 100000) for number, share in enumerate(form.shares, 1)}
        return f"<a:xfrm{turn}{flips}>{self.place(form.frame)}</a:xfrm>{preset(form.preset, **adjust)}"


def preset(name: str, **adjust: int) -> str:
    """A form that PowerPoint knows by name."""
    guides = "".join(f'<a:gd name="{key}" fmla="val {value}"/>' for key, value in adjust.items())
    return f'<a:prstGeom prst="{name}"><a:avLst>{guides}</a:avLst></a:prstGeom>'
