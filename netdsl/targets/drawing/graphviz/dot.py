"""A network as DOT, clustered by module, good for anyone's own `dot`."""

from dataclasses import dataclass, field

import graphviz

from netdsl.graph.model import Network
from netdsl.targets.drawing.flow import Flow, Vertex, flow, main_edges
from netdsl.targets.drawing.folding.naming import title
from netdsl.targets.drawing.scene import Paint, Tone
from netdsl.targets.drawing.theme import Theme
from netdsl.targets.drawing.words import dims

FACE = "Arial"
MAIN = "8"
"""How much straighter than others the edges are that carry the data on."""
FORMS = {"join": "ellipse", "pooling": "octagon"}
"""A role -> the form of its vertices, where it is no box."""
SLIM = {"margin": "0.1,0.03", "height": "0.28", "fontsize": "12"}
"""What gives no shape of its own is smaller."""
TIGHT = {"margin": "0,0"}
"""An octagon is drawn around the box of its words, and so larger than a box."""


@dataclass(slots=True)
class Cluster:
    """A module with the vertices and modules in it."""

    vertices: list[Vertex] = field(default_factory=list)
    inner: dict[str, "Cluster"] = field(default_factory=dict)


def dot(network: Network, theme: Theme, depth: int | None = None) -> str:
    """The source of a DOT file; modules that stand `depth` scopes deep are one vertex each."""
    graph = flow(network, depth)
    drawing = graphviz.Digraph(graphviz.escape(network.name))
    drawing.attr(
        "graph", label=graphviz.escape(title(network)), labelloc="t", fontname=FACE, fontsize="28",
        bgcolor="transparent", nodesep="0.3", ranksep="0.35", rankdir="TB",
    )  # fmt: skip
    drawing.attr("node", fontname=FACE, fontsize="14", penwidth="0", margin="0.15,0.08", height="0.4")
    drawing.attr("edge", color=theme.colour(Paint("arrow")), penwidth="1.5", arrowsize="0.8")
    _fill(drawing, clustered(graph), graph, theme)
    main = main_edges(graph)
    for at, edge in enumerate(graph.edges):
        weight = {"weight": MAIN} if at in main else {}
        drawing.edge(_quoted(edge.start), _quoted(edge.end), **weight)
    return str(drawing.source)


def clustered(graph: Flow) -> Cluster:
    """The vertices of a graph in their modules."""
    root = Cluster()
    for vertex in graph.vertices:
        home = root
        for key in vertex.cluster:
            home = home.inner.setdefault(key, Cluster())
        home.vertices.append(vertex)
    return root


def _fill(drawing: graphviz.Digraph, cluster: Cluster, graph: Flow, theme: Theme) -> None:
    for vertex in cluster.vertices:
        solid, text = Paint(vertex.paint), Paint(vertex.paint, Tone.TEXT)
        style = "filled,rounded" if vertex.paint not in FORMS else "filled"
        border = {"penwidth": "1.5", "color": theme.colour(Paint("arrow"))} if vertex.paint == "port" else {}
        slim = vertex.pill or vertex.paint == "join"
        drawing.node(
            _quoted(vertex.name),
            label=graphviz.escape(vertex.words if slim else f"{vertex.words}\n{dims(vertex.output)}"),
            tooltip=graphviz.escape("\n".join((vertex.name, *vertex.notes))),
            shape=FORMS.get(vertex.paint, "box"),
            style=f"{style},dashed" if vertex.auxiliary and border else style,
            fillcolor=theme.colour(solid),
            fontcolor=theme.colour(text),
            **border,
            **(SLIM if slim else TIGHT if vertex.paint in FORMS else {}),
        )
    for key, inner in cluster.inner.items():
        with drawing.subgraph(name=graphviz.escape(f"cluster_{key}")) as part:
            part.attr(
                label=graphviz.escape(graph.heading(key)), fontname=FACE, fontsize="14", labeljust="l",
                style="rounded", color=theme.colour(Paint("hairline")), fontcolor=theme.colour(Paint("muted")),
                penwidth="1.5",
            )  # fmt: skip
            _fill(part, inner, graph, theme)


def _quoted(name: str) -> str:
    """A name without what DOT or the package take for ports and escapes."""
    return str(graphviz.escape(name.replace(":", "∶").replace("\\", "⧵")))
