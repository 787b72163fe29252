"""Bars and wires of a graph whose boxes stand in ranks, each rank below the one before."""

from collections.abc import Sequence
from itertools import pairwise, product

from netdsl.records import by_value
from netdsl.targets.drawing.outlines import swing
from netdsl.targets.drawing.scene import Frame, Point

LEDGE = 24.0
"""How far a bar reaches beyond what it joins."""
CLEAR = 4.0
"""Between a wire's tip and the border it points at."""
ASIDE = 6.0
"""What a wire keeps clear of boxes that it passes."""
SAMPLES = 16
Curve = tuple[Point, ...]
"""A start, then two controls and an end for each cubic."""


@by_value
class Link:
    """An edge with the curve that Graphviz gave it."""

    start: str
    end: str
    curve: Curve
    turned: bool = False
    """Whether the value runs from `end` to `start`."""


@by_value
class Way:
    """How an edge runs: a cubic curve, or a line with corners."""

    points: tuple[Point, ...]
    curved: bool


def bars(frames: dict[str, Frame], links: Sequence[Link], names: Sequence[str]) -> dict[str, Frame]:
    """The bars of these names as wide as what they join, as far as nothing stands beside them or runs past them."""
    found = {}
    for name in names:
        frame = frames[name]
        reach = [frames[link.start].middle[0] for link in links if link.end == name]
        reach += [frames[link.end].middle[0] for link in links if link.start == name]
        reach += [_last_turn(link.curve)[0] for link in links if link.end == name]
        lefts = {min(x - LEDGE, frame.x) for x in reach} | {frame.x}
        rights = {max(x + LEDGE, frame.right) for x in reach} | {frame.right}
        others = [other for key, other in frames.items() if key != name]
        passing = [_sampled(link.curve) for link in links if name not in (link.start, link.end)]
        for left, right in sorted(product(lefts, rights), key=lambda ends: ends[0] - ends[1]):
            bar = Frame(left, frame.y, right - left, frame.height)
            near = bar.inset(-LEDGE / 2)
            if not any(_touch(near, other) for other in others) and all(_free(way, [bar]) for way in passing):
                found[name] = bar
                break
    return found


def ways(
    frames: dict[str, Frame], links: Sequence[Link], joins: Sequence[str], signs: Sequence[str]
) -> tuple[Way, ...]:
    """A way for each link: straight down to a bar of `joins`, from aside into a disc of `signs`, else a curve that
    leaves and arrives upright; where boxes stand in the way of these, the curve that Graphviz found."""
    taken: set[tuple[str, bool]] = set()
    return tuple(_way(link, frames, joins, signs, taken) for link in links)


def reversed_way(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The same way in the other direction, its tip a little before the border."""
    return tuple((x, y + CLEAR) for x, y in points[::-1])


def _way(
    link: Link, frames: dict[str, Frame], joins: Sequence[str], signs: Sequence[str], taken: set[tuple[str, bool]]
) -> Way:
    start, end = frames[link.start], frames[link.end]
    others = [frame for name, frame in frames.items() if name not in (link.start, link.end)]
    x, y = start.middle[0], end.y - CLEAR
    if link.turned:
        x += start.width / 4 * (1 if end.middle[0] > x else -1)
    if link.start in joins:
        x = min(max(end.middle[0], start.x + LEDGE / 2), start.right - LEDGE / 2)
    target = min(max(x, end.x + LEDGE / 2), end.right - LEDGE / 2) if link.end in joins else end.middle[0]
    before = target < x
    if link.end in signs and abs(target - x) > end.width and (link.end, before) not in taken:
        middle = end.middle[1]
        tip = end.right + CLEAR if before else end.x - CLEAR
        corner = Way(((x, start.bottom), (x, middle), (tip, middle)), curved=False)
        if _free(corner.points, others):
            taken.add((link.end, before))
            return corner
    upright = swing((x, start.bottom), (target, y), 1)
    if abs(target - x) < 1 and _free(((x, start.bottom), (x, y)), others):
        return Way(((x, start.bottom), (x, y)), curved=False)
    if _free(_sampled(upright), others):
        return Way(upright, curved=True)
    into = _into_bar(link, end) if link.end in joins else ()
    return Way(into if into and _free(_sampled(into[-7:]), others) else link.curve, curved=True)


def _into_bar(link: Link, bar: Frame) -> Curve:
    """The curve that Graphviz found, but at last straight down where it comes to the bar."""
    turn = _last_turn(link.curve)
    kept = link.curve[: link.curve.index(turn) + 1]
    x = min(max(turn[0], bar.x + LEDGE / 2), bar.right - LEDGE / 2)
    return (*kept, *swing(turn, (x, bar.y - CLEAR), 1)[1:])


def _last_turn(curve: Curve) -> Point:
    """Where the last of its cubics begins."""
    return curve[-4]


def _sampled(curve: Curve) -> tuple[Point, ...]:
    """Points on a curve."""
    found = []
    for at in range(0, len(curve) - 1, 3):
        xs, ys = zip(*curve[at : at + 4], strict=True)
        found += [(_at(step / SAMPLES, *xs), _at(step / SAMPLES, *ys)) for step in range(SAMPLES + 1)]
    return tuple(found)


def _at(t: float, a: float, b: float, c: float, d: float) -> float:
    return (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d


def _free(points: Sequence[Point], others: Sequence[Frame]) -> bool:
    """Whether a line through points keeps clear of boxes."""
    for (x, y), (right, bottom) in pairwise(points):
        frame = Frame(min(x, right), min(y, bottom), abs(right - x), abs(bottom - y)).inset(-ASIDE)
        if any(_touch(frame, other) for other in others):
            return False
    return True


def _touch(one: Frame, other: Frame) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom
