"""An opened block in a given frame: as large as fits, its words never smaller than 18 pixels."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from netdsl.targets.drawing.blocks.measure import SIZES, Extent, Look, extent
from netdsl.targets.drawing.blocks.parts import Opened, Series, roles
from netdsl.targets.drawing.blocks.place import Placing, Source
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import Cut, Frame, Item, NoRoom, Paint, Point, Shape, Tone, Words
from netdsl.targets.drawing.words import dims

WIDEST_GAP, WIDEST_PAD, WIDEST_LANE, TALLEST = 120.0, 26.0, 56.0, 3.2


def looks(sizes: Sequence[float]) -> list[Look]:
    """The ways to draw a block with its numbers of channels, the preferred first."""
    found = []
    for text in sizes:
        roomy = Look(text, gap=text * 1.5, pad=text * 0.5, lane_gap=text * 0.8)
        found += [roomy, replace(roomy, gap=28.0, pad=text * 0.36, lane_gap=text * 0.45)]
    return found


def bare(sizes: Sequence[float]) -> list[Look]:
    """The ways to draw it without them."""
    return [replace(tight, channels=False) for tight in looks(sizes)[1::2]]


def draw(
    ways: Sequence[Opened], frame: Frame, surface: Paint, prefix: str, sizes: Sequence[float] = SIZES
) -> tuple[tuple[Item, ...], set[str]]:
    """A block between its input and its output, the first of `ways` that has room; with the entries of its legend.

    Its words have the first of `sizes` that has room; numbers of channels go last. Raises `NoRoom`.
    """
    choices = [*product(ways, looks(sizes)), *product(ways, bare(sizes))]
    for opened, look in choices:
        if frame.holds(_needed(opened, look)):
            look = _stretched(opened.series, look, frame.width - _ends(opened, look), frame.height)
            return _placed(opened, look, frame, surface, prefix), roles(opened.series) | {"port"}
    raise NoRoom(f"the block `{ways[0].name}` is too large for its page: draw it with --view graph")


def needed(opened: Opened, text: float) -> list[Point]:
    """The widths and heights of the ways to draw a block with words of one size, numbers of channels included."""
    return [_needed(opened, look) for look in looks((text,))]


def _needed(opened: Opened, look: Look) -> Point:
    room = extent(opened.series, look)
    return room.width + _ends(opened, look), room.height


def _ends(opened: Opened, look: Look) -> float:
    """What stands before and behind the series, with its arrows."""
    return 2 * (_port_width(opened, look) + look.gap)


def _stretched(series: Series, look: Look, wide: float, high: float) -> Look:
    """The look with words, gaps and lanes as wide as the room allows."""
    widest = replace(
        look,
        pad=max(look.pad, WIDEST_PAD),
        gap=max(look.gap, WIDEST_GAP),
        lane_gap=max(look.lane_gap, WIDEST_LANE),
        tall=TALLEST,
    )

    def fits(wider: Look) -> bool:
        room = extent(series, wider)
        return room.width <= wide and room.height <= high

    for stretch in (_with_pad, _with_gap, _with_height, _with_lanes):
        low, most = 0.0, 1.0
        for _ in range(12):
            share = (low + most) / 2
            low, most = (share, most) if fits(stretch(look, widest, share)) else (low, share)
        look = stretch(look, widest, low)
    return look


def _with_pad(look: Look, widest: Look, share: float) -> Look:
    return replace(look, pad=look.pad + (widest.pad - look.pad) * share)


def _with_gap(look: Look, widest: Look, share: float) -> Look:
    return replace(look, gap=look.gap + (widest.gap - look.gap) * share)


def _with_height(look: Look, widest: Look, share: float) -> Look:
    return replace(look, tall=look.tall + (widest.tall - look.tall) * share)


def _with_lanes(look: Look, widest: Look, share: float) -> Look:
    return replace(look, lane_gap=look.lane_gap + (widest.lane_gap - look.lane_gap) * share)


def _port_width(opened: Opened, look: Look) -> float:
    words = dims(opened.arrives), dims(opened.gives)
    return max(width(text, look.text, Cut.SEMIBOLD) for text in words) + look.text * 1.6


def _placed(opened: Opened, look: Look, frame: Frame, surface: Paint, prefix: str) -> tuple[Item, ...]:
    room: Extent = extent(opened.series, look)
    y = frame.y + (frame.height - room.height) / 2 + room.up
    wide = _port_width(opened, look)
    placing = Placing(look, surface, prefix)
    start = _port(placing, dims(opened.arrives), Frame(frame.x, y - look.box / 2, wide, look.box))
    x = frame.x + (frame.width - room.width) / 2
    out = placing.series(opened.series, x, y, Source(start, ((frame.x + wide, y),)))
    end = _port(placing, dims(opened.gives), Frame(frame.right - wide, y - look.box / 2, wide, look.box))
    placing.wire(out, (frame.right - wide, y), end)
    return tuple(placing.items)


def _port(placing: Placing, text: str, frame: Frame) -> str:
    """The rounded end of a block's line."""
    size = placing.look.text
    x, y = frame.middle
    solid = Paint("port")
    words = Words(text, x, centred(y, size), size, Paint("port", Tone.TEXT), solid, Cut.SEMIBOLD)
    shape = Shape(frame, solid, Paint("arrow"), radius=(frame.height / 2.6,) * 4, words=(words,))
    return placing.node(frame, [shape])
