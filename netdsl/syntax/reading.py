"""Bytes to text."""

from pathlib import Path

from netdsl.budget import DEFAULT, Budget
from netdsl.diagnostics.files import (
    FileBinary,
    FileEncoding,
    FileMissing,
    FileTooLarge,
    FileUnreadable,
    NotAFile,
)
from netdsl.diagnostics.model import Diagnostic, Problems, Refused
from netdsl.source import SourceFile, Span

_BOM = b"\xef\xbb\xbf"


def read(path: Path, budget: Budget = DEFAULT, name: str = "") -> SourceFile:
    """The text of a file, without a byte order mark and with `\\n` as its only line end.

    Messages call it `name`, or else by its path. Raises `Refused` where there is no file, or it is too large, or no
    text in UTF-8.
    """
    name = name or path.as_posix()
    try:
        return SourceFile(name, _text(name, _bytes(path, name, budget)), path)
    except PermissionError as error:
        raise _refused(FileUnreadable(span=_nowhere(name), path=name, reason="permission denied")) from error
    except OSError as error:
        reason = (error.strerror or "input/output error").lower()
        raise _refused(FileUnreadable(span=_nowhere(name), path=name, reason=reason)) from error


def _bytes(path: Path, name: str, budget: Budget) -> bytes:
    if not path.is_file():
        raise _refused(_no_file(path, name))
    with path.open("rb") as file:
        data = file.read(budget.source + 1)
    if len(data) > budget.source:
        size = path.stat().st_size
        raise _refused(FileTooLarge(span=_nowhere(name), path=name, size=size, allowed=budget.source))
    return data.removeprefix(_BOM)


def _no_file(path: Path, name: str) -> Diagnostic:
    if name == "-":
        return NotAFile(span=_nowhere(name), path=name, kind="standard input", inside=())
    if path.is_dir():
        inside = tuple(sorted(found.as_posix() for found in path.glob("*.net")))
        return NotAFile(span=_nowhere(name), path=name, kind="a folder", inside=inside)
    if path.exists():
        return NotAFile(span=_nowhere(name), path=name, kind="a device or a pipe", inside=())
    if path.is_symlink():
        return NotAFile(span=_nowhere(name), path=name, kind="a broken link", inside=())
    known = tuple(sorted(found.as_posix() for found in path.parent.glob("*.net") if found.is_file()))
    return FileMissing(span=_nowhere(name), path=name, known=known)


def _text(name: str, data: bytes) -> str:
    nul = data.find(b"\0")
    if nul >= 0:
        raise _refused(FileBinary(span=_place(name, data, nul)))
    try:
        return _lines(data.decode())
    except UnicodeDecodeError as error:
        raise _refused(FileEncoding(span=_place(name, data, error.start), byte=data[error.start])) from error


def _place(name: str, data: bytes, at: int) -> Span:
    """The place of a byte; the bytes that are no text are shown as `�`."""
    before = len(_lines(data[:at].decode(errors="replace")))
    shown = SourceFile(name, _lines(data.decode(errors="replace").replace("\0", "�")))
    return Span(shown, before, before + 1)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _nowhere(name: str) -> Span:
    return Span(SourceFile(name, ""), 0, 0)


def _refused(diagnostic: Diagnostic) -> Refused:
    problems = Problems()
    problems.add(diagnostic)
    return Refused(problems)
