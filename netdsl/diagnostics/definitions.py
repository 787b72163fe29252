"""N02xx: what a file holds, what it uses, and what stands in which place."""

from netdsl.diagnostics.model import Diagnostic, Fix, Note
from netdsl.diagnostics.suggest import counted, listed, nearest
from netdsl.source import Span


class SameDefinition(Diagnostic):
    """Two definitions have one name, in one file or through `use`.

    Wrong:
        block b { relu }
        block b { relu6 }
        net a { input 3x8x8; b }
    Right:
        block b { relu }
        block c { relu6 }
        net a { input 3x8x8; b; c }
    """

    code = "N0205"
    name: str
    first: Span

    @property
    def title(self) -> str:
        return f"`{self.name}` is defined twice"

    @property
    def notes(self) -> tuple[Note, ...]:
        return (Note(self.first, "first here"),)

    @property
    def help(self) -> str:
        return "rename one of the two"


class UseNotFound(Diagnostic):
    """`use` names a file that is neither beside this one nor in the shipped library.

    Wrong:
        use "blocks/mobil.net"
        net a { input 3x8x8; conv(8, 3x3) }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0206"
    path: str
    known: tuple[str, ...]

    @property
    def title(self) -> str:
        return f'there is no file "{self.path}"'

    @property
    def label(self) -> str:
        return "neither beside this file nor in the shipped library"

    @property
    def better(self) -> str:
        """The file that was probably meant: one of this name elsewhere, else one of a like name."""
        name = f"{self.path.removesuffix('.net')}.net"
        same = (path for path in self.known if path == name or path.endswith(f"/{name}"))
        return next(same, "") or nearest(self.path, self.known)

    @property
    def help(self) -> str:
        if self.better:
            return f'did you mean "{self.better}"?'
        return 'a path is relative to this file: use "blocks/mine.net"'

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, f'"{self.better}"') if self.better else None


class UseOutside(Diagnostic):
    """`use` leads out of the folder of the file that is compiled.

    Wrong:
        use "../other/blocks.net"
        net a { input 3x8x8; conv(8, 3x3) }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0207"
    path: str

    @property
    def title(self) -> str:
        return f'"{self.path}" is outside the folder of this file'

    @property
    def why(self) -> str:
        return "a file may only read what lies beside or below the file that is compiled, and the shipped library"

    @property
    def help(self) -> str:
        return "copy the file beside this one; a link, an absolute path or `..` does not help"


class UseRefused(Diagnostic):
    """A file that is used has mistakes of its own, or uses itself.

    Wrong:
        $ netdsl check a.net            # where a.net begins with: use "a.net"
    Right:
        $ netdsl check a.net            # where it begins with: use "blocks.net"
    """

    code = "N0208"
    path: str
    reason: str
    """Why it cannot be read; "" for one that uses itself."""

    @property
    def title(self) -> str:
        return f'"{self.path}" cannot be used: {self.reason or "it uses itself, through this file"}'

    @property
    def help(self) -> str:
        if self.reason:
            return "mend that file first"
        return "definitions that two files need belong into a third that both use"


class WhichNet(Diagnostic):
    """A file has several nets, or none of the name that was asked for, and one was needed.

    Wrong:
        $ netdsl compile nets.net       # where nets.net has the nets small and large
    Right:
        $ netdsl compile nets.net --net small
    """

    code = "N0212"
    asked: str
    nets: tuple[str, ...]
    families: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        if self.asked in self.families:
            return f"`{self.asked}` is a family: some of its parameters have no value"
        if self.asked:
            return f"this file has no net `{self.asked}`"
        if not self.nets:
            return "this file has no net that could be built"
        return f"this file has {counted(len(self.nets), 'net')}: which one?"

    @property
    def help(self) -> str:
        near = nearest(self.asked, self.nets) if self.asked and self.asked not in self.families else ""
        if near:
            return f"did you mean `{near}`?"
        if self.nets:
            return f"choose with `--net NAME`: {listed(self.nets)}"
        if self.families:
            return f"give its parameters, as in `net mine = {self.families[0]}(…)`, or with `--set name=value`"
        return "write one: `net NAME { input 3x224x224 … }`"


class NothingArrives(Diagnostic):
    """A step or `in` stands where no value has arrived: before `input`, or at file level.

    Wrong:
        net a { conv(8, 3x3); input 3x8x8 }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0216"

    @property
    def title(self) -> str:
        return "no value arrives here"

    @property
    def help(self) -> str:
        return "a net begins with its input, for example `input 3x224x224`"


class Misplaced(Diagnostic):
    """A statement that belongs elsewhere: `input` or `output` in a block or branch, a second `input`, `aux` in a block.

    Wrong:
        block b { input 3x8x8; relu }
        net a { input 3x8x8; b }
    Right:
        block b { relu }
        net a { input 3x8x8; b }
    """

    code = "N0217"
    word: str
    where: str
    remedy: str

    @property
    def title(self) -> str:
        return f"`{self.word}` cannot stand {self.where}"

    @property
    def help(self) -> str:
        return self.remedy


class NoInput(Diagnostic):
    """A net has no `input`, so nothing in it has a shape.

    Wrong:
        net a { }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0218"
    net: str

    @property
    def title(self) -> str:
        return f"net `{self.net}` has no input"

    @property
    def help(self) -> str:
        return "begin its body with one, for example `input 3x224x224`: channels, height, width, without the batch"


class NotShipped(Diagnostic):
    """There is neither a file nor a shipped network of that name; the name of a shipped network has no `.net`.

    Wrong:
        $ netdsl compile resnet35
    Right:
        $ netdsl compile resnet34
    """

    code = "N0220"
    name: str
    known: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"there is no {'file' if self.name.endswith('.net') else 'shipped network'} `{self.name}`"

    @property
    def help(self) -> str:
        if self.name.endswith(".net"):
            return f"a network that is shipped has no ending: `{self.name.removesuffix('.net')}`"
        near = nearest(self.name, self.known)
        tail = f"`netdsl list` lists them; a file of your own is given with its ending: `{self.name}.net`"
        return f"did you mean `{near}`? {tail}" if near else tail
