"""Which blocks of a network are opened below its stages."""

from collections.abc import Hashable

from netdsl.graph.model import Use
from netdsl.targets.drawing.blocks.opening import Opening, opening
from netdsl.targets.drawing.blocks.tree import side_by_side
from netdsl.targets.drawing.blocks.walk import NotInSeries
from netdsl.targets.drawing.cards import Repeat, Stages
from netdsl.targets.drawing.flow import Flow
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
    if not reducing:
        return [(alone,)]
    where = "where the map shrinks" if _name(reducing[0]) == alone.name else ""
    others = [repeat for repeat in repeats if repeat not in reducing]

    def pair(brief: bool) -> tuple[Inset, Inset]:
        return _inset(found, others, brief=brief), _inset(found, reducing, where, brief)

    whole, brief = pair(brief=False), pair(brief=True)
    return [whole, *([brief] if _graphs(brief) != _graphs(whole) else []), (alone,)]


def _graphs(insets: tuple[Inset, ...]) -> list[Flow]:
    return [inset.opening.cell.found for inset in insets if inset.opening.cell]


def _name(repeat: Repeat) -> str:
    return spoken(repeat.use.definition.name)


def _inset(found: Stages, repeats: list[Repeat], where: str | None = None, brief: bool = False) -> Inset:
    cards = frozenset(at for at, card in enumerate(found.cards) if not set(card.uses).isdisjoint(repeats))
    where = _where(found, repeats) if where is None else where
    return Inset(_name(repeats[0]), opening(repeats, brief), cards, len(repeats), where)


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
    """The uses of the block that shrinks the map with other operators, in a form that occurs more than once.

    Those in this form come first.
    """
    forms: dict[Hashable, list[Repeat]] = {}
    for repeat in (repeat for card in found.cards for repeat in card.uses):
        if _shrinks(repeat.use) and _form(repeat.use) != _form(main):
            forms.setdefault(_form(repeat.use), []).append(repeat)
    first, *others = sorted(forms.values(), key=len, reverse=True) or [[]]
    if len(first) < LEAST_REDUCING or _shrinks(main):
        return []
    block = first[0].use.definition
    return first + [repeat for alike in others for repeat in alike if repeat.use.definition is block]


def _shrinks(use: Use) -> bool:
    return use.arrives[0].shape.positions > use.gives.shape.positions > 1


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
