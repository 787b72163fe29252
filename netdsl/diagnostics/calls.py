"""N0315 to N0318: arguments that stand where other ones belong, products that look like sizes, calls in calls."""

from netdsl.diagnostics.model import Diagnostic, Fix, Meant
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


class ProductAsSize(Meant):
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

    @property
    def title(self) -> str:
        return f"`{self.span.text}` is the number {self.number}, so `{self.name}` is {self.number}x{self.number}"

    @property
    def help(self) -> str:
        return f"write `{self.meant}`, or `{self.number}` if that is meant"


class NestedCall(Diagnostic):
    """A layer is given what flows to it as an argument, as a function is in Python.

    Wrong:
        net a { input 3x8x8; h = relu(conv(8, 3x3)) }
    Right:
        net a { input 3x8x8; h = conv(8, 3x3) -> relu }
    """

    code = "N0318"
    word: str
    meant: str
    """The whole call as it is written; "" where that is not clear."""
    whole: Span | None
    """The call, where `meant` can stand in its place."""

    @property
    def title(self) -> str:
        return f"`{self.word}` is given no layer and no value as an argument"

    @property
    def help(self) -> str:
        if self.meant:
            return f"write `{self.meant}`"
        return f"let it follow the layer before, `… -> {self.word}`, or begin at a named value, `{self.word} on x`"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.whole, self.meant) if self.whole is not None and self.meant else None
