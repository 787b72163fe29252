"""The view `stages` of a network without a main line: its lines in rows, else its cards where Graphviz puts them."""

from netdsl.targets.drawing.blocks.cells import Cell
from netdsl.targets.drawing.cards import Stages
from netdsl.targets.drawing.folding.mesh import mesh as graph_of
from netdsl.targets.drawing.header import BOTTOM, MARGIN, header
from netdsl.targets.drawing.scene import Frame, Item, NoRoom, Scene
from netdsl.targets.drawing.streams.draw import draw
from netdsl.targets.drawing.streams.folding import streams
from netdsl.targets.drawing.streams.overview import draw_volumes
from netdsl.targets.drawing.words import costs, dims

SIZE = (1920.0, 1080.0)
LARGE = 24.0
"""The legend of volumes."""


def stages(found: Stages, size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True) -> Scene:
    """One slide. Raises `NoRoom` and `NoGraphviz`."""
    heading = title or found.title
    frame = Frame(MARGIN, BOTTOM, size[0] - 2 * MARGIN, size[1] - MARGIN - BOTTOM)
    try:
        items, roles, crosses = _streams(found, frame)
    except NoRoom:
        items, roles = _graph(found, frame)
        crosses = False
    words = costs(found.total.parameters, found.total.macs)
    crossed = f"{words} · lines that cross change the size of a map" if crosses else ""
    top = header(heading, crossed or words, roles, size, legend, brief=words)
    return Scene(*size, heading, ", ".join(card.name for card in found.cards), (*top, *items))


def overview(found: Stages, size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True) -> Scene:
    """One slide of volumes in rows. Raises `NoRoom`."""
    heading = title or found.title
    frame = Frame(MARGIN, BOTTOM + 24, size[0] - 2 * MARGIN, size[1] - MARGIN - BOTTOM - 24)
    items, roles = draw_volumes(streams(found, volumes=True), frame)
    words = costs(found.total.parameters, found.total.macs)
    top = header(heading, f"{words}, input {dims(found.network.input)}", roles, size, legend, LARGE, words)
    return Scene(*size, heading, ", ".join(card.name for card in found.cards), (*top, *items))


def _streams(found: Stages, frame: Frame) -> tuple[tuple[Item, ...], set[str], bool]:
    """Its lines in rows, a column for each step, in the first way that has room; and whether lines cross in modules."""
    for brief in (False, True):
        try:
            lines = streams(found, brief)
            return *draw(lines, frame.inset(0, 24)), bool(lines.modules)
        except NoRoom as error:
            reason = error
    raise reason


def _graph(found: Stages, frame: Frame) -> tuple[tuple[Item, ...], set[str]]:
    """Its cards where Graphviz puts them."""
    try:
        return Cell(graph_of(found), found.network.name).draw(frame, "stage")
    except NoRoom:
        return Cell(graph_of(found, brief=True), found.network.name).draw(frame, "stage")


VIEWS = {"stages": stages, "overview": overview}
"""The views of a network that runs in several lines."""
