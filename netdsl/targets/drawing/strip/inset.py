"""The panel that opens the most repeated block of a network."""

from dataclasses import dataclass

from netdsl.targets.drawing.blocks.draw import draw
from netdsl.targets.drawing.blocks.opening import draw_block
from netdsl.targets.drawing.blocks.tree import NotInSeries, Opened, side_by_side
from netdsl.targets.drawing.cards import Repeat, Stages, commonest
from netdsl.targets.drawing.folding.naming import spoken
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import Anchor, Cut, Frame, Item, Paint, Shape, Tone, Words

INNER, HEADING, HEADING_SIZE, COUNT_SIZE = 40.0, 72.0, 28.0, 22.0


@dataclass(frozen=True, slots=True)
class Inset:
    """A block to be opened, and the cards on which it stands."""

    name: str
    repeats: tuple[Repeat, ...]
    """Its uses; none where it is what runs side by side on a card."""
    cards: frozenset[int]
    towers: tuple[Opened, ...] = ()
    """What runs side by side, with ever more closed in it."""
    where: str = ""
    """The card from which the use is that is drawn, where the uses differ and the card has a name of its own."""

    def items(self, frame: Frame) -> tuple[list[Item], set[str]]:
        """The panel with its heading and the block, and the entries of its legend. Raises `NoRoom`, `NoGraphviz`."""
        panel = Paint("panel")
        inner = Frame(frame.x, frame.y + HEADING, frame.width, frame.height - HEADING).inset(INNER, 12)
        if self.towers:
            block, roles = draw(self.towers, inner, panel, "inset", HEADING_SIZE)
        else:
            block, roles = draw_block(self.repeats, inner, panel, "inset", HEADING_SIZE)
        return [Shape(frame, panel, radius=(24,) * 4), *self._heading(frame), *block], roles

    def _heading(self, frame: Frame) -> list[Item]:
        text = spoken(self.name)
        text = text if "block" in text or self.towers else f"{text} block"
        x, middle = frame.x + INNER, frame.y + HEADING / 2 + 6
        baseline = centred(middle, HEADING_SIZE)
        ink, panel, cut = Paint("ink"), Paint("panel"), Cut.SEMIBOLD
        items: list[Item] = [Words(text, x, baseline, HEADING_SIZE, ink, panel, cut, Anchor.START)]
        if len(self.repeats) > 1:
            count = f"×{len(self.repeats)}"
            wide = width(count, COUNT_SIZE, cut) + 24
            pill = Frame(x + width(text, HEADING_SIZE, cut) + 14, middle - 18, wide, 36)
            tint = Paint("convolution", Tone.TINT)
            ink = Paint("convolution", Tone.INK)
            words = Words(count, pill.middle[0], centred(middle, COUNT_SIZE), COUNT_SIZE, ink, tint, cut)
            items.append(Shape(pill, tint, radius=(18,) * 4, words=(words,)))
            if self.where:
                start, at = pill.right + 14, centred(middle, COUNT_SIZE)
                which, muted = f"{self.where} shown", Paint("muted")
                items.append(Words(which, start, at, COUNT_SIZE, muted, panel, anchor=Anchor.START))
        return items


def inset(found: Stages) -> Inset | None:
    """The block with most uses on cards, of equals the one with most parameters.

    Where there is no block, the card on which most runs side by side; None where nothing does.
    """
    blocks: dict[str, list[Repeat]] = {}
    cards: dict[str, set[int]] = {}
    weight: dict[str, int] = {}
    for at, card in enumerate(found.cards):
        for repeat in card.uses:
            name = repeat.use.definition.name
            blocks.setdefault(name, []).append(repeat)
            cards.setdefault(name, set()).add(at)
            weight[name] = weight.get(name, 0) + card.cost.parameters // len(card.uses)
    if not blocks:
        return _towers(found)
    name = max(blocks, key=lambda block: (len(blocks[block]), weight[block]))
    repeats = tuple(blocks[name])
    card = next(found.cards[at] for at in cards[name] if commonest(repeats) in found.cards[at].uses)
    differ = len({repeat.use for repeat in repeats}) > 1
    return Inset(name, repeats, frozenset(cards[name]), where=card.name if differ and card.name != spoken(name) else "")


def _towers(found: Stages) -> Inset | None:
    at = max(range(len(found.cards)), key=lambda place: len(found.cards[place].keys) * bool(found.cards[place].towers))
    card = found.cards[at]
    if not card.towers:
        return None
    try:
        return Inset(card.name, (), frozenset({at}), side_by_side(card.towers, card.name))
    except NotInSeries:
        return None
