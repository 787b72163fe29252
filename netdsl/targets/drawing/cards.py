"""What the views `stages`, `overview` and `compare` show of a network: its stages, a card each."""

from dataclasses import field

from netdsl.graph.cost import Cost, Costs
from netdsl.graph.model import Joining, Network, Use, UseRun
from netdsl.records import by_value
from netdsl.shapes import Shape
from netdsl.targets.drawing.folding.looks import Look


@by_value
class Repeat:
    """A use of a block, and the join that belongs to it: DenseNet's concatenation of what a layer takes and gives."""

    key: str
    """Its name in the state dict."""
    run: UseRun
    cost: Cost
    look: Look
    around: Joining | None = None

    @property
    def use(self) -> Use:
        """The block at its arguments and shapes."""
        return self.run.use


@by_value
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
    uses: tuple[Repeat, ...] = ()
    """The uses of its block, in order; none for operators."""
    branches: tuple[int, ...] = ()
    """How many operators stand in each branch of its block; none where its block has no three branches."""
    beside: Joining | None = None
    """The join of what runs side by side on it; None where nothing does."""
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
        """The first use of what it repeats."""
        return self.uses[0].use if self.uses else None


@by_value
class Head:
    """A result beside the last one: an auxiliary one, made in training only, or a further one of the net."""

    name: str
    after: int
    """The card that it reads, by its place."""
    cost: Cost = field(default_factory=Cost)
    keys: tuple[str, ...] = ()
    result: Shape | None = None
    """What a further one is; None for an auxiliary one."""


@by_value
class Stages:
    """A network as cards, in order; the input is the first."""

    network: Network
    title: str
    cards: tuple[Card, ...]
    heads: tuple[Head, ...]
    total: Cost
    """Of the network; its auxiliary heads apart."""
    costs: Costs
    """Of its parts, as far as they were asked for."""
