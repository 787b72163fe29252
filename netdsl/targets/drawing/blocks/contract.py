"""A graph with fewer boxes: norms and activations stand in the box of their operator."""

from collections import Counter
from dataclasses import replace

from netdsl.targets.drawing.flow import Edge, Flow, Vertex
from netdsl.targets.drawing.words import shortened

BETWEEN = " · "
"""Between the words of what stands in one box."""


def contracted(found: Flow) -> Flow:
    """The same graph with norms and activations in the box of the operator that they follow, or else precede."""
    vertices = {vertex.name: vertex for vertex in found.vertices}
    edges = list(found.edges)
    for pill_first in (False, True):
        while edge := next((one for one in edges if _joins(vertices, one, edges, pill_first)), None):
            name, gone = (edge.end, edge.start) if pill_first else (edge.start, edge.end)
            start, end = vertices[edge.start], vertices[edge.end]
            merged = replace(vertices[name], words=start.words + BETWEEN + end.words, output=end.output)
            vertices[name] = replace(merged, notes=(*start.notes, *end.notes))
            del vertices[gone]
            edges = [_renamed(other, gone, name) for other in edges if other is not edge]
    return Flow(found.network, list(vertices.values()), list(dict.fromkeys(edges)), found.clusters)


def _joins(vertices: dict[str, Vertex], edge: Edge, edges: list[Edge], pill_first: bool) -> bool:
    """Whether two neighbours are one box: an operator and its pill, with nothing else between them."""
    start, end = vertices[edge.start], vertices[edge.end]
    pill, main = (start, end) if pill_first else (end, start)
    if not pill.pill or main.paint in ("join", "port") or (pill_first and main.pill):
        return False
    leaving = Counter(edge.start for edge in edges)
    arriving = Counter(edge.end for edge in edges)
    return leaving[start.name] == 1 and arriving[end.name] == 1


def _renamed(edge: Edge, old: str, new: str) -> Edge:
    return Edge(new if edge.start == old else edge.start, new if edge.end == old else edge.end, edge.shape)


def abbreviated(found: Flow) -> Flow:
    """The same graph with the beginnings of long words; that a pool is one, its form and colour say."""
    return replace(found, vertices=[replace(vertex, words=_brief(vertex)) for vertex in found.vertices])


def _brief(vertex: Vertex) -> str:
    if vertex.paint in ("join", "port"):
        return vertex.words
    return shortened(vertex.words.replace(" pool", "") if vertex.paint == "pooling" else vertex.words)
