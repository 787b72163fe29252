"""A block whose wiring is no series of parallel paths, placed by Graphviz: the cells of NASNet, Res2Net's shares."""

from collections import Counter
from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import product
from math import prod

from netdsl.graph.model import Use
from netdsl.targets.drawing.blocks.contract import BETWEEN, contracted
from netdsl.targets.drawing.blocks.measure import SIZES
from netdsl.targets.drawing.blocks.wiring import Link, bars, reversed_way, ways
from netdsl.targets.drawing.flow import Flow, Vertex, use_flow
from netdsl.targets.drawing.graphviz.place import Boxes, Placement, place
from netdsl.targets.drawing.header import SIGNS
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import (
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
    Wire,
    Words,
    moved,
)

SPACES = ((56.0, 84.0), (40.0, 64.0), (32.0, 48.0), (20.0, 40.0), (12.0, 32.0), (12.0, 22.0), (12.0, 16.0))
"""Between boxes beside each other, and between ranks."""
Form = tuple[bool, bool]
"""Whether ranks run down the page, and whether boxes hold one line."""
FORMS: tuple[Form, ...] = ((True, True), (True, False), (False, True), (False, False))
BAR = 16.0
SLACK = 1.2
"""Graphviz may put boxes into other ranks than the longest way does, and so need less than expected by this."""
FULL = 0.95
"""Of its frame's width a picture should have."""
PITCH = 1.3
"""From one line of a box to the next, in sizes of the text."""


def draw_cell(use: Use, frame: Frame, prefix: str, sizes: Sequence[float]) -> tuple[tuple[Item, ...], set[str]]:
    """The block in a frame, and the entries of its legend. Raises `NoRoom` and `NoGraphviz`."""
    return draw_graph(contracted(use_flow(use)), use.definition.name, frame, prefix, sizes)


def draw_graph(
    found: Flow, name: str, frame: Frame, prefix: str, sizes: Sequence[float] = SIZES
) -> tuple[tuple[Item, ...], set[str]]:
    """The graph of what is called `name` in a frame, and the entries of its legend.

    Its words have the first of `sizes` that has room. Raises `NoRoom` and `NoGraphviz`.
    """
    largest, form = max(_largest(found, frame, sizes, form) for form in FORMS)
    for text, spaces in product((size for size in sizes if size <= largest), SPACES):
        picture = _Picture(found, text, form, prefix)
        placement = picture.placed(spaces)
        if picture.fits(placement.size, frame):
            roles = {vertex.words if vertex.paint == "join" else vertex.paint for vertex in found.vertices}
            return picture.drawn(_spread(picture, placement, spaces, frame), frame), roles
    raise NoRoom(f"`{name}` is too large for this page: draw it with --view graph")


def _spread(picture: "_Picture", tight: Placement, spaces: tuple[float, float], frame: Frame) -> Placement:
    """The placement with so much more between its boxes that it is about as wide as the frame, if that can be.

    Where one rank does not say how much it grows, what it grew by at first does.
    """
    (beside, between), wide = spaces, picture.turned(tight.size)[0]
    missing = frame.width * FULL - wide
    more = missing / picture.gaps()[picture.across]
    for _ in range(2 if missing > 0 else 0):
        spread = picture.placed((beside, between + more) if picture.across else (beside + more, between))
        if picture.fits(spread.size, frame):
            return spread
        more *= missing / max(missing, picture.turned(spread.size)[0] - wide)
    return tight


def _largest(found: Flow, frame: Frame, sizes: Sequence[float], form: Form) -> tuple[float, Form]:
    """The largest of sizes that a form is likely to have room for, by its room with the smallest; 0 where even that
    has none."""
    smallest, closest = sizes[-1], SPACES[-1]
    picture = _Picture(found, smallest, form)
    if not picture.fits(picture.expected(closest), frame, SLACK):
        return 0, form
    wide, high = picture.placed(closest).size
    room = picture.turned((frame.width, frame.height))
    grows = smallest * min(room[0] / wide, room[1] / high)
    return max((size for size in sizes if size <= grows), default=0), form


class _Picture:
    """One size of the picture: boxes in ranks from above to below, or `across` the page.

    Everything is placed from above to below; `across` turns it at last.
    """

    def __init__(self, found: Flow, text: float, form: Form, prefix: str = "") -> None:
        self.found = found
        self.text = text
        downwards, plain = form
        self.across = not downwards
        self.prefix = prefix
        self.lines = {vertex.name: _lines(vertex.words, not plain) for vertex in found.vertices}
        self.sizes = {vertex.name: self._size(vertex) for vertex in found.vertices}
        self.ranked = ranked(found)
        self.ranks = _ranks(self.ranked)
        self.late = _late(self.ranked, self.ranks)

    def expected(self, spaces: tuple[float, float]) -> tuple[float, float]:
        """About how wide the picture becomes, and how high it is at least: its widest rank, and its longest way."""
        beside, between = spaces
        depth: dict[str, float] = {}
        wide: dict[int, float] = {}
        for name, rank in self.ranks.items():
            above = (depth[start] + between for start, end in self.ranked if end == name)
            depth[name] = self.sizes[name][1] + max(above, default=0.0)
            wide[rank] = wide.get(rank, -beside) + beside + self.sizes[name][0]
        return max(wide.values()), max(depth.values())

    def gaps(self) -> tuple[int, int]:
        """How many gaps lie between boxes beside each other in the fullest rank, and how many between ranks."""
        counts = Counter(self.ranks.values())
        return max(1, max(counts.values()) - 1), max(1, len(counts) - 1)

    def placed(self, spaces: tuple[float, float]) -> Placement:
        """Where Graphviz puts everything; each sum stands below the operators that only it reads."""
        boxes = Boxes(dict(self.sizes))
        for vertex in self.found.vertices:
            fed = _feeds_only(vertex, self.found)
            if vertex.words in SIGNS and len(fed) > 1:
                group = [*fed, vertex.name]
                boxes.inner[vertex.name] = Boxes({name: boxes.sizes.pop(name) for name in group}, plain=True)
        return place(boxes, self.ranked, spaces, self.late)

    def drawn(self, placement: Placement, frame: Frame) -> tuple[Item, ...]:
        """Everything in the middle of the frame."""
        edges = self.found.edges
        links = [
            Link(*ends, placement.wires[at], turned=ends[0] != edges[at].start) for at, ends in enumerate(self.ranked)
        ]
        joins = [vertex.name for vertex in self.found.vertices if vertex.paint == "join"]
        signs = [vertex.name for vertex in self.found.vertices if vertex.words in SIGNS]
        flat = [name for name in joins if name not in signs]
        frames = placement.boxes | bars(placement.boxes, links, flat)
        items: list[Item] = []
        for edge, link, way in zip(edges, links, ways(frames, links, flat, signs), strict=True):
            line = reversed_way(way.points) if link.turned else way.points
            points = tuple(map(self.turned, line))
            start, end = f"{self.prefix} {edge.start}", f"{self.prefix} {edge.end}"
            items.append(Wire(points, curved=way.curved, thickness=2.5, start=start, end=end))
        for vertex in self.found.vertices:
            box = frames[vertex.name]
            if self.across:
                box = Frame(box.y, box.x, box.height, box.width)
            items.append(self._node(vertex, box))
        wide, high = self.turned(placement.size)
        right, down = frame.x + (frame.width - wide) / 2, frame.y + (frame.height - high) / 2
        return tuple(moved(item, right, down) for item in items)

    def fits(self, size: Point, frame: Frame, slack: float = 1) -> bool:
        """Whether a picture of this size, seen along the ranks, has room; `slack` is what it may be too wide by."""
        wide, high = self.turned((frame.width, frame.height))
        return size[0] <= wide * slack and size[1] <= high

    def turned(self, point: Point) -> Point:
        """A point of the page seen along the ranks, or the other way round."""
        return (point[1], point[0]) if self.across else point

    def _size(self, vertex: Vertex) -> Point:
        """How wide and how high it is, seen along the ranks."""
        text = self.text
        if vertex.words in SIGNS:
            return text * 1.9, text * 1.9
        if vertex.paint == "join":
            return text * 4, BAR
        lines = self.lines[vertex.name]
        wide = max(width(line, text, Cut.SEMIBOLD) for line in lines)
        return self.turned((wide + text * 1.3, text * (PITCH * len(lines) + 0.9)))

    def _node(self, vertex: Vertex, frame: Frame) -> Node:
        solid, ink, text = Paint(vertex.paint), Paint(vertex.paint, Tone.TEXT), self.text
        x, y = frame.middle
        keys = (vertex.name,) if vertex.is_module else ()
        name = f"{self.prefix} {vertex.name}"
        if vertex.words in SIGNS:
            disc = Shape(frame, solid, outline=Outline.DISC)
            return Node(name, frame, (disc, *SIGNS[vertex.words](x, y, text * 0.4, 3)), vertex.notes, keys)
        if vertex.paint == "join":
            return Node(name, frame, (Shape(frame, solid, radius=(5,) * 4),), (vertex.words, *vertex.notes), keys)
        lines = self.lines[vertex.name]
        top = y - text * PITCH * (len(lines) - 1) / 2
        words = tuple(
            Words(line, x, centred(top + at * text * PITCH, text), text, ink, solid, Cut.SEMIBOLD)
            for at, line in enumerate(lines)
        )
        outline = Outline.NOTCHED if vertex.paint == "pooling" else Outline.BOX
        round_ends = vertex.pill or vertex.paint == "port"
        radius = frame.height / 2 if round_ends else 0 if vertex.paint == "dense" else 8
        stroke = Paint("arrow") if vertex.paint == "port" else None
        shape = Shape(frame, solid, stroke, outline, (radius,) * 4, words=words)
        return Node(name, frame, (shape,), vertex.notes, keys)


def ranked(found: Flow) -> list[tuple[str, str]]:
    """The ends of each edge in the order of the ranks: what makes a map larger stands before what it enlarges.

    So a network that comes down and goes up again lies with equal maps side by side (figure 1 of U-Net).
    """
    space = {vertex.name: vertex.output.space for vertex in found.vertices}
    plain = [(edge.start, edge.end) for edge in found.edges]
    turned = [
        (edge.end, edge.start) if prod(space[edge.end]) > prod(edge.shape.space) else (edge.start, edge.end)
        for edge in found.edges
    ]
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for start, end in turned:
        sorter.add(end, start)
    try:
        sorter.prepare()
    except CycleError:
        return plain
    return turned


def _ranks(edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The number of each box on the longest way to it, those before it first."""
    into: dict[str, list[str]] = {}
    for start, end in edges:
        into.setdefault(end, []).append(start)
    found: dict[str, int] = {}
    for name in TopologicalSorter(into).static_order():
        found[name] = 1 + max((found[start] for start in into.get(name, [])), default=0)
    return found


def _late(edges: Sequence[tuple[str, str]], ranks: dict[str, int]) -> list[int]:
    """The places of the edges out of boxes that could stand in several ranks, on the only way through them: such a box
    stands beside what it feeds."""
    leaving, arriving = (Counter(ends) for ends in zip(*edges, strict=True))
    loose = (at for at, (start, end) in enumerate(edges) if ranks[end] > ranks[start] + 1)
    return [at for at in loose if leaving[edges[at][0]] == arriving[edges[at][0]] == 1]


def _lines(words: str, folded: bool) -> tuple[str, ...]:
    """What stands in a box; folded, its window or what stands beside the operator is in a line of its own."""
    if not folded or "\n" in words:
        return tuple(words.split("\n"))
    if BETWEEN in words:
        return tuple(words.split(BETWEEN))
    before, _, last = words.rpartition(" ")
    return (before, last) if before and "×" in last else (words,)


def _feeds_only(vertex: Vertex, found: Flow) -> list[str]:
    """The operators that a sum reads and nothing else does."""
    starts = [edge.start for edge in found.edges]
    ports = {other.name for other in found.vertices if other.paint in ("port", "join")}
    fed = [edge.start for edge in found.edges if edge.end == vertex.name]
    return [name for name in dict.fromkeys(fed) if starts.count(name) == 1 and name not in ports]
