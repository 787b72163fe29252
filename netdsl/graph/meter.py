"""What evaluation has cost so far."""

from dataclasses import dataclass
from typing import NoReturn

from netdsl.budget import DEFAULT, Budget
from netdsl.diagnostics.limits import TooMuch
from netdsl.graph.mistakes import Exhausted, Mistake
from netdsl.graph.model import Partial, Value
from netdsl.source import Span

STATEMENT = 45
"""Steps that a statement costs: as long as so many expressions take."""
TRIP = 8
"""Steps that a loop costs each time round, besides its statements."""


@dataclass
class Meter:
    """Counts the steps of evaluation against the budget."""

    budget: Budget = DEFAULT
    steps: int = 0

    @property
    def spent(self) -> bool:
        """Whether no step is left."""
        return self.steps > self.budget.steps

    def step(self, span: Span, cost: int = 1) -> None:
        """Takes `cost` steps."""
        self.steps += cost
        if self.steps > self.budget.steps:
            self.exceeded("steps", span)

    def exceeded(self, limit: str, span: Span) -> NoReturn:
        """Raises the `Mistake` for `limit`."""
        kind = Exhausted if limit in ("steps", "nodes", "levels") else Mistake
        raise kind(TooMuch(span=span, limit=limit, allowed=getattr(self.budget, limit)))

    def bounded(self, value: Value, span: Span) -> Value:
        """`value`, if its size is within the budget; a list or string costs steps by its length."""
        budget = self.budget
        if isinstance(value, int | float):
            if not abs(value) < budget.magnitude:
                self.exceeded("magnitude", span)
        elif isinstance(value, str):
            if len(value) > budget.characters:
                self.exceeded("characters", span)
            self.step(span, len(value) // 10)
        elif isinstance(value, tuple | Partial):
            self.step(span, self.elements(value, span))
        return value

    def elements(self, value: Value, span: Span) -> int:
        """How many elements a list or the arguments of a `Partial` have, with those inside; refuses too many."""
        count = 0
        layer: list[Value] = [value]
        for _ in range(self.budget.levels):
            inner: list[Value] = []
            for item in layer:
                parts = item if isinstance(item, tuple) else _arguments(item)
                count += len(parts)
                if count > self.budget.elements:
                    self.exceeded("elements", span)
                inner += [part for part in parts if isinstance(part, tuple | Partial)]
            if not inner:
                return count
            layer = inner
        self.exceeded("levels", span)


def _arguments(value: Value) -> tuple[Value, ...]:
    return tuple(argument for _, argument in value.fixed) if isinstance(value, Partial) else ()
