"""N03xx: arguments of layers and blocks."""

from netdsl.diagnostics.model import Diagnostic, Fix, Meant, Note
from netdsl.diagnostics.suggest import counted, listed, nearest
from netdsl.source import Span


class MissingArgument(Diagnostic):
    """A layer or block was not given an argument that has no default.

    Wrong:
        net a { input 3x8x8; conv(8) }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0301"
    word: str
    missing: tuple[str, ...]
    wanted: tuple[str, ...] = ()
    """What each of them takes, in words."""

    @property
    def title(self) -> str:
        return f"`{self.word}` needs {listed(self.missing, len(self.missing))}"

    @property
    def help(self) -> str:
        if not self.wanted:
            return f"write `{self.word}({', '.join(f'{name}=…' for name in self.missing)})`"
        return "\n".join(f"`{name}` takes {words}" for name, words in zip(self.missing, self.wanted, strict=True))


class UnknownArgument(Diagnostic):
    """A layer or block was given an argument that it does not have.

    Wrong:
        net a { input 3x8x8; conv(8, 3x3, stirde=2) }
    Right:
        net a { input 3x8x8; conv(8, 3x3, stride=2) }
    """

    code = "N0302"
    word: str
    name: str
    known: tuple[str, ...]
    meant: str = ""
    """The argument's name here where `name` is another tool's."""
    needless: bool = False
    """Whether other tools have it and nothing has to be written here."""
    taken: bool = False
    """Whether what is meant is given already."""
    inside: str = ""
    """The argument in which it is said."""
    apart: str = ""
    """How it is said beside the call."""

    @property
    def title(self) -> str:
        return f"`{self.word}` has no argument `{self.name}`"

    @property
    def better(self) -> str:
        """The argument that was probably meant."""
        return "" if self.needless or self.inside or self.apart else self.meant or nearest(self.name, self.known)

    @property
    def label(self) -> str:
        return f"called `{self.meant}` here" if self.meant else ""

    @property
    def help(self) -> str:
        if self.needless:
            return "leave it out: it is known without being written"
        if self.inside:
            return f"say it inside of `{self.inside}`, which is given a word: `{self.inside} = …({self.name}=…)`"
        if self.apart:
            return self.apart
        if self.taken:
            return f"leave one of the two out: `{self.better}` is given already"
        if self.better:
            return f"did you mean `{self.better}`?"
        return f"it has {listed(self.known)}" if self.known else f"`{self.word}` takes no arguments"

    @property
    def fix(self) -> Fix | None:
        written = self.span.text == self.name
        return Fix(self.span, self.better) if self.better and written and not self.taken else None


class TooManyArguments(Diagnostic):
    """More arguments by position than a layer or block takes.

    Wrong:
        net a { input 3x8x8; conv(8, 3x3, 2) }
    Right:
        net a { input 3x8x8; conv(8, 3x3, stride=2) }
    """

    code = "N0303"
    word: str
    positional: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def title(self) -> str:
        if not self.positional:
            return f"`{self.word}` takes no arguments by position"
        return f"`{self.word}` takes {counted(len(self.positional), 'argument')} by position: {listed(self.positional)}"

    @property
    def help(self) -> str:
        if not self.others:
            return "leave it out"
        example = self.others[0]
        return f"write the others by name, as in `{example}=…`: {listed(self.others)}"


class WrongValue(Meant):
    """An argument has a value of the wrong type or out of range.

    Wrong:
        net a { input 3x8x8; conv(8, 3x3, stride=0) }
    Right:
        net a { input 3x8x8; conv(8, 3x3, stride=1) }
    """

    code = "N0304"
    word: str
    name: str
    found: str
    wanted: str
    meant: str = ""
    """The value that was probably meant, where it is one of a few words."""

    @property
    def title(self) -> str:
        return f"`{self.name}` of `{self.word}` cannot be {self.found}"

    @property
    def label(self) -> str:
        return "" if self.span.text == self.found else f"this is {self.found}"

    @property
    def help(self) -> str:
        if self.meant:
            return f"did you mean `{self.meant}`?"
        whole, point, part = self.found.partition(".")
        computed = point and f"{whole}{part}".isdecimal() and self.span.text != self.found and "whole" in self.wanted
        return f"`{self.name}` takes {self.wanted}" + (": divide by `//`, or take `round(…)` of it" if computed else "")


class ArgumentTwice(Diagnostic):
    """An argument was given twice.

    Wrong:
        net a { input 3x8x8; conv(8, 3x3, stride=1, stride=2) }
    Right:
        net a { input 3x8x8; conv(8, 3x3, stride=2) }
    """

    code = "N0305"
    word: str
    name: str
    first: Span

    @property
    def title(self) -> str:
        return f"`{self.name}` of `{self.word}` is given twice"

    @property
    def notes(self) -> tuple[Note, ...]:
        return (Note(self.first, "first here"),)

    @property
    def help(self) -> str:
        return "leave one of the two out"


class WrongCount(Diagnostic):
    """`repeat` or `for` was given something it cannot go round.

    Wrong:
        net a { input 3x8x8; repeat 2.5 { conv(8, 3x3) } }
    Right:
        net a { input 3x8x8; repeat 2 { conv(8, 3x3) } }
    """

    code = "N0311"
    word: str
    found: str

    @property
    def title(self) -> str:
        wanted = "a whole number from 0" if self.word == "repeat" else "a list"
        return f"`{self.word}` needs {wanted}, and this is {self.found}"

    @property
    def help(self) -> str:
        if self.word == "repeat":
            return "round it: `floor(…)`, `ceil(…)`, or keep it from 0 with `max(0, …)`"
        return "for the numbers from 0 to n - 1, write `range(n)`"


class WrongInput(Meant):
    """`input` is not a shape.

    Wrong:
        net a { input 224x224; conv(8, 3x3) }
    Right:
        net a { input 3x224x224; conv(8, 3x3) }
    """

    code = "N0312"
    found: str
    meant: str = ""
    """The shape, where its sides are written as a product."""

    @property
    def title(self) -> str:
        return f"an input is channels x height x width, and this is {self.found}"

    @property
    def help(self) -> str:
        if self.meant:
            return f"write `{self.meant}`"
        return "write `input 3x224x224`, `input [3, size, size]`, or `input [784]` for a vector; the batch is not part"


class WrongTemplate(Diagnostic):
    """An expression in a label is neither a whole number nor a string.

    Wrong:
        net a { input 3x8x8; "c{1 / 2}": conv(8, 3x3) }
    Right:
        net a { input 3x8x8; "c{1 // 2}": conv(8, 3x3) }
    """

    code = "N0313"
    found: str

    @property
    def title(self) -> str:
        return f"a name holds whole numbers and strings, and this is {self.found}"

    @property
    def help(self) -> str:
        return "round it: `{floor(…)}`, or divide with `//`"


class WrongSetting(Diagnostic):
    """A parameter from outside (`--set`, `load(…)`) that the net does not have, or whose value cannot be read.

    Wrong:
        $ netdsl compile resnet34 --set clases=10
    Right:
        $ netdsl compile resnet34 --set classes=10
    """

    code = "N0314"
    net: str
    name: str
    known: tuple[str, ...]
    reason: str = ""

    @property
    def title(self) -> str:
        if self.reason:
            return f"the value given for `{self.name}` cannot be read: {self.reason}"
        return f"net `{self.net}` has no parameter `{self.name}`"

    @property
    def help(self) -> str:
        if self.reason:
            return f"write a value as in the file, for example `{self.name}=8` or `{self.name}=[1, 2]`"
        near = nearest(self.name, self.known)
        if near:
            return f"did you mean `{near}`?"
        return f"it has {listed(self.known)}" if self.known else "it has no parameters"
