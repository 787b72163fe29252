"""The view `overview`: the strip of volumes, at most nine, for the first slide of a lecture."""

from dataclasses import dataclass, replace
from itertools import pairwise

from netdsl.targets.drawing.cards import Card, Stages
from netdsl.targets.drawing.header import MARGIN, header
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import Cut, Frame, Item, Node, NoRoom, Paint, Scene, Shape, Wire, Words
from netdsl.targets.drawing.strip.card import notes, said
from netdsl.targets.drawing.views.stages import subtitle
from netdsl.targets.drawing.volumes import Volume, faces, measured, pill
from netdsl.targets.drawing.words import dims

SIZE = (1920.0, 1080.0)
MOST, FEWEST = 9, 4
FLOOR = 0.775
"""Of the page's height."""
GAP = 26.0
NEAR = 0.88
LEAST = 24.0
SIZES = ((36.0, 28.0), (32.0, 26.0), (28.0, 24.0), (24.0, 24.0))
SQUEEZES = (1.0, 0.8, 0.65, 0.5)
ARROW_UP = 26.0
"""How far above the floor the arrows run."""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands below a volume, a line each: name, what it is, its shape."""

    lines: tuple[str, ...]
    strong: int
    """How many lines are the name."""


def overview(found: Stages, size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True) -> Scene:
    """One slide that shows a network as at most nine volumes. Text is never smaller than 24 pixels.

    The height of a volume is proportional to the map's side to the power 0.4, its thickness to the root of the
    channels. Raises `NoRoom`.
    """
    cards, items = _fitted([card for card in found.cards if not card.aside], size)
    paints, brief = {card.paint for card in cards}, subtitle(found, brief=True)
    top = header(title or found.title, subtitle(found), paints, size, legend, LEAST, brief)
    description = " → ".join(said(card) for card in cards)
    return Scene(*size, title or found.title, description, (*top, *items))


def _fitted(cards: list[Card], size: tuple[float, float]) -> tuple[list[Card], list[Item]]:
    """The cards as volumes, as many as the page has room for."""
    for most in range(MOST, FEWEST, -1):
        few = merged(cards, most)
        if items := _drawn(few, size):
            return few, items
    raise NoRoom("the volumes have no room on this page: take --size 16:9")


def merged(cards: list[Card], most: int = MOST) -> list[Card]:
    """At most so many: pools go into the next, then neighbours of one resolution merge, the input goes last."""
    while len(cards) > most:
        pairs = range(1, len(cards) - 1)
        pools = [at for at in pairs if cards[at].paint == "pooling" and cards[at + 1].paint == "convolution"]
        same = [at for at in pairs if _near(cards[at], cards[at + 1]) and cards[at].name != "stem"]
        weigh = {at: cards[at].cost.parameters + cards[at + 1].cost.parameters for at in pairs}
        if not (pools or same):
            same = list(pairs)
        at = pools[0] if pools else min(same, key=lambda place: weigh[place])
        cards = [*cards[:at], _one(cards[at], cards[at + 1]), *cards[at + 2 :]]
    return cards


def _near(first: Card, second: Card) -> bool:
    """Whether two maps are about equally large; without padding a convolution trims the border."""
    sides = max(first.output.space, default=1), max(second.output.space, default=1)
    return min(sides) >= NEAR * max(sides)


def _one(first: Card, second: Card) -> Card:
    """Two neighbours as one, named and painted like the larger."""
    larger = max(second, first, key=lambda card: card.cost.parameters)
    blocks = [card.block.definition for card in (first, second) if card.block]
    alike = _near(first, second) and len(blocks) == 2 and blocks[0] is blocks[1]
    count = first.count + second.count if alike else larger.count
    return replace(
        larger,
        output=second.output,
        cost=first.cost + second.cost,
        count=count,
        keys=(*first.keys, *second.keys),
        notes=(*larger.notes, f"with {(first if larger is second else second).name}"),
    )


def _drawn(cards: list[Card], size: tuple[float, float]) -> list[Item]:
    """The volumes in the first way that has room; nothing where there is none."""
    wide = size[0] - 2 * MARGIN
    for squeeze, (name, text), full in _ways():
        volumes = measured([card.output for card in cards], squeeze)
        labels = [_label(card, full) for card in cards]
        columns = [
            max(volume.width, _label_width(label, name, text)) for volume, label in zip(volumes, labels, strict=True)
        ]
        if sum(columns) + GAP * (len(cards) - 1) <= wide:
            gap = (wide - sum(columns)) / max(1, len(cards) - 1)
            return _placed(cards, volumes, labels, columns, gap, (name, text), size)
    return []


def _ways() -> list[tuple[float, tuple[float, float], int]]:
    """Thickness, text and how many lines a label has, the preferred first."""
    return [(squeeze, sizes, full) for full in (3, 2) for sizes in SIZES for squeeze in SQUEEZES]


def _label(card: Card, full: int) -> Label:
    what = " ".join(word for word in card.caption if word and word != card.name)
    names = _two_lines(card.name)
    lines = [*names, *([what] if full > 2 else []), dims(card.output)]
    return Label(tuple(lines), len(names))


def _two_lines(name: str) -> tuple[str, ...]:
    """A long name broken at a space or after `_`."""
    breaks = [at for at in range(1, len(name)) if name[at - 1] in " _"]
    if len(name) < 12 or not breaks:
        return (name,)
    at = min(breaks, key=lambda place: abs(2 * place - len(name)))
    return name[:at].rstrip(), name[at:]


def _label_width(label: Label, name: float, text: float) -> float:
    return max(
        width(line, name if at < label.strong else text, Cut.SEMIBOLD if at < label.strong else Cut.REGULAR)
        for at, line in enumerate(label.lines)
    )


def _placed(
    cards: list[Card],
    volumes: list[Volume],
    labels: list[Label],
    columns: list[float],
    gap: float,
    sizes: tuple[float, float],
    size: tuple[float, float],
) -> list[Item]:
    floor = size[1] * FLOOR
    ground = Shape(Frame(MARGIN, floor, size[0] - 2 * MARGIN, 2), Paint("hairline"))
    items: list[Item] = [ground]
    ends: list[tuple[float, float]] = []
    x = MARGIN
    strong = max(label.strong for label in labels)
    for at, (card, volume, column) in enumerate(zip(cards, volumes, columns, strict=True)):
        left = x + (column - volume.width) / 2
        items.append(_node(card, volume, left, floor, f"stage {at}", sizes[1]))
        items += _label_items(labels[at], strong, x + column / 2, floor, sizes)
        foot = left + volume.thick + min(volume.aside, ARROW_UP / 0.7)
        ends.append((left, max(foot, left + volume.thick)))
        x += column + gap
    for at, ((_, before), (after, _)) in enumerate(pairwise(ends)):
        if after - before > 40:
            y = floor - ARROW_UP
            items.append(Wire(((before + 6, y), (after - 6, y)), start=f"stage {at}", end=f"stage {at + 1}"))
    return items


def _node(card: Card, volume: Volume, left: float, floor: float, name: str, text: float) -> Node:
    high = volume.height + volume.rise
    frame = Frame(left, floor - high, volume.width, high)
    items = faces(volume, card.paint, card.count, left, floor)
    if card.count > 1:
        words = f"×{card.count}"
        wide = width(words, text, Cut.SEMIBOLD) + 28
        middle = frame.middle[0], frame.y - text * 1.3
        shape, tint, ink = pill(words, text, wide, middle, card.paint)
        line = Words(words, middle[0], centred(middle[1], text), text, ink, tint, Cut.SEMIBOLD)
        items.append(Shape(shape, tint, radius=(shape.height / 2,) * 4, words=(line,)))
    return Node(name, frame, tuple(items), notes(card), card.keys)


def _label_items(label: Label, strong: int, x: float, floor: float, sizes: tuple[float, float]) -> list[Item]:
    name, text = sizes
    ground, items = Paint("ground"), list[Item]()
    y = floor + 24 + name
    y += (strong - label.strong) * name * 0.6
    for at, line in enumerate(label.lines):
        is_name = at < label.strong
        paint = Paint("ink") if at < len(label.lines) - 1 else Paint("muted")
        cut = Cut.SEMIBOLD if is_name else Cut.REGULAR
        items.append(Words(line, x, y, name if is_name else text, paint, ground, cut))
        if at == label.strong - 1:
            y = floor + 24 + name * 1.2 * strong + text * 1.3
        else:
            y += name * 1.2 if is_name else text * 1.45
    return items
