"""A picture of a network: the view that is asked for, on the page that is asked for."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from netdsl.diagnostics.suggest import nearest
from netdsl.graph.model import Network
from netdsl.records import by_value
from netdsl.targets.drawing.cards import Stages
from netdsl.targets.drawing.drawing import Drawing
from netdsl.targets.drawing.folding.stages import NoMainLine
from netdsl.targets.drawing.folding.stages import stages as fold
from netdsl.targets.drawing.scene import CannotDraw, NoRoom, Scene
from netdsl.targets.drawing.theme import theme as themed

if TYPE_CHECKING:
    from netdsl.targets.drawing.lanes import Lanes

SIZES = {"16:9": (1920.0, 1080.0), "4:3": (1440.0, 1080.0), "a4": (1527.0, 1080.0)}
"""The pages, in pixels."""
CARDS = 25, 18, 15, 12
"""At most so many cards stand on a page; fewer where these have no room."""
LABELS = ("params", "macs")
"""What may stand on a card below its output."""


class BadRequest(CannotDraw):
    """A picture cannot be drawn as asked; the message says how it can."""


@by_value
class Request:
    """What is to be drawn, and how."""

    networks: tuple[Network, ...]
    block: str | None
    depth: int | None
    size: tuple[float, float]
    title: str | None
    legend: bool
    labels: frozenset[str]

    @property
    def network(self) -> Network:
        """The only network."""
        return self.networks[0]


def render(
    networks: Sequence[Network],
    view: str = "stages",
    block: str | None = None,
    depth: int | None = None,
    theme: str = "light",
    size: str = "16:9",
    title: str | None = None,
    legend: bool = True,
    labels: Sequence[str] = ("params",),
    transparent: bool = False,
) -> Drawing:
    """The networks in a view of `VIEWS`. All but `compare` take one network.

    `block` names the block that is opened, `depth` how many scopes deep the graph shows modules apart; `theme` is the
    name of a shipped one or a TOML file; `size` is a key of `SIZES`. Raises `CannotDraw`, with the way out in the
    message.
    """
    _known("view", view, VIEWS)
    _known("size", size, SIZES)
    for label in labels:
        _known("label", label, LABELS)
    if view != "compare" and len(networks) != 1:
        raise BadRequest(f"the view `{view}` shows one network; --view compare shows several side by side")
    if block is not None and view != "block":
        raise BadRequest(f"--block {block} is for --view block, and the view is `{view}`")
    request = Request(tuple(networks), block, depth, SIZES[size], title, legend, frozenset(labels))
    return Drawing(request.networks, VIEWS[view](request), themed(theme), not transparent, depth)


def _known(what: str, word: str, known: Collection[str]) -> None:
    if word not in known:
        near = nearest(word, list(known))
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(known)}"
        raise BadRequest(f"there is no {what} '{word}': {hint}")


def _stages(request: Request) -> tuple[Scene, ...]:
    from netdsl.targets.drawing.views.stages import stages

    for most in CARDS:
        try:
            found = fold(request.network, most)
        except NoMainLine as error:
            return _lines(request, error.found, "stages")
        try:
            return (stages(found, request.size, request.title, request.legend, request.labels),)
        except NoRoom as error:
            reason = error
    raise reason


def _lines(request: Request, found: Stages, view: str) -> tuple[Scene, ...]:
    """A network that runs in several lines, in one of the views of `mesh`."""
    from netdsl.targets.drawing.views.mesh import VIEWS as drawn

    try:
        return (drawn[view](found, request.size, request.title, request.legend),)
    except NoRoom:
        wider = "" if request.size == SIZES["16:9"] else "take --size 16:9, or "
        way = f"{wider}draw it with --view layers or --view graph"
        message = f"`{request.network.name}` runs in several lines, which have no room on this page: {way}"
        raise NoRoom(message) from None


def _overview(request: Request) -> tuple[Scene, ...]:
    from netdsl.targets.drawing.views.overview import overview

    try:
        found = fold(request.network)
    except NoMainLine as error:
        return _lines(request, error.found, "overview")
    return (overview(found, request.size, request.title, request.legend),)


def _block(request: Request) -> tuple[Scene, ...]:
    from netdsl.targets.drawing.views.block import block

    return (block(request.network, request.block, request.size, request.title, request.legend),)


def _compare(request: Request) -> tuple[Scene, ...]:
    from netdsl.targets.drawing.views.compare import compare

    return (compare([_lanes(network) for network in request.networks], request.size, request.title, request.legend),)


def _lanes(network: Network) -> "Lanes":
    """A row of `compare`."""
    from netdsl.targets.drawing.lanes import lanes

    try:
        return lanes(fold(network))
    except NoMainLine as error:
        from netdsl.targets.drawing.streams.compared import several_lanes

        return several_lanes(error.found)


def _layers(request: Request) -> Sequence[Scene]:
    from netdsl.targets.drawing.views.layers import layers

    return layers(request.network, request.size, request.title, request.legend)


def _graph(request: Request) -> tuple[Scene, ...]:
    from netdsl.targets.drawing.views.graph import graph

    return (graph(request.network, request.depth, request.title, request.legend),)


VIEWS: dict[str, Callable[[Request], Sequence[Scene]]] = {
    "stages": _stages,
    "overview": _overview,
    "layers": _layers,
    "block": _block,
    "compare": _compare,
    "graph": _graph,
}
"""The name of a view -> what draws it."""
