"""A feature map as a volume: its height follows the map's side, its thickness the channels."""

from math import sqrt

from netdsl.records import by_value
from netdsl.shapes import Shape as Size
from netdsl.targets.drawing.scene import Frame, Item, Outline, Paint, Point, Shape, Tone

GROWTH = 0.4
"""The power of the side that a height follows: 7 and 224 fit on one page."""
TALLEST, STEEPEST = 480.0, 110.0
ROD = 60.0
"""The height of what has no map."""
THICKNESS, THINNEST = 5.5, 18.0
DEPTH, SLOPE = 0.24, 0.7
"""Of the height: how far the map's plane runs to the right; of that: how far it rises."""
SLABS = 8


@by_value
class Volume:
    """The measures of one volume on the floor."""

    height: float
    thick: float
    aside: float
    """How far its plane runs to the right."""

    @property
    def width(self) -> float:
        """From its left to its right end."""
        return self.thick + self.aside

    @property
    def rise(self) -> float:
        """How far its plane runs up."""
        return self.aside * SLOPE


def measured(sizes: list[Size], squeeze: float, tallest: float = TALLEST, least: float = ROD) -> list[Volume]:
    """The volumes of maps at one scale, none lower than `least`; `squeeze` is what their thickness is multiplied by."""
    largest = max((max(size.space, default=1) for size in sizes), default=1)
    scale = min(tallest / largest**GROWTH, STEEPEST)
    found = []
    for size in sizes:
        side = max(size.space, default=1)
        height = max(least, scale * side**GROWTH) if side > 1 else least
        thick = max(THINNEST, THICKNESS * sqrt(size.channels) * squeeze)
        found.append(Volume(height, thick, height * DEPTH))
    return found


def faces(volume: Volume, paint: str, count: int, x: float, floor: float) -> list[Item]:
    """The front, the top and the plane of a volume whose left foot stands at `x`; repeats are slabs."""
    top, right = floor - volume.height, x + volume.thick
    aside, rise = volume.aside, volume.rise
    line = Paint("arrow") if paint == "port" else None
    plane = ((right, floor), (right + aside, floor - rise), (right + aside, top - rise), (right, top))
    lid = ((x, top), (right, top), (right + aside, top - rise), (x + aside, top - rise))
    items: list[Item] = [
        _face(plane, Paint("panel") if paint == "port" else Paint(paint), line),
        _face(lid, Paint(paint, fade=0.5), line),
        Shape(Frame(x, top, volume.thick, volume.height), Paint(paint, fade=0.25), line, thickness=1.5),
    ]
    if paint == "pooling":
        half = min(14.0, volume.thick / 4)
        middle = x + volume.thick / 2
        items.append(_face(((middle - half, top), (middle + half, top), (middle, top + half)), Paint(paint), None))
    slabs = min(count, SLABS)
    for at in range(1, slabs):
        cut = x + volume.thick * at / slabs
        items.append(Shape(Frame(cut - 1, top, 2, volume.height), Paint(paint)))
        edge = ((cut - 1, top), (cut + 1, top), (cut + 1 + aside, top - rise), (cut - 1 + aside, top - rise))
        items.append(_face(edge, Paint(paint, fade=0.15), None))
    return items


def pill(text: str, size: float, wide: float, middle: Point, paint: str) -> tuple[Frame, Paint, Paint]:
    """The frame and the paints of a pill around a middle."""
    frame = Frame(middle[0] - wide / 2, middle[1] - size * 0.8, wide, size * 1.6)
    return frame, Paint(paint, Tone.TINT), Paint(paint, Tone.INK)


def _face(points: tuple[Point, ...], fill: Paint, line: Paint | None) -> Shape:
    xs, ys = zip(*points, strict=True)
    frame = Frame(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return Shape(frame, fill, line, Outline.POLYGON, points=points, thickness=1.5)
