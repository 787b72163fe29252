"""The parts of a line in rows: as many beside each other as have room, and a new row at another resolution."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from netdsl.records import by_value
from netdsl.targets.drawing.blocks.measure import Extent, Look, apart, extent
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

    line: Series
    """The parts."""
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


class _Piece(NamedTuple):
    """Parts that stay together."""

    parts: tuple[Part, ...]
    width: float
    """Of them and of the gaps before them, that before the first included."""
    space: Space
    """The height and width of the map that they give."""


def rows(line: Series, look: Look, wide: float, heading: str = "", band: int = 0) -> list[Row]:
    """A line in rows at most so wide; `band` is the number of its first band."""
    found: list[Row] = []
    pieces = list(_pieces(line, look, wide))
    row: list[_Piece] = []
    used = 0.0
    for piece, after in zip(pieces, [*pieces[1:], None], strict=True):
        used += piece.width if row else piece.width - gap_before(piece.parts[0], look.gap)
        row.append(piece)
        goes_on = after is not None and not begins(after.parts[0])
        new_band = after is not None and not _alike(_first(found, band, row), after.space)
        full = after is not None and used + after.width > wide
        if after is None or new_band or full:
            parts = Series(tuple(part for piece in row for part in piece.parts))
            sizes = tuple(piece.space for piece in row)
            found.append(Row(parts, band, heading, sizes, look, look.gap, goes_on, full and not new_band))
            row, used = [], 0.0
            band += new_band
    return found


def _first(found: Sequence[Row], band: int, row: Sequence[_Piece]) -> Space:
    """The first size of a band."""
    return next((earlier.sizes[0] for earlier in found if earlier.band == band), row[0].space)


def _pieces(line: Series, look: Look, wide: float) -> Iterator[_Piece]:
    """A line in pieces: what arrives stays with what it enters, what leaves with what gives it."""
    piece: list[Part] = []
    used = 0.0
    for part in line.parts:
        step = gap_before(part, look.gap) + extent(part, look).width
        together = piece and (isinstance(piece[-1], Arrives) or (_clings(part) and not _resizes(piece[-1], part)))
        if piece and (not together or used + step - gap_before(piece[0], look.gap) > wide):
            yield _Piece(tuple(piece), used, _space(piece))
            piece, used = [], 0.0
        piece.append(part)
        used += step
    if piece:
        yield _Piece(tuple(piece), used, _space(piece))


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


def gap_before(part: Part, gap: float) -> float:
    """Between a part and the one before it."""
    return gap * APART if begins(part) else gap


def spread(page: Sequence[Row], wide: float) -> list[Row]:
    """Rows of one page with arrows so long that the widest, and those that are full, end near the right border."""
    arrows = _Arrows(page, wide)
    longest = [arrows.longest(row) for row in page]
    common = min(longest)
    result: list[Row] = []
    at = common
    for row, most in zip(page, longest, strict=True):
        goes_with = bool(result) and result[-1].band == row.band and not row.is_full
        at = min(most, at if goes_with else common)
        if row.is_full:
            at = max(common, min(most, arrows.at_most(arrows.gaps[0] * WIDER)))
        look = arrows.look(at)
        gaps = _gaps(row)
        exact = (wide - _widths(row, look)) / gaps if gaps else look.gap
        result.append(replace(row, look=look, gap=exact if row.is_full and exact <= look.gap * WIDER else look.gap))
    return result


class _Arrows:
    """The looks of a page with ever longer arrows, each made when it is tried."""

    def __init__(self, page: Sequence[Row], wide: float) -> None:
        self.wide = wide
        tight = page[0].look
        self.gaps = [tight.gap, *(gap for gap in GAPS if gap > tight.gap)]
        self.looks = {0: tight}
        self.parts = [part for row in page for part in every(row.line)]

    def look(self, at: int) -> Look:
        """The one with the gap at this place."""
        if at not in self.looks:
            tight, gap = self.looks[0], self.gaps[at]
            swell = max(0.0, gap - LONG) * SWELL
            wider = replace(tight, gap=gap, pad=tight.pad + swell) if swell else apart(tight, gap, self.parts)
            self.looks[at] = wider
        return self.looks[at]

    def at_most(self, gap: float) -> int:
        """The place of the longest arrow that is no longer."""
        return bisect_right(self.gaps, gap) - 1

    def longest(self, row: Row) -> int:
        """The place of the longest arrow with which a row still has room."""
        gaps = _gaps(row)
        low, high = 1, len(self.gaps)
        while low < high:
            middle = (low + high) // 2
            fits = _widths(row, self.look(middle)) + gaps * self.gaps[middle] <= self.wide
            low, high = (middle + 1, high) if fits else (low, middle)
        return low - 1


def _widths(row: Row, look: Look) -> float:
    """What its parts take without the gaps between them."""
    return sum(extent(part, look).width for part in row.line.parts)


def _gaps(row: Row) -> float:
    """How many gaps there are between its parts."""
    return sum(gap_before(part, 1.0) for part in row.line.parts[1:])


def things(row: Row) -> float:
    """How many boxes and joins a reader sees; a tag is half a thing."""
    count = 0.0
    for part in every(row.line):
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
    return extent(row.line, row.look)
