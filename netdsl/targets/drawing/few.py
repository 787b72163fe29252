"""What the view `overview` shows of a network: at most nine of its cards, the others merged into their neighbours."""

import re
from dataclasses import replace
from functools import reduce

from netdsl.records import by_value
from netdsl.targets.drawing.cards import Card, Stages
from netdsl.targets.drawing.strip.links import Skip, skips

NEAR = 0.88
"""Maps whose sides have at least this ratio count as equally large."""


@by_value
class Part:
    """A card, or several in a row as one; `places` are theirs among all cards."""

    card: Card
    places: tuple[int, ...]


def fewer(found: Stages, most: int) -> list[Part]:
    """At most so many: pools go into the next, then uses of one block and other neighbours of one resolution merge.

    What a skip or an auxiliary head reads stays the end of its part, as long as that is possible; then all that the
    shortest skip goes around becomes one part.
    """
    parts = [Part(card, (at,)) for at, card in enumerate(found.cards) if not card.aside]
    ends = {skip.source for skip in skips(found.cards)} | {head.after for head in found.heads}
    targets = {skip.target for skip in skips(found.cards)}
    while len(parts) > most:
        first, last = _mergeable(parts, ends, targets, joined(parts, found))
        parts = [*parts[:first], reduce(_one, parts[first : last + 1]), *parts[last + 1 :]]
    return parts


def joined(parts: list[Part], found: Stages) -> list[Skip]:
    """The skips between parts, by their places among these; those inside a part are not shown."""
    part_of = {place: at for at, part in enumerate(parts) for place in part.places}
    ways = {
        (part_of[skip.source], part_of[skip.target]): skip.through
        for skip in skips(found.cards)
        if part_of[skip.source] < part_of[skip.target]
    }
    return [Skip(source, target, through) for (source, target), through in ways.items()]


def _mergeable(parts: list[Part], ends: set[int], targets: set[int], ways: list[Skip]) -> tuple[int, int]:
    """The places of the first and the last part that are to be merged."""
    cards = [part.card for part in parts]
    free = [at for at in range(1, len(parts) - 1) if parts[at].places[-1] not in ends]
    pools = [at for at in free if cards[at].paint == "pooling" and cards[at + 1].paint == "convolution"]
    pools += [at for at in free if cards[at + 1].paint == "pooling" and parts[at + 1].places[-1] in ends]
    if pools:
        return pools[0], pools[0] + 1
    near = [at for at in free if _near(cards[at], cards[at + 1]) and cards[at].name != "stem"]
    if not near and ends and _near(cards[0], cards[1]):
        return 0, 1
    alike = [at for at in near if _alike(cards[at], cards[at + 1])]
    straight = [at for at in free if not targets.intersection(parts[at + 1].places)]
    chosen = alike or near or straight
    if not chosen and ways:
        shortest = min(ways, key=lambda skip: skip.target - skip.source)
        return shortest.source, shortest.target
    at = min(
        chosen or free or range(1, len(parts) - 1),
        key=lambda at: cards[at].cost.parameters + cards[at + 1].cost.parameters,
    )
    return at, at + 1


def _near(first: Card, second: Card) -> bool:
    """Whether two maps are about equally large; without padding a convolution trims the border."""
    sides = max(first.output.space, default=1), max(second.output.space, default=1)
    return min(sides) >= NEAR * max(sides)


def _alike(first: Card, second: Card) -> bool:
    """Whether both are uses of one block."""
    one, other = first.block, second.block
    return one is not None and other is not None and one.definition is other.definition


def _one(first: Part, second: Part) -> Part:
    """Two neighbours as one, named and painted like the larger; uses of one block count together."""
    one, other = first.card, second.card
    larger = max(other, one, key=lambda card: card.cost.parameters)
    alike = _near(one, other) and _alike(one, other)
    merged = replace(
        larger,
        name=_range(one, other, larger) if alike else larger.name,
        output=other.output,
        cost=one.cost + other.cost,
        count=one.count + other.count if alike else larger.count,
        keys=(*one.keys, *other.keys),
        notes=(*larger.notes, f"with {(one if larger is other else other).name}"),
        joins=(*one.joins, *other.joins),
        join=one.join or other.join,
        towers=other.towers if larger is other else (),
    )
    return Part(merged, (*first.places, *second.places))


def _range(first: Card, last: Card, larger: Card) -> str:
    """`4a–c` for 4a–b and 4c; the name of the larger where they are not numbered in a row."""
    starts = [card.name.partition("–")[0] for card in (first, last)]
    counted = [re.fullmatch(r"(.*?)([a-z]|\d+)", start) for start in starts]
    one, other = (match[1] if match else start for match, start in zip(counted, starts, strict=True))
    if one != other or starts[0] == starts[1]:
        return larger.name
    end = last.name.rpartition("–")[2].removeprefix(other)
    return f"{starts[0]}–{end}"
