"""N010x and N012x: statements and definitions that are not put together as the grammar has them."""

from netdsl.diagnostics.model import Diagnostic, Fix
from netdsl.source import Span


class Unexpected(Diagnostic):
    """Something stands where the grammar has another thing.

    Wrong:
        net a { input 3x8x8; conv(8, 3x3) -> }
    Right:
        net a { input 3x8x8; conv(8, 3x3) -> relu }
    """

    code = "N0101"
    expected: str
    found: str
    form: str
    """How the statement is written that was begun; may be empty."""

    @property
    def title(self) -> str:
        return f"expected {self.expected}, but {self.found}"

    @property
    def help(self) -> str:
        return f"it is written {self.form}" if self.form else ""


class TooManyMistakes(Diagnostic):
    """A file has more mistakes than anybody reads. It may not be a `.net` file at all.

    Wrong:
        $ netdsl check resnet34.py
    Right:
        $ netdsl check resnet34.net
    """

    code = "N0102"
    most: int

    @property
    def title(self) -> str:
        return f"there are more than {self.most} mistakes, the rest is not listed"

    @property
    def help(self) -> str:
        return "mend the first ones and check again; make sure that this is a `.net` file"


class MissingSign(Diagnostic):
    """A comma, colon, bracket or brace was left out.

    Wrong:
        net a { input 3x8x8; conv1 conv(8 3x3) }
    Right:
        net a { input 3x8x8; conv1: conv(8, 3x3) }
    """

    code = "N0121"
    sign: str
    between: str
    """What it stands between or behind, in words."""
    tight: bool
    """Whether no space follows."""

    @property
    def title(self) -> str:
        return f"`{self.sign}` is missing {self.between}"

    @property
    def help(self) -> str:
        return f"put `{self.sign}` here"

    @property
    def fix(self) -> Fix:
        before = "" if self.sign in ",:([" else " "
        if self.sign == "=" and self.between.startswith("behind"):
            text = self.span.file.text
            return Fix(Span(self.span.file, self.span.start, len(text) - len(text[self.span.end :].lstrip(" "))), "=")
        return Fix(self.span, f"{before}{self.sign}{' ' if self.tight and self.sign not in '([' else ''}")


class MissingLineEnd(Diagnostic):
    """Two statements or definitions stand on one line with nothing between them.

    Wrong:
        net a { input 3x8x8; conv(8, 3x3) relu }
    Right:
        net a { input 3x8x8; conv(8, 3x3) -> relu }
    """

    code = "N0122"
    definition: bool = False

    @property
    def title(self) -> str:
        return f"a new {'definition' if self.definition else 'statement'} begins in the middle of a line"

    @property
    def help(self) -> str:
        if self.definition:
            return "begin it on a new line"
        return "begin a new line, write `;` between two statements, or `->` to let one follow the other"


class LineEndsEarly(Diagnostic):
    """A line ends in the middle of a statement.

    Wrong:
        net a { input 3x8x8
          conv(8, 3x3) ->
            relu
        }
    Right:
        net a { input 3x8x8
          conv(8, 3x3)
            -> relu
        }
    """

    code = "N0123"
    after: str
    """What stands at the line's end."""

    @property
    def title(self) -> str:
        return f"the line ends after `{self.after}`, in the middle of a statement"

    @property
    def why(self) -> str:
        return "a statement ends with its line, but inside ( ) and [ ], and where the next line begins with `->`"

    @property
    def help(self) -> str:
        if self.after == "->":
            return "begin the next line with `->`"
        return "write it on one line, or put the expression in ( )"


class BraceOnNextLine(Diagnostic):
    """A `{` stands on a line of its own, below what it belongs to.

    Wrong:
        net a
        {
          input 3x8x8
        }
    Right:
        net a {
          input 3x8x8
        }
    """

    code = "N0124"

    @property
    def title(self) -> str:
        return "this `{` stands one line too low"

    @property
    def why(self) -> str:
        return "a line end closes a statement, so `{` stands on the line of what it belongs to"

    @property
    def help(self) -> str:
        return "put `{` at the end of the line above"


class MissingBraces(Diagnostic):
    """A body does not stand in braces: it follows a colon, as in Python, or nothing at all.

    Wrong:
        net a(widths=[8, 16]) {
          input 3x8x8
          for width in widths:
            conv(width, 3x3)
          repeat 3 conv(16, 3x3)
        }
    Right:
        net a(widths=[8, 16]) {
          input 3x8x8
          for width in widths {
            conv(width, 3x3)
          }
          repeat 3 { conv(16, 3x3) }
        }
    """

    code = "N0125"
    meant: str | None
    """What goes in the place that is marked; None where the body goes on on further lines."""

    @property
    def title(self) -> str:
        after = {":": "a colon", "then": "`then`", "do": "`do`", "times": "`times`"}.get(self._announces, "")
        return f"a body stands in braces, not after {after}" if after else "a body stands in braces"

    @property
    def help(self) -> str:
        if self.meant is None:
            return "write `{` here and `}` at the end of the body"
        return (
            f"write `{self.meant}`"
            if self.meant
            else f"leave {'the colon' if self._announces == ':' else f'`{self._announces}`'} out"
        )

    @property
    def fix(self) -> Fix | None:
        if self.meant is None:
            return None
        return Fix(self.span, f" {self.meant}" if self.span.text[:1] == ":" and self.meant else self.meant)

    @property
    def _announces(self) -> str:
        """The first word or sign of the place that is marked."""
        return self.span.text[:1] if self.span.text[:1] == ":" else self.span.text.partition(" ")[0]


class EmptyStatement(Diagnostic):
    """A `;` has no statement before it, or an arrow no step.

    Wrong:
        net a { input 3x8x8;; relu }
    Right:
        net a { input 3x8x8; relu }
    """

    code = "N0128"

    @property
    def title(self) -> str:
        return f"nothing stands before this `{self.span.text}`"

    @property
    def help(self) -> str:
        return "leave it out"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, "")


class CommaAtLineEnd(Diagnostic):
    """A statement or setting ends with a comma, as an item of a list does.

    Wrong:
        net a { input 3x8x8
          conv(8, 3x3),
          relu
        }
    Right:
        net a { input 3x8x8
          conv(8, 3x3)
          relu
        }
    """

    code = "N0133"

    @property
    def title(self) -> str:
        return "no comma stands between statements"

    @property
    def why(self) -> str:
        return "a statement ends with its line"

    @property
    def help(self) -> str:
        return "leave it out"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, "")


class LoneElse(Diagnostic):
    """An `else` or `shortcut` does not follow the `}` of an `if` or `residual`.

    Wrong:
        net a { input 3x8x8; relu; else { gelu } }
    Right:
        net a(bn=true) { input 3x8x8; if bn { relu } else { gelu } }
    """

    code = "N0130"

    @property
    def title(self) -> str:
        return f"this `{self.span.text}` belongs to no `{self._partner}`"

    @property
    def help(self) -> str:
        return f"it stands directly behind the `}}`: `{self._partner} … {{ … }} {self.span.text} {{ … }}`"

    @property
    def _partner(self) -> str:
        return "if" if self.span.text == "else" else "residual"


class LateOn(Diagnostic):
    """An `on` stands at a step that has its input already.

    Wrong:
        net a { input 3x8x8; x = relu; conv(8, 3x3) -> relu on x }
    Right:
        net a { input 3x8x8; x = relu; conv(8, 3x3) on x -> relu }
    """

    code = "N0132"
    word: str = ""
    """What takes no `on` at all; "" where a step has its input already."""

    @property
    def title(self) -> str:
        return f"`{self.word}` works on what arrives" if self.word else "this step has its input already"

    @property
    def why(self) -> str:
        return "`on` names what the first step of a path receives; each later one receives what the step before gave"

    @property
    def help(self) -> str:
        if self.word:
            return f"let a step before it begin there: `identity {self.span.text} -> {self.word} {{ … }}`"
        return "put `on` behind the first step, or begin a new line with this one"
