"""Diagnostics as text for a person: the place with its line, what is wrong there, why, and what to write."""

import re
from collections.abc import Iterable, Iterator

from netdsl.diagnostics.cells import safe
from netdsl.diagnostics.excerpt import Mark, excerpt, strokes
from netdsl.diagnostics.model import Diagnostic, Fix, Note
from netdsl.diagnostics.paint import PLAIN, Page, Paint
from netdsl.source import SourceFile, Span

ROOM = 100
"""Columns of a line that are shown where nothing else is asked for."""

MOST_CALLS = 4
"""Of a longer trail the innermost calls and the outermost one are shown."""


def render(diagnostic: Diagnostic, paint: Paint = PLAIN, room: int = ROOM) -> str:
    """One diagnostic as lines of text, the last without a newline. Nothing in it can command a terminal."""
    groups = by_file(marks(diagnostic))
    page = Page(max(len(str(n)) for group in groups for mark in group for n, _ in strokes(mark)), room, paint)
    lines = [f"{paint(diagnostic.level, f'{diagnostic.level}[{diagnostic.code}]')}: {title(diagnostic, paint)}"]
    for arrow, group in zip(["-->", *[":::"] * len(groups)], groups, strict=False):
        lines += placed(arrow, group, page)
    if diagnostic.span.file.text and (diagnostic.why or diagnostic.help):
        lines.append(page.line(""))
    lines += remark("why", diagnostic.why, page)
    lines += remark("help", diagnostic.help, page)
    if diagnostic.fix:
        lines += proposed(diagnostic.fix, page)
    return "\n".join(lines)


def title(diagnostic: Diagnostic, paint: Paint) -> str:
    """What is wrong, in one line."""
    return paint("title", safe(diagnostic.title))


def tally(diagnostics: Iterable[Diagnostic]) -> str:
    """`3 errors, 1 warning`; empty where there is nothing to count."""
    levels = [diagnostic.level for diagnostic in diagnostics]
    counts = {level: levels.count(level) for level in ("error", "warning")}
    return ", ".join(f"{n:,} {level}{'s' * (n > 1)}" for level, n in counts.items() if n)


def marks(diagnostic: Diagnostic) -> list[Mark]:
    """All places of a diagnostic, the one it is about first."""
    further = {(note.span, note.text): note for note in (*diagnostic.notes, *shortened(diagnostic.trail))}
    return [
        Mark(diagnostic.span, diagnostic.label, "^", diagnostic.level),
        *(Mark(note.span, note.text, "-", "note") for note in further.values()),
    ]


def shortened(trail: tuple[Note, ...]) -> tuple[Note, ...]:
    """A trail of at most `MOST_CALLS` calls; the last but one says how many are left out."""
    left_out = len(trail) - MOST_CALLS
    if left_out <= 0:
        return trail
    *inner, edge = trail[: MOST_CALLS - 1]
    return (*inner, Note(edge.span, f"{edge.text} (and {left_out} more calls between)"), trail[-1])


def by_file(marks: Iterable[Mark]) -> list[list[Mark]]:
    """Marks of one file together, files in order of their first mark."""
    groups: dict[int, list[Mark]] = {}
    for mark in marks:
        groups.setdefault(id(mark.span.file), []).append(mark)
    return list(groups.values())


def placed(arrow: str, group: list[Mark], page: Page) -> Iterator[str]:
    """Where the marks of one file are, and its lines; a file without text has a name only."""
    source = group[0].span.file
    place = safe(source.name)
    if source.text:
        place += ":{}:{}".format(*source.position(group[0].span.start))
    yield page.indent(f"{page.paint('gutter', arrow)} {place}")
    if source.text:
        yield page.line("")
        yield from excerpt(group, page)


def remark(name: str, words: str, page: Page) -> Iterator[str]:
    """`= help: …`, wrapped between words, but never inside a piece of code."""
    head = f" {page.paint('gutter', '=')} {page.paint('help' if name == 'help' else 'title', name)}: "
    wrapped = [line for part in words.split("\n") for line in wrap(safe(part), page.room)]
    for number, line in enumerate(wrapped):
        yield page.indent((" " * len(f" = {name}: ") if number else head) + line)


def wrap(text: str, room: int) -> list[str]:
    """`text` in lines of at most `room` columns; a piece in backquotes stays whole."""
    lines: list[str] = []
    for word in re.findall(r"(?:`[^`]*`|\S)+", text):
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def proposed(fix: Fix, page: Page) -> Iterator[str]:
    """The lines as they would be after the fix, with what is new marked."""
    source = fix.span.file
    number, column = source.position(fix.span.start)
    begin = fix.span.start - column + 1
    end = source.text.find("\n", fix.span.end)
    rest = source.text[fix.span.end : None if end < 0 else end]
    changed = SourceFile(source.name, source.text[begin : fix.span.start] + fix.text + rest)
    new = Span(changed, column - 1, column - 1 + len(fix.text))
    yield page.line("")
    yield from excerpt([Mark(new, "", "~", "help")], page, first=number)
