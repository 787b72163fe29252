"""Which blocks of a network are opened below its stages."""

from collections.abc import Hashable

from netdsl.graph.model import Use
from netdsl.targets.drawing.blocks.opening import Cells, Opening, opening
from netdsl.targets.drawing.blocks.tree import side_by_side
from netdsl.targets.drawing.blocks.walk import NotInSeries
from netdsl.targets.drawing.cards import Repeat, Stages
from netdsl.targets.drawing.folding.alike import commonest
from netdsl.targets.drawing.folding.naming import spoken
from netdsl.targets.drawing.strip.inset import Inset

LEAST_REDUCING = 2
MUCH_DEEPER = 1.5
"""So many times the convolutions of the use that is drawn are worth a word."""


def insets(found: Stages) -> list[tuple[Inset, ...]]:
    """What may be opened, the preferred first: a block and what shrinks the map between its uses, or the block alone.

    Where there is no block, the card on which most runs side by side.
    """
    repeats = _most_used(found)
    if not repeats:
        return _towers(found)
    known: Cells = {}
    alone = _inset(found, repeats, known)
    reducing = _reducing(found, commonest(repeats))
    if not reducing:
        return [(alone,)]
    where = "where the map shrinks" if _name(reducing[0]) == alone.name else ""
    others = [repeat for repeat in repeats if repeat not in reducing]

    def pair(brief: bool) -> tuple[Inset, Inset]:
        return _inset(found, others, known, brief=brief), _inset(found, reducing, known, where, brief)

    full, brief = pair(brief=False), pair(brief=True)
    shortens = any(one.opening.says_less(other.opening) for one, other in zip(brief, full, strict=True))
    return [full, brief, (alone,)] if shortens else [full, (alone,)]


def _name(repeat: Repeat) -> str:
    return spoken(repeat.use.definition.name)


def _inset(found: Stages, repeats: list[Repeat], known: Cells, where: str | None = None, brief: bool = False) -> Inset:
    cards = frozenset(at for at, card in enumerate(found.cards) if not set(card.uses).isdisjoint(repeats))
    where = _where(found, repeats) if where is None else where
    return Inset(_name(repeats[0]), opening(repeats, brief, known), cards, len(repeats), where)


def _where(found: Stages, repeats: list[Repeat]) -> str:
    """Where uses differ: the card of the one that is drawn, if it has a name of its own, and how deep others are."""
    shown = commonest(repeats)
    card = next(card for card in found.cards if shown in card.uses)
    differ = len({repeat.use for repeat in repeats}) > 1
    deepest = max(look.convolutions for look in {repeat.look for repeat in repeats})
    words = [f"{card.name} shown"] if differ and card.name != _name(shown) else []
    if deepest >= MUCH_DEEPER * shown.look.convolutions:
        words.append(f"others have up to {deepest} convolutions")
    return ", ".join(words)


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


def _reducing(found: Stages, main: Repeat) -> list[Repeat]:
    """The uses of the block that shrinks the map with other operators, in a form that occurs more than once.

    Those in this form come first.
    """
    forms: dict[Hashable, list[Repeat]] = {}
    for repeat in (repeat for card in found.cards for repeat in card.uses):
        if _shrinks(repeat.use) and _form(repeat) != _form(main):
            forms.setdefault(_form(repeat), []).append(repeat)
    first, *others = sorted(forms.values(), key=len, reverse=True) or [[]]
    if len(first) < LEAST_REDUCING or _shrinks(main.use):
        return []
    block = first[0].use.definition
    return first + [repeat for alike in others for repeat in alike if repeat.use.definition is block]


def _shrinks(use: Use) -> bool:
    return use.arrives[0].shape.positions > use.gives.shape.positions > 1


def _form(repeat: Repeat) -> Hashable:
    return repeat.use.definition.name, repeat.look.operators


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
