"""Which blocks of a network are opened below its stages."""

from collections.abc import Hashable

from netdsl.graph.model import Use
from netdsl.targets.drawing.blocks.opening import Opening, opening
from netdsl.targets.drawing.blocks.tree import side_by_side
from netdsl.targets.drawing.blocks.walk import NotInSeries
from netdsl.targets.drawing.cards import Repeat, Stages
from netdsl.targets.drawing.folding.alike import commonest, operators
from netdsl.targets.drawing.folding.naming import spoken
from netdsl.targets.drawing.strip.inset import Inset

LEAST_REDUCING = 2


def insets(found: Stages) -> list[tuple[Inset, ...]]:
    """What may be opened, the preferred first: a block and what shrinks the map between its uses, or the block alone.

    Where there is no block, the card on which most runs side by side.
    """
    repeats = _most_used(found)
    if not repeats:
        return _towers(found)
    alone = _inset(found, repeats)
    reducing = _reducing(found, commonest(repeats).use)
    if len(reducing) < LEAST_REDUCING or not alone.opening.ways:
        return [(alone,)]
    second = _inset(found, reducing, "where the map shrinks" if _name(reducing[0]) == alone.name else "")
    first = _inset(found, [repeat for repeat in repeats if repeat not in reducing])
    return [(first, second), (alone,)] if second.opening.ways else [(alone,)]


def _name(repeat: Repeat) -> str:
    return spoken(repeat.use.definition.name)


def _inset(found: Stages, repeats: list[Repeat], where: str | None = None) -> Inset:
    cards = frozenset(at for at, card in enumerate(found.cards) if not set(card.uses).isdisjoint(repeats))
    where = _where(found, repeats) if where is None else where
    return Inset(_name(repeats[0]), opening(repeats), cards, len(repeats), where)


def _where(found: Stages, repeats: list[Repeat]) -> str:
    """The card of the use that is drawn, where uses differ and the card has a name of its own."""
    shown = commonest(repeats)
    card = next(card for card in found.cards if shown in card.uses)
    differ = len({repeat.use for repeat in repeats}) > 1
    return f"{card.name} shown" if differ and card.name != _name(shown) else ""


def _most_used(found: Stages) -> list[Repeat]:
    """The uses of the block with most of them on cards, of equals of the one with most parameters."""
    blocks: dict[str, list[Repeat]] = {}
    weight: dict[str, int] = {}
    for card in found.cards:
        for repeat in card.uses:
            blocks.setdefault(_name(repeat), []).append(repeat)
            weight[_name(repeat)] = weight.get(_name(repeat), 0) + card.cost.parameters // len(card.uses)
    name = max(blocks, key=lambda block: (len(blocks[block]), weight[block]), default="")
    return blocks.get(name, [])


def _reducing(found: Stages, main: Use) -> list[Repeat]:
    """The uses that most often shrink the map with other operators: of another block, or of the same in a form."""
    forms: dict[Hashable, list[Repeat]] = {}
    for repeat in (repeat for card in found.cards for repeat in card.uses):
        use = repeat.use
        if use.arrives[0].shape.positions > use.gives.shape.positions > 1 and _form(use) != _form(main):
            forms.setdefault(_form(use), []).append(repeat)
    return max(forms.values(), key=len, default=[])


def _form(use: Use) -> Hashable:
    return use.definition.name, operators(use)


def _towers(found: Stages) -> list[tuple[Inset, ...]]:
    """The card on which most runs side by side; nothing where nothing does, or in no series."""
    at = max(range(len(found.cards)), key=lambda place: len(found.cards[place].keys) * bool(found.cards[place].beside))
    card = found.cards[at]
    if not card.beside:
        return []
    try:
        return [(Inset(card.name, Opening(side_by_side(card.beside, card.name)), frozenset({at})),)]
    except NotInSeries:
        return []
