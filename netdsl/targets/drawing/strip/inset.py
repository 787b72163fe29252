"""The panels that open blocks of a network."""

from collections.abc import Sequence
from itertools import product

from netdsl.records import by_value
from netdsl.targets.drawing.blocks.measure import SIZES
from netdsl.targets.drawing.blocks.opening import Opening
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import Anchor, Cut, Frame, Item, NoRoom, Paint, Shape, Tone, Words

INNER, HEADING, HEADING_SIZE, COUNT_SIZE = 40.0, 72.0, 28.0, 22.0
BETWEEN = 24.0
"""Between two panels."""
SHARES = (0.5, 0.6, 0.4, 0.7, 0.45, 0.55, 0.35)
"""Of the height or width, for the first of two panels."""
SMALLER = tuple(size for size in SIZES if size <= HEADING_SIZE)


@by_value
class Inset:
    """A block to be opened, and the cards on which it stands."""

    name: str
    opening: Opening
    cards: frozenset[int] = frozenset()
    count: int = 0
    """How many uses it has; 0 where it is what runs side by side on a card."""
    where: str = ""
    """Which of its uses is drawn, where they differ."""


@by_value
class Panels:
    """Panels drawn beside each other, with the entries of their legend."""

    frames: tuple[Frame, ...]
    items: tuple[Item, ...]
    roles: frozenset[str]


def panels(insets: Sequence[Inset], frame: Frame) -> Panels:
    """One panel in the frame, or two with words of one size, below or beside each other.

    Raises `NoRoom` and `NoGraphviz`.
    """
    if len(insets) == 1:
        return _panels(insets, (frame,), SMALLER)
    ways = [halve(frame, share) for share, halve in product(SHARES, (_stacked, _beside))]
    for size, frames in product(SMALLER, ways):
        if all(inset.opening.largest(_inner(half), (size,)) for inset, half in zip(insets, frames, strict=True)):
            try:
                return _panels(insets, frames, (size,))
            except NoRoom:
                continue
    raise NoRoom("two blocks have no room on this page")


def _inner(frame: Frame) -> Frame:
    """What a panel keeps for the block."""
    return Frame(frame.x, frame.y + HEADING, frame.width, frame.height - HEADING).inset(INNER, 12)


def _beside(frame: Frame, share: float) -> tuple[Frame, Frame]:
    wide = (frame.width - BETWEEN) * share
    first = Frame(frame.x, frame.y, wide, frame.height)
    return first, Frame(first.right + BETWEEN, frame.y, frame.width - BETWEEN - wide, frame.height)


def _stacked(frame: Frame, share: float) -> tuple[Frame, Frame]:
    high = (frame.height - BETWEEN) * share
    first = Frame(frame.x, frame.y, frame.width, high)
    return first, Frame(frame.x, first.bottom + BETWEEN, frame.width, frame.height - BETWEEN - high)


def _panels(insets: Sequence[Inset], frames: tuple[Frame, ...], sizes: Sequence[float]) -> Panels:
    items: list[Item] = []
    found: set[str] = set()
    for at, (one, frame) in enumerate(zip(insets, frames, strict=True)):
        panel, prefix = Paint("panel"), f"inset {at}" if at else "inset"
        block, roles = one.opening.draw(_inner(frame), panel, prefix, sizes)
        items += [Shape(frame, panel, radius=(24,) * 4), *_heading(one, frame), *block]
        found |= roles
    return Panels(frames, tuple(items), frozenset(found))


def _heading(inset: Inset, frame: Frame) -> list[Item]:
    text = inset.name if "block" in inset.name or not inset.count else f"{inset.name} block"
    x, middle = frame.x + INNER, frame.y + HEADING / 2 + 6
    ink, panel, cut = Paint("ink"), Paint("panel"), Cut.SEMIBOLD
    items: list[Item] = [Words(text, x, centred(middle, HEADING_SIZE), HEADING_SIZE, ink, panel, cut, Anchor.START)]
    if inset.count > 1:
        count = f"×{inset.count}"
        wide = width(count, COUNT_SIZE, cut) + 24
        pill = Frame(x + width(text, HEADING_SIZE, cut) + 14, middle - 18, wide, 36)
        tint, ink = Paint("convolution", Tone.TINT), Paint("convolution", Tone.INK)
        at = centred(middle, COUNT_SIZE)
        words = Words(count, pill.middle[0], at, COUNT_SIZE, ink, tint, cut)
        items.append(Shape(pill, tint, radius=(18,) * 4, words=(words,)))
        if inset.where:
            items.append(
                Words(inset.where, pill.right + 14, at, COUNT_SIZE, Paint("muted"), panel, anchor=Anchor.START)
            )
    return items
