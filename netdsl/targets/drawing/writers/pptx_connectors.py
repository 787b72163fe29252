"""Which of PowerPoint's connectors runs as a wire does, and how it is turned, flipped and adjusted for that.

A preset leaves the upper left corner of its frame to the right and arrives at the lower right one; where its corners
stand is said by its adjust values, shares of the width and of the height by turns (ECMA-376, presetShapeDefinitions).
"""

from itertools import pairwise

from netdsl.records import by_value
from netdsl.targets.drawing.outlines import swing
from netdsl.targets.drawing.scene import Frame, Point, Wire

MOST_STEPS = 5
"""Of the presets with corners."""
LEAST = 0.5
"""Pixels that the frame of an adjusted connector has each way, so that there is something to take a share of."""
NEAR = 0.01


@by_value
class Connector:
    """A preset and how it stands."""

    preset: str
    frame: Frame
    """As it is before the turn."""
    turned: bool
    """Whether it is turned by a right angle around the middle of its frame, once it is flipped."""
    flips: tuple[bool, bool]
    """Whether left and right change places, and whether top and bottom do."""
    shares: tuple[float, ...] = ()
    """Its adjust values."""


def connector(wire: Wire) -> Connector | None:
    """The connector that runs where a wire does, with corners that are not rounded; None where no preset does."""
    points = wire.points
    if len(points) == 2:
        return _standing("straightConnector1", points, 0)
    along = int(points[0][0] == points[1][0])
    if wire.curved:
        return _standing("curvedConnector3", points, along, (0.5,)) if _swings(points, along) else None
    axes = [(along + at) % 2 for at in range(len(points) - 1)]
    steps = zip(pairwise(points), axes, strict=True)
    if len(axes) > MOST_STEPS or any(start[1 - axis] != end[1 - axis] for (start, end), axis in steps):
        return None
    spans = _span(points, 0), _span(points, 1)
    corners = zip(points[1:-2], axes, strict=False)
    shares = tuple((corner[axis] - points[0][axis]) / spans[axis] for corner, axis in corners)
    return _standing(f"bentConnector{len(axes)}", points, along, shares)


def _swings(points: tuple[Point, ...], along: int) -> bool:
    """Whether a curve is that of the preset."""
    wanted = swing(points[0], points[-1], along)
    if len(points) != len(wanted):
        return False
    pairs = zip(points, wanted, strict=True)
    return all(abs(one[axis] - other[axis]) < NEAR for one, other in pairs for axis in (0, 1))


def _span(points: tuple[Point, ...], axis: int) -> float:
    """From the start to the end along an axis, negative where it runs back, and never nothing."""
    span = points[-1][axis] - points[0][axis]
    return min(span, -LEAST) if span < 0 else max(span, LEAST)


def _standing(preset: str, points: tuple[Point, ...], along: int, shares: tuple[float, ...] = ()) -> Connector:
    (x, y), (right, bottom) = points[0], points[-1]
    across, down = (_span(points, 0), _span(points, 1)) if shares else (right - x, bottom - y)
    left, up = across < 0, down < 0
    frame = Frame(x + min(across, 0), y + min(down, 0), abs(across), abs(down))
    if not along:
        return Connector(preset, frame, False, (left, up), shares)
    x, y = frame.middle
    upright = Frame(x - frame.height / 2, y - frame.width / 2, frame.height, frame.width)
    return Connector(preset, upright, True, (up, not left), shares)
