"""Rows on pages, as evenly as they can be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from netdsl.targets.drawing.bands.rows import Row, room, spread, things

NAME = 14.0
"""The size of the names above parts."""
PAD, BETWEEN = 14.0, 16.0
"""Around what stands in a band; between bands."""


MOST = 76
"""So many things are on a page, if a row holds no more."""
LEAD = 28.0
"""So much further apart rows may stand where a page has room."""


@dataclass(frozen=True, slots=True)
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


def paged(rows: Sequence[Row], wide: float, high: float) -> list[Page]:
    """Bands on as few pages of such a size as can be, none much emptier than others.

    Nothing where a row is too high."""
    heights = [row_height(row) for row in rows]
    if max(heights) + PAD > high:
        return []
    pages = _filled(rows, heights, high)
    low, most = high / 4, high
    for _ in range(8):
        middle = (low + most) / 2
        tried = _filled(rows, heights, middle) if max(heights) + PAD <= middle else []
        if len(tried) == len(pages):
            pages, most = tried, middle
        else:
            low = middle
    return [_page(spread(page, wide), high) for page in pages]


def _filled(rows: Sequence[Row], heights: Sequence[float], high: float) -> list[list[Row]]:
    """Pages that are filled one after the other."""
    pages: list[list[Row]] = [[]]
    left, seen = high, 0.0
    for row, own in zip(rows, heights, strict=True):
        page = pages[-1]
        before = 0.0 if page and page[-1].band == row.band else PAD + (BETWEEN if page else 0)
        if page and (own + before > left or seen + things(row) > MOST):
            page = []
            pages.append(page)
            left, seen, before = high, 0.0, PAD
        page.append(row)
        left -= own + before
        seen += things(row)
    return pages


def _page(rows: Sequence[Row], high: float) -> Page:
    bands = tuple(tuple(band) for _, band in groupby(rows, key=lambda row: row.band))
    page = Page(bands, 0.0)
    used = sum(page.height(band) for band in bands) + BETWEEN * (len(bands) - 1)
    return replace(page, lead=min(LEAD, (high - used) / len(rows)))
