"""N014x: what people write who know Python, PyTorch or C, and what it is here."""

from netdsl.diagnostics.model import Diagnostic, Fix, Meant
from netdsl.source import Span


class ForeignWord(Diagnostic):
    """A word of another language stands where a statement or expression begins: `def`, `class`, `return`, `lambda`.

    Wrong:
        def a(width) { relu }
    Right:
        block a(width) { relu }
    """

    code = "N0140"
    advice: str
    meant: str | None = None
    """What stands in its place where that is certain."""
    word: str = ""
    """The word, where more than that is marked."""

    @property
    def title(self) -> str:
        return f"`{self.word or self.span.text}` is not part of the language"

    @property
    def help(self) -> str:
        return self.advice

    @property
    def fix(self) -> Fix | None:
        if self.meant is None:
            return None
        text, end = self.span.file.text, self.span.end
        blank = 0 if self.meant else len(text[end:]) - len(text[end:].lstrip(" "))
        return Fix(Span(self.span.file, self.span.start, end + blank), self.meant)


class ModulePrefix(Meant):
    """A layer is called through a prefix, or a method is: `nn.Conv2d(…)`, `self.conv(…)`, `x.relu()`.

    Wrong:
        net a { input 3x8x8; nn.conv(8, 3x3) }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0141"
    prefix: str
    meant: str
    """The word of the language for what is reached; "" where there is none."""

    @property
    def title(self) -> str:
        return f"no layer is reached through `{self.prefix}`"

    @property
    def label(self) -> str:
        return f"called `{self.meant}` here" if self.meant else ""

    @property
    def why(self) -> str:
        return "layers and blocks are called by their own names, and each receives what the statement above gave"

    @property
    def help(self) -> str:
        if self.prefix == "self.":
            return "write `conv1: conv(64, 3x3)`: the label is the attribute's name"
        return f"write `{self.meant}`" if self.meant else f"leave `{self.prefix}` out"


class WrongEquals(Diagnostic):
    """A single `=` stands where two values are compared, or `==` where a name is given.

    Wrong:
        net a(n=1) { input 3x8x8; if n = 1 { relu } }
    Right:
        net a(n=1) { input 3x8x8; if n == 1 { relu } }
    """

    code = "N0142"

    @property
    def title(self) -> str:
        return "`=` does not compare" if self.span.text == "=" else "`==` compares, and gives no name"

    @property
    def help(self) -> str:
        return f"write `{self._meant}`"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, self._meant)

    @property
    def _meant(self) -> str:
        return "==" if self.span.text == "=" else "="


class ChainedComparison(Diagnostic):
    """Two comparisons stand in a chain.

    Wrong:
        net a(n=1) { input 3x8x8; if 0 < n < 4 { relu } }
    Right:
        net a(n=1) { input 3x8x8; if 0 < n and n < 4 { relu } }
    """

    code = "N0143"
    middle: str

    @property
    def title(self) -> str:
        return "comparisons do not chain"

    @property
    def help(self) -> str:
        return f"write `… and {self.middle} {self.span.text} …`"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, f"and {self.middle} {self.span.text}")


class Membership(Diagnostic):
    """`in` or `is` stands between two values as a test.

    Wrong:
        net a(n=1) { input 3x8x8; if n in [1, 2] { relu } }
    Right:
        net a(n=1) { input 3x8x8; if n == 1 or n == 2 { relu } }
    """

    code = "N0144"

    @property
    def title(self) -> str:
        return f"there is no test with `{self.span.text}`"

    @property
    def help(self) -> str:
        if self.span.text == "is":
            return "write `==`"
        return "compare with each value: `n == 1 or n == 2`"


class Tuple(Diagnostic):
    """Values stand in ( ) with commas between them, as a tuple does in Python.

    Wrong:
        net a { input 3x8x8; conv(8, kernel=(3, 3)) }
    Right:
        net a { input 3x8x8; conv(8, kernel=3x3) }
    """

    code = "N0145"
    meant: str

    @property
    def title(self) -> str:
        return "several values stand in [ ], not in ( )"

    @property
    def help(self) -> str:
        return f"write `{self.meant}`"

    @property
    def fix(self) -> Fix:
        return Fix.apart(self.span, self.meant)


class SpacedSize(Meant):
    """A size is written with spaces in it.

    Wrong:
        net a { input 3 x 8 x 8; relu }
    Right:
        net a { input 3x8x8; relu }
    """

    code = "N0146"

    @property
    def title(self) -> str:
        return "a size has no spaces in it"


class MissingLet(Diagnostic):
    """A number is named without `let`.

    Wrong:
        net a { input 3x8x8; width = 8; conv(width, 3x3) }
    Right:
        net a { input 3x8x8; let width = 8; conv(width, 3x3) }
    """

    code = "N0147"
    name: str

    @property
    def title(self) -> str:
        return f"`{self.name} = …` names what a layer gives, and this is a number"

    @property
    def help(self) -> str:
        return f"write `let {self.name} = …`"

    @property
    def fix(self) -> Fix:
        return Fix(Span(self.span.file, self.span.start, self.span.start), "let ")


class ColonForEquals(Diagnostic):
    """A colon stands between an argument's name and its value, behind `input`, or before a type, or `=` before a body.

    Wrong:
        net a { input: 3x8x8; conv(8, kernel: 3x3) }
    Right:
        net a { input 3x8x8; conv(8, kernel=3x3) }
    """

    code = "N0148"
    meant: str
    sign: str
    """What stands in the colon's place."""

    @property
    def title(self) -> str:
        return f"no {'colon' if self.span.text[:1] == ':' else '`=`'} stands here"

    @property
    def help(self) -> str:
        return f"write `{self.meant}`"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, self.sign)


class MissingParentheses(Meant):
    """The arguments of a layer do not stand in parentheses.

    Wrong:
        net a { input 3x8x8; conv 8, 3x3 }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0149"
    word: str
    meant: str
    """The arguments as they should stand."""

    @property
    def title(self) -> str:
        return f"the arguments of `{self.word}` stand in ( )"

    @property
    def help(self) -> str:
        return f"write `{self.word}{self.meant}`"
