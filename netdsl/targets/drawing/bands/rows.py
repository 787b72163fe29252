"""The parts of a line in rows: as many beside each other as have room, and a new row at another resolution."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from netdsl.records import by_value
from netdsl.targets.drawing.blocks.measure import Extent, Look, extent
from netdsl.targets.drawing.blocks.parts import Arrives, Fused, Leaves, Part, Series, begins, every, gives

ALIKE = 1.25
"""Times as high or wide a map may be as another of the same band: a convolution without padding takes a border off."""
APART = 2.0
"""Times the gap between parts that no wire joins."""
GAPS = (*range(28, 40, 4), *range(40, 64, 8), *range(64, 224, 16), *range(224, 1024, 32))
"""Between parts, for ever longer arrows."""
LONG, SWELL = 200.0, 0.12
"""Longer arrows make boxes wider as well, by such a share of what is more on each side of the words, so that boxes are
not lost between them."""
WIDER = 2.0
"""Times as long as they must be the arrows of a full row may become, so that it ends at the right border."""

Space = tuple[int, ...]
POINT = (1, 1)
"""The size of what has none."""


@by_value
class Row:
    """Parts beside each other."""

    parts: tuple[Part, ...]
    band: int
    """Rows of one number are one band."""
    heading: str
    """What the band is called."""
    sizes: tuple[Space, ...]
    """The height and width of the maps that the parts give."""
    look: Look
    gap: float
    """Between the parts, which are set as `look` says."""
    goes_on: bool
    """Whether a wire leads to the next row."""
    is_full: bool
    """Whether it ends because the next part of its band has no room."""


def rows(line: Series, look: Look, wide: float, heading: str = "", band: int = 0) -> list[Row]:
    """A line in rows at most so wide; `band` is the number of its first band."""
    found: list[Row] = []
    pieces = list(_pieces(line, look, wide))
    parts: list[Part] = []
    sizes: list[Space] = []
    for piece, after in zip(pieces, [*pieces[1:], None], strict=True):
        parts += piece
        sizes.append(_space(piece))
        goes_on = after is not None and not begins(after[0])
        new_band = after is not None and not _alike(_first(found, band, sizes), _space(after))
        full = after is not None and _width((*parts, *after), look.gap) + _widths((*parts, *after), look) > wide
        if after is None or new_band or full:
            found.append(Row(tuple(parts), band, heading, tuple(sizes), look, look.gap, goes_on, full and not new_band))
            parts, sizes = [], []
            band += new_band
    return found


def _first(found: Sequence[Row], band: int, sizes: Sequence[Space]) -> Space:
    """The first size of a band."""
    return next((row.sizes[0] for row in found if row.band == band), sizes[0])


def _pieces(line: Series, look: Look, wide: float) -> Iterator[tuple[Part, ...]]:
    """Parts that stay together: what arrives with what it enters, what leaves with what gives it."""
    piece: list[Part] = []
    for part in line.parts:
        together = piece and (isinstance(piece[-1], Arrives) or (_clings(part) and not _resizes(piece[-1], part)))
        room = _width((*piece, part), look.gap) + _widths((*piece, part), look)
        if piece and (not together or room > wide):
            yield tuple(piece)
            piece = []
        piece.append(part)
    if piece:
        yield tuple(piece)


def _clings(part: Part) -> bool:
    """Whether a part does not begin a row: a value that leaves, an activation on its own."""
    return isinstance(part, Leaves) or (isinstance(part, Fused) and not any(o.main for o in part.operators))


def _resizes(before: Part, part: Part) -> bool:
    """Whether a map comes out larger or smaller than from the part before."""
    return bool(gives(part).space) and gives(part).space != gives(before).space


def _space(piece: Sequence[Part]) -> Space:
    """The height and width of the map that a piece gives; of a map that is made a vector there, that of the map."""
    whole = next((part for part in reversed(piece) if not _clings(part)), piece[-1])
    outputs = [o.output for o in whole.operators if o.main] if isinstance(whole, Fused) else []
    shapes = [gives(piece[-1]), *reversed(outputs), gives(whole)]
    return next((shape.space for shape in shapes if shape.space), POINT)


def _alike(one: Space, other: Space) -> bool:
    """Whether maps are of one band."""
    if len(one) != len(other):
        return False
    return all(max(a, b) <= ALIKE * min(a, b) for a, b in zip(one, other, strict=True))


def _widths(parts: Sequence[Part], look: Look) -> float:
    return sum(extent(part, look).width for part in parts)


def _width(parts: Sequence[Part], gap: float) -> float:
    """All gaps between parts."""
    return sum(gap_before(part, gap) for _, part in pairwise(parts))


def gap_before(part: Part, gap: float) -> float:
    """Between a part and the one before it."""
    return gap * APART if begins(part) else gap


def spread(page: Sequence[Row], wide: float) -> list[Row]:
    """Rows of one page with arrows so long that the widest, and those that are full, end near the right border."""
    tight = page[0].look
    looks = [tight, *(_wider(tight, gap) for gap in GAPS if gap > tight.gap)]
    longest = [_longest(row, looks, wide) for row in page]
    common = min(longest, key=lambda look: look.gap)
    result: list[Row] = []
    for row, most in zip(page, longest, strict=True):
        before = result[-1].look if result and result[-1].band == row.band and not row.is_full else common
        look = min(most, before, key=lambda look: look.gap)
        if row.is_full:
            look = next(one for one in reversed(looks) if one.gap <= max(common.gap, min(most.gap, tight.gap * WIDER)))
        gaps = _width(row.parts, 1.0)
        exact = (wide - _widths(row.parts, look)) / gaps if gaps else look.gap
        result.append(replace(row, look=look, gap=exact if row.is_full and exact <= look.gap * WIDER else look.gap))
    return result


def _wider(look: Look, gap: float) -> Look:
    """The look with longer arrows."""
    return replace(look, gap=gap, pad=look.pad + max(0.0, gap - LONG) * SWELL)


def _longest(row: Row, looks: Sequence[Look], wide: float) -> Look:
    """The one of ever longer arrows with which a row still has room."""
    low, high = 1, len(looks)
    while low < high:
        middle = (low + high) // 2
        look = looks[middle]
        fits = _widths(row.parts, look) + _width(row.parts, look.gap) <= wide
        low, high = (middle + 1, high) if fits else (low, middle)
    return looks[low - 1]


def things(row: Row) -> float:
    """How many boxes and joins a reader sees; a tag is half a thing."""
    count = 0.0
    for part in every(Series(row.parts)):
        match part:
            case Fused():
                count += len(part.operators)
            case Arrives():
                count += len(part.tags) / 2
            case Leaves():
                count += 0.5
            case _:
                count += 1
    return count


def room(row: Row) -> Extent:
    """The room of a row."""
    return extent(Series(row.parts), row.look)
