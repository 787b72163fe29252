"""Mistakes in the writing: codes N01xx."""

from dataclasses import dataclass

from netdsl.diagnostics.model import Diagnostic


@dataclass(frozen=True, kw_only=True)
class Unexpected(Diagnostic):
    """Something stands where it cannot stand."""

    code = "N0110"

    @property
    def title(self) -> str:
        return f"`{self.span.text}` cannot stand here"
