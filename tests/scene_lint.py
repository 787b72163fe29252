"""What makes a page legible, checked on its scene with the fonts' own metrics; each finding in words."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from math import hypot

from colours import contrast

from netdsl.targets.drawing.header import BOTTOM
from netdsl.targets.drawing.metrics import CAP_HEIGHT, left, width
from netdsl.targets.drawing.scene import Frame, Item, Node, Point, Scene, Shape, Wire, Words, flat
from netdsl.targets.drawing.theme import Theme

SLACK = 1.0
"""Pixels that may be lost to rounding."""
REACH = 8.0
"""So close to a border an end of a wire must be; the tip of an arrow stands a little before it."""
MARGIN = 64.0


def words_of(scene: Scene) -> list[Words]:
    return [item for item in flat(scene.items) if isinstance(item, Words)]


def nodes_of(scene: Scene) -> list[Node]:
    return [item for item in flat(scene.items) if isinstance(item, Node)]


def wires_of(scene: Scene) -> list[Wire]:
    """The wires between nodes; those inside a node are strokes of its sign."""
    return [item for item in scene.items if isinstance(item, Wire)]


def bounds(words: Words) -> Frame:
    """The letters' box: from the top of the capitals to the baseline."""
    return Frame(left(words), words.y - words.size * CAP_HEIGHT, width(words.text, words.size, words.cut),
                 words.size * CAP_HEIGHT)  # fmt: skip


def inside(inner: Frame, outer: Frame) -> bool:
    return (
        inner.x >= outer.x - SLACK
        and inner.y >= outer.y - SLACK
        and inner.right <= outer.right + SLACK
        and inner.bottom <= outer.bottom + SLACK
    )


def overlap(one: Frame, other: Frame) -> bool:
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return across > SLACK and down > SLACK


def smallest_text(scene: Scene) -> float:
    return min(words.size for words in words_of(scene))


def width_used(scene: Scene) -> float:
    """The share of the width between the margins over which boxes and words stand, the header aside."""
    frames = [node.frame for node in nodes_of(scene)]
    frames += [bounds(words) for words in words_of(scene) if words.y > BOTTOM]
    spread = max(frame.right for frame in frames) - min(frame.x for frame in frames)
    return spread / (scene.width - 2 * MARGIN)


def labels_in_place(scene: Scene) -> Iterator[str]:
    """Words lie in their shape, and on the page."""
    page = Frame(0, 0, scene.width, scene.height)
    for item in flat(scene.items):
        if isinstance(item, Words) and not inside(bounds(item), page):
            yield f"'{item.text}' leaves the page"
        if isinstance(item, Shape):
            yield from (f"'{w.text}' leaves its box" for w in item.words if not inside(bounds(w), item.frame))
        if isinstance(item, Node):
            own = [inner for inner in item.items if isinstance(inner, Words)]
            yield from (f"'{w.text}' leaves its node" for w in own if not inside(bounds(w), item.frame))


def labels_apart(scene: Scene) -> Iterator[str]:
    """No two lines of text lie on each other."""
    for one, other in combinations(words_of(scene), 2):
        if abs(one.y - other.y) < 40 and overlap(bounds(one), bounds(other)):
            yield f"'{one.text}' and '{other.text}' overlap"


def labels_clear_of_frames(scene: Scene) -> Iterator[str]:
    """No free line of text lies on the border of a shape."""
    shapes = [item for item in scene.items if isinstance(item, Shape) and item.stroke]
    for words in (item for item in scene.items if isinstance(item, Words)):
        letters = bounds(words).inset(0, -words.size * 0.1)
        if any(overlap(letters, shape.frame) and not inside(letters, shape.frame) for shape in shapes):
            yield f"'{words.text}' lies on the border of a shape"


def nodes_apart(scene: Scene) -> Iterator[str]:
    """Nodes lie beside each other or in each other."""
    yield from _apart(scene.items)


def _apart(items: tuple[Item, ...]) -> Iterator[str]:
    nodes = [item for item in items if isinstance(item, Node)]
    for one, other in combinations(nodes, 2):
        if overlap(one.frame, other.frame):
            yield f"{one.name} and {other.name} overlap"
    for node in nodes:
        yield from _apart(node.items)


def wires_clear(scene: Scene) -> Iterator[str]:
    """No wire runs through a node but those it joins."""
    nodes = [item for item in scene.items if isinstance(item, Node)]
    for wire in wires_of(scene):
        for node in nodes:
            ends = {wire.start, wire.end}
            if node.name in ends or ends & {inner.name for inner in flat((node,)) if isinstance(inner, Node)}:
                continue
            core = node.frame.inset(3)
            if any(_crosses(core, a, b) for a, b in pairwise(path(wire))):
                yield f"the wire from {wire.start} to {wire.end} runs through {node.name}"


def path(wire: Wire) -> list[Point]:
    """The wire as a line of points; curves are sampled."""
    if not wire.curved:
        return list(wire.points)
    found = [wire.points[0]]
    for at in range(0, len(wire.points) - 1, 3):
        a, b, c, d = wire.points[at : at + 4]
        for step in range(1, 9):
            t = step / 8
            k = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x, y = (sum(w * p[i] for w, p in zip(k, (a, b, c, d), strict=True)) for i in (0, 1))
            found.append((x, y))
    return found


def _crosses(frame: Frame, start: Point, end: Point) -> bool:
    """Whether a straight line has a point in a frame (Liang and Barsky 1984)."""
    low, high = 0.0, 1.0
    for at, least, most in ((0, frame.x, frame.right), (1, frame.y, frame.bottom)):
        step = end[at] - start[at]
        if step == 0:
            if not least < start[at] < most:
                return False
            continue
        first, second = sorted(((least - start[at]) / step, (most - start[at]) / step))
        low, high = max(low, first), min(high, second)
    return low < high


def wires_end_at_borders(scene: Scene) -> Iterator[str]:
    """A wire that joins nodes begins and ends at their borders."""
    nodes = {node.name: node for node in nodes_of(scene)}
    for wire in wires_of(scene):
        for name, point in ((wire.start, wire.points[0]), (wire.end, wire.points[-1])):
            if name and name not in nodes:
                yield f"a wire speaks of {name}, which is not there"
            elif name and _to_border(nodes[name], point) > REACH:
                yield f"the wire from {wire.start} to {wire.end} does not reach {name}"


def _to_border(node: Node, point: Point) -> float:
    """From a point to the border of a node, or to an edge of a polygon in it."""
    edges = [
        (a, b)
        for shape in node.items
        if isinstance(shape, Shape) and shape.points
        for a, b in pairwise((*shape.points, shape.points[0]))
    ]
    return min([_distance(node.frame, point), *(_to_edge(point, a, b) for a, b in edges)])


def _to_edge(point: Point, start: Point, end: Point) -> float:
    (x, y), (ax, ay), (bx, by) = point, start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = max(0.0, min(1.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) if length else 0.0
    return hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay))


def _distance(frame: Frame, point: Point) -> float:
    """From a point to a frame's border."""
    x, y = point
    across = max(frame.x - x, 0, x - frame.right)
    down = max(frame.y - y, 0, y - frame.bottom)
    if across or down:
        return max(across, down)
    return min(x - frame.x, frame.right - x, y - frame.y, frame.bottom - y)


def illegible(scene: Scene, theme: Theme) -> Iterator[str]:
    """Words whose contrast with what they stand on is below 4.5 to 1."""
    for words in words_of(scene):
        ratio = contrast(theme.colour(words.paint), theme.colour(words.on))
        if ratio < 4.5:
            yield f"'{words.text}' has a contrast of {ratio:.2f}"


def faults(scene: Scene) -> list[str]:
    """Everything that is wrong with a page."""
    checks = (labels_in_place, labels_apart, labels_clear_of_frames, nodes_apart, wires_clear, wires_end_at_borders)
    return [fault for check in checks for fault in check(scene)]
