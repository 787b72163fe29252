"""N015x: characters, strings, numbers and signs that are not of the language."""

import re

from netdsl.diagnostics.model import Diagnostic, Fix


class UnclosedString(Diagnostic):
    """A string has no end on its line.

    Wrong:
        net a { input 3x8x8; "conv1: conv(8, 3x3) }
    Right:
        net a { input 3x8x8; "conv1": conv(8, 3x3) }
    """

    code = "N0150"

    @property
    def title(self) -> str:
        return "this string is not closed"

    @property
    def label(self) -> str:
        return "opened here"

    @property
    def why(self) -> str:
        return 'a string ends on the line on which it begins, and cannot hold a `"`'

    @property
    def help(self) -> str:
        return f'close it: `{self.span.text.rstrip()}"`'


class SingleQuotes(Diagnostic):
    """A string stands in single quotes.

    Wrong:
        net a { input 3x8x8; 'conv1': conv(8, 3x3) }
    Right:
        net a { input 3x8x8; "conv1": conv(8, 3x3) }
    """

    code = "N0151"
    content: str

    @property
    def title(self) -> str:
        return "strings stand in double quotes"

    @property
    def help(self) -> str:
        return f'write `"{self.content}"`'

    @property
    def fix(self) -> Fix | None:
        return None if '"' in self.content else Fix(self.span, f'"{self.content}"')


class StringPrefix(Diagnostic):
    """A letter stands before a string, as in Python.

    Wrong:
        net a(i=1) { input 3x8x8; f"conv{i}": conv(8, 3x3) }
    Right:
        net a(i=1) { input 3x8x8; "conv{i}": conv(8, 3x3) }
    """

    code = "N0152"
    string: str

    @property
    def title(self) -> str:
        return "a string has no letter before it"

    @property
    def why(self) -> str:
        return "every label in quotes may hold expressions in `{ }`"

    @property
    def help(self) -> str:
        return f"write `{self.string}`"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.string)


class LookAlike(Diagnostic):
    """A character looks like one of the language and is another: curly quotes, `×`, `−`, a Cyrillic letter.

    Wrong:
        net a { input 3×8×8; conv(8, 3x3, padding=“same”) }
    Right:
        net a { input 3x8x8; conv(8, 3x3, padding="same") }
    """

    code = "N0153"
    meant: str
    name: str
    """What the character is, in words; empty where it can be seen."""

    @property
    def title(self) -> str:
        if self.name:
            return f"there is {self.name} here, which cannot be seen"
        return f"`{self.span.text}` is not `{self.meant}`, though it looks like it"

    @property
    def label(self) -> str:
        odd = [c for c in self.span.text if not c.isascii()]
        return ", ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(odd))

    @property
    def help(self) -> str:
        if self.name:
            return "put a common space there" if self.meant else "leave it out"
        return f"write `{self.meant}`"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.meant)


class UnknownCharacter(Diagnostic):
    """A character is not part of the language.

    Wrong:
        net a { input 3x8x8; @conv(8, 3x3) }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0154"
    advice: str = ""

    @property
    def title(self) -> str:
        found = self.span.text
        if found.isprintable():
            return f"`{found}` is not part of the language"
        return f"the character U+{ord(found[0]):04X} is not part of the language"

    @property
    def why(self) -> str:
        return "" if self.advice else "names are made of the letters a to z and A to Z, digits and `_`"

    @property
    def help(self) -> str:
        return self.advice or "leave it out; in strings and comments every character may stand"


class ForeignOperator(Diagnostic):
    """A sign of another language stands for a word or sign of this one: `&&`, `||`, `!`, `=>`, `===`, `+=`.

    Wrong:
        net a(bn=true) { input 3x8x8; if bn && !false { batchnorm } }
    Right:
        net a(bn=true) { input 3x8x8; if bn and not false { batchnorm } }
    """

    code = "N0155"
    meant: str
    """The sign of the language; empty where there is none."""
    advice: str

    @property
    def title(self) -> str:
        return f"`{self.span.text}` is not part of the language"

    @property
    def help(self) -> str:
        return self.advice or f"write `{self.meant.strip()}`"

    @property
    def fix(self) -> Fix | None:
        return Fix.apart(self.span, self.meant) if self.meant and not self.advice else None


class ForeignComment(Diagnostic):
    """A comment is written as in another language: `// …`, `/* … */`, or a string in three quotes.

    Wrong:
        net a { input 3x8x8; conv(8, 3x3) }  // the stem
    Right:
        net a { input 3x8x8; conv(8, 3x3) }  # the stem
    """

    code = "N0156"

    @property
    def title(self) -> str:
        return f"a comment does not begin with `{self._mark}`"

    @property
    def help(self) -> str:
        if self._mark == '"""':
            return "write documentation in lines that begin with `## `, above the definition"
        return "write `# …`, on each line"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, "#" + self.span.text[2:]) if self._mark in ("//", "--") else None

    @property
    def _mark(self) -> str:
        return '"""' if self.span.text.startswith('"') else self.span.text[:2]


class OddNumber(Diagnostic):
    """A number or size is written in a way that the language does not have.

    Wrong:
        net a { input 3x8x8; conv(1_6, 3X3); dropout(.5) }
    Right:
        net a { input 3x8x8; conv(16, 3x3); dropout(0.5) }
    """

    code = "N0157"
    meant: str
    """The same number as the language writes it; empty where that cannot be known."""
    certain: bool = True

    @property
    def title(self) -> str:
        return f"`{self.span.text}` is no number or size"

    @property
    def why(self) -> str:
        return "" if self.meant else "numbers are written as `64`, `0.5` or `1e-3`, sizes as `3x3` or `3x224x224`"

    @property
    def help(self) -> str:
        if self.meant and not self.certain:
            return f"write `{self.meant}`, or `[{', '.join(self.span.text.split('x'))}]` for two sides"
        if self.meant:
            return f"write `{self.meant}`"
        if between := re.fullmatch(r"([0-9]+)\.\.+(\w+)", self.span.text):
            return f"write `range({between[1]}, {between[2]})`, which ends before {between[2]}"
        sides = self.span.text.split("x")
        if len(sides) > 1 and all(side.isidentifier() or side.isdecimal() for side in sides):
            return f"a size is of numbers only; with names write `[{', '.join(sides)}]`"
        return "write it out in digits"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.meant) if self.meant and self.certain else None


class BrokenHole(Diagnostic):
    """A brace in a label in quotes opens or closes nothing, or holds nothing.

    Wrong:
        net a(i=1) { input 3x8x8; "conv{i": conv(8, 3x3) }
    Right:
        net a(i=1) { input 3x8x8; "conv{i}": conv(8, 3x3) }
    """

    code = "N0158"

    @property
    def title(self) -> str:
        if ":" in self.span.text:
            return f"an expression in a label has no format: `{self.span.text}`"
        if self.span.text.startswith("{") and self.span.text.endswith("}"):
            return f"`{self.span.text}` holds nothing"
        return f"this `{self.span.text}` is not {'closed' if self.span.text == '{' else 'opened'}"

    @property
    def why(self) -> str:
        return "in a label in quotes `{ }` holds an expression, and its value stands in its place"

    @property
    def help(self) -> str:
        return 'write `"layer{i + 1}"`, or leave the braces out'
