"""How evaluation stops: with something to say, or in silence."""

from netdsl.diagnostics.model import Diagnostic


class Mistake(Exception):
    """An expression or statement is wrong; `diagnostic` says how."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


class StandsOnUnknown(Exception):
    """What is asked for stands on something that was refused already: nothing more is said of it."""


class Exhausted(Mistake):
    """The budget is spent: nothing further is looked at."""
