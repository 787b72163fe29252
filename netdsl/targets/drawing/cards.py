"""What the views `stages`, `overview` and `compare` show of a network: its stages, a card each."""

from dataclasses import dataclass

from netdsl.graph.cost import Cost
from netdsl.graph.model import Network, Use, UseRun
from netdsl.shapes import Shape


@dataclass(frozen=True, slots=True)
class Card:
    """A stage: an operator with what is fused to it, a run of equal operators, or a run of uses of one block."""

    name: str
    """Its label, else its block's or its operator's name."""
    paint: str
    """The role in a theme."""
    caption: tuple[str, ...]
    """What it is, in up to two short lines: ("conv", "7×7 /2"), ("basic", "3×3 /2"), ("3 convs", "2 pools /8")."""
    output: Shape
    """Of its last part."""
    cost: Cost
    """Of all its parts."""
    count: int = 1
    """How many times it is repeated."""
    uses: tuple[UseRun, ...] = ()
    """The uses of its block, in order; none for operators."""
    keys: tuple[str, ...] = ()
    """The modules it stands for, by their names in the state dict."""
    notes: tuple[str, ...] = ()
    """How its first use differs, and what else a reader should know."""
    joins: tuple[int, ...] = ()
    """The cards, by their place, whose results are joined to the line where it enters this card; not the one before."""
    join: str = ""
    """How they are joined: `concat`, `add`."""
    towers: tuple[tuple[str, Shape], ...] = ()
    """For paths that run side by side: the name of each and what it gives."""
    aside: bool = False
    """Whether it stands beside the main line: an operator in a branch that reads an earlier value."""
    reads: int | None = None
    """The card whose result it reads, where that is not the one before it on the main line."""

    @property
    def block(self) -> Use | None:
        """The use that shows what it repeats: the commonest one."""
        if not self.uses:
            return None
        uses = [run.use for run in self.uses]
        return max(uses, key=lambda use: (uses.count(use), -uses.index(use)))


@dataclass(frozen=True, slots=True)
class Head:
    """An auxiliary result, made in training only."""

    name: str
    after: int
    """The card that it reads, by its place."""
    cost: Cost
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stages:
    """A network as cards, in order; the input is the first."""

    network: Network
    title: str
    cards: tuple[Card, ...]
    heads: tuple[Head, ...]
    total: Cost
    """Of the network; its auxiliary heads apart."""
    outputs: tuple[tuple[str, int], ...] = ()
    """Further results of the net: name, and the card that gives it."""
