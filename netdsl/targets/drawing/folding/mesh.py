"""A network without a main line: its stages, its joins and its results as a graph."""

from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from netdsl.targets.drawing.cards import Card, Stages
from netdsl.targets.drawing.flow import Edge, Flow, Vertex, flow
from netdsl.targets.drawing.words import amount, dims


def mesh(found: Stages, brief: bool = False) -> Flow:
    """A vertex for each card, and one for each join, change of size and result between cards.

    A brief card says its name and output only.
    """
    cards = {key: card for card in found.cards for key in card.keys}
    whole = flow(found.network, closed=cards, costs=found.costs)
    before = {edge.end: edge.start for edge in whole.edges}
    vertices: dict[str, Vertex] = {}
    place: dict[str, str] = {}
    stages: dict[str, Card] = {}
    for vertex in whole.vertices:
        card = _card(vertex, cards)
        if card:
            name = card.keys[0]
            stages[name] = card
            vertices[name] = vertex
        elif _is_beside(vertex, whole, before):
            name = place[before[vertex.name]]
        else:
            name = vertex.name
            vertices[name] = vertex
        place[vertex.name] = name
    while circle := _circle(edges := _between(whole.edges, place)):
        stage = next(name for name in circle if name in stages)
        place |= {vertex: stage for vertex, name in place.items() if name in circle}
    shown = set(place.values())
    return Flow(
        whole.network,
        [
            _stage(vertex, name, stages[name], brief) if name in stages else vertex
            for name, vertex in vertices.items()
            if name in shown
        ],
        edges,
    )


def _between(edges: list[Edge], place: dict[str, str]) -> list[Edge]:
    """Edges from one place to another, each once."""
    ends = dict.fromkeys((place[edge.start], place[edge.end], edge.shape) for edge in edges)
    return [Edge(start, end, shape) for start, end, shape in ends if start != end]


def _circle(edges: list[Edge]) -> set[str]:
    """A card, and joins that stand between units of that card; nothing where there are none."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for edge in edges:
        sorter.add(edge.end, edge.start)
    try:
        sorter.prepare()
    except CycleError as error:
        return set(error.args[1])
    return set()


def _card(vertex: Vertex, cards: dict[str, Card]) -> Card | None:
    """The card on which a vertex stands: its operator, or a module around it, is one of the card's."""
    keys = [*([] if vertex.pill else [vertex.name]), *reversed(vertex.cluster)]
    return next((cards[key] for key in keys if key in cards), None)


def _is_beside(vertex: Vertex, whole: Flow, before: dict[str, str]) -> bool:
    """Whether a vertex without weights leaves the shape as it is: an activation, a dropout."""
    if not vertex.pill or vertex.name not in before:
        return False
    return all(edge.shape == vertex.output for edge in whole.edges if edge.end == vertex.name)


def _stage(last: Vertex, name: str, card: Card, brief: bool) -> Vertex:
    """A card as a vertex that gives what its last part gives."""
    count = f" ×{card.count}" if card.count > 1 else ""
    what = [line for line in card.caption if line and line != card.name]
    size = f"{amount(card.cost.parameters)} params" if card.cost.parameters else "no params"
    gives = dims(last.output)
    lines = [card.name + count, gives] if brief else [card.name + count, *what[-1:], gives, size]
    notes = (card.name, " ".join(card.caption), f"gives {gives}", f"{card.cost.parameters:,} parameters")
    return replace(last, name=name, words="\n".join(lines), paint=card.paint, notes=notes, is_module=True, pill=False)
