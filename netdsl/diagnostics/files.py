"""N016x: files that cannot be read."""

from netdsl.diagnostics.model import Diagnostic
from netdsl.diagnostics.suggest import nearest


class FileMissing(Diagnostic):
    """There is no file of that name.

    Wrong:
        $ netdsl check resnet43.net
    Right:
        $ netdsl check resnet34.net
    """

    code = "N0161"
    path: str
    known: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"there is no file `{self.path}`"

    @property
    def help(self) -> str:
        near = nearest(self.path, self.known)
        return f"did you mean `{near}`?" if near else "make sure that the path is right"


class NotAFile(Diagnostic):
    """The path leads to a folder, a device, a pipe or standard input, or it is a link that leads nowhere.

    Wrong:
        $ netdsl check architectures/resnet
    Right:
        $ netdsl check architectures/resnet/resnet34.net
    """

    code = "N0162"
    path: str
    kind: str
    inside: tuple[str, ...]
    """The networks in the folder."""

    @property
    def title(self) -> str:
        return f"`{self.path}` is {self.kind}, not a file"

    @property
    def help(self) -> str:
        if self.inside:
            return f"name one of its files: {', '.join(f'`{name}`' for name in self.inside[:8])}"
        return "give the path of a `.net` file"


class FileUnreadable(Diagnostic):
    """The file exists, and the system does not let it be read.

    Wrong:
        $ chmod 000 a.net; netdsl check a.net
    Right:
        $ chmod 644 a.net; netdsl check a.net
    """

    code = "N0163"
    path: str
    reason: str

    @property
    def title(self) -> str:
        return f"`{self.path}` cannot be read: {self.reason}"

    @property
    def help(self) -> str:
        return "make sure that you may read the file and every folder above it"


class FileTooLarge(Diagnostic):
    """The file is larger than any network needs. It was not read.

    Wrong:
        $ netdsl check ten_megabytes.net
    Right:
        $ netdsl check --budget source=20000000 ten_megabytes.net
    """

    code = "N0164"
    path: str
    size: int
    allowed: int

    @property
    def title(self) -> str:
        return f"`{self.path}` has {self.size:,} bytes, more than the {self.allowed:,} allowed"

    @property
    def help(self) -> str:
        return f"if it is meant, raise the limit: `--budget source={2 * self.size}`"


class FileBinary(Diagnostic):
    """The file holds a NUL byte: it is no text.

    Wrong:
        $ netdsl check resnet34.pth
    Right:
        $ netdsl check resnet34.net
    """

    code = "N0165"

    @property
    def title(self) -> str:
        return "this is not a text file: it holds a NUL byte"

    @property
    def help(self) -> str:
        return "give a `.net` file, saved as UTF-8; weights and images are not read here"


class FileEncoding(Diagnostic):
    """The file is not encoded in UTF-8.

    Wrong:
        $ iconv -f utf-8 -t latin1 a.net > b.net; netdsl check b.net
    Right:
        $ netdsl check a.net
    """

    code = "N0166"
    byte: int

    @property
    def title(self) -> str:
        return f"the byte 0x{self.byte:02X} is not UTF-8"

    @property
    def why(self) -> str:
        return "a `.net` file is text in UTF-8"

    @property
    def help(self) -> str:
        return "save the file as UTF-8 in your editor, or `iconv -f latin1 -t utf-8 old.net > new.net`"
