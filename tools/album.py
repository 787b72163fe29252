"""The page of a family in the gallery: each network in every view that it has, in one HTML file."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from netdsl.graph.model import Network
from netdsl.targets.drawing.drawing import Drawing
from netdsl.targets.drawing.render import render
from netdsl.targets.drawing.scene import CannotDraw
from netdsl.targets.drawing.theme import theme
from netdsl.targets.drawing.views.block import blocks
from netdsl.targets.drawing.writers.svg import TEXT, body, number
from netdsl.targets.drawing.writers.web import Table, web

FOLDER = Path(__file__).parent
PARTS = (FOLDER / "album.css", FOLDER / "album.js")
SIDE_BY_SIDE = 6
"""So many networks are compared on a page."""
DEPTH = 2
"""How many scopes deep the graph shows modules apart: all of them would be most of the file."""


def album(family: str, networks: Sequence[Network]) -> str:
    """The networks of a family, each with its views, and all of them compared. The same text for the same networks."""
    elements = Table()
    shown = [(network.name, list(_views(network))) for network in networks]
    if together := list(_compared(networks)):
        shown.append(("side by side", [("compare", together)]))
    data = [
        {"name": name, "views": [[label, [_page(drawing, at, elements) for drawing in drawings
                                          for at in range(len(drawing.pages))]] for label, drawings in views]}
        for name, views in shown
    ]  # fmt: skip
    main = f'<svg class="page shown" {TEXT} role="img"></svg>'
    aside = (
        f'<header><h1>{escape(family)}</h1><a href="../gallery.md">All families</a></header><div id="networks"></div>'
    )
    return web(family, main, aside, {"networks": data, "elements": elements.texts}, theme("light"), PARTS)


def _views(network: Network) -> Iterator[tuple[str, list[Drawing]]]:
    """What a tab is called, and what it shows; a view that a network does not have is left out."""
    for view in ("stages", "overview", "layers"):
        if drawn := list(_drawn([network], view)):
            yield view, drawn
    for block in blocks(network):
        if drawn := list(_drawn([network], "block", block)):
            yield f"block {block}", drawn
    yield "graph", [render([network], "graph", depth=DEPTH)]


def _compared(networks: Sequence[Network]) -> Iterator[Drawing]:
    """A family, as evenly on pages as can be."""
    count = -(-len(networks) // SIDE_BY_SIDE)
    cuts = [len(networks) * at // count for at in range(count + 1)]
    for start, end in pairwise(cuts):
        if end - start > 1:
            yield from _drawn(networks[start:end], "compare")


def _drawn(networks: Sequence[Network], view: str, block: str | None = None) -> Iterator[Drawing]:
    try:
        yield render(networks, view, block=block)
    except CannotDraw:
        return


def _page(drawing: Drawing, at: int, elements: Table) -> list[object]:
    """A page: its size, and what is drawn by the numbers of the elements."""
    page = drawing.pages[at]
    size = (float(number(side)) for side in (page.width, page.height))
    return [*size, [elements(line) for line in body(page.items, drawing.theme)]]
