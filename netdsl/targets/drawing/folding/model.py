"""The units of a network: its operators, each with what stands beside it, and its outermost block uses."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from netdsl.graph.cost import Cost, Costs
from netdsl.graph.model import Joining, LayerRun, UseRun
from netdsl.records import record
from netdsl.shapes import Shape
from netdsl.targets.drawing.folding.looks import Look


@dataclass(slots=True, eq=False)
class Unit:
    """An operator or a use of a block; what stands beside an operator is added to it as the walk goes on."""

    key: str
    run: LayerRun | UseRun | None
    """The operator or the use; None for the input and for several units side by side."""
    arrives: Shape
    gives: Shape
    cost: Cost
    label: str = ""
    """Its own label or that of the scope or block that holds it alone; "" where that is a place."""
    keys: list[str] = field(default_factory=list)
    reads: list["Unit"] = field(default_factory=list)
    """What it receives: several where they were joined, or where its block has several inputs."""
    join: str = ""
    """How they were joined."""
    notes: list[str] = field(default_factory=list)
    around: Joining | None = None
    """A join that belongs to it: of what it gives with what it takes, or of its towers."""
    operators: int = 1
    look: Look | None = None
    """How its use looks."""
    into: "Unit | None" = None
    """The unit that it became a part of."""
    towers: tuple["Unit", ...] = ()
    """For units side by side: the last of each path."""

    @property
    def block(self) -> str:
        """The name of its block; "" for an operator."""
        return self.run.use.definition.name if isinstance(self.run, UseRun) else ""

    @property
    def whole(self) -> "Unit":
        """The unit that it stands in now."""
        return self.into.whole if self.into else self


@dataclass(slots=True)
class Group:
    """A scope, or a block that holds nothing but uses of one other block: its units and groups."""

    label: str
    key: str
    items: list["Unit | Group"]

    def units(self) -> list[Unit]:
        """All units in it."""
        return list(every(self.items))


@dataclass(slots=True)
class Aside:
    """An auxiliary result: what it is called, the unit it reads, what it costs."""

    name: str
    reads: Unit
    cost: Cost
    keys: list[str]


@dataclass(slots=True)
class Sources:
    """Where a value comes from."""

    units: list[Unit]
    join: str = ""


@record
class Inside:
    """What a use of a block holds."""

    alone: Unit | None
    """Its only operator, where it is nothing but that."""
    is_row: bool
    """Whether it is uses of one other block and nothing else."""
    operators: int


@dataclass(slots=True)
class Parted:
    """A network in units, nested by scope; the first is its input."""

    items: list[Unit | Group]
    heads: list[Aside]
    outputs: list[tuple[str, Unit, Shape]]
    """Further results: name, the unit that gives it, and what it is."""
    last: Unit
    total: Cost
    costs: Costs
    """Of its parts."""


def every(items: list[Unit | Group]) -> Iterator[Unit]:
    """All units, in the order of the text."""
    for item in items:
        if isinstance(item, Unit):
            yield item
        else:
            yield from every(item.items)
