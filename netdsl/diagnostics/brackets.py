"""N011x: brackets and braces that do not match."""

from netdsl.diagnostics.model import Diagnostic, Fix, Note
from netdsl.source import Span


class UnclosedBracket(Diagnostic):
    """A bracket or brace is opened and not closed.

    Wrong:
        net a {
          input 3x8x8
          conv(8, 3x3
          relu
        }
    Right:
        net a {
          input 3x8x8
          conv(8, 3x3)
          relu
        }
    """

    code = "N0111"
    right: str

    @property
    def title(self) -> str:
        return f"this `{self.span.text}` is not closed"

    @property
    def label(self) -> str:
        return f"its `{self.right}` is missing"

    @property
    def help(self) -> str:
        return f"put `{self.right}` where it ends"


class StrayBracket(Diagnostic):
    """A bracket or brace closes what was never opened.

    Wrong:
        net a { input 3x8x8; conv(8, 3x3)) }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0112"
    sign: str
    """The bracket that is meant, where another character stands there that looks like it."""

    @property
    def title(self) -> str:
        return f"this `{self.span.text}` closes nothing"

    @property
    def help(self) -> str:
        opener = {")": "(", "]": "[", "}": "{"}[self.sign]
        return f"leave it out, or open it before with `{opener}`"


class WrongBracket(Diagnostic):
    """A bracket is closed by another kind of bracket.

    Wrong:
        net a { input 3x8x8; conv(8, 3x3] }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0113"
    right: str
    opener: Span

    @property
    def title(self) -> str:
        return f"`{self.opener.text}` is closed by `{self.span.text}`"

    @property
    def notes(self) -> tuple[Note, ...]:
        return (Note(self.opener, "opened here"),)

    @property
    def help(self) -> str:
        return f"write `{self.right}`"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, self.right)
