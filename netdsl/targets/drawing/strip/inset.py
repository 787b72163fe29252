"""The panel that opens the most repeated block of a network."""

from collections.abc import Callable
from dataclasses import dataclass

from netdsl.graph.model import Use
from netdsl.targets.drawing.cards import Stages
from netdsl.targets.drawing.scene import Frame, Item, Paint, Shape

INNER = 40.0


@dataclass(frozen=True, slots=True)
class Inset:
    """A block to be opened: on which cards it stands, and what draws it."""

    cards: frozenset[int]
    roles: set[str]
    draw: Callable[[Frame], tuple[Item, ...]]

    def items(self, frame: Frame) -> list[Item]:
        """The panel with its heading and the block."""
        return [Shape(frame, Paint("panel"), radius=(24,) * 4)]


def inset(found: Stages) -> Inset | None:
    """The block with most uses on cards, of equals the one with most parameters; None where there is no block."""
    blocks: dict[str, list[int]] = {}
    weight: dict[str, tuple[int, int]] = {}
    for at, card in enumerate(found.cards):
        for run in card.uses:
            name = run.use.definition.name
            blocks.setdefault(name, []).append(at)
            uses, parameters = weight.get(name, (0, 0))
            weight[name] = uses + 1, parameters + card.cost.parameters // len(card.uses)
    if not blocks:
        return None
    name = max(weight, key=lambda block: weight[block])
    return Inset(frozenset(blocks[name]), set(), lambda frame: ())


def uses_of(found: Stages, name: str) -> list[Use]:
    """All uses of a block on cards."""
    return [run.use for card in found.cards for run in card.uses if run.use.definition.name == name]
