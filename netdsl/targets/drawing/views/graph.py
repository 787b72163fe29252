"""The view `graph`: every layer and join of a network, clustered by module, placed by Graphviz."""

from netdsl.graph.model import Network
from netdsl.targets.drawing.flow import Flow, Vertex, flow, main_edges
from netdsl.targets.drawing.folding.naming import title as title_of
from netdsl.targets.drawing.graphviz.dot import Cluster, clustered
from netdsl.targets.drawing.graphviz.place import Boxes, Graph, Placement, place
from netdsl.targets.drawing.header import BOTTOM, MARGIN, header
from netdsl.targets.drawing.metrics import centred, fitted, width
from netdsl.targets.drawing.scene import (
    Anchor,
    Cut,
    Frame,
    Item,
    Node,
    Outline,
    Paint,
    Scene,
    Shape,
    Tone,
    Wire,
    Words,
)
from netdsl.targets.drawing.words import costs_of, dims

WORDS, SHAPE = 20.0, 16.0
SMALLEST_PAGE = 1280.0, 720.0
LONGEST = 420.0
"""So wide the name of a cluster may be."""


def graph(network: Network, depth: int | None = None, title: str | None = None, legend: bool = True) -> Scene:
    """The whole graph on a page as large as it needs; modules that stand `depth` scopes deep are one box each.

    Raises `NoGraphviz` where nothing here can place it.
    """
    found = flow(network, depth)
    edges = [(edge.start, edge.end) for edge in found.edges]
    (placement,) = place([Graph(_boxes(clustered(found), found), edges, main=main_edges(found))])
    wide = max(SMALLEST_PAGE[0], placement.size[0] + 2 * MARGIN)
    high = max(SMALLEST_PAGE[1], placement.size[1] + BOTTOM + MARGIN)
    right, down = (wide - placement.size[0]) / 2, BOTTOM
    roles = {vertex.words if vertex.paint == "join" else vertex.paint for vertex in found.vertices}
    heading, (said, brief) = title or title_of(network), costs_of(network)
    items = (*header(heading, said, roles, (wide, high), legend, brief=brief), *_items(found, placement, right, down))
    return Scene(wide, high, heading, f"the graph of {network.name}: {len(found.vertices)} nodes", items)


def _boxes(cluster: Cluster, found: Flow, key: str = "") -> Boxes:
    sizes = {vertex.name: _size(vertex) for vertex in cluster.vertices}
    inside = {key: _boxes(inner, found, key) for key, inner in cluster.inner.items()}
    return Boxes(sizes, inside, width(_heading(found, key), SHAPE) + 24 if key else 0.0)


def _heading(found: Flow, key: str) -> str:
    """As much of what a cluster is called as has room."""
    return fitted(found.heading(key), LONGEST, SHAPE)


def _size(vertex: Vertex) -> tuple[float, float]:
    if vertex.paint == "join":
        return width(vertex.words, SHAPE, Cut.SEMIBOLD) + 36, 40.0
    if vertex.pill:
        return width(vertex.words, SHAPE) + 36, 34.0
    return max(width(vertex.words, WORDS, Cut.SEMIBOLD), width(dims(vertex.output), SHAPE)) + 32, 62.0


def _items(found: Flow, placement: Placement, right: float, down: float) -> list[Item]:
    frames = {key: frame.moved(right, down) for key, frame in placement.clusters.items()}
    items: list[Item] = [
        Shape(frame, None, Paint("hairline"), radius=(12,) * 4, thickness=1.5) for frame in frames.values()
    ]
    for at, edge in enumerate(found.edges):
        points = tuple((x + right, y + down) for x, y in placement.wires[at])
        items.append(Wire(points, thickness=2, curved=True, start=edge.start, end=edge.end))
    items += (_node(vertex, placement.boxes[vertex.name].moved(right, down)) for vertex in found.vertices)
    return [*items, *(_label(_heading(found, key), frame) for key, frame in frames.items())]


def _label(words: str, frame: Frame) -> Shape:
    """The name of a cluster, before the wires that enter it."""
    plate = Frame(frame.x + 6, frame.y + 5, width(words, SHAPE) + 12, 24)
    line = Words(words, frame.x + 12, frame.y + 22, SHAPE, Paint("muted"), Paint("ground"), anchor=Anchor.START)
    return Shape(plate, Paint("ground"), radius=(6,) * 4, words=(line,))


def _node(vertex: Vertex, frame: Frame) -> Node:
    solid, text = Paint(vertex.paint), Paint(vertex.paint, Tone.TEXT)
    x, y = frame.middle
    small = vertex.pill or vertex.paint == "join"
    if small:
        size, cut = SHAPE, Cut.SEMIBOLD if vertex.paint == "join" else Cut.REGULAR
        words: tuple[Words, ...] = (Words(vertex.words, x, centred(y, size), size, text, solid, cut),)
    else:
        words = (
            Words(vertex.words, x, centred(y - 11, WORDS), WORDS, text, solid, Cut.SEMIBOLD),
            Words(dims(vertex.output), x, centred(y + 15, SHAPE), SHAPE, text, solid),
        )
    outline = Outline.NOTCHED if vertex.paint == "pooling" else Outline.BOX
    radius = frame.height / 2 if small or vertex.paint == "port" else 0 if vertex.paint == "dense" else 8
    stroke = Paint("arrow") if vertex.paint == "port" or vertex.auxiliary else None
    shape = Shape(frame, solid, stroke, outline, (radius,) * 4, dashed=vertex.auxiliary, words=words)
    notes = (vertex.name, *vertex.notes) if vertex.is_module else (vertex.words, *vertex.notes)
    return Node(vertex.name, frame, (shape,), notes, (vertex.name,) if vertex.is_module else ())
