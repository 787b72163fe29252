"""Rows on pages, as evenly as they can be."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from netdsl.records import by_value
from netdsl.targets.drawing.bands.rows import Row, room, spread, things

NAME = 14.0
"""The size of the names above parts."""
PAD, BETWEEN = 14.0, 16.0
"""Around what stands in a band; between bands."""


MOST = 76
"""So many things are on a page, if a row holds no more."""
LEAD = 28.0
"""So much further apart rows may stand where a page has room."""


@by_value
class Page:
    """Bands below each other; `lead` is what stands between rows besides what must."""

    bands: tuple[tuple[Row, ...], ...]
    lead: float

    @property
    def count(self) -> int:
        """Of its rows."""
        return sum(len(band) for band in self.bands)

    def height(self, band: Sequence[Row]) -> float:
        """Of a band, from its upper to its lower edge."""
        return sum(row_height(row) + self.lead for row in band) + PAD


def row_height(row: Row) -> float:
    """The height of a row with the names above its parts."""
    return room(row).height + NAME * 1.6 + PAD


class _Break(NamedTuple):
    """Where pages may end: the fewer pages before it the better, then the smaller the sum of their squared fills."""

    pages: int
    fills: float
    start: int
    """The row with which the last page begins."""


def paged(rows: Sequence[Row], high: float) -> list[Sequence[Row]]:
    """The rows of each page: as few pages of such a height as can be, and as evenly as can be on these.

    Nothing where a row is too high."""
    sizes = [(row_height(row), things(row)) for row in rows]
    best = [_Break(0, 0.0, 0)]
    for end in range(1, len(rows) + 1):
        starts = _starts(rows, sizes, end, high)
        way = min((_Break(best[at].pages + 1, best[at].fills + fill**2, at) for at, fill in starts), default=None)
        if way is None:
            return []
        best.append(way)
    pages: list[Sequence[Row]] = []
    end = len(rows)
    while end:
        start = best[end].start
        pages.insert(0, rows[start:end])
        end = start
    return pages


def _starts(
    rows: Sequence[Row], sizes: Sequence[tuple[float, float]], end: int, high: float
) -> Iterator[tuple[int, float]]:
    """The rows with which a page may begin that ends before row `end`, each with how full the page is then."""
    used, seen = PAD, 0.0
    for at in range(end - 1, -1, -1):
        alone = at == end - 1
        own, count = sizes[at]
        used += own if alone or rows[at].band == rows[at + 1].band else own + PAD + BETWEEN
        seen += count
        if used > high or (seen > MOST and not alone):
            return
        yield at, max(used / high, seen / MOST)


def filled(rows: Sequence[Row], wide: float, high: float) -> Page:
    """A page of such a size whose rows take all of it."""
    bands = tuple(tuple(band) for _, band in groupby(spread(rows, wide), key=lambda row: row.band))
    page = Page(bands, 0.0)
    used = sum(page.height(band) for band in bands) + BETWEEN * (len(bands) - 1)
    return replace(page, lead=min(LEAD, (high - used) / len(rows)))
