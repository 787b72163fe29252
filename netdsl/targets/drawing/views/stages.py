"""The view `stages`: a card for each stage, in a strip or a serpentine, and an inset that opens the commonest block."""

import math
from dataclasses import dataclass, replace
from itertools import pairwise, product

from netdsl.targets.drawing.cards import Stages
from netdsl.targets.drawing.graphviz.engines import NoGraphviz
from netdsl.targets.drawing.header import BOTTOM, MARGIN, SIGNS, header
from netdsl.targets.drawing.scene import Cut, Frame, Item, NoRoom, Paint, Point, Scene, Wire, Words
from netdsl.targets.drawing.strip.card import drawn, said
from netdsl.targets.drawing.strip.forms import ROWS, SIZES_OF_ROW, Form, bands
from netdsl.targets.drawing.strip.inset import Inset, panels
from netdsl.targets.drawing.strip.links import (
    CLEAR,
    HEAD_ROOM,
    MARK_SIZE,
    Skip,
    arranged,
    gutter,
    hanging,
    lane_items,
    mark,
    skips,
)
from netdsl.targets.drawing.strip.opened import insets
from netdsl.targets.drawing.strip.rows import Measured, Placed, in_one_row, in_rows
from netdsl.targets.drawing.words import costs

SIZE = (1920.0, 1080.0)
BAND, BAND_TEXT = 54.0, 22.0
"""The height of the brackets that hold a shared height and width, and the size of their words."""
SHEETS = 20.0
INSET_LEAST, BRACKET = 330.0, 76.0
"""How high an inset must be, and what stays free above it."""
DEEP = 20.0
"""The depth of a bracket below cards that are opened."""
BESIDE = 12.0
"""What an auxiliary head keeps clear of a skip that leaves the same card."""
FEW = 7
"""So many cards stand in one row even where they have all the room."""


def stages(
    found: Stages,
    size: tuple[float, float] = SIZE,
    title: str | None = None,
    legend: bool = True,
    labels: frozenset[str] = frozenset({"params"}),
) -> Scene:
    """One slide of `size` pixels that shows a network as its stages. Text is never smaller than 18 pixels.

    Raises `NoRoom`.
    """
    items, roles = _below_header(found, size, labels)
    top = header(title or found.title, subtitle(found), roles, size, legend, brief=subtitle(found, brief=True))
    cards = [said(card) for card in found.cards]
    return Scene(*size, title or found.title, " → ".join(cards), (*top, *items))


def _below_header(found: Stages, size: tuple[float, float], labels: frozenset[str]) -> tuple[list[Item], set[str]]:
    """The cards and the opened block, with the entries of the legend; smaller cards before no opened block."""
    cards = Measured([card for card in found.cards if not card.aside])
    for opened, forms in product(insets(found), SIZES_OF_ROW):
        page = _Page(found, cards, size, labels, opened, forms)
        try:
            return page.items(), page.roles()
        except (NoRoom, NoGraphviz):
            continue
    page = _Page(found, cards, size, labels)
    return page.items(), page.roles()


def subtitle(found: Stages, brief: bool = False) -> str:
    """What the net costs; its auxiliary heads apart."""
    heads = sum(head.cost.parameters for head in found.heads)
    return costs(found.total.parameters, found.total.macs, brief, heads)


@dataclass(slots=True)
class _Page:
    """Places everything below the header."""

    found: Stages
    cards: Measured
    """Those of the main line."""
    size: tuple[float, float]
    labels: frozenset[str]
    insets: tuple[Inset, ...] = ()
    row: tuple[Form, ...] = ()
    """The forms of a row above an inset."""
    opened: frozenset[str] = frozenset()
    """The entries of the legend for the insets."""

    def items(self) -> list[Item]:
        """All that stands below the header."""
        main = [at for at, card in enumerate(self.found.cards) if not card.aside]
        placed, heights = self._arranged(main)
        frames = dict(zip(main, self._frames(placed, heights), strict=True))
        panels = self._panels(placed, frames, main) if self.insets else []
        items = self._cards(placed, frames, main)
        items += self._line(placed, frames, main)
        items += self._lanes(placed, frames, main)
        sources = {skip.source for skip in skips(self.found.cards)}
        for head in self.found.heads:
            passing = [self._leaves(frames[head.after], math.inf)[0] - BESIDE] if head.after in sources else []
            limits = (MARGIN, min([self.size[0] - MARGIN, *passing]))
            items += hanging(head, frames[head.after], self._name(head.after), placed.form.text, limits)
        if placed.form.banded:
            items += self._bands(placed, frames, main)
        return items + panels

    def roles(self) -> set[str]:
        """The entries of the legend."""
        paints = {card.paint for card in self.found.cards} | {card.join for card in self.found.cards if card.join}
        return paints | self.opened

    def _name(self, at: int) -> str:
        return f"stage {at}"

    def _forms(self, forms: tuple[Form, ...]) -> tuple[Form, ...]:
        return tuple(replace(form, labels=self.labels) for form in forms)

    def _arranged(self, main: list[int]) -> tuple[Placed, list[float]]:
        """The cards in rows, and what stays free below each row."""
        wide = self.size[0] - 2 * MARGIN
        if self.insets:
            row = in_one_row(self.cards, self._forms(self.row), MARGIN, wide)
            if row:
                return row, [self._gutter(row, main, 0)]
        large = self._forms(ROWS)
        if not self.insets and len(main) <= FEW and (row := in_one_row(self.cards, large, MARGIN, wide)):
            return row, [self._gutter(row, main, 0)]
        for form in large:
            for rows in (2, 3):
                placed = in_rows(self.cards, form, MARGIN, wide, rows)
                if placed is None or len(placed.rows) < rows or self._far(placed, main):
                    continue
                gutters = [self._gutter(placed, main, at) for at in range(rows)]
                if self._room(placed, gutters) >= (INSET_LEAST if self.insets else 0):
                    return placed, gutters
        if self.insets:
            raise NoRoom("no block can be opened below the cards")
        raise NoRoom("the cards have no room on this page: take --size 16:9")

    def _far(self, placed: Placed, main: list[int]) -> bool:
        """Whether a skip would have to cross a row."""
        rows = {main[at]: number for number, row in enumerate(placed.rows) for at in row}
        return any(rows[skip.target] - rows[skip.source] > 1 for skip in skips(self.found.cards))

    def _room(self, placed: Placed, gutters: list[float]) -> float:
        """What remains below the cards."""
        return self.size[1] - MARGIN - BOTTOM - self._needed(placed, gutters)

    def _needed(self, placed: Placed, gutters: list[float]) -> float:
        extra = SHEETS + (BAND if placed.form.banded else 0)
        return len(placed.rows) * (placed.high + extra) + sum(gutters)

    def _gutter(self, placed: Placed, main: list[int], row: int) -> float:
        inside = {main[at] for at in placed.rows[row]}
        heads = sum(head.after in inside for head in self.found.heads)
        return gutter(self._skips_below(placed, main, row), heads, row < len(placed.rows) - 1)

    def _skips_below(self, placed: Placed, main: list[int], row: int) -> list[Skip]:
        """The skips that run below a row."""
        rows = {main[at]: number for number, row in enumerate(placed.rows) for at in row}
        last = len(placed.rows) - 1

        def home(skip: Skip) -> int:
            start, end = rows[skip.source], rows[skip.target]
            return start if start == end else min(max(end - 1, 0), last)

        return [skip for skip in skips(self.found.cards) if home(skip) == row]

    def _frames(self, placed: Placed, gutters: list[float]) -> list[Frame]:
        """The cards' frames with their heights, the rows spread over the room there is."""
        spare = 0.0 if self.insets else max(0.0, self._room(placed, gutters))
        between = min(spare / (len(placed.rows) + 1), 60.0)
        y = BOTTOM + (spare - between * (len(placed.rows) - 1)) / 2
        tops = []
        for space in gutters:
            y += SHEETS + (BAND if placed.form.banded else 0)
            tops.append(y)
            y += placed.high + space + between
        rows = {at: number for number, row in enumerate(placed.rows) for at in row}
        return [Frame(frame.x, tops[rows[at]], frame.width, placed.high) for at, frame in enumerate(placed.frames)]

    def _cards(self, placed: Placed, frames: dict[int, Frame], main: list[int]) -> list[Item]:
        return [
            drawn(self.found.cards[at], shown, placed.form, frames[at], placed.head, placed.above, self._name(at))
            for at, shown in zip(main, placed.faces, strict=True)
        ]

    def _line(self, placed: Placed, frames: dict[int, Frame], main: list[int]) -> list[Item]:
        """The main line, from card to card."""
        items: list[Item] = []
        for before, after in pairwise(main):
            points = _between(frames[before], frames[after])
            card = self.found.cards[after]
            start, end = self._name(before), self._name(after)
            if not card.joins:
                items.append(Wire(points, start=start, end=end))
                continue
            middle = self._mark_place(frames[before], frames[after])
            node = mark(card, end, middle)
            items += [node, *_through(points, node.frame, start, node.name, end)]
        return items

    def _mark_place(self, before: Frame, after: Frame) -> tuple[float, float]:
        first, last = _between(before, after)
        return (first[0] + last[0]) / 2, (first[1] + last[1]) / 2

    def _lanes(self, placed: Placed, frames: dict[int, Frame], main: list[int]) -> list[Item]:
        """The skips, each in a lane of its own between two rows."""
        items: list[Item] = []
        names = [self._name(at) for at in range(len(self.found.cards))]
        before = dict(zip(main[1:], main, strict=False))
        for row, places in enumerate(placed.rows):
            below = self._skips_below(placed, main, row)
            if not below:
                continue
            bottom = frames[main[places[0]]].bottom
            starts = {s.source: self._leaves(frames[s.source], bottom) for s in below}
            ends = {}
            for skip in below:
                x, y = self._mark_place(frames[before[skip.target]], frames[skip.target])
                half = MARK_SIZE / 2 * (1 if self.found.cards[skip.target].join in SIGNS else 1.6)
                ends[skip.target] = (x, y + half if y < bottom else y - half)
            heads = any(head.after in {main[at] for at in places} for head in self.found.heads)
            lanes = arranged(below, starts, ends, bottom + (HEAD_ROOM if heads else 0))
            walls = [x for lane in lanes for x in (lane.start[0], lane.end[0])]
            for lane in lanes:
                items += lane_items(lane, self.found.cards, names, walls)
        return items

    def _leaves(self, frame: Frame, bottom: float) -> tuple[float, float]:
        """Where a skip leaves its card: below, aside of the middle, where the line may turn."""
        return frame.middle[0] + min(24.0, frame.width / 4), frame.bottom if frame.bottom <= bottom else frame.y

    def _bands(self, placed: Placed, frames: dict[int, Frame], main: list[int]) -> list[Item]:
        """Brackets above the cards with the height and width that they share."""
        items: list[Item] = []
        for row in placed.rows:
            cards = [self.found.cards[main[at]] for at in row]
            for text, first, last in bands(cards):
                ends = frames[main[row[first]]], frames[main[row[last]]]
                left, right = min(f.x for f in ends), max(f.right for f in ends)
                y = ends[0].y - SHEETS
                line = ((left + 1, y + 6), (left + 1, y - 4), (right - 1, y - 4), (right - 1, y + 6))
                items.append(Wire(line, thickness=2, bend=4, arrow=False))
                words = Words(
                    text, (left + right) / 2, y - 16, BAND_TEXT, Paint("muted"), Paint("ground"), Cut.SEMIBOLD
                )
                items.append(words)
        return items

    def _panels(self, placed: Placed, frames: dict[int, Frame], main: list[int]) -> list[Item]:
        """The panels below, and the brackets from the cards that the first one opens."""
        shown = [at for at in main if at in self.insets[0].cards]
        lowest = max(frame.bottom for frame in frames.values())
        heads = any(head.after in main for head in self.found.heads)
        joined = any(self.found.cards[at].joins for at in main)
        free = self._gutter(placed, main, len(placed.rows) - 1)
        top = lowest + max(BRACKET, free + (24 if heads or joined else 0))
        frame = Frame(MARGIN, top, self.size[0] - 2 * MARGIN, self.size[1] - MARGIN - top)
        drawn = panels(self.insets, frame)
        self.opened = drawn.roles
        taken = {head.after for head in self.found.heads} | ({skip.source for skip in skips(self.found.cards)})
        runs = _runs(shown, taken, main)
        if len(placed.rows) > 1 or not runs or (joined and free):
            return list(drawn.items)
        spans = [(frames[run[0]].x, frames[run[-1]].right) for run in runs]
        return [*drawn.items, *_brackets(spans, lowest + 12, drawn.frames[0])]


def _runs(shown: list[int], taken: set[int], main: list[int]) -> list[list[int]]:
    """The shown cards in rows of neighbours; only the longest row where something else hangs below the cards."""
    runs: list[list[int]] = [[]]
    for at in main:
        if at in shown and at not in taken:
            runs[-1].append(at)
        else:
            runs.append([])
    found = [run for run in runs if run]
    return [max(found, key=len)] if found and taken else found


def _brackets(spans: list[tuple[float, float]], y: float, panel: Frame) -> list[Item]:
    """A bracket below each row of cards, and the stem from all of them to the panel; none where a single one lies
    aside."""
    lines = [((left + 1, y), (left + 1, y + DEEP), (right - 1, y + DEEP), (right - 1, y)) for left, right in spans]
    middles = [(left + right) / 2 for left, right in spans]
    stem = min(max((middles[0] + middles[-1]) / 2, panel.x + 2 * DEEP), panel.right - 2 * DEEP)
    ways: list[tuple[Point, ...]] = [*lines]
    if len(spans) == 1:
        ((left, right),) = spans
        if not left + 2 * DEEP <= stem <= right - 2 * DEEP:
            return []
        ways.append(((stem, y + DEEP), (stem, panel.y)))
    else:
        spine = y + 2 * DEEP
        first, *between, last = sorted([*((x, y + DEEP) for x in middles), (stem, panel.y)])
        ways.append((first, (first[0], spine), (last[0], spine), last))
        ways += [(tooth, (tooth[0], spine)) for tooth in between]
    return [Wire(points, thickness=2.5, bend=10, arrow=False) for points in ways]


def _between(before: Frame, after: Frame) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ends of the wire between two neighbours: beside each other, or one below the other."""
    if after.y > before.bottom:
        return (before.middle[0], before.bottom), (before.middle[0], after.y - CLEAR)
    y = before.middle[1]
    if after.x > before.x:
        return (before.right, y), (after.x - CLEAR, y)
    return (before.x, y), (after.right + CLEAR, y)


def _through(
    points: tuple[tuple[float, float], tuple[float, float]], node: Frame, start: str, name: str, end: str
) -> list[Item]:
    """The two wires of a line that is interrupted by a join."""
    (x, y), (right, bottom) = points
    if x == right:
        return [
            Wire(((x, y), (x, node.y)), arrow=False, start=start, end=name),
            Wire(((x, node.bottom), (x, bottom)), start=name, end=end),
        ]
    near, far = (node.x, node.right) if x < right else (node.right, node.x)
    return [
        Wire(((x, y), (near, y)), arrow=False, start=start, end=name),
        Wire(((far, y), (right, y)), start=name, end=end),
    ]
