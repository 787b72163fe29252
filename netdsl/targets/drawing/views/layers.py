"""The view `layers`: every layer, a band for each resolution, on as many pages as it needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from netdsl.graph.cost import cost
from netdsl.graph.model import Network
from netdsl.targets.drawing.blocks.draw import operators, roles
from netdsl.targets.drawing.blocks.measure import Look, extent
from netdsl.targets.drawing.blocks.place import CLEAR, Placing, Source
from netdsl.targets.drawing.blocks.tree import NotInSeries, Part, Series, unfolded
from netdsl.targets.drawing.folding.naming import title as title_of
from netdsl.targets.drawing.header import BOTTOM, MARGIN, header
from netdsl.targets.drawing.metrics import centred, fitted, width
from netdsl.targets.drawing.scene import Anchor, CannotDraw, Cut, Frame, Item, NoRoom, Paint, Scene, Shape, Wire, Words
from netdsl.targets.drawing.words import costs

SIZE = (1920.0, 1080.0)
HEADS = 132.0
"""What the resolution takes at the left of a band."""
NAME, RESOLUTION = 14.0, 22.0
MORE = 1.25
"""Times as many pages a larger text may need."""
PAD, BETWEEN, STUB = 14.0, 16.0, 26.0
"""Around what stands in a band; between bands; the arrows at the ends of rows."""
LOOKS = tuple(
    look
    for text in (28.0, 24.0, 20.0, 18.0, 16.0, 14.0)
    for look in (
        Look(text, gap=text * 1.6, pad=text * 0.5, lane_gap=text * 0.6),
        Look(text, channels=False, gap=24, pad=text * 0.36, lane_gap=text * 0.4),
    )
)


class NoLayers(CannotDraw):
    """A network is no series of parallel paths; another view must show it."""


@dataclass(frozen=True, slots=True)
class Row:
    """Parts beside each other; `heading` is said where a band begins."""

    parts: tuple[Part, ...]
    heading: str
    begins: bool


def layers(
    network: Network, size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True
) -> tuple[Scene, ...]:
    """Every layer in the order in which it runs; text is never smaller than 14 pixels. Raises `NoLayers`, `NoRoom`."""
    try:
        whole = unfolded(network)
    except NotInSeries as error:
        message = f"`{network.name}` is no series of parallel paths: draw it with --view graph"
        raise NoLayers(message) from error
    if not whole.line.parts:
        raise NoLayers(f"`{network.name}` has no layer to show")
    wide = size[0] - 2 * MARGIN - HEADS - 2 * STUB - PAD
    everything = [whole.line, *whole.heads]
    fitting = [look for look in LOOKS if all(_widest(line, look) <= wide for line in everything)]
    if not fitting:
        raise NoRoom(f"a part of `{network.name}` is wider than the page: draw it with --view graph")
    with_channels = [look for look in fitting if look.channels]
    look, pages = _roomiest(everything, with_channels or fitting, wide, size)
    used = set().union(*(roles(line) for line in everything))
    heading = title or title_of(network)
    total = cost(network.root)
    scenes = []
    for at, page in enumerate(pages, 1):
        where = f", page {at} of {len(pages)}" if len(pages) > 1 else ""
        words, brief = (costs(total.parameters, total.macs, short) + where for short in (False, True))
        items = (*header(heading, words, used, size, legend, brief=brief), *_drawn(page, look, size))
        scenes.append(Scene(*size, heading, f"every layer of {network.name}{where}", items))
    return tuple(scenes)


def _roomiest(
    lines: list[Series], looks: list[Look], wide: float, size: tuple[float, float]
) -> tuple[Look, list[list[Row]]]:
    """The largest look that needs few pages: at most a quarter more than the smallest look needs."""
    ways = []
    for look in looks:
        rows = _rows(lines[0], look, wide, "")
        for number, head in enumerate(lines[1:], 1):
            rows += _rows(head, look, wide, f"aux head {number}")
        if pages := _pages(rows, look, size):
            ways.append((look, pages))
    if not ways:
        raise NoRoom("a part is higher than the page: draw the network with --view graph")
    fewest = min(len(pages) for _, pages in ways)
    return next((look, pages) for look, pages in ways if len(pages) <= fewest * MORE)


def _widest(line: Series, look: Look) -> float:
    return max((extent(part, look).width for part in line.parts), default=0.0)


def _space(part: Part, before: str) -> str:
    """The height and width that a part gives, in words."""
    found = [operator.output.space for operator in operators(Series((part,))) if operator.main]
    return ("×".join(map(str, found[-1])) or "1×1") if found else before


def _rows(line: Series, look: Look, wide: float, name: str) -> list[Row]:
    """Parts in rows; a row ends where the next part has no room, or gives a map of another size."""
    rows: list[Row] = []
    parts: list[Part] = []
    used, heading, said = 0.0, "", ""

    def close() -> None:
        if parts:
            rows.append(Row(tuple(parts), name or heading, said != (name or heading)))
            parts.clear()

    for part in line.parts:
        space = _space(part, heading)
        room = extent(part, look).width
        if parts and (space != heading or used + look.gap + room > wide):
            close()
            said = name or heading
            used = 0.0
        used += room + (look.gap if parts else 0)
        heading = space
        parts.append(part)
    close()
    return rows


def _height(row: Row, look: Look) -> float:
    room = extent(Series(row.parts), look)
    return room.height + NAME * 1.6 + PAD


def _pages(rows: list[Row], look: Look, size: tuple[float, float]) -> list[list[Row]]:
    """Rows on pages; the first row of a page says its resolution again. Nothing where a row is too high."""
    pages: list[list[Row]] = [[]]
    room = size[1] - MARGIN - BOTTOM
    left = room
    for row in rows:
        high = _height(row, look) + (BETWEEN + PAD if row.begins else 0)
        if high > left and pages[-1]:
            pages.append([])
            left = room
        if high > left:
            return []
        pages[-1].append(row if pages[-1] else replace(row, begins=True))
        left -= high
    return pages


def _drawn(rows: Sequence[Row], look: Look, size: tuple[float, float]) -> list[Item]:
    items: list[Item] = []
    y = BOTTOM
    placing = Placing(look, Paint("panel"), "layer")
    for at, row in enumerate(rows):
        if row.begins:
            high = sum(_height(other, look) for other in _band(rows, at)) + PAD
            y += BETWEEN if at else 0
            items += _ground(row.heading, Frame(MARGIN, y, size[0] - 2 * MARGIN, high))
            y += PAD
        _place(row, look, y, placing)
        y += _height(row, look)
    return [*items, *placing.items]


def _band(rows: Sequence[Row], at: int) -> list[Row]:
    """The rows of the band that begins at a place."""
    found = [rows[at]]
    for row in rows[at + 1 :]:
        if row.begins:
            break
        found.append(row)
    return found


def _ground(heading: str, frame: Frame) -> list[Item]:
    panel = Paint("panel")
    words = fitted(heading, HEADS - 2 * PAD, RESOLUTION, Cut.SEMIBOLD)
    baseline = centred(frame.y + 40, RESOLUTION)
    line = Words(words, frame.x + PAD, baseline, RESOLUTION, Paint("ink"), panel, Cut.SEMIBOLD, Anchor.START)
    return [Shape(frame, panel, radius=(16,) * 4), line]


def _place(row: Row, look: Look, top: float, placing: Placing) -> None:
    """One row, with an arrow into it and one out of it, and names above its parts."""
    room = extent(Series(row.parts), look)
    x = MARGIN + HEADS + STUB
    y = top + NAME * 1.6 + room.up
    source = Source("", ((x - STUB, y),))
    said = ""
    for part in row.parts:
        own = extent(part, look)
        name = _name(part)
        if name != said and width(name, NAME) <= own.width:
            line = Words(name, x, y - own.up - 6, NAME, Paint("muted"), placing.surface, anchor=Anchor.START)
            placing.items.append(line)
        said = name
        source = placing.part(part, x, y, source, False)
        x += own.width + look.gap
    last = source.points[-1]
    placing.items.append(Wire((*source.points, (last[0] + STUB - CLEAR, last[1])), start=source.name))


def _name(part: Part) -> str:
    """The module that a part is, or stands in: what the names of its layers begin with."""
    keys = [operator.key for operator in operators(Series((part,))) if operator.key]
    scopes = zip(*(key.split(".") for key in keys), strict=False)
    return ".".join(names[0] for names in takewhile(lambda names: len(set(names)) == 1, scopes))
