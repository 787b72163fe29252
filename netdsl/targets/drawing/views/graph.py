"""The view `graph`: every layer and join of a network, clustered by module, placed by Graphviz."""

from netdsl.graph.cost import cost
from netdsl.graph.model import Network
from netdsl.targets.drawing.flow import Flow, Vertex, flow
from netdsl.targets.drawing.folding.naming import title as title_of
from netdsl.targets.drawing.graphviz.dot import Cluster, clustered
from netdsl.targets.drawing.graphviz.place import Boxes, Placement, place
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
from netdsl.targets.drawing.words import costs, dims

WORDS, SHAPE = 20.0, 16.0
SMALLEST_PAGE = 1920.0, 1080.0


def graph(network: Network, depth: int | None = None, title: str | None = None, legend: bool = True) -> Scene:
    """The whole graph on a page as large as it needs; modules that stand `depth` scopes deep are one box each.

    Raises `NoGraphviz` where nothing here can place it.
    """
    found = flow(network, depth)
    placement = place(_boxes(clustered(found)), [(edge.start, edge.end) for edge in found.edges])
    wide = max(SMALLEST_PAGE[0], placement.size[0] + 2 * MARGIN)
    high = max(SMALLEST_PAGE[1], placement.size[1] + BOTTOM + MARGIN)
    right, down = (wide - placement.size[0]) / 2, BOTTOM
    roles = {vertex.words if vertex.paint == "join" else vertex.paint for vertex in found.vertices}
    total = cost(network.root)
    subtitle = costs(total.parameters, total.macs)
    heading = title or title_of(network)
    items = (*header(heading, subtitle, roles, (wide, high), legend), *_items(found, placement, right, down))
    return Scene(wide, high, heading, f"the graph of {network.name}: {len(found.vertices)} nodes", items)


def _boxes(cluster: Cluster) -> Boxes:
    sizes = {vertex.name: _size(vertex) for vertex in cluster.vertices}
    return Boxes(sizes, {key: _boxes(inner) for key, inner in cluster.inner.items()})


def _size(vertex: Vertex) -> tuple[float, float]:
    if vertex.paint == "join":
        return width(vertex.words, SHAPE, Cut.SEMIBOLD) + 36, 40.0
    if vertex.pill:
        return width(vertex.words, SHAPE) + 36, 34.0
    return max(width(vertex.words, WORDS, Cut.SEMIBOLD), width(dims(vertex.output), SHAPE)) + 32, 62.0


def _items(found: Flow, placement: Placement, right: float, down: float) -> list[Item]:
    items: list[Item] = []
    for key, frame in placement.clusters.items():
        words = fitted(f"{key.rpartition('.')[2]}: {found.clusters[key]}", max(frame.width / 2 - 28, 60), SHAPE)
        moved = frame.moved(right, down)
        line = Words(words, moved.x + 12, moved.y + 22, SHAPE, Paint("muted"), Paint("ground"), anchor=Anchor.START)
        items += [Shape(moved, None, Paint("hairline"), radius=(12,) * 4, thickness=1.5), line]
    for at, edge in enumerate(found.edges):
        points = tuple((x + right, y + down) for x, y in placement.wires[at])
        items.append(Wire(points, thickness=2, curved=True, start=edge.start, end=edge.end))
    for vertex in found.vertices:
        items.append(_node(vertex, placement.boxes[vertex.name].moved(right, down)))
    return items


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
