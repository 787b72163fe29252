"""N05xx: what a file may cost. Each limit can be raised."""

from netdsl.diagnostics.model import Diagnostic


class Recursion(Diagnostic):
    """A block stands inside itself, directly, through others, or as its own argument.

    Wrong:
        block b { conv(8, 3x3); b }
        net a { input 3x8x8; b }
    Right:
        block b { conv(8, 3x3) }
        net a { input 3x8x8; repeat 3 { b } }
    """

    code = "N0501"
    name: str

    @property
    def title(self) -> str:
        return f"block `{self.name}` would stand inside itself"

    @property
    def why(self) -> str:
        return "a network is finite, so a block may not call itself, also not through others or as its own argument"

    @property
    def help(self) -> str:
        return "for several in a row write `repeat n { … }`"


class TooMuch(Diagnostic):
    """A file asks for more than its budget: layers, steps of evaluation, depth, elements, characters, a number's size.

    Wrong:
        net a { input 3x8x8; repeat 1000000 { relu } }
    Right:
        net a { input 3x8x8; repeat 10 { relu } }
    """

    code = "N0502"
    limit: str
    allowed: int

    @property
    def title(self) -> str:
        what = {
            "source": f"the text has more than {self.allowed:,} characters",
            "nodes": f"the network has more than {self.allowed:,} layers",
            "steps": f"the file takes more than {self.allowed:,} steps to work out",
            "levels": f"this stands more than {self.allowed} levels deep",
            "elements": f"a list has more than {self.allowed:,} elements",
            "characters": f"a string has more than {self.allowed:,} characters",
            "magnitude": f"a number is {self.allowed:,} or more",
            "tensor": f"this layer's result or weights hold more than {self.allowed:,} numbers",
        }
        return what[self.limit]

    @property
    def help(self) -> str:
        return f"if it is meant, raise the limit: `--budget {self.limit}={10 * self.allowed}`"


class TooDeepForPython(Diagnostic):
    """The source of a network would nest brackets or loops deeper than Python reads, which no budget can raise.

    Wrong:
        $ netdsl compile deep.net --budget levels=1000
    Right:
        $ netdsl compile flat.net
    """

    code = "N0503"
    name: str
    reason: str

    @property
    def title(self) -> str:
        return f"the source of `{self.name}` would be nested deeper than Python reads: {self.reason}"

    @property
    def help(self) -> str:
        return "write what stands inside as a block of its own, and call it"
