"""What joins cards: the thick line of the data, skips in lanes between the rows, auxiliary heads, joins at entries."""

from collections.abc import Sequence
from itertools import combinations, permutations

from netdsl.records import by_value
from netdsl.targets.drawing.cards import Card, Head
from netdsl.targets.drawing.header import SIGNS
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import Cut, Frame, Item, Node, Outline, Paint, Point, Shape, Tone, Wire, Words
from netdsl.targets.drawing.words import amount, dims

CLEAR = 4.0
"""Between a wire's tip and the border it points at."""
MARK_SIZE = 28.0
LANE, ASIDE_LANE, HEAD_ROOM, TURN = 34.0, 84.0, 118.0, 64.0
"""The heights that a lane, one with a card on it, auxiliary heads and the turn of the line need between two rows."""
ASIDE_TEXT = 20.0


@by_value
class Skip:
    """A value that is joined to the line further on: from a card, perhaps through one aside, to the mark of another."""

    source: int
    target: int
    through: int | None = None


@by_value
class Lane:
    """A skip with the places of its ends and its height."""

    skip: Skip
    start: Point
    end: Point
    y: float

    @property
    def span(self) -> tuple[float, float]:
        """Where it runs, from left to right."""
        return min(self.start[0], self.end[0]), max(self.start[0], self.end[0])


def skips(cards: Sequence[Card]) -> list[Skip]:
    """All of them, in the order of their targets."""
    found = []
    for target, card in enumerate(cards):
        for source in card.joins:
            through = source if cards[source].aside else None
            origin = cards[source].reads if through is not None else source
            found.append(Skip(source if origin is None else origin, target, through))
    return found


def gutter(lanes: list[Skip], heads: int, turns: bool) -> float:
    """How much must stay free below a row."""
    high = sum(ASIDE_LANE if lane.through is not None else LANE for lane in lanes)
    return max(high + (2 * LANE if lanes else 0) + (HEAD_ROOM if heads else 0), TURN if turns else 0)


def arranged(lanes: list[Skip], starts: dict[int, Point], ends: dict[int, Point], top: float) -> list[Lane]:
    """The lanes of one gutter in the order that crosses least, from `top` downwards."""
    best: list[Lane] = []
    fewest = -1
    for order in permutations(lanes[:6]):
        placed, y = [], top + LANE
        for skip in (*order, *lanes[6:]):
            high = ASIDE_LANE if skip.through is not None else LANE
            placed.append(Lane(skip, starts[skip.source], ends[skip.target], y + high / 2 - LANE / 2))
            y += high
        crossed = sum(_crossings(one, other) for one, other in combinations(placed, 2))
        if fewest < 0 or crossed < fewest:
            best, fewest = placed, crossed
        if not fewest:
            break
    return best


def _crossings(one: Lane, other: Lane) -> int:
    """How often two lanes cross: where a vertical part of one meets the horizontal part of the other."""
    return sum(
        span[0] < x < span[1] and min(lane_y, y) < across < max(lane_y, y)
        for lane, span, across in ((one, other.span, other.y), (other, one.span, one.y))
        for (x, y), lane_y in ((lane.start, lane.y), (lane.end, lane.y))
    )


def lane_items(lane: Lane, cards: Sequence[Card], names: Sequence[str], walls: list[float]) -> list[Item]:
    """The wires of a lane, and the card that stands on it; `walls` are the verticals that the card keeps clear of."""
    source, target = names[lane.skip.source], mark_name(names[lane.skip.target])
    start, end = lane.start, _short(lane.end, lane.y)
    if lane.skip.through is None:
        points = (start, (start[0], lane.y), (end[0], lane.y), end)
        return [Wire(points, thickness=2.5, start=source, end=target)]
    node = aside(cards[lane.skip.through], names[lane.skip.through], lane, walls)
    right = end[0] > start[0]
    enter, leave = (node.frame.x, node.frame.right) if right else (node.frame.right, node.frame.x)
    tip = enter - CLEAR if right else enter + CLEAR
    into = (start, (start[0], lane.y), (tip, lane.y))
    out = ((leave, lane.y), (end[0], lane.y), end)
    return [
        node,
        Wire(into, thickness=2.5, start=source, end=node.name),
        Wire(out, thickness=2.5, start=node.name, end=target),
    ]


def aside(card: Card, name: str, lane: Lane, walls: list[float]) -> Node:
    """A card beside the main line, in three short lines."""
    lines = (card.name, " ".join(dict.fromkeys(card.caption)), dims(card.output))
    text = f"{lines[1]} → {lines[2]}" if lines[1] else lines[2]
    wide = max(width(lines[0], ASIDE_TEXT, Cut.SEMIBOLD), width(text, ASIDE_TEXT)) + 28
    left, right = lane.span
    middle = (left + right) / 2
    tries = sorted(
        (left + wide / 2 + 24 + step for step in range(0, int(max(1, right - left - wide - 48)), 8)),
        key=lambda x: abs(x - middle),
    )
    free = [x for x in tries if all(abs(x - wall) > wide / 2 + 12 for wall in walls)]
    x = (free or tries or [middle])[0]
    frame = Frame(x - wide / 2, lane.y - 32, wide, 64)
    tint, ink = Paint(card.paint, Tone.TINT), Paint(card.paint, Tone.INK)
    words = (
        Words(lines[0], x, lane.y - 8, ASIDE_TEXT, ink, tint, Cut.SEMIBOLD),
        Words(text, x, lane.y + 18, ASIDE_TEXT, ink, tint),
    )
    cost = f"{card.cost.parameters:,} parameters, {card.cost.macs:,} multiply-accumulates"
    shape = Shape(frame, tint, Paint(card.paint), radius=(10,) * 4, words=words)
    return Node(name, frame, (shape,), (card.name, " ".join(card.caption), f"gives {lines[2]}", cost), card.keys)


def mark_name(name: str) -> str:
    """What the join before a card is called."""
    return f"join before {name}"


def mark(card: Card, name: str, middle: Point) -> Node:
    """The join at the entry of a card: a circle for a sum or a product, a bar for a concatenation."""
    x, y = middle
    high = MARK_SIZE * (1.6 if card.join not in SIGNS else 1)
    wide = MARK_SIZE if card.join in SIGNS else 12.0
    frame = Frame(x - wide / 2, y - high / 2, wide, high)
    if card.join in SIGNS:
        items: tuple[Item, ...] = (Shape(frame, Paint("join"), outline=Outline.DISC), *SIGNS[card.join](x, y))
    else:
        items = (Shape(frame, Paint("join"), radius=(4,) * 4),)
    return Node(mark_name(name), frame, items, (card.join,))


def hanging(head: Head, below: Frame, owner: str, text: float, limits: tuple[float, float]) -> list[Item]:
    """A head, or a further result, under the card that it reads."""
    size = min(text, 22.0)
    lines = head.name.replace("_", " "), "training only", f"{amount(head.cost.parameters)} params"
    if head.result:
        lines = head.name, "further result", dims(head.result)
    wide = max(width(lines[0], size, Cut.SEMIBOLD), width(lines[1], size), width(lines[2], size)) + 32
    x = min(max(below.middle[0], limits[0] + wide / 2), limits[1] - wide / 2)
    top = below.bottom + 30
    frame = Frame(x - wide / 2, top, wide, 3 * size * 1.25 + 16)
    paint = "port" if head.result else "dense"
    tint, ink = Paint(paint, Tone.TINT), Paint(paint, Tone.INK)
    words = tuple(
        Words(line, x, centred(top + 8 + size * 1.25 * (at + 0.5), size), size, ink, tint, cut)
        for at, (line, cut) in enumerate(zip(lines, (Cut.SEMIBOLD, Cut.REGULAR, Cut.REGULAR), strict=True))
    )
    notes = (head.name, "auxiliary, in training only", f"{head.cost.parameters:,} parameters")
    if head.result:
        notes = (head.name, "a further result of the network", f"gives {lines[2]}")
    shape = Shape(frame, tint, Paint("arrow") if head.result else None, words=words)
    node = Node(f"head {head.name}", frame, (shape,), notes, head.keys)
    wire = Wire(
        ((below.middle[0], below.bottom), (below.middle[0], top - CLEAR)), thickness=2.5, start=owner, end=node.name
    )
    return [node, wire]


def _short(end: Point, lane_y: float) -> Point:
    """The tip of an arrow that comes from a lane, a little before the border."""
    return end[0], end[1] + (CLEAR if lane_y > end[1] else -CLEAR)
