"""A block whose wiring is no series of parallel paths, placed by Graphviz: the cells of NASNet, Res2Net's shares."""

from collections import Counter
from collections.abc import Sequence
from enum import Enum
from graphlib import CycleError, TopologicalSorter
from itertools import product
from math import prod

from netdsl.graph.model import Use
from netdsl.targets.drawing.blocks.contract import BETWEEN, abbreviated, contracted
from netdsl.targets.drawing.blocks.measure import SIZES
from netdsl.targets.drawing.blocks.wiring import Link, bars, reversed_way, ways
from netdsl.targets.drawing.flow import Flow, Vertex, use_flow
from netdsl.targets.drawing.graphviz.place import Boxes, Graph, Placement, place
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


class Fold(Enum):
    """What stands in lines of its own in a box."""

    NOTHING = 0
    PARTS = 1
    """What stands beside the operator; the shape of a port."""
    WINDOWS = 2
    """The same, and the window of an operator."""


Form = tuple[bool, Fold]
"""Whether ranks run down the page, and how boxes are folded."""
FORMS: tuple[Form, ...] = tuple(product((True, False), Fold))
"""The preferred first."""
BAR = 16.0
SLACK = 1.2
"""Graphviz may put boxes into other ranks than the longest way does, and so need less than expected by this."""
LOOSE = 1.15
"""Forms that leave so much room between their boxes are equally good."""
FULL = 0.95
"""Of its frame's width a picture should have."""
PADDING = 0.5
PITCH = 1.3
"""From one line of a box to the next, in sizes of the text."""


def cell(use: Use, brief: bool = False) -> "Cell":
    """The block, to be drawn, with the beginnings of its words only where it is brief."""
    found = contracted(use_flow(use))
    return Cell(abbreviated(found) if brief else found, use.definition.name)


class Cell:
    """The graph of what is called `name`, to be drawn; how large it is at least is found once for all frames."""

    def __init__(self, found: Flow, name: str) -> None:
        self.found = found
        self.name = name
        self._small = {form: _Picture(found, SIZES[-1], form) for form in FORMS}
        self._expected = {form: picture.expected(SPACES[-1]) for form, picture in self._small.items()}
        self._least: dict[Form, Point] = {}

    def draw(self, frame: Frame, prefix: str, sizes: Sequence[float] = SIZES) -> tuple[tuple[Item, ...], set[str]]:
        """The graph in a frame, and the entries of its legend.

        Its words have the first of `sizes` that has room. Raises `NoRoom` and `NoGraphviz`.
        """
        found = self.found
        self._learn(frame)
        form = max(FORMS, key=lambda form: self._room(frame, sizes, form))
        largest, _ = self._room(frame, sizes, form)
        for text, spaces in product((size for size in sizes if size <= largest), SPACES):
            picture = _Picture(found, text, form, prefix)
            if not picture.fits(picture.grown(self._least[form], spaces), frame) and spaces != SPACES[-1]:
                continue
            placement = picture.placed(spaces)
            if picture.fits(placement.size, frame):
                roles = {vertex.words if vertex.paint == "join" else vertex.paint for vertex in found.vertices}
                return picture.drawn(_spread(picture, placement, spaces, frame), frame), roles
        raise NoRoom(f"`{self.name}` is too large for this page: draw it with --view graph")

    def largest(self, frame: Frame, sizes: Sequence[float]) -> float:
        """The largest of sizes that the frame is likely to have room for; 0 where even the smallest has none."""
        self._learn(frame)
        return max(self._room(frame, sizes, form)[0] for form in FORMS)

    def _learn(self, frame: Frame) -> None:
        """Finds how large it is at least in all forms that a frame may have room for, by one run of Graphviz."""
        forms = [form for form in FORMS if form not in self._least and self._may_fit(form, frame)]
        placements = place([self._small[form].graph(SPACES[-1]) for form in forms]) if forms else []
        self._least |= {form: placement.size for form, placement in zip(forms, placements, strict=True)}

    def _may_fit(self, form: Form, frame: Frame) -> bool:
        return self._small[form].fits(self._expected[form], frame, SLACK)

    def _room(self, frame: Frame, sizes: Sequence[float], form: Form) -> tuple[float, float]:
        """The same in one form, by its room with the smallest words; and how many times larger it might be then."""
        if not self._may_fit(form, frame):
            return 0, 0
        picture = self._small[form]
        wide, high = self._least[form]
        room = picture.turned((frame.width, frame.height))
        grows = SIZES[-1] * min(room[0] / wide, room[1] / high)
        size = max((size for size in sizes if size <= grows), default=0)
        return size, min(grows / size, LOOSE) if size else 0


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


class _Picture:
    """One size of the picture: boxes in ranks from above to below, or `across` the page.

    Everything is placed from above to below; `across` turns it at last.
    """

    def __init__(self, found: Flow, text: float, form: Form, prefix: str = "") -> None:
        self.found = found
        self.text = text
        downwards, fold = form
        self.across = not downwards
        self.prefix = prefix
        self.lines = {vertex.name: _lines(vertex, fold) for vertex in found.vertices}
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

    def grown(self, least: Point, spaces: tuple[float, float]) -> Point:
        """How large it is at least where it is `least` with the smallest words and the closest spaces."""
        wide, high = (
            (size - count * close) * self.text / SIZES[-1] + count * space
            for size, count, close, space in zip(least, self.gaps(), SPACES[-1], spaces, strict=True)
        )
        return wide, high

    def gaps(self) -> tuple[int, int]:
        """How many gaps lie between boxes beside each other in the fullest rank, and how many between ranks."""
        counts = Counter(self.ranks.values())
        return max(1, max(counts.values()) - 1), max(1, len(counts) - 1)

    def placed(self, spaces: tuple[float, float]) -> Placement:
        """Where Graphviz puts everything."""
        (placement,) = place([self.graph(spaces)])
        return placement

    def graph(self, spaces: tuple[float, float]) -> Graph:
        """What Graphviz is asked for; each sum stands below the operators that only it reads."""
        boxes = Boxes(dict(self.sizes))
        for vertex in self.found.vertices:
            fed = _feeds_only(vertex, self.found)
            if vertex.words in SIGNS and len(fed) > 1:
                group = [*fed, vertex.name]
                boxes.inner[vertex.name] = Boxes({name: boxes.sizes.pop(name) for name in group}, plain=True)
        ports = [vertex.name for vertex in self.found.vertices if vertex.paint == "port"]
        reads = {end for _, end in self.ranked}
        first = [name for name in ports if name not in reads]
        return Graph(boxes, self.ranked, spaces, self.late, first)

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
        return self.turned((wide + text * 1.3, text * (PITCH * len(lines) + PADDING)))

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


def _lines(vertex: Vertex, fold: Fold) -> tuple[str, ...]:
    words = vertex.words
    if fold is Fold.NOTHING or "\n" in words:
        return tuple(words.split("\n"))
    if BETWEEN in words:
        return tuple(words.split(BETWEEN))
    before, _, last = words.rpartition(" ")
    apart = vertex.paint == "port" or fold is Fold.WINDOWS
    return (before, last) if apart and before and "×" in last else (words,)


def _feeds_only(vertex: Vertex, found: Flow) -> list[str]:
    """The operators that a sum reads and nothing else does."""
    starts = [edge.start for edge in found.edges]
    ports = {other.name for other in found.vertices if other.paint in ("port", "join")}
    fed = [edge.start for edge in found.edges if edge.end == vertex.name]
    return [name for name in dict.fromkeys(fed) if starts.count(name) == 1 and name not in ports]
