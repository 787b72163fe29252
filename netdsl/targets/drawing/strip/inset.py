"""The panel that opens the most repeated block of a network."""

from dataclasses import dataclass

from netdsl.targets.drawing.blocks.opening import draw_block
from netdsl.targets.drawing.cards import Repeat, Stages, commonest
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import Anchor, Cut, Frame, Item, Paint, Shape, Tone, Words

INNER, HEADING, HEADING_SIZE, COUNT_SIZE = 40.0, 72.0, 28.0, 22.0


@dataclass(frozen=True, slots=True)
class Inset:
    """A block to be opened, and the cards on which it stands."""

    name: str
    repeats: tuple[Repeat, ...]
    cards: frozenset[int]

    def items(self, frame: Frame) -> tuple[list[Item], set[str]]:
        """The panel with its heading and the block, and the entries of its legend. Raises `NoRoom`, `NoGraphviz`."""
        panel = Paint("panel")
        inner = Frame(frame.x, frame.y + HEADING, frame.width, frame.height - HEADING).inset(INNER, 12)
        block, roles = draw_block(self.repeats, inner, panel, "inset", HEADING_SIZE)
        return [Shape(frame, panel, radius=(24,) * 4), *self._heading(frame), *block], roles

    def _heading(self, frame: Frame) -> list[Item]:
        text = self.name.replace("_", " ")
        text = text if "block" in text else f"{text} block"
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
            which = f"{commonest(self.repeats).key} shown"
            if len({repeat.use for repeat in self.repeats}) > 1:
                start = pill.right + 14
                at = centred(middle, COUNT_SIZE)
                items.append(Words(which, start, at, COUNT_SIZE, Paint("muted"), panel, anchor=Anchor.START))
        return items


def inset(found: Stages) -> Inset | None:
    """The block with most uses on cards, of equals the one with most parameters; None where there is no block."""
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
        return None
    name = max(blocks, key=lambda block: (len(blocks[block]), weight[block]))
    return Inset(name, tuple(blocks[name]), frozenset(cards[name]))
