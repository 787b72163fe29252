"""What evaluation has cost so far."""

from dataclasses import dataclass
from typing import NoReturn

from netdsl.budget import DEFAULT, Budget
from netdsl.diagnostics.limits import TooMuch
from netdsl.graph.mistakes import Exhausted, Mistake
from netdsl.graph.model import Value
from netdsl.source import Span


@dataclass
class Meter:
    """Counts the steps of evaluation against the budget."""

    budget: Budget = DEFAULT
    steps: int = 0

    def step(self, span: Span) -> None:
        """One step more."""
        self.steps += 1
        if self.steps > self.budget.steps:
            self.exceeded("steps", span)

    def exceeded(self, limit: str, span: Span) -> NoReturn:
        """Raises the `Mistake` for `limit`."""
        kind = Exhausted if limit in ("steps", "nodes", "levels") else Mistake
        raise kind(TooMuch(span=span, limit=limit, allowed=getattr(self.budget, limit)))

    def bounded(self, value: Value, span: Span) -> Value:
        """`value`, if its size is within the budget."""
        budget = self.budget
        if isinstance(value, int | float):
            if not abs(value) < budget.magnitude:
                self.exceeded("magnitude", span)
        elif isinstance(value, str):
            if len(value) > budget.characters:
                self.exceeded("characters", span)
        elif isinstance(value, tuple) and len(value) > budget.elements:
            self.exceeded("elements", span)
        return value
