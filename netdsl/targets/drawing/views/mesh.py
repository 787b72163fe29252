"""The view `stages` of a network without a main line: its cards where Graphviz puts them."""

from netdsl.targets.drawing.blocks.cells import draw_graph
from netdsl.targets.drawing.cards import Stages
from netdsl.targets.drawing.folding.mesh import mesh as fold
from netdsl.targets.drawing.header import BOTTOM, MARGIN, header
from netdsl.targets.drawing.scene import Frame, NoRoom, Scene
from netdsl.targets.drawing.words import costs

SIZE = (1920.0, 1080.0)


def mesh(found: Stages, size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True) -> Scene:
    """One slide. Raises `NoRoom` and `NoGraphviz`."""
    heading = title or found.title
    frame = Frame(MARGIN, BOTTOM, size[0] - 2 * MARGIN, size[1] - MARGIN - BOTTOM)
    try:
        items, roles = draw_graph(fold(found), found.network.name, frame, "stage")
    except NoRoom:
        items, roles = draw_graph(fold(found, brief=True), found.network.name, frame, "stage")
    top = header(heading, costs(found.total.parameters, found.total.macs), roles, size, legend)
    return Scene(*size, heading, ", ".join(card.name for card in found.cards), (*top, *items))
