"""N0315 to N0317: arguments that stand where other ones belong, and products that look like sizes."""

from netdsl.diagnostics.model import Diagnostic, Fix
from netdsl.diagnostics.suggest import listed
from netdsl.source import Span


class WrongOrder(Diagnostic):
    """The arguments of a layer stand in another order than its own.

    Wrong:
        net a { input 3x8x8; conv(3x3, 8) }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0315"
    word: str
    order: tuple[str, ...]
    """The names of the arguments as they should stand."""
    texts: tuple[str, ...]
    """What should be written for each of them."""

    @property
    def title(self) -> str:
        return f"`{self.word}` takes {listed(self.order)} in this order"

    @property
    def help(self) -> str:
        return f"write `{self.word}({', '.join(self.texts)})`"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, ", ".join(self.texts))


class ChannelsWritten(Diagnostic):
    """A layer was given the channels that arrive, as in PyTorch. They are known here, and not written.

    Wrong:
        net a { input 3x8x8; conv(3, 8, 3); batchnorm(8) }
    Right:
        net a { input 3x8x8; conv(8, 3); batchnorm }
    """

    code = "N0316"
    word: str
    others: tuple[str, ...]
    """The other arguments as they are written."""
    needless: Span
    """What is to be left out, with a comma."""

    @property
    def title(self) -> str:
        return f"`{self.word}` is not given the channels that arrive"

    @property
    def why(self) -> str:
        return "they are known from what the statement above gave"

    @property
    def help(self) -> str:
        return f"write `{self.word}({', '.join(self.others)})`" if self.others else f"write `{self.word}`"

    @property
    def fix(self) -> Fix:
        return Fix(self.needless, "")


class ProductAsSize(Diagnostic):
    """Two numbers are multiplied where a height and a width are wanted.

    Wrong:
        net a { input 3x8x8; conv(8, 3*3) }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0317"
    level = "warning"
    name: str
    """The argument."""
    number: int
    meant: str

    @property
    def title(self) -> str:
        return f"`{self.span.text}` is the number {self.number}, so `{self.name}` is {self.number}x{self.number}"

    @property
    def help(self) -> str:
        return f"write `{self.meant}`, or `{self.number}` if that is meant"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, self.meant)
