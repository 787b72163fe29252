"""What one elaboration carries: the mistakes, the costs, the uses made so far, the calls that are open."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from netdsl.diagnostics.limits import Recursion
from netdsl.diagnostics.model import Diagnostic, Note, Problems
from netdsl.elaborate.reads import Reads
from netdsl.elaborate.tokens import Tokens
from netdsl.graph.meter import Meter
from netdsl.graph.mistakes import Mistake
from netdsl.graph.model import Use
from netdsl.layers.base import Layer
from netdsl.records import by_value, record
from netdsl.shapes import Shape
from netdsl.source import Span
from netdsl.tree.expressions import Expr
from netdsl.tree.statements import Block, Call

Numbers = tuple[tuple[str, object], ...]
UseKey = tuple[Block, Numbers, tuple[Shape, ...]]
CallKey = tuple[Call, tuple[Shape, ...], tuple[object, ...]]
"""A call, what it takes, and what it reads."""


@by_value
class Made:
    """A use, and how many layers it has with every repetition counted."""

    use: Use
    layers: int


@record
class Called:
    """What a call came to."""

    target: Layer | Made
    written: Mapping[str, Expr]
    gives: Shape


@dataclass
class Session:
    """The state of an elaboration; passed, never global."""

    problems: Problems
    meter: Meter
    input: Shape | None = None
    """Stands in for the input that the net states."""
    uses: dict[UseKey, Made] = field(default_factory=dict)
    layers: dict[tuple[type[Layer], Numbers], Layer] = field(default_factory=dict)
    calls: dict[CallKey, Called] = field(default_factory=dict)
    reads: Reads = field(default_factory=Reads)
    tokens: Tokens = field(default_factory=Tokens)
    open: list[tuple[Block, Note]] = field(default_factory=list)
    depth: int = 0
    """How many bodies run inside one another."""

    def blame(self, diagnostic: Diagnostic) -> None:
        """Adds a diagnostic with the calls that led here."""
        self.problems.add(diagnostic.led_to_by(tuple(note for _, note in reversed(self.open))))

    @contextmanager
    def inside(self, block: Block, call: Span) -> Iterator[None]:
        """While `block` is open; raises a `Mistake` if it is open already."""
        if any(block is opened for opened, _ in self.open):
            raise Mistake(Recursion(span=call, name=block.name))
        self.open.append((block, Note(call, f"in block `{block.name}`, called here")))
        try:
            yield
        finally:
            self.open.pop()

    def enter(self, place: Span) -> None:
        """A body begins to run; raises a `Mistake` if too many run inside one another."""
        if self.depth >= self.meter.budget.levels:
            self.meter.exceeded("levels", place)
        self.depth += 1

    def leave(self) -> None:
        """The body that began last has run."""
        self.depth -= 1

    def made(self, key: UseKey, make: Callable[[], Made]) -> Made:
        """The use for `key`, made once."""
        found = self.uses.get(key)
        if found is None:
            found = self.uses[key] = make()
        return found
