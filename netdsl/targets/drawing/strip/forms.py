"""How much a card says: what stands on it at each size, the most important first."""

from dataclasses import replace
from itertools import pairwise

from netdsl.records import by_value
from netdsl.targets.drawing.cards import Card
from netdsl.targets.drawing.metrics import width
from netdsl.targets.drawing.scene import Cut
from netdsl.targets.drawing.words import amount, dims

PILL_PAD, PILL_GAP = 9.0, 8.0
PAD = 0.45
"""Between the words of a card and its border, in sizes of the text."""
WORTH = 1.35
"""How many times narrower a name must become where it is broken."""
BRANCHES, GLYPH = "\0branches", 2.4
"""The line in which branches are drawn instead of words, and how wide they are, in sizes of the text."""
CHANNELS, PARAMS = "ch", "params"
"""What the numbers of cards are, said on that of the input where the others have no room for it."""
PITCH = 1.34
"""From one line to the next, in sizes."""


@by_value
class Form:
    """What all cards of a page say, and how large."""

    name: float
    text: float
    folded: bool = False
    """Whether names may stand in two lines."""
    banded: bool = False
    """Whether heights and widths stand in bands above the cards, and only channels on them."""
    terse: bool = False
    """Whether words are left out that can be guessed: what a card is where its window stands on it, `params`."""
    stacked: bool = False
    """Whether height and width stand in a line of their own below the channels."""
    labels: frozenset[str] = frozenset({"params"})
    """What stands below the output: params, macs."""


SIZES_OF_ROW = tuple(
    tuple(
        Form(name, text, folded, banded, terse)
        for name, text in sizes
        for folded, banded, terse in (
            (False, False, False),
            (True, False, False),
            (False, True, False),
            (True, True, False),
            (True, True, True),
        )
    )
    for sizes in (((28, 22), (26, 20), (22, 18)), ((22, 18),))
)
"""The forms of a single row above an inset, the preferred first; then those that leave it more room."""
ROWS = tuple(
    Form(name, text, folded, False, terse, stacked)
    for name, text in ((36, 28), (32, 26), (28, 22), (26, 20), (24, 18))
    for folded, terse, stacked in ((False, False, False), (True, False, False), (True, True, False), (True, True, True))
)
"""The forms of cards that have all the room. Bands would stand in the way of what runs between the rows."""


@by_value
class Face:
    """What stands on one card."""

    name: tuple[str, ...]
    count: str
    """`×3`, or nothing."""
    what: tuple[str, ...]
    """Lines above the hairline."""
    output: str
    costs: tuple[str, ...]
    """Lines below the output."""


def face(card: Card, form: Form) -> Face:
    """What a card says in a form."""
    what = tuple(line for line in card.caption if line and line != card.name)
    if card.branches:
        what = (*what[:-1], BRANCHES)
    if form.terse and len(what) > 1:
        what = what[-1:]
    output = dims(card.output) if not form.banded else str(card.output.channels)
    if form.banded and _is_input(card):
        output = f"{output} {CHANNELS}"
    costs = _costs(card, form)
    if form.stacked and card.output.space:
        space = "×".join(map(str, card.output.space))
        output, costs = f"{card.output.channels} ×", (space, *costs)
    plain = Face((card.name,), f"×{card.count}" if card.count > 1 else "", what, output, costs)
    return replace(plain, name=_halves(plain, form)) if form.folded else plain


def _is_input(card: Card) -> bool:
    """Whether it is an end of the network that reads nothing."""
    return card.paint == "port" and card.reads is None and not card.joins


def _costs(card: Card, form: Form) -> tuple[str, ...]:
    short = form.banded or form.terse
    if card.paint == "port":
        return (PARAMS,) if short and "params" in form.labels and _is_input(card) else ()
    words = []
    if "params" in form.labels:
        unit = "" if short else " params"
        nothing = "–" if short else "no params"
        words.append(f"{amount(card.cost.parameters)}{unit}" if card.cost.parameters else nothing)
    if "macs" in form.labels:
        words.append(f"{amount(card.cost.macs)} MACs" if card.cost.macs else ("–" if short else "no MACs"))
    return tuple(words)


def _halves(shown: Face, form: Form) -> tuple[str, ...]:
    """The name in one or two lines, no wider than the lines below it if it can; it breaks after `_` or at a space."""
    (name,), count = shown.name, shown.count
    whole: list[tuple[str, ...]] = [(name,), *([(name, "")] if count else [])]
    broken = [(name[:at].rstrip(), name[at:].lstrip()) for at in range(2, len(name)) if name[at - 1] in "_ -–|"]
    ways = [(lines, name_width(lines, count, form)) for lines in whole]
    ways += [(lines, name_width(lines, count, form) * WORTH) for lines in broken]
    below = _body_width(shown, form)
    return next((lines for lines, wide in ways if wide <= below), min(ways, key=lambda way: way[1])[0])


def room(shown: Face, form: Form) -> float:
    """How wide a card must be."""
    return max(name_width(shown.name, shown.count, form), _body_width(shown, form)) + 2 * PAD * form.text


def _body_width(shown: Face, form: Form) -> float:
    """How wide the lines below the name are."""
    output = width(shown.output, form.text, Cut.SEMIBOLD)
    lines = [width(line, form.text) for line in (*shown.what, *shown.costs) if line != BRANCHES]
    return max(output, *lines, GLYPH * form.text if BRANCHES in shown.what else 0.0)


def name_width(lines: tuple[str, ...], count: str, form: Form) -> float:
    """How wide a name is; the pill of a repeat stands after its last line."""
    *others, last = (width(line, form.name, Cut.SEMIBOLD) for line in lines)
    pill = pill_width(count, form) + (PILL_GAP if lines[-1] else 0) if count else 0
    return max(*others, last + pill) if others else last + pill


def pill_width(count: str, form: Form) -> float:
    """How wide the pill of a repeat is."""
    return width(count, form.text, Cut.SEMIBOLD) + 2 * PILL_PAD


def head_height(form: Form, faces: list[Face]) -> float:
    """How high the name's part of all cards is."""
    lines = max(len(shown.name) for shown in faces)
    return form.name * (2.0 if lines == 1 else 1.25 * lines + 0.7)


def body_height(form: Form, faces: list[Face]) -> float:
    """How high the part below the names is, equal on all cards."""
    above, below = line_counts(faces)
    return form.text * (PITCH * (above + below) + (1.5 if above else 0.9))


def line_counts(faces: list[Face]) -> tuple[int, int]:
    """The lines above the hairline and below it, the most that any card has."""
    return max(len(shown.what) for shown in faces), max(1 + len(shown.costs) for shown in faces)


def bands(cards: list[Card]) -> list[tuple[str, int, int]]:
    """Heights and widths, each with the first and the last of the cards that share it."""
    sizes = ["×".join(map(str, card.output.space)) or "1×1" for card in cards]
    starts = [0, *(at + 1 for at, (one, other) in enumerate(pairwise(sizes)) if one != other)]
    ends = [*(start - 1 for start in starts[1:]), len(sizes) - 1]
    return [(sizes[start], start, end) for start, end in zip(starts, ends, strict=True)]
