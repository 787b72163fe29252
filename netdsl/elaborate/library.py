"""`use`: the files that a file stands on, from its own folder and the shipped library, and nowhere else."""

from dataclasses import dataclass, field
from os.path import normpath
from pathlib import Path

from netdsl import resources
from netdsl.budget import Budget
from netdsl.diagnostics.definitions import UseNotFound, UseOutside, UseRefused
from netdsl.diagnostics.model import Problems, Refused
from netdsl.source import SourceFile
from netdsl.syntax.parser import parse
from netdsl.syntax.reading import read
from netdsl.tree.statements import File, UseFile


@dataclass
class Library:
    """Finds and reads used files, each once; a file in the reading may not be used again below itself."""

    first: Path | None
    """The file that is compiled, in whose folder used files must lie; None for text that came from no file."""
    problems: Problems
    budget: Budget
    read: dict[Path, File] = field(default_factory=dict)
    reading: list[Path] = field(default_factory=list)

    def file(self, use: UseFile, user: SourceFile) -> File | None:
        """The tree of the file that `use` names; None where it was refused, and said so."""
        path = self._find(use, user)
        if path is None:
            return None
        if path in self.reading or path == self.first:
            self.problems.add(UseRefused(span=use.path_span, path=use.path, reason=""))
            return None
        if path not in self.read:
            try:
                self.read[path] = parse(read(path, self.budget, _shown(path)), self.problems, self.budget)
            except Refused as refused:
                reason = next(iter(refused.problems)).title
                self.problems.add(UseRefused(span=use.path_span, path=use.path, reason=reason))
                return None
        return self.read[path]

    def _find(self, use: UseFile, user: SourceFile) -> Path | None:
        shipped = resources.folder("architectures")
        beside = user.path.parent if user.path is not None else None
        for base, root in ((beside, self._root_of(beside, shipped)), (shipped, shipped)):
            if base is None or root is None:
                continue
            path = _real(base / use.path)
            if not (path or Path(normpath(Path.cwd() / base / use.path))).is_relative_to(root.resolve()):
                self.problems.add(UseOutside(span=use.path_span, path=use.path))
                return None
            if path is not None and path.is_file():
                return path
        known = [name for name in _below(beside) if beside and beside / name != user.path] + _below(shipped)
        self.problems.add(UseNotFound(span=use.path_span, path=use.path, known=tuple(known)))
        return None

    def _root_of(self, folder: Path | None, shipped: Path) -> Path | None:
        if folder is not None and folder.resolve().is_relative_to(shipped.resolve()):
            return shipped
        return self.first.parent if self.first is not None else None


def _real(path: Path) -> Path | None:
    """Where a path leads; None where nothing is, in a circle of links, or for one longer than any may be."""
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError):
        return None


def _shown(path: Path) -> str:
    """The path as a person would write it here."""
    here = Path.cwd().resolve()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def _below(folder: Path | None) -> list[str]:
    if folder is None:
        return []
    found = (*folder.glob("*.net"), *folder.glob("*/*.net"))
    return sorted(path.relative_to(folder).as_posix() for path in found[:500] if path.is_file())
