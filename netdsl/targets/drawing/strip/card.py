"""One card, drawn."""

from netdsl.targets.drawing.cards import Card
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import Cut, Frame, Item, Node, Outline, Paint, Shape, Tone, Words
from netdsl.targets.drawing.strip.forms import BRANCHES, GLYPH, PILL_GAP, PITCH, Face, Form, pill_width
from netdsl.targets.drawing.words import amount, dims

CORNER = 10.0
SHEETS = 8.0, 10.0
"""How far each sheet behind a repeated card looks out above, and is narrower at each side."""
STRIPE = 8.0


def drawn(card: Card, shown: Face, form: Form, frame: Frame, head: float, above: int, name: str) -> Node:
    """A card in `frame`: `head` is the height of its name's part, `above` the lines over the hairline on all cards."""
    top = Frame(frame.x, frame.y, frame.width, head)
    rest = Frame(frame.x, frame.y + head, frame.width, frame.height - head)
    items: list[Item] = [*(_sheets(card, frame) if card.count > 1 else ()), *_ground(card, frame, top)]
    items += _name(card, shown, form, top)
    items += _body(card, shown, form, rest, above)
    return Node(name, frame, tuple(items), notes(card), card.keys)


def notes(card: Card) -> tuple[str, ...]:
    """What a tooltip says."""
    title = f"{card.name} ×{card.count}" if card.count > 1 else card.name
    cost = f"{card.cost.parameters:,} parameters, {card.cost.macs:,} multiply-accumulates"
    return (title, " ".join(card.caption), f"gives {dims(card.output)}", cost, *card.notes)


def _sheets(card: Card, frame: Frame) -> list[Item]:
    up, aside = SHEETS
    return [
        Shape(
            Frame(frame.x + aside * n, frame.y - up * n, frame.width - 2 * aside * n, 24),
            Paint(card.paint, fade=0.25 * n),
            radius=(CORNER, CORNER, 0, 0),
        )
        for n in (2, 1)
    ]


def _ground(card: Card, frame: Frame, top: Frame) -> list[Item]:
    """The coloured forms that tell by their outline, too, what the card is."""
    solid, tint = Paint(card.paint), Paint(card.paint, Tone.TINT)
    if card.paint == "port":
        line = Shape(Frame(frame.x, top.bottom - 1, frame.width, 2), Paint("arrow"))
        return [Shape(frame, solid, Paint("arrow"), radius=(26, 26, 26, 26)), line]
    outline = Outline.NOTCHED if card.paint == "pooling" else Outline.BOX
    corner = 0 if card.paint == "dense" else CORNER
    found: list[Item] = [
        Shape(frame, tint, outline=outline, radius=(corner,) * 4),
        Shape(top, solid, outline=outline, radius=(corner, corner, 0, 0), notches=(True, False)),
    ]
    if card.paint == "dense":
        sides = frame.x + STRIPE, frame.right - STRIPE - 3
        found += [Shape(Frame(x, top.y, 3, top.height), Paint("ground")) for x in sides]
    return found


def _name(card: Card, shown: Face, form: Form, top: Frame) -> list[Item]:
    """The lines of the name, the last with the pill of a repeat after it."""
    pitch = form.name * 1.2
    middle = top.middle[1] - pitch * (len(shown.name) - 1) / 2 + (3 if card.paint == "pooling" else 0)
    text, solid = Paint(card.paint, Tone.TEXT), Paint(card.paint)
    x, y = top.middle[0], centred(middle, form.name)
    *others, last = shown.name
    found: list[Item] = [
        Words(line, x, y + pitch * at, form.name, text, solid, Cut.SEMIBOLD) for at, line in enumerate(others)
    ]
    wide = width(last, form.name, Cut.SEMIBOLD)
    pill = pill_width(shown.count, form) if shown.count else 0
    left = x - (wide + pill + (PILL_GAP if pill and last else 0)) / 2
    if last:
        baseline = y + pitch * len(others)
        found.append(Words(last, left + wide / 2, baseline, form.name, text, solid, Cut.SEMIBOLD))
    if pill:
        start = left + wide + (PILL_GAP if last else 0)
        found.append(_pill(card, shown.count, form, start, middle + pitch * len(others), pill))
    return found


def _pill(card: Card, count: str, form: Form, left: float, middle: float, wide: float) -> Shape:
    high = form.text * 1.5
    frame = Frame(left, middle - high / 2, wide, high)
    tint, ink = Paint(card.paint, Tone.TINT), Paint(card.paint, Tone.INK)
    x = frame.middle[0]
    words = Words(count, x, centred(middle, form.text), form.text, ink, tint, Cut.SEMIBOLD)
    return Shape(frame, tint, radius=(high / 2,) * 4, words=(words,))


def _body(card: Card, shown: Face, form: Form, rest: Frame, above: int) -> list[Item]:
    ink, tint = Paint(card.paint, Tone.INK), Paint(card.paint, Tone.TINT)
    muted = Paint("muted") if card.paint == "port" else ink
    middle, pitch = rest.middle[0], form.text * PITCH
    y = rest.y + form.text * 0.45
    items: list[Item] = []
    start = y + pitch * (above - len(shown.what)) / 2
    for at, line in enumerate(shown.what):
        height = start + pitch * (at + 0.5)
        if line == BRANCHES:
            items += _branches(card, middle, height, form.text)
        else:
            items.append(Words(line, middle, centred(height, form.text), form.text, ink, tint))
    y += pitch * above
    if above:
        y += form.text * 0.3
        items.append(Shape(Frame(rest.x + 14, y - 1, rest.width - 28, 1.5), Paint(card.paint, Tone.INK, 0.6)))
        y += form.text * 0.3
    output = Words(shown.output, middle, centred(y + pitch / 2, form.text), form.text, ink, tint, Cut.SEMIBOLD)
    items.append(output)
    for at, line in enumerate(shown.costs):
        items.append(Words(line, middle, centred(y + pitch * (at + 1.5), form.text), form.text, muted, tint))
    return items


def _branches(card: Card, x: float, y: float, text: float) -> list[Item]:
    """A small picture of branches: a bar for each, as long as it has operators, and the join behind them."""
    wide, high = GLYPH * text, text * 1.1
    pitch = high / len(card.branches)
    unit = (wide - text * 0.5) / max(card.branches)
    items: list[Item] = [
        Shape(Frame(x - wide / 2, y - high / 2 + pitch * at, max(2.0, unit * count), pitch * 0.65), Paint(card.paint))
        for at, count in enumerate(card.branches)
    ]
    join = Frame(x + wide / 2 - text * 0.25, y - high / 2, text * 0.25, high - pitch * 0.35)
    return [*items, Shape(join, Paint("join"))]


def said(card: Card) -> str:
    """The card in a sentence's part, for those who cannot see it."""
    times = f"{card.count} × " if card.count > 1 else ""
    return f"{times}{card.name} ({dims(card.output)}, {amount(card.cost.parameters)} parameters)"
