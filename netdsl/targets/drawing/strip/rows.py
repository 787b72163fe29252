"""Where cards stand: which form fits, how many rows there are, how wide each card is."""

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


def in_one_row(cards: list[Card], forms: tuple[Form, ...], left: float, wide: float) -> Placed | None:
    """The first form in which all cards fit beside each other; None where there is none."""
    for form in forms:
        rooms = [room(card, form) for card in cards]
        for gap in GAPS:
            gaps = _gaps(cards, gap)
            if sum(rooms) + sum(gaps) <= wide:
                return _row(cards, form, rooms, gaps, left, wide)
    return None


def in_rows(cards: list[Card], forms: tuple[Form, ...], left: float, wide: float, rows: int) -> Placed | None:
    """The first form in which the cards fit into so many rows of equal columns."""
    columns = -(-len(cards) // rows)
    for form in forms:
        widest = max(room(card, form) for card in cards)
        for gap in GAPS:
            between = gap + (MARK if any(card.joins for card in cards) else 0)
            column = (wide - between * (columns - 1)) / columns
            if widest <= column:
                return _serpentine(cards, form, column, between, left, columns)
    return None


def _gaps(cards: list[Card], gap: float) -> list[float]:
    """The gap before each card but the first; one with a join in it is wider."""
    return [gap + (MARK if card.joins else 0) for card in cards[1:]]


def _row(cards: list[Card], form: Form, rooms: list[float], gaps: list[float], left: float, wide: float) -> Placed:
    spare = wide - sum(rooms) - sum(gaps)
    most = (SPREAD - 1) * sum(rooms)
    growth = min(spare, most) / len(rooms)
    more = (spare - growth * len(rooms)) / max(1, len(gaps))
    frames, x = [], left
    for wanted, gap in zip(rooms, [*gaps, 0.0], strict=True):
        frames.append(Frame(x, 0, wanted + growth, 0))
        x += wanted + growth + gap + more
    return _placed(cards, form, frames, [list(range(len(cards)))])


def _serpentine(cards: list[Card], form: Form, column: float, gap: float, left: float, columns: int) -> Placed:
    frames, rows = [], []
    for start in range(0, len(cards), columns):
        row = list(range(start, min(start + columns, len(cards))))
        rows.append(row)
        for at in range(len(row)):
            place = at if len(rows) % 2 else columns - 1 - at
            frames.append(Frame(left + place * (column + gap), len(rows) - 1, column, 0))
    return _placed(cards, form, frames, rows)


def _placed(cards: list[Card], form: Form, frames: list[Frame], rows: list[list[int]]) -> Placed:
    faces = [face(card, form) for card in cards]
    return Placed(form, faces, frames, rows, head_height(form, faces), line_counts(faces)[0])
