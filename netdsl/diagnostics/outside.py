"""N0103 and N0120: files without a definition, and what stands outside of all."""

import re

from netdsl.diagnostics.model import Diagnostic, Fix

_FORMATS = (
    ("Caffe's format", r"name\s*:\s*\"|layers?\s*\{|input\s*:\s*\""),
    ("Darknet's format", r"\[\w+\]$"),
    ("JSON", r"[{\[]\s*(\"|$)"),
    ("YAML", r"---|- |\w+\s*:"),
)
"""How files of other formats begin."""


class NoDefinition(Diagnostic):
    """A file defines nothing: it is empty, or holds comments only.

    Wrong:
        # a network will stand here
    Right:
        net a { input 3x8x8; relu }
    """

    code = "N0103"

    @property
    def title(self) -> str:
        return "nothing is defined in this file"

    @property
    def help(self) -> str:
        return "write `net name(parameters) { … }`"


class OutsideDefinition(Diagnostic):
    """A statement stands at the level of the file, outside of every net and block.

    Wrong:
        input 3x8x8
        conv(8, 3x3)
    Right:
        net a {
          input 3x8x8
          conv(8, 3x3)
        }
    """

    code = "N0120"
    name: str
    """A name for the net that is proposed."""
    meant: str = ""
    """The definition's first word, where this looks like another spelling of it."""

    @property
    def title(self) -> str:
        if self.meant:
            return f"no definition begins with `{self.span.text}`"
        return "this stands outside of every net and block"

    @property
    def why(self) -> str:
        return "at the level of a file stand only `net`, `block`, `let`, `use` and `train`"

    @property
    def help(self) -> str:
        if self.meant:
            return f"did you mean `{self.meant}`?"
        put = f"put it between the braces of a net: `net {self.name} {{ … }}`"
        found = next((name for name, form in _FORMATS if re.match(form, self.span.text)), "")
        return f"{found} is not read here: write the network anew, `netdsl show lenet5` shows one" if found else put

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.meant) if self.meant else None
