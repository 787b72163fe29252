"""A block whose wiring is no series of parallel paths, placed by Graphviz: the cells of NASNet, dense mixtures."""

from collections import Counter
from dataclasses import replace
from itertools import product

from netdsl.graph.model import Use
from netdsl.targets.drawing.flow import Edge, Flow, Vertex, use_flow
from netdsl.targets.drawing.graphviz.place import Boxes, Placement, place
from netdsl.targets.drawing.header import SIGNS
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import Cut, Frame, Item, Node, NoRoom, Outline, Paint, Shape, Tone, Wire, Words

SIZES = (26.0, 22.0, 20.0, 18.0)
SPACES = ((70.0, 64.0), (44.0, 48.0), (24.0, 36.0))
"""Between boxes beside each other, and between ranks."""
BETWEEN = " · "


def draw_cell(use: Use, frame: Frame, prefix: str) -> tuple[tuple[Item, ...], set[str]]:
    """The block in a frame, and the entries of its legend. Raises `NoRoom` and `NoGraphviz`."""
    found = contracted(use_flow(use))
    edges = [(edge.start, edge.end) for edge in found.edges]
    for text in SIZES:
        sizes = {vertex.name: _size(vertex, text) for vertex in found.vertices}
        for spaces, across in product(SPACES, (True, False)):
            placement = place(Boxes(sizes), edges, spaces, across)
            if placement.size[0] <= frame.width and placement.size[1] <= frame.height:
                roles = {vertex.words if vertex.paint == "join" else vertex.paint for vertex in found.vertices}
                return _drawn(found, placement, frame, text, prefix), roles
    raise NoRoom(f"the block `{use.definition.name}` is too large for its page: draw it with --view graph")


def contracted(found: Flow) -> Flow:
    """The same graph with norms and activations in the box of the operator that they follow, or else precede."""
    vertices = {vertex.name: vertex for vertex in found.vertices}
    edges = list(found.edges)
    for pill_first in (False, True):
        for edge in list(edges):
            start, end = vertices.get(edge.start), vertices.get(edge.end)
            if start is None or end is None or not _joins(start, end, edges, pill_first):
                continue
            name = edge.start if not pill_first else edge.end
            kept = start if not pill_first else end
            merged = replace(kept, words=start.words + BETWEEN + end.words, output=end.output)
            vertices[name] = replace(merged, notes=(*start.notes, *end.notes))
            gone = edge.end if not pill_first else edge.start
            del vertices[gone]
            edges = [_renamed(other, gone, name) for other in edges if {other.start, other.end} != {name, gone}]
    return Flow(found.network, list(vertices.values()), edges, found.clusters)


def _joins(start: Vertex, end: Vertex, edges: list[Edge], pill_first: bool) -> bool:
    """Whether two neighbours are one box: an operator and its pill, with nothing else between them."""
    pill, main = (start, end) if pill_first else (end, start)
    if not pill.pill or main.paint in ("join", "port") or (pill_first and main.pill):
        return False
    leaving = Counter(edge.start for edge in edges)
    arriving = Counter(edge.end for edge in edges)
    return leaving[start.name] == 1 and arriving[end.name] == 1


def _renamed(edge: Edge, old: str, new: str) -> Edge:
    return Edge(new if edge.start == old else edge.start, new if edge.end == old else edge.end, edge.shape)


def _size(vertex: Vertex, text: float) -> tuple[float, float]:
    if vertex.words in SIGNS:
        return text * 2, text * 2
    return width(vertex.words, text, Cut.SEMIBOLD) + text * 1.4, text * 2.2


def _drawn(found: Flow, placement: Placement, frame: Frame, text: float, prefix: str) -> tuple[Item, ...]:
    right = frame.x + (frame.width - placement.size[0]) / 2
    down = frame.y + (frame.height - placement.size[1]) / 2
    items: list[Item] = []
    for at, edge in enumerate(found.edges):
        points = tuple((x + right, y + down) for x, y in placement.wires[at])
        start, end = f"{prefix} {edge.start}", f"{prefix} {edge.end}"
        items.append(Wire(points, curved=True, thickness=2.5, start=start, end=end))
    nodes = (_node(v, placement.boxes[v.name].moved(right, down), text, prefix) for v in found.vertices)
    return (*items, *nodes)


def _node(vertex: Vertex, frame: Frame, text: float, prefix: str) -> Node:
    solid, ink = Paint(vertex.paint), Paint(vertex.paint, Tone.TEXT)
    x, y = frame.middle
    keys = (vertex.name,) if vertex.is_module else ()
    name = f"{prefix} {vertex.name}"
    if vertex.words in SIGNS:
        disc = Shape(frame, solid, outline=Outline.DISC)
        return Node(name, frame, (disc, *SIGNS[vertex.words](x, y, text * 0.4, 3)), vertex.notes, keys)
    words = (Words(vertex.words, x, centred(y, text), text, ink, solid, Cut.SEMIBOLD),)
    outline = Outline.NOTCHED if vertex.paint == "pooling" else Outline.BOX
    round_ends = vertex.pill or vertex.paint == "port"
    radius = frame.height / 2 if round_ends else 0 if vertex.paint == "dense" else 8
    stroke = Paint("arrow") if vertex.paint == "port" else None
    shape = Shape(frame, solid, stroke, outline, (radius,) * 4, words=words)
    return Node(name, frame, (shape,), vertex.notes, keys)
