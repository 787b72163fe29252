"""The view `stages` of a network without a main line: its lines in rows, else its cards where Graphviz puts them."""

from netdsl.targets.drawing.blocks.cells import Cell
from netdsl.targets.drawing.cards import Stages
from netdsl.targets.drawing.folding.mesh import mesh as graph_of
from netdsl.targets.drawing.header import BOTTOM, MARGIN, header
from netdsl.targets.drawing.scene import Frame, Item, NoRoom, Scene
from netdsl.targets.drawing.streams.draw import draw
from netdsl.targets.drawing.streams.folding import Lines, streams
from netdsl.targets.drawing.streams.forms import FORMS, TIGHT, Form
from netdsl.targets.drawing.streams.model import Streams
from netdsl.targets.drawing.streams.overview import FORMS as VOLUMES
from netdsl.targets.drawing.streams.overview import TIGHTEST, draw_volumes
from netdsl.targets.drawing.words import costs, dims

SIZE = (1920.0, 1080.0)
FEWER = ((False, False, False), (True, False, False), (True, True, False), (True, True, True))
"""What of `streams` leaves ever fewer cells."""
LARGE = 24.0
"""The legend of volumes."""


def stages(found: Stages, size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True) -> Scene:
    """One slide. Raises `NoRoom` and `NoGraphviz`."""
    heading = title or found.title
    frame = Frame(MARGIN, BOTTOM, size[0] - 2 * MARGIN, size[1] - MARGIN - BOTTOM)
    try:
        lines, items, form = _streams(found, frame.inset(0, 24))
    except NoRoom:
        items, roles = _graph(found, frame)
        subtitles = [_subtitle(found, brief) for brief in (False, True)]
    else:
        roles = lines.roles
        numbers = "" if form.units else "in cells: channels, parameters"
        crossing = "lines that cross change the size of a map" if lines.modules else ""
        subtitles = [_subtitle(found, False, "port" not in roles, crossing, numbers)]
        subtitles.append(_subtitle(found, True, "port" not in roles, numbers))
    top = header(heading, subtitles[0], roles, size, legend, brief=subtitles[1])
    return Scene(*size, heading, ", ".join(card.name for card in found.cards), (*top, *items))


def overview(found: Stages, size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True) -> Scene:
    """One slide of volumes in rows. Raises `NoRoom`."""
    heading = title or found.title
    frame = Frame(MARGIN, BOTTOM + 24, size[0] - 2 * MARGIN, size[1] - MARGIN - BOTTOM - 24)
    lines = Lines(found)
    try:
        items, roles = draw_volumes(streams(lines, brief=True, entered=True), frame, (*VOLUMES, TIGHTEST))
    except NoRoom:
        items, roles = draw_volumes(streams(lines, brief=True, entered=True, headless=True), frame, (TIGHTEST,))
    said, brief = (_subtitle(found, brief, apart=True) for brief in (False, True))
    top = header(heading, said, roles, size, legend, LARGE, brief)
    return Scene(*size, heading, ", ".join(card.name for card in found.cards), (*top, *items))


def _subtitle(found: Stages, brief: bool, apart: bool = False, *more: str) -> str:
    """What the network costs, the size of its input where that stands `apart`, and more."""
    words = costs(found.total.parameters, found.total.macs, brief)
    with_input = f"{words}, input {dims(found.network.input)}" if apart else words
    return " · ".join(filter(None, (with_input, *more)))


def _streams(found: Stages, frame: Frame) -> tuple[Streams, tuple[Item, ...], Form]:
    """Its lines in rows, a column for each step, in the first way that has room, and the form of its cells."""
    lines = Lines(found)
    for brief, entered, headless in FEWER:
        try:
            placed = streams(lines, brief, entered, headless)
            return placed, *draw(placed, frame, (*FORMS, TIGHT) if entered else FORMS)
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
