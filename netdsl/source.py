"""A file's text and places in it."""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from netdsl.records import by_value


@dataclass(frozen=True, eq=False)
class SourceFile:
    """Text with the name it is known by in messages; `path` is None for text that came from no file."""

    name: str
    text: str = field(repr=False)
    path: Path | None = None

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The offset at which each line begins."""
        return (0, *(i + 1 for i, c in enumerate(self.text) if c == "\n"))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1, columns in characters."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Line `number`, counted from 1, without its newline."""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : None if end < 0 else end].rstrip("\r")

    def indent(self, offset: int) -> int:
        """How many blanks the line of an offset begins with."""
        line = self.line(self.position(offset)[0])
        return len(line) - len(line.lstrip())


@by_value
class Span:
    """The characters of `file` from offset `start` up to `end`, counted from 0."""

    file: SourceFile
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.file.text[self.start : self.end]

    def to(self, last: "Span") -> "Span":
        """The span from the start of this one to the end of `last`."""
        return Span(self.file, self.start, last.end)
