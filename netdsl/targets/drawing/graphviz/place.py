"""Coordinates for boxes of fixed sizes, from whatever engine is there; y points down, in pixels."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import graphviz

from netdsl.records import by_value, record
from netdsl.targets.drawing.graphviz.dot import MAIN
from netdsl.targets.drawing.graphviz.engines import placed
from netdsl.targets.drawing.scene import Frame, Point

INCH = 72.0
"""Graphviz has as many units to an inch as we let it have pixels."""
HEADING = 22.0
"""What a cluster keeps free for its name, from top to bottom."""
LETTER = 0.6 * HEADING
"""The width of a letter of Courier at that size, by which Graphviz keeps room for a name without knowing our font."""


@dataclass(slots=True)
class Boxes:
    """Boxes of one cluster, by name, with the clusters in it."""

    sizes: dict[str, tuple[float, float]] = field(default_factory=dict)
    inner: dict[str, "Boxes"] = field(default_factory=dict)
    heading: float = 0.0
    """The width of the cluster's name."""
    plain: bool = False
    """Whether the cluster only keeps its boxes together, and has no name."""


@by_value
class Placement:
    """Where everything stands."""

    size: tuple[float, float]
    boxes: dict[str, Frame]
    clusters: dict[str, Frame]
    wires: dict[int, tuple[Point, ...]]
    """By the place of the edge: a start, then two controls and an end for each curve."""


@record
class Graph:
    """Boxes to be placed so that edges run down; those of `main`, by their places, rather straight."""

    boxes: Boxes
    edges: Sequence[tuple[str, str]]
    spaces: tuple[float, float] = (25.0, 36.0)
    """Between boxes of one rank and between ranks, in pixels."""
    main: Collection[int] = ()
    first: Sequence[str] = ()
    """Boxes of the first rank."""


def place(graphs: Sequence[Graph]) -> list[Placement]:
    """Where everything in graphs stands, each by itself. Raises `NoGraphviz`."""
    drawings = [_Drawing(graph) for graph in graphs]
    found = placed([drawing.source for drawing in drawings])
    return [drawing.placement(one) for drawing, one in zip(drawings, found, strict=True)]


class _Drawing:
    """A graph as DOT."""

    def __init__(self, graph: Graph) -> None:
        self.numbers: dict[str, str] = {}
        self.keys: list[str] = []
        drawing = graphviz.Digraph()
        beside, between = (f"{space / INCH:.3f}" for space in graph.spaces)
        drawing.attr("graph", rankdir="TB", nodesep=beside, ranksep=between, label="")
        drawing.attr("node", shape="box", fixedsize="true", label="")
        _fill(drawing, graph.boxes, self.numbers, self.keys)
        if graph.first:
            with drawing.subgraph() as rank:
                rank.attr(rank="source")
                for name in graph.first:
                    rank.node(self.numbers[name])
        for at, (start, end) in enumerate(graph.edges):
            weight = {"weight": MAIN} if at in graph.main else {}
            drawing.edge(self.numbers[start], self.numbers[end], id=str(at), **weight)
        self.source: str = drawing.source

    def placement(self, found: dict[str, Any]) -> Placement:
        """What Graphviz made of it."""
        _, _, wide, high = map(float, found["bb"].split(","))
        names = {number: name for name, number in self.numbers.items()}
        objects = [item for item in found.get("objects", []) if "bb" in item or "pos" in item]
        frames = {names[item["name"]]: _box(item, high) for item in objects if "pos" in item}
        clusters = {
            self.keys[int(item["name"].removeprefix("cluster_"))]: _bounds(item["bb"], high)
            for item in objects
            if "bb" in item
        }
        wires = {int(edge["id"]): _curve(edge["pos"], high) for edge in found.get("edges", [])}
        return Placement((wide, high), frames, clusters, wires)


def _fill(drawing: graphviz.Digraph, boxes: Boxes, numbers: dict[str, str], keys: list[str]) -> None:
    for name, (wide, high) in boxes.sizes.items():
        numbers[name] = f"n{len(numbers)}"
        drawing.node(numbers[name], width=f"{wide / INCH:.4f}", height=f"{high / INCH:.4f}")
    for key, inner in boxes.inner.items():
        with drawing.subgraph(name=f"cluster_{len(keys)}") as part:
            keys.append(key)
            if inner.plain:
                part.attr(label="", margin="2")
            else:
                room = "n" * max(1, ceil(inner.heading / LETTER))
                part.attr(label=room, fontname="Courier", fontsize=str(HEADING), margin="12")
            _fill(part, inner, numbers, keys)


def _box(item: dict[str, Any], high: float) -> Frame:
    x, y = map(float, item["pos"].split(","))
    wide, tall = float(item["width"]) * INCH, float(item["height"]) * INCH
    return Frame(x - wide / 2, high - y - tall / 2, wide, tall)


def _bounds(bb: str, high: float) -> Frame:
    left, bottom, right, top = map(float, bb.split(","))
    return Frame(left, high - top, right - left, top - bottom)


def _curve(pos: str, high: float) -> tuple[Point, ...]:
    """The points of a spline; the arrow's tip is its end."""
    words = pos.split()
    tip = next((_point(word[2:], high) for word in words if word.startswith("e,")), None)
    points = [_point(word, high) for word in words if not word.startswith(("e,", "s,"))]
    return (*points[:-1], tip or points[-1])


def _point(text: str, high: float) -> Point:
    x, y = map(float, text.split(","))
    return x, high - y
