"""N018x: statements that are put together in another order, or with a word too many."""

from netdsl.diagnostics.model import Diagnostic, Fix
from netdsl.source import Span


class RepeatedByTimes(Diagnostic):
    """A layer is repeated by a product with a number.

    Wrong:
        net a { input 3x8x8; conv(8, 3x3) * 3 }
    Right:
        net a { input 3x8x8; repeat 3 { conv(8, 3x3) } }
    """

    code = "N0180"
    meant: str

    @property
    def title(self) -> str:
        return "a layer is no number, and is not repeated by `*`"

    @property
    def help(self) -> str:
        return f"write `{self.meant}`"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, self.meant)


class ConditionBehind(Diagnostic):
    """An `if` stands behind the layer that it is about.

    Wrong:
        net a(bn=true) { input 3x8x8; batchnorm if bn }
    Right:
        net a(bn=true) { input 3x8x8; if bn { batchnorm } }
    """

    code = "N0181"
    meant: str

    @property
    def title(self) -> str:
        return "a condition stands before what it is about"

    @property
    def help(self) -> str:
        return f"write `{self.meant}`"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, self.meant)


class ArrivingAsStep(Diagnostic):
    """`in` stands where a layer or a named value does.

    Wrong:
        net a { input 3x8x8; x = in; conv(3, 3x3); add { identity; identity on x } }
    Right:
        net a { input 3x8x8; x = identity; conv(3, 3x3); add { identity; identity on x } }
    """

    code = "N0182"
    is_step: bool

    @property
    def title(self) -> str:
        return "`in` is asked for its sides, and is neither a layer nor a name"

    @property
    def help(self) -> str:
        if self.is_step:
            return "write `identity`, for what arrives"
        return "what arrives is taken without `on`; to take it further down, name it first: `x = identity`"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, "identity") if self.is_step else None


class StepsInParentheses(Diagnostic):
    """Parentheses stand around a layer or a path.

    Wrong:
        net a { input 3x8x8; x = (conv(8, 3x3) -> relu) }
    Right:
        net a { input 3x8x8; x = conv(8, 3x3) -> relu }
    """

    code = "N0183"
    meant: str

    @property
    def title(self) -> str:
        return "no parentheses stand around steps"

    @property
    def help(self) -> str:
        return f"write `{self.meant}`"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, self.meant)


class InnerDefinition(Diagnostic):
    """A block is defined inside of another definition.

    Wrong:
        net a { input 3x8x8; block unit(width) { conv(width, 3x3) }; unit(8) }
    Right:
        net a { input 3x8x8; unit(8) }
        block unit(width) { conv(width, 3x3) }
    """

    code = "N0184"

    @property
    def title(self) -> str:
        return "a definition stands at the level of the file, not in another one"

    @property
    def help(self) -> str:
        return "put it behind the `}` of this one, on a line of its own; what it needs it is given as parameters"


class LetOfPath(Diagnostic):
    """A `let` names what layers give. It is for numbers and lists.

    Wrong:
        net a { input 3x8x8; let stem = conv(8, 3x3) -> relu }
    Right:
        net a { input 3x8x8; stem = conv(8, 3x3) -> relu }
    """

    code = "N0185"
    name: str

    @property
    def title(self) -> str:
        return "`let` names a number, and this is what layers give"

    @property
    def help(self) -> str:
        return f"write `{self.name} = …`, without `let`"

    @property
    def fix(self) -> Fix:
        text, end = self.span.file.text, self.span.end
        return Fix(Span(self.span.file, self.span.start, end + len(text[end:]) - len(text[end:].lstrip(" "))), "")
