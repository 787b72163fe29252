"""A graph as a Mermaid flowchart, for Markdown pages."""

from itertools import count

from netdsl.targets.drawing.flow import Flow, Vertex
from netdsl.targets.drawing.scene import Paint, Tone
from netdsl.targets.drawing.theme import Theme
from netdsl.targets.drawing.words import dims


def mermaid(graph: Flow, theme: Theme) -> str:
    """The text of a flowchart, clustered by module."""
    names = {vertex.name: f"n{at}" for at, vertex in enumerate(graph.vertices)}
    lines = ["flowchart TD", *_clusters(graph, names)]
    lines += [f"  {names[edge.start]} --> {names[edge.end]}" for edge in graph.edges]
    for role in sorted({vertex.paint for vertex in graph.vertices}):
        solid, text = theme.colour(Paint(role)), theme.colour(Paint(role, Tone.TEXT))
        border = theme.colour(Paint("arrow")) if role == "port" else solid
        lines.append(f"  classDef {role} fill:{solid},color:{text},stroke:{border}")
    return "\n".join(lines) + "\n"


def _clusters(graph: Flow, names: dict[str, str]) -> list[str]:
    """Vertices in the order of the text, with subgraphs opened and closed as they enter and leave modules."""
    lines: list[str] = []
    open_now: tuple[str, ...] = ()
    numbers = count(1)
    for vertex in graph.vertices:
        shared = next((at for at, (a, b) in enumerate(zip(open_now, vertex.cluster, strict=False)) if a != b), None)
        shared = min(len(open_now), len(vertex.cluster)) if shared is None else shared
        lines += [f"{'  ' * at}end" for at in range(len(open_now), shared, -1)]
        for at in range(shared, len(vertex.cluster)):
            key = vertex.cluster[at]
            label = said(graph.heading(key))
            lines.append(f'{"  " * (at + 1)}subgraph g{next(numbers)}["{label}"]')
        open_now = vertex.cluster
        lines.append(f"{'  ' * (len(open_now) + 1)}{names[vertex.name]}{_box(vertex)}:::{vertex.paint}")
    return [*lines, *(f"{'  ' * at}end" for at in range(len(open_now), 0, -1))]


def _box(vertex: Vertex) -> str:
    label = f"{said(vertex.words)}<br/>{dims(vertex.output)}"
    if vertex.paint == "join":
        return f'(("{label}"))'
    return f'(["{label}"])' if vertex.pill or vertex.paint == "port" else f'["{label}"]'


def said(text: str) -> str:
    """Text in a label: all but letters, digits and plain signs as Mermaid's numbered entities."""
    return "".join(c if c.isalnum() or c in " .,_×→–=:/()-+" else f"#{ord(c)};" for c in text)
