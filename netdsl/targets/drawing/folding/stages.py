"""The stages of a network, a card each."""

from dataclasses import replace
from itertools import pairwise

from netdsl.graph.cost import Cost
from netdsl.graph.model import Network, UseRun
from netdsl.targets.drawing.cards import Card, Head, Repeat, Stages
from netdsl.targets.drawing.folding.model import Parted, Unit
from netdsl.targets.drawing.folding.naming import name, notes, paint, title, words
from netdsl.targets.drawing.folding.runs import Stage, all_units, main_line, staged
from netdsl.targets.drawing.folding.units import parted
from netdsl.targets.drawing.scene import CannotDraw

MOST_CARDS = 25
MOST_ASIDE = 3
"""Where more units than these stand beside the main line, there is none."""


class NoMainLine(CannotDraw):
    """A network is no line of stages: another view must show it, or `found`, in which its stages are in no order."""

    def __init__(self, message: str, found: Stages) -> None:
        super().__init__(message)
        self.found = found


def stages(network: Network, most: int = MOST_CARDS) -> Stages:
    """The network as at most so many cards. Raises `NoMainLine` where it runs in several lines side by side."""
    parts = parted(network)
    units = all_units(parts)
    line = main_line(parts, units)
    if sum(unit not in line for unit in units) > MOST_ASIDE or not _hang(parts, line):
        message = f"`{network.name}` has no main line of stages: draw it with --view layers or --view graph"
        raise NoMainLine(message, _drawn(network, parts, staged(parts, line, units), line))
    found = staged(parts, line, units)
    if len(found) > most:
        found = staged(parts, line, units, keep_apart=False)
    while len(found) > most:
        fewer = _merged(found, line)
        if fewer is found:
            message = f"`{network.name}` has too many stages for a page: draw it with --view layers or --view graph"
            raise NoMainLine(message, _drawn(network, parts, found, line))
        found = fewer
    return _drawn(network, parts, found, line)


def _merged(found: list[Stage], line: list[Unit]) -> list[Stage]:
    """One card less: a pool into the next one, else the two smallest neighbours of equal height and width."""
    on_line = set(line)
    pairs = [
        (at, one, other)
        for at, (one, other) in enumerate(pairwise(found[1:]), 1)
        if one.units[-1] in on_line and other.units[0] in on_line and not other.units[0].join
    ]
    pools = [pair for pair in pairs if paint(pair[1]) == "pooling" and other_is_work(pair[2])]
    same = [pair for pair in pairs if pair[1].units[-1].gives.space == pair[2].units[-1].gives.space]
    chosen = pools[:1] or sorted(same, key=lambda pair: _weight(pair[1]) + _weight(pair[2]))[:1]
    if not chosen:
        return found
    at, one, other = chosen[0]
    largest = max(one, other, key=_weight)
    merged = Stage([*one.units, *other.units], name(largest), whole=True)
    return [*found[:at], merged, *found[at + 2 :]]


def other_is_work(stage: Stage) -> bool:
    """Whether a pool may join this stage."""
    return paint(stage) in ("convolution", "dense")


def _weight(stage: Stage) -> int:
    return sum(unit.cost.parameters for unit in stage.units)


def _drawn(network: Network, parts: Parted, found: list[Stage], line: list[Unit]) -> Stages:
    place = {unit: at for at, stage in enumerate(found) for unit in stage.units}
    on_line = set(line)
    before = dict(zip(line[1:], line, strict=False))
    cards = tuple(_card(stage, place, on_line, before) for stage in found)
    heads = [Head(head.name, place[head.reads.whole], head.cost, tuple(head.keys)) for head in parts.heads]
    results = [Head(label, place[unit], result=shape) for label, unit, shape in parts.outputs]
    trained = Cost(parts.total.parameters - sum(head.cost.parameters for head in heads), parts.total.macs)
    return Stages(network, title(network), cards, (*heads, *results), trained, parts.costs)


def _hang(parts: Parted, line: list[Unit]) -> bool:
    """Whether each result beside the last one has a place of its own below a card of the main line."""
    read = [head.reads.whole for head in parts.heads] + [unit for _, unit, _ in parts.outputs]
    return len(set(read)) == len(read) and set(read) <= set(line)


def _card(stage: Stage, place: dict[Unit, int], line: set[Unit], before: dict[Unit, Unit]) -> Card:
    first, last = stage.units[0], stage.units[-1]
    uses = tuple(
        Repeat(unit.key, unit.run, unit.cost, unit.look, unit.around)
        for unit in stage.units
        if isinstance(unit.run, UseRun) and unit.look
    )
    card = Card(
        name(stage),
        paint(stage),
        words(stage),
        last.gives,
        sum((unit.cost for unit in stage.units), Cost()),
        1 if stage.stem else (len(uses) or len(stage.units)),
        uses,
        () if stage.stem else uses[0].look.branches if uses else (),
        first.around if first.towers else None,
        tuple(key for unit in stage.units for key in unit.keys),
        notes(stage, uses),
        towers=tuple((label, unit.gives) for label, unit in zip(first.label.split(" | "), first.towers, strict=False)),
    )
    if first not in line:
        return replace(card, aside=True, reads=place[first.reads[0]] if first.reads else None)
    if not first.join:
        return card
    distant = tuple(place[unit] for unit in first.reads if unit is not before.get(first))
    return replace(card, joins=distant, join=first.join)
