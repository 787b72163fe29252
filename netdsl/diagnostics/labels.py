"""N012x and N013x: labels and names that cannot be what they are."""

from netdsl.diagnostics.model import Diagnostic, Fix


class NeedsQuotes(Diagnostic):
    """A label or the path of a file has to stand in quotes: it is a word of the language, or no identifier.

    Wrong:
        net a { input 3x8x8; repeat: { conv(8, 3x3) } }
    Right:
        net a { input 3x8x8; "repeat": { conv(8, 3x3) } }
    """

    code = "N0126"
    text: str
    is_word: bool
    what: str = "label"

    @property
    def title(self) -> str:
        return f"the {self.what} `{self.text}` needs quotes"

    @property
    def why(self) -> str:
        if self.is_word:
            return f"`{self.text}` is a word of the language"
        return "without quotes a label is made of letters, digits and `_`" if self.what == "label" else ""

    @property
    def help(self) -> str:
        return f'write `"{self.text}"`'

    @property
    def fix(self) -> Fix:
        return Fix(self.span, f'"{self.text}"')


class ReservedName(Diagnostic):
    """A word of the language was chosen as the name of a parameter, number, value, block or net.

    Wrong:
        block b(repeat) { relu }
        net a { input 3x8x8; b(2) }
    Right:
        block b(count) { relu }
        net a { input 3x8x8; b(2) }
    """

    code = "N0127"

    @property
    def title(self) -> str:
        return f"`{self.span.text}` is a word of the language and cannot be a name here"

    @property
    def help(self) -> str:
        return f"choose another name, `{self.span.text}_` for example"


class BareBraces(Diagnostic):
    """Braces stand alone, with neither a label nor a word before them.

    Wrong:
        net a { input 3x8x8; { conv(8, 3x3); relu } }
    Right:
        net a { input 3x8x8; stem: { conv(8, 3x3); relu } }
    """

    code = "N0129"
    branch: bool = False
    """Whether they are a branch of a join, where each statement would be one without them."""

    @property
    def title(self) -> str:
        return "these braces belong to nothing"

    @property
    def why(self) -> str:
        return "a scope is part of the names of its weights, so it has a name itself"

    @property
    def help(self) -> str:
        if self.branch:
            return "write the branch as a path, `… -> …`, or give them a label, `name: { … }`"
        return "give them a label, `name: { … }`, or leave them out"


class LabelledJoin(Diagnostic):
    """A label stands before `concat { … }`, `residual { … }` or another form with a body that makes no module.

    Wrong:
        net a { input 3x8x8; both: concat { conv(8, 3x3); identity } }
    Right:
        net a { input 3x8x8; both = concat { conv(8, 3x3); identity } }
    """

    code = "N0131"
    word: str
    name: str

    @property
    def title(self) -> str:
        return f"`{self.word} {{ … }}` has no label"

    @property
    def why(self) -> str:
        return "labels name modules, which hold weights; this makes none"

    @property
    def help(self) -> str:
        if self.word in ("if", "for", "repeat", "aux"):
            return f"for a scope around it write `{self.name}: {{ {self.word} … }}`"
        return (
            f"to use the result further down write `{self.name} = {self.word} {{ … }}`; "
            f"for a scope around it `{self.name}: {{ {self.word} {{ … }} }}`"
        )
