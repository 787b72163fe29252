"""What is found wrong with one text while it is read."""

from dataclasses import dataclass, field

from netdsl.budget import Budget
from netdsl.diagnostics.model import Diagnostic, Problems
from netdsl.source import SourceFile, Span

MOST = 50
"""Mistakes that are reported of one file before reading stops."""


class Hopeless(Exception):
    """Reading on would help nobody."""


@dataclass
class Findings:
    """Collects mistakes, and the places where a part of the text was lost or guessed."""

    source: SourceFile
    problems: Problems
    budget: Budget
    count: int = 0
    lost: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """What definitions are called that were given up."""

    def span(self, start: int, end: int) -> Span:
        """A place in the text."""
        return Span(self.source, start, end)

    def report(self, diagnostic: Diagnostic, lost: bool = False) -> None:
        """Keeps a mistake; `lost` says that the tree will not be all that was meant. Raises Hopeless after many."""
        if self.count >= MOST:
            from netdsl.diagnostics.syntax import TooManyMistakes

            self.problems.add(TooManyMistakes(span=diagnostic.span, most=MOST))
            raise Hopeless
        self.count += 1
        self.problems.add(diagnostic)
        if lost:
            self.lost.append(diagnostic.span.start)

    def exceeded(self, limit: str, start: int, end: int) -> None:
        """Says that the text passes a limit of the budget."""
        from netdsl.diagnostics.limits import TooMuch

        self.problems.add(TooMuch(span=self.span(start, end), limit=limit, allowed=getattr(self.budget, limit)))

    def broken(self, start: int, end: int) -> bool:
        """Whether something between two places was lost."""
        return any(start <= at <= end for at in self.lost)
