"""The author's hand: comments at the end of a line, and blank lines between paragraphs."""

import re
from dataclasses import dataclass, field

from netdsl.source import Span

_COMMENT = re.compile(r'(?:[^"#]|"[^"]*")*#(?!#)(.*)')
_PRAGMA = re.compile(
    r"\s*(type|noqa|fmt|ruff|mypy|pylint|pyright|isort|pragma|yapf|flake8)\b\s*[:-]|\s*noqa|\s*fmt", re.I
)


def comment(span: Span) -> str:
    """The comment on the line where `span` ends; "" where there is none, or one that a tool would obey."""
    number, column = span.file.position(span.end)
    found = _COMMENT.fullmatch(span.file.line(number)[column - 1 :])
    if found is None or _PRAGMA.match(found[1]):
        return ""
    return "".join(c for c in found[1] if c.isprintable()).strip()


@dataclass
class Paragraphs:
    """Where blank lines go: where the author has one, and the paragraph above has three statements."""

    last: int = 0
    statements: int = 0
    seen: set[int] = field(default_factory=set)

    def begins(self, span: Span | None) -> bool:
        """Whether a statement begins a paragraph."""
        if span is None:
            return False
        first, end = span.file.position(span.start)[0], span.file.position(span.end)[0]
        gap = 0 < self.last < first and any(not span.file.line(n).strip() for n in range(self.last + 1, first))
        begins = gap and self.statements > 2
        self.statements = 1 if begins else self.statements + 1
        self.last = max(self.last, end)
        return begins

    def comment(self, span: Span | None) -> str:
        """The comment of a statement, once."""
        if span is None or span.file.position(span.end)[0] in self.seen:
            return ""
        self.seen.add(span.file.position(span.end)[0])
        return comment(span)
