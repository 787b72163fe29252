"""The view `layers`: every layer, a band for each resolution, on as many pages as it needs."""

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

from netdsl.graph.model import Network
from netdsl.records import by_value
from netdsl.targets.drawing.bands.breaking import broken
from netdsl.targets.drawing.bands.pages import BETWEEN, NAME, PAD, Page, filled, paged, row_height
from netdsl.targets.drawing.bands.rows import Row, gap_before, room, rows
from netdsl.targets.drawing.blocks.measure import Look, extent
from netdsl.targets.drawing.blocks.parts import Part, Series, Tag, operators, roles, tags
from netdsl.targets.drawing.blocks.place import CLEAR, Placing, Source
from netdsl.targets.drawing.blocks.tree import unfolded
from netdsl.targets.drawing.folding.naming import title as title_of
from netdsl.targets.drawing.header import BOTTOM, MARGIN, header
from netdsl.targets.drawing.metrics import centred, fitted, width
from netdsl.targets.drawing.scene import (
    Anchor,
    CannotDraw,
    Cut,
    Frame,
    Item,
    NoRoom,
    Pages,
    Paint,
    Scene,
    Shape,
    Wire,
    Words,
)
from netdsl.targets.drawing.words import costs_of

SIZE = (1920.0, 1080.0)
HEADS = 132.0
"""What the resolution takes at the left of a band."""
RESOLUTION, MINOR = 22.0, 16.0
MORE = 1.25
"""Times as many pages a larger text may need."""
STUB = 26.0
"""The arrows at the ends of rows."""
SIZES = (14.0, 16.0, 18.0, 20.0, 24.0, 28.0, 32.0, 36.0)


class NoLayers(CannotDraw):
    """A network has no layers that could be shown."""


@by_value
class _Way:
    """One way to draw a network."""

    look: Look
    pages: list[Sequence[Row]]
    """The rows of each, as tight as they can stand."""
    breaks: int


def layers(network: Network, size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True) -> Pages:
    """Every layer in the order in which it runs; text is never smaller than 14 pixels. Raises `NoLayers`, `NoRoom`."""
    whole = unfolded(network)
    if not operators(whole.line):
        raise NoLayers(f"`{network.name}` has no layer to show: draw it with --view graph")
    lines = (whole.line, *whole.heads)
    way = _best(lines, size)
    if way is None:
        raise NoRoom(f"a part of `{network.name}` is larger than the page: draw it with --view graph")
    used = set().union(*(roles(line) for line in lines)) - {"port", "reshape"}
    heading = title or title_of(network)
    notes = _notes(way.pages)
    costs = costs_of(network)

    def page(at: int) -> Scene:
        where = f", page {at + 1} of {len(way.pages)}" if len(way.pages) > 1 else ""
        words, brief = (said + where for said in costs)
        items = (
            *header(heading, words, used, size, legend, brief=brief),
            *_drawn(filled(way.pages[at], *_room(size)), Placing(way.look, Paint("panel"), "layer", notes), size),
        )
        return Scene(*size, heading, f"every layer of {network.name}{where}", items)

    return Pages(len(way.pages), page)


def _best(lines: Sequence[Series], size: tuple[float, float]) -> _Way | None:
    """The largest text that breaks no more parts than the smallest, and needs at most a quarter more pages."""
    smallest, *larger = _looks()
    best = _way(lines, smallest, size)
    if best is None:
        return None
    most = len(best.pages) * MORE
    low, high = 0, len(larger)
    while low < high:
        middle = (low + high) // 2
        way = _way(lines, larger[middle], size)
        if way and way.breaks <= best.breaks and len(way.pages) <= most:
            best, low = way, middle + 1
        else:
            high = middle
    return best


def _looks() -> Iterator[Look]:
    """The ways to set a page, from the one that holds most."""
    for text in SIZES:
        yield Look(text, gap=24, pad=text * 0.4, lane_gap=text * 0.4)
        yield Look(text, gap=text * 1.6, pad=text * 0.5, lane_gap=text * 0.6)


def _way(lines: Sequence[Series], look: Look, size: tuple[float, float]) -> _Way | None:
    """The network at this look; None where a row is higher than a page."""
    wide, high = _room(size)
    found: list[Row] = []
    breaks = 0
    for number, line in enumerate(lines):
        whole, count = broken(line, look, wide, high - NAME * 1.6 - 2 * PAD)
        breaks += count
        first = found[-1].band + 1 if found else 0
        found += rows(whole, look, wide, _head(number, len(lines) - 1), first)
    pages = paged(found, high)
    return _Way(look, pages, breaks) if pages else None


def _room(size: tuple[float, float]) -> tuple[float, float]:
    """The width of a page's rows, and the height of its bands."""
    return size[0] - 2 * MARGIN - HEADS - 2 * STUB - PAD, size[1] - MARGIN - BOTTOM


def _head(number: int, count: int) -> str:
    """What the bands of an auxiliary head are called; nothing for those of the network itself."""
    return "" if not number else "aux head" if count == 1 else f"aux {number}"


def _notes(pages: Sequence[Sequence[Row]]) -> Callable[[Tag], tuple[str, ...]]:
    """What a tooltip says of a tag: also the pages on which the value leaves and arrives, where there are several."""
    found: dict[int, dict[int, None]] = {}
    for number, page in enumerate(pages, 1):
        for tag in (tag for row in page for tag in tags(row.line)):
            found.setdefault(tag.value, {})[number] = None

    def notes(tag: Tag) -> tuple[str, ...]:
        first, *others = found[tag.value]
        return (*tag.notes, f"from page {first} to {', '.join(map(str, others))}") if others else tag.notes

    return notes


def _drawn(page: Page, placing: Placing, size: tuple[float, float]) -> list[Item]:
    items: list[Item] = []
    y = BOTTOM
    for band in page.bands:
        high = page.height(band)
        items += _ground(band, Frame(MARGIN, y, size[0] - 2 * MARGIN, high))
        top = y + PAD
        for row in band:
            _place(row, top + page.lead / 2, placing)
            top += row_height(row) + page.lead
        y += high + BETWEEN
    return [*items, *placing.items]


def _ground(band: Sequence[Row], frame: Frame) -> list[Item]:
    panel = Paint("panel")
    sizes = [size for row in band for size in row.sizes]
    first, *others = dict.fromkeys("×".join(map(str, size)) for size in (sizes[0], sizes[-1]))
    heading = [band[0].heading, first] if band[0].heading else [first]
    items: list[Item] = [Shape(frame, panel, radius=(16,) * 4)]
    for at, words in enumerate([*heading, *(f"to {other}" for other in others)]):
        text, paint, cut = (MINOR, Paint("muted"), Cut.REGULAR) if at else (RESOLUTION, Paint("ink"), Cut.SEMIBOLD)
        baseline = centred(frame.y + 40 + 26 * at, text)
        line = fitted(words, HEADS - 2 * PAD, text, cut)
        items.append(Words(line, frame.x + PAD, baseline, text, paint, panel, cut, Anchor.START))
    return items


def _place(row: Row, top: float, placing: Placing) -> None:
    """One row, with an arrow into it and one out of it, and names above its parts."""
    placing.look = row.look
    x = MARGIN + HEADS + STUB
    y = top + NAME * 1.6 + room(row).up
    source = Source("", ((x - STUB, y),))
    places = []
    for at, part in enumerate(row.line.parts):
        x += gap_before(part, row.gap) if at else 0
        places.append((part, x))
        source = placing.part(part, x, y, source, False)
        x += extent(part, row.look).width
    placing.items += _names(places, x, y, placing)
    if row.goes_on:
        placing.items.append(Wire((*source.points, (x + STUB - CLEAR, y)), start=source.name))


def _names(places: Sequence[tuple[Part, float]], right: float, y: float, placing: Placing) -> Iterator[Words]:
    """The name of a module above the first of its parts, as much of its end as has room."""
    said = ""
    for at, (part, x) in enumerate(places):
        name = _name(part)
        if name in ("", said):
            continue
        said = name
        up = extent(part, placing.look).up
        ends = (left for other, left in places[at + 1 :] if _name(other) or extent(other, placing.look).up > up)
        end = next(ends, right) - NAME / 2
        while "." in name and (width(name, NAME) > end - x or name[0].isdecimal()):
            name = name.partition(".")[2]
        if width(name, NAME) <= end - x and not name.isdecimal():
            yield Words(name, x, y - up - 6, NAME, Paint("muted"), placing.surface, anchor=Anchor.START)


def _name(part: Part) -> str:
    """The module that a part is, or stands in: what the names of its layers begin with."""
    keys = [operator.key for operator in operators(Series((part,))) if operator.key]
    scopes = zip(*(key.split(".") for key in keys), strict=False)
    name = ".".join(names[0] for names in takewhile(lambda names: len(set(names)) == 1, scopes))
    scope, _, last = name.rpartition(".")
    return scope if len(keys) == 1 and last.isdecimal() else name
