"""Lines of a file with places marked under them."""

from collections.abc import Iterable, Iterator, Sequence

from netdsl.diagnostics.cells import laid_out, safe
from netdsl.diagnostics.paint import Page
from netdsl.records import by_value
from netdsl.source import SourceFile, Span

MOST_LINES = 5
"""A marked place of more lines is shown by its first and last ones."""

MOST_BLANK = 20
"""So many blank lines may lie between the end of a file and its last text for that to be shown."""


@by_value
class Mark:
    """A place, the sign to put under it, words to put beside that, and the style of both."""

    span: Span
    text: str
    sign: str
    style: str


@by_value
class Stroke:
    """The part of a mark that lies in one line, characters `start` up to `end`; beside its last its words stand."""

    mark: Mark
    start: int
    end: int
    last: bool


def excerpt(marks: Iterable[Mark], page: Page, first: int = 1) -> Iterator[str]:
    """The lines of one file that hold `marks`, each with its marks below; `first` is the number of its first line."""
    lines: dict[int, list[Stroke]] = {}
    for mark in marks:
        for number, stroke in strokes(mark):
            lines.setdefault(number, []).append(stroke)
    source = next(iter(lines.values()))[0].mark.span.file
    previous = 0
    for number in sorted(context(source, lines) | lines.keys()):
        if previous and number == previous + 2:
            yield from numbered(number - 1, source, (), page, first)
        elif previous and number > previous + 2:
            yield page.paint("gutter", "...")
        yield from numbered(number, source, lines.get(number, ()), page, first)
        previous = number


def context(source: SourceFile, lines: Iterable[int]) -> set[int]:
    """The last line with text before the first of `lines`, where that is blank: a mark at the end of a file."""
    first = min(lines)
    if not source.line(first).strip():
        for number in range(first - 1, max(0, first - MOST_BLANK), -1):
            if source.line(number).strip():
                return {number}
    return set()


def strokes(mark: Mark) -> Iterator[tuple[int, Stroke]]:
    """The parts of a mark by line."""
    source = mark.span.file
    first, column = source.position(mark.span.start)
    last, _ = source.position(max(mark.span.start, mark.span.end - 1))
    long = last - first >= MOST_LINES
    for number in (first, first + 1, first + 2, last) if long else range(first, last + 1):
        text = source.line(number)
        begin = column - 1 if number == first else len(text) - len(text.lstrip())
        end = min(len(text), mark.span.end - source.line_starts[number - 1])
        yield number, Stroke(mark, begin, max(begin, end), number == last)


def numbered(number: int, source: SourceFile, strokes: Sequence[Stroke], page: Page, first: int) -> Iterator[str]:
    """One line with its number, and a line for each stroke under it."""
    text = source.line(number)
    start, end = window(text, strokes, page.room)
    shown, columns = laid_out(text[start:end])
    before, after = "…" * (start > 0), "…" * (end < len(text))
    yield page.line(f"{before}{shown}{after}", number + first - 1)
    for stroke in strokes:
        if stroke.start == stroke.end and not stroke.last:
            continue
        left, right = (columns[min(max(at, start), end) - start] for at in (stroke.start, stroke.end))
        signs = stroke.mark.sign * max(1, right - left)
        words = f"{signs} {safe(stroke.mark.text)}".rstrip() if stroke.last else signs
        yield page.line(" " * (len(before) + left) + page.paint(stroke.mark.style, words))


def window(text: str, strokes: Sequence[Stroke], room: int) -> tuple[int, int]:
    """The characters of a line to show: all of it, or `room` columns around the first stroke."""
    if len(text) <= room and laid_out(text)[1][-1] <= room:
        return 0, len(text)
    focus = strokes[0] if strokes else None
    start = max(0, min(focus.start - room // 3, len(text) - room)) if focus else 0
    if focus and focus.end > start + room:
        start = min(focus.start, focus.end - room)
    _, columns = laid_out(text[start : start + room])
    return start, start + sum(1 for column in columns[1:] if column <= room)
