"""Where cards stand: which form fits, how many rows there are, how wide each card is."""

from dataclasses import dataclass, field

from netdsl.records import by_value
from netdsl.targets.drawing.cards import Card
from netdsl.targets.drawing.scene import Frame
from netdsl.targets.drawing.strip.forms import Face, Form, body_height, face, head_height, line_counts, room

GAPS = (40.0, 28.0, 20.0)
"""Between cards, the preferred first."""
MARK = 34.0
"""What a join in a gap needs besides."""
SPREAD = 1.6
"""How much wider than its words a card may become before the gaps grow."""


@by_value
class Placed:
    """Cards in rows: frames by the card's place, and what they all share."""

    form: Form
    faces: list[Face]
    frames: list[Frame]
    """All in the first row at y = 0, in the second at y = 1 and so on, until heights are known."""
    rows: list[list[int]]
    head: float
    above: int

    @property
    def high(self) -> float:
        """The height of a card."""
        return self.head + body_height(self.form, self.faces)


@dataclass
class Measured:
    """The cards of a page, each measured once in a form, however often the page is arranged."""

    cards: list[Card]
    in_form: dict[Form, tuple[list[Face], list[float]]] = field(default_factory=dict)

    def faces(self, form: Form) -> list[Face]:
        """What each card says."""
        return self._in(form)[0]

    def rooms(self, form: Form) -> list[float]:
        """How wide each card must be."""
        return self._in(form)[1]

    def _in(self, form: Form) -> tuple[list[Face], list[float]]:
        if form not in self.in_form:
            faces = [face(card, form) for card in self.cards]
            self.in_form[form] = faces, [room(shown, form) for shown in faces]
        return self.in_form[form]


def in_one_row(shown: Measured, forms: tuple[Form, ...], left: float, wide: float) -> Placed | None:
    """The first form in which all cards fit beside each other; None where there is none."""
    for form in forms:
        rooms = shown.rooms(form)
        for gap in GAPS:
            gaps = _gaps(shown.cards, gap)
            if sum(rooms) + sum(gaps) <= wide:
                return _row(shown.faces(form), form, rooms, gaps, left, wide)
    return None


def in_rows(shown: Measured, form: Form, left: float, wide: float, rows: int) -> Placed | None:
    """The cards in so many rows of equal columns; None where they do not fit."""
    columns = -(-len(shown.cards) // rows)
    widest = max(shown.rooms(form))
    for gap in GAPS:
        between = gap + (MARK if any(card.joins for card in shown.cards) else 0)
        column = (wide - between * (columns - 1)) / columns
        if widest <= column:
            return _serpentine(shown.faces(form), form, column, between, left, columns)
    return None


def _gaps(cards: list[Card], gap: float) -> list[float]:
    """The gap before each card but the first; one with a join in it is wider."""
    return [gap + (MARK if card.joins else 0) for card in cards[1:]]


def _row(faces: list[Face], form: Form, rooms: list[float], gaps: list[float], left: float, wide: float) -> Placed:
    spare = wide - sum(rooms) - sum(gaps)
    most = (SPREAD - 1) * sum(rooms)
    growth = min(spare, most) / len(rooms)
    more = (spare - growth * len(rooms)) / max(1, len(gaps))
    frames, x = [], left
    for wanted, gap in zip(rooms, [*gaps, 0.0], strict=True):
        frames.append(Frame(x, 0, wanted + growth, 0))
        x += wanted + growth + gap + more
    return _placed(faces, form, frames, [list(range(len(faces)))])


def _serpentine(faces: list[Face], form: Form, column: float, gap: float, left: float, columns: int) -> Placed:
    frames, rows = [], []
    for start in range(0, len(faces), columns):
        row = list(range(start, min(start + columns, len(faces))))
        rows.append(row)
        for at in range(len(row)):
            place = at if len(rows) % 2 else columns - 1 - at
            frames.append(Frame(left + place * (column + gap), len(rows) - 1, column, 0))
    return _placed(faces, form, frames, rows)


def _placed(faces: list[Face], form: Form, frames: list[Frame], rows: list[list[int]]) -> Placed:
    return Placed(form, faces, frames, rows, head_height(form, faces), line_counts(faces)[0])
