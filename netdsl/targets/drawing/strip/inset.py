"""The panel that opens the most repeated block of a network."""

from dataclasses import dataclass

from netdsl.graph.model import Use
from netdsl.targets.drawing.blocks.draw import draw
from netdsl.targets.drawing.blocks.parts import Opened
from netdsl.targets.drawing.blocks.tree import SMALL, opened
from netdsl.targets.drawing.blocks.walk import NotInSeries
from netdsl.targets.drawing.cards import Stages
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import Anchor, Cut, Frame, Item, Paint, Shape, Tone, Words

INNER, HEADING, HEADING_SIZE, COUNT_SIZE = 40.0, 72.0, 28.0, 22.0


@dataclass(frozen=True, slots=True)
class Inset:
    """A block to be opened, and the cards on which it stands."""

    cards: frozenset[int]
    ways: tuple[Opened, ...]
    """The block with ever more closed in it."""
    count: int

    def items(self, frame: Frame) -> tuple[list[Item], set[str]]:
        """The panel with its heading and the block, and the entries of the legend for it. Raises `NoRoom`."""
        panel = Paint("panel")
        inner = Frame(frame.x, frame.y + HEADING, frame.width, frame.height - HEADING).inset(INNER, 12)
        block, roles = draw(self.ways, inner, panel, "inset")
        return [Shape(frame, panel, radius=(24,) * 4), *self._heading(frame), *block], roles

    def _heading(self, frame: Frame) -> list[Item]:
        text = self.ways[0].name.replace("_", " ")
        text = text if "block" in text else f"{text} block"
        x, middle = frame.x + INNER, frame.y + HEADING / 2 + 6
        baseline = centred(middle, HEADING_SIZE)
        ink, panel, cut = Paint("ink"), Paint("panel"), Cut.SEMIBOLD
        items: list[Item] = [Words(text, x, baseline, HEADING_SIZE, ink, panel, cut, Anchor.START)]
        if self.count > 1:
            count = f"×{self.count}"
            wide = width(count, COUNT_SIZE, cut) + 24
            pill = Frame(x + width(text, HEADING_SIZE, cut) + 14, middle - 18, wide, 36)
            tint = Paint("convolution", Tone.TINT)
            ink = Paint("convolution", Tone.INK)
            words = Words(count, pill.middle[0], centred(middle, COUNT_SIZE), COUNT_SIZE, ink, tint, cut)
            items.append(Shape(pill, tint, radius=(18,) * 4, words=(words,)))
        return items


def inset(found: Stages) -> Inset | None:
    """The block with most uses on cards, of equals the one with most parameters.

    None where there is no block, or where no picture of series and parallel paths shows it.
    """
    blocks: dict[str, list[Use]] = {}
    cards: dict[str, set[int]] = {}
    weight: dict[str, int] = {}
    for at, card in enumerate(found.cards):
        for run in card.uses:
            name = run.use.definition.name
            blocks.setdefault(name, []).append(run.use)
            cards.setdefault(name, set()).add(at)
            weight[name] = weight.get(name, 0) + card.cost.parameters // len(card.uses)
    if not blocks:
        return None
    name = max(blocks, key=lambda block: (len(blocks[block]), weight[block]))
    try:
        return Inset(frozenset(cards[name]), shown(blocks[name]), len(blocks[name]))
    except NotInSeries:
        return None


def shown(uses: list[Use]) -> tuple[Opened, ...]:
    """A block in its commonest form, with what only others of its uses have dashed; then with more closed."""
    commonest = max(dict.fromkeys(uses), key=uses.count)
    distinct = tuple(sorted(dict.fromkeys(uses), key=lambda use: use.gives.shape != commonest.gives.shape))
    return tuple(opened(commonest, distinct, small) for small in SMALL)
