"""N017x: forms of other languages, of whole statements and definitions, and how they are written here."""

from netdsl.diagnostics.model import Diagnostic, Fix, Meant
from netdsl.source import Span


class OutputStep(Diagnostic):
    """A layer stands behind `output`, which takes names, or nothing does.

    Wrong:
        net a { input 3x8x8; conv(8, 3x3); output relu() }
    Right:
        net a { input 3x8x8; conv(8, 3x3); relu() }
    """

    code = "N0170"
    meant: str
    """The path without `output`; "" where nothing else is said."""

    @property
    def title(self) -> str:
        return f"`output` names further results, and {'a layer is no name' if self.meant else 'none is named'}"

    @property
    def why(self) -> str:
        return "a net gives what its last statement gives, without being told"

    @property
    def help(self) -> str:
        if not self.meant:
            return "leave it out"
        return f"leave `output` out, or name the value above, `out = {self.meant}`, and write `output out`"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, self.meant)


class ValueArithmetic(Meant):
    """Values that flow are joined by `+`, `*` or another sign, as tensors are in Python.

    Wrong:
        net a { input 3x8x8; x = conv(8, 3x3); y = relu; x + y }
    Right:
        net a { input 3x8x8; x = conv(8, 3x3); y = relu; add on x, y }
    """

    code = "N0171"
    sign: str
    meant: str
    """What to write; "" where no layer does what the sign says."""

    @property
    def title(self) -> str:
        return f"`{self.sign}` is for numbers, and these are values that flow"

    @property
    def help(self) -> str:
        return f"write `{self.meant}`" if self.meant else "values are joined by `add`, `mul` and `concat`"


class ValuesInBrackets(Meant):
    """The values that a step takes stand in brackets behind it, as the arguments of a call do in Python.

    Wrong:
        net a { input 3x8x8; x = relu; conv(8, 3x3)(x) }
    Right:
        net a { input 3x8x8; x = relu; conv(8, 3x3) on x }
    """

    code = "N0172"

    @property
    def title(self) -> str:
        return "branches stand in braces" if self.meant.startswith("{") else "values are given by `on`"

    @property
    def fix(self) -> Fix:
        before = self.span.file.text[self.span.start - 1]
        return Fix.apart(self.span, self.meant if before.isspace() else f" {self.meant}")


class ListedLayers(Meant):
    """Layers that follow each other stand in a list.

    Wrong:
        net a { input 3x8x8; stem = [conv(8, 3x3), relu] }
    Right:
        net a { input 3x8x8; stem = conv(8, 3x3) -> relu }
    """

    code = "N0173"

    @property
    def title(self) -> str:
        return "layers that follow each other do not stand in a list"

    @property
    def help(self) -> str:
        return f"write `{self.meant}`, or each on a line of its own"


class ListItem(Meant):
    """A statement begins with `-`, as an item of a list does in YAML.

    Wrong:
        net a {
          input 3x8x8
          - conv(8, 3x3)
          - relu
        }
    Right:
        net a {
          input 3x8x8
          conv(8, 3x3)
          relu
        }
    """

    code = "N0174"

    @property
    def title(self) -> str:
        return "no sign stands before a statement"

    @property
    def help(self) -> str:
        return f"write `{self.meant}`: a statement begins with its line"


class BadName(Meant):
    """A name holds a sign, or stands in quotes where no label does.

    Wrong:
        net my-net { input 3x8x8; relu }
    Right:
        net my_net { input 3x8x8; relu }
    """

    code = "N0175"

    @property
    def title(self) -> str:
        return "a name is made of letters, digits and `_`"


class Nameless(Diagnostic):
    """A definition has no name.

    Wrong:
        net { input 3x8x8; relu }
    Right:
        net a { input 3x8x8; relu }
    """

    code = "N0176"
    name: str
    """One that it could have."""

    @property
    def title(self) -> str:
        return f"this {self.span.text} has no name"

    @property
    def help(self) -> str:
        return f"give it one: `{self.span.text} {self.name} {{ … }}`"

    @property
    def fix(self) -> Fix:
        return Fix(Span(self.span.file, self.span.end, self.span.end), f" {self.name}")


class CountingLoop(Meant):
    """A loop counts with a condition and a step, as in C.

    Wrong:
        net a { input 3x8x8; for (i = 0; i < 3; i++) { conv(8, 3x3) } }
    Right:
        net a { input 3x8x8; for i in range(3) { conv(8, 3x3) } }
    """

    code = "N0177"
    meant: str
    """How the head is written; "" where that is not clear."""

    @property
    def title(self) -> str:
        return "a loop goes over a list"

    @property
    def help(self) -> str:
        return f"write `{self.meant or 'for i in range(n)'} {{ … }}`"


class InputForm(Meant):
    """The input is written like a call, or as numbers with commas between them.

    Wrong:
        net a { input(shape=3x8x8); relu }
    Right:
        net a { input 3x8x8; relu }
    """

    code = "N0178"

    @property
    def title(self) -> str:
        return "an input is written as a shape behind the word"


class InputOnPath(Diagnostic):
    """An arrow leads from the input to a layer. The input is a statement of its own.

    Wrong:
        net a { input 3x8x8 -> conv(8, 3x3) }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0179"

    @property
    def title(self) -> str:
        return "no arrow leads from `input`"

    @property
    def why(self) -> str:
        return "`input` is a statement of its own, and the next one receives it"

    @property
    def help(self) -> str:
        return "leave the arrow out" if self._begins_line else "begin a new line, or write `;`"

    @property
    def fix(self) -> Fix:
        return Fix(self.span, "" if self._begins_line else ";")

    @property
    def _begins_line(self) -> bool:
        return not self.span.file.text[: self.span.start].rpartition("\n")[2].strip()
