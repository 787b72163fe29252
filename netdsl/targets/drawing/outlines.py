"""The outlines of shapes and wires as paths: moves, lines, arcs and cubic curves."""

from math import acos, hypot, pi, sqrt, tan

from netdsl.records import by_value
from netdsl.targets.drawing.scene import Frame, Outline, Point, Shape, Wire

NOTCH = 14.0, 10.0
"""Half the width and the depth of a pooling's notch; less deep in a low shape."""
HEAD = 6.0, 12.0
"""Half the width and the length of an arrow's head, for a wire three thick."""


@by_value
class Step:
    """A step of a path with SVG's letter: M x y, L x y, C x1 y1 x2 y2 x y, Z; A as in SVG, always a clockwise or
    counter-clockwise part of a circle of less than half."""

    letter: str
    numbers: tuple[float, ...] = ()


def shape_path(shape: Shape) -> tuple[Step, ...]:
    """The closed outline of a shape, clockwise."""
    match shape.outline:
        case Outline.POLYGON:
            return (*_lines(shape.points), Step("Z"))
        case Outline.DISC:
            return _disc(shape.frame)
        case Outline.NOTCHED:
            return _box(shape.frame, shape.radius, shape.notches)
        case Outline.BOX:
            return _box(shape.frame, shape.radius, (False, False))


def wire_path(wire: Wire) -> tuple[tuple[Step, ...], tuple[Point, ...]]:
    """The line of a wire, and the three corners of its arrow's head; the line ends inside the head."""
    points = wire.points
    tip: tuple[Point, ...] = ()
    if wire.arrow:
        tip = arrow_head(points[-2], points[-1], wire.thickness)
        back = ((tip[1][0] + tip[2][0]) / 2, (tip[1][1] + tip[2][1]) / 2)
        points = (*points[:-1], back)
    if wire.curved:
        first, *others = points
        threes = [others[at : at + 3] for at in range(0, len(others), 3)]
        curves = (Step("C", tuple(value for point in three for value in point)) for three in threes)
        return (Step("M", first), *curves), tip
    return _rounded(points, wire.bend), tip


def swing(start: Point, end: Point, along: int) -> tuple[Point, ...]:
    """A curve of two cubics that leaves and arrives along an axis (0 across, 1 down), as connectors do."""
    (x, y), (right, bottom) = start, end
    shares = (0.0, 0.0), (0.25, 0.0), (0.5, 0.25), (0.5, 0.5), (0.5, 0.75), (0.75, 1.0), (1.0, 1.0)
    return tuple((x + (right - x) * share[along], y + (bottom - y) * share[1 - along]) for share in shares)


def arrow_head(before: Point, end: Point, thickness: float) -> tuple[Point, Point, Point]:
    """The tip at `end` and the two corners behind it, pointing away from `before`."""
    scale = thickness / 3
    length = hypot(end[0] - before[0], end[1] - before[1]) or 1
    along = ((end[0] - before[0]) / length, (end[1] - before[1]) / length)
    back = (end[0] - along[0] * HEAD[1] * scale, end[1] - along[1] * HEAD[1] * scale)
    aside = (-along[1] * HEAD[0] * scale, along[0] * HEAD[0] * scale)
    return end, (back[0] + aside[0], back[1] + aside[1]), (back[0] - aside[0], back[1] - aside[1])


def cubic(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same path with a cubic curve for each arc."""
    found: list[Step] = []
    at: Point = (0, 0)
    for step in steps:
        found.append(Step("C", _arc(at, step.numbers)) if step.letter == "A" else step)
        at = (step.numbers[-2], step.numbers[-1]) if step.numbers else at
    return tuple(found)


def _lines(points: tuple[Point, ...]) -> tuple[Step, ...]:
    return Step("M", points[0]), *(Step("L", point) for point in points[1:])


def _rounded(points: tuple[Point, ...], bend: float) -> tuple[Step, ...]:
    """Straight lines whose corners are arcs."""
    steps = [Step("M", points[0])]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(_distance(before, corner), _distance(corner, after)) / 2
        radius = min(bend, room)
        turn = (corner[0] - before[0]) * (after[1] - corner[1]) - (corner[1] - before[1]) * (after[0] - corner[0])
        if radius < 1 or abs(turn) < 1:
            steps.append(Step("L", corner))
            continue
        into, out = _towards(corner, before, radius), _towards(corner, after, radius)
        steps += [Step("L", into), Step("A", (radius, radius, 0, 0, 1 if turn > 0 else 0, *out))]
    return (*steps, Step("L", points[-1]))


def _disc(frame: Frame) -> tuple[Step, ...]:
    x, y = frame.middle
    across, down = frame.width / 2, frame.height / 2
    ends = (x, frame.bottom), (frame.x, y), (x, frame.y), (frame.right, y)
    return Step("M", (frame.right, y)), *(Step("A", (across, down, 0, 0, 1, *end)) for end in ends), Step("Z")


def _box(frame: Frame, radius: tuple[float, float, float, float], notches: tuple[bool, bool]) -> tuple[Step, ...]:
    most = min(frame.width, frame.height) / 2
    tl, tr, br, bl = (min(one, most) for one in radius)
    x, y, right, bottom = frame.x, frame.y, frame.right, frame.bottom
    deep = min(NOTCH[1], frame.height / 11)
    half = deep * NOTCH[0] / NOTCH[1]
    middle = frame.middle[0]
    upper = [(middle - half, y), (middle, y + deep), (middle + half, y)] if notches[0] else []
    lower = [(middle + half, bottom), (middle, bottom - deep), (middle - half, bottom)] if notches[1] else []
    edges = (
        ([*upper, (right - tr, y)], tr, (right, y + tr)),
        ([(right, bottom - br)], br, (right - br, bottom)),
        ([*lower, (x + bl, bottom)], bl, (x, bottom - bl)),
        ([(x, y + tl)], tl, (x + tl, y)),
    )
    steps = [Step("M", (x + tl, y))]
    for points, corner, end in edges:
        steps += [Step("L", point) for point in points]
        if corner:
            steps.append(Step("A", (corner, corner, 0, 0, 1, *end)))
    return (*steps, Step("Z"))


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _towards(start: Point, end: Point, by: float) -> Point:
    share = by / (_distance(start, end) or 1)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _arc(start: Point, numbers: tuple[float, ...]) -> tuple[float, float, float, float, float, float]:
    """An arc of a circle or an upright ellipse, of at most a quarter, as a cubic curve: two controls and the end.

    A curve whose controls lie 4/3 tan(a/4) along the tangents is within 0.03% of an arc over the angle a.
    """
    across, down, _, _, clockwise, x, y = numbers
    (ax, ay), (bx, by) = (start[0] / across, start[1] / down), (x / across, y / down)
    half = sqrt((bx - ax) ** 2 + (by - ay) ** 2) / 2
    lift = sqrt(max(0.0, 1 - half * half))
    side = 1 if clockwise else -1
    cx = (ax + bx) / 2 - side * lift * (by - ay) / (2 * half)
    cy = (ay + by) / 2 + side * lift * (bx - ax) / (2 * half)
    angle = 2 * acos(min(1.0, lift)) if lift else pi
    reach = 4 / 3 * tan(angle / 4) * side
    first = (ax - reach * (ay - cy), ay + reach * (ax - cx))
    second = (bx + reach * (by - cy), by - reach * (bx - cx))
    return first[0] * across, first[1] * down, second[0] * across, second[1] * down, x, y
