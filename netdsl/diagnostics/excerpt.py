"""Lines of a file with places marked under them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from netdsl.diagnostics.cells import laid_out, safe
from netdsl.diagnostics.paint import Paint
from netdsl.source import SourceFile, Span

MOST_LINES = 5
"""A marked place of more lines is shown by its first and last ones."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place, the sign to put under it, words to put beside that, and the style of both."""

    span: Span
    text: str
    sign: str
    style: str


@dataclass(frozen=True, slots=True)
class Stroke:
    """The part of a mark that lies in one line, characters `start` up to `end`; beside its last its words stand."""

    mark: Mark
    start: int
    end: int
    last: bool


def excerpt(marks: Iterable[Mark], gutter: int, room: int, paint: Paint) -> Iterator[str]:
    """The lines of one file that hold `marks`, in order, each with its marks below; `room` columns of text at most."""
    lines: dict[int, list[Stroke]] = {}
    for mark in marks:
        for number, stroke in strokes(mark):
            lines.setdefault(number, []).append(stroke)
    source = next(iter(lines.values()))[0].mark.span.file
    lines = context(source, lines)
    previous = None
    for number in sorted(lines):
        if previous is not None and number == previous + 2:
            yield from numbered(number - 1, source.line(number - 1), (), gutter, room, paint)
        elif previous is not None and number > previous + 2:
            yield paint("gutter", "...")
        yield from numbered(number, source.line(number), lines[number], gutter, room, paint)
        previous = number


def context(source: SourceFile, lines: dict[int, list[Stroke]]) -> dict[int, list[Stroke]]:
    """`lines`, with the last line of text before the first where that one is blank: a mark at the end of a file."""
    before = min(lines)
    while before > 1 and not source.line(before).strip():
        before -= 1
    return {before: [], **lines}


def strokes(mark: Mark) -> Iterator[tuple[int, Stroke]]:
    """The parts of a mark by line."""
    source = mark.span.file
    first, column = source.position(mark.span.start)
    last, _ = source.position(max(mark.span.start, mark.span.end - 1))
    for number in range(first, last + 1):
        if last - first >= MOST_LINES and first + 2 < number < last:
            continue
        text = source.line(number)
        begin = column - 1 if number == first else len(text) - len(text.lstrip())
        end = min(len(text), mark.span.end - source.line_starts[number - 1])
        yield number, Stroke(mark, begin, max(begin, end), number == last)


def numbered(number: int, text: str, strokes: Sequence[Stroke], gutter: int, room: int, paint: Paint) -> Iterator[str]:
    """One line with its number, and a line for each stroke under it."""
    start, end = window(text, strokes, room)
    shown, columns = laid_out(text[start:end])
    before, after = "…" * (start > 0), "…" * (end < len(text))
    yield f"{paint('gutter', f'{number:>{gutter}} |')} {before}{shown}{after}".rstrip()
    for stroke in strokes:
        if stroke.start == stroke.end and not stroke.last:
            continue
        left, right = (columns[min(max(at, start), end) - start] for at in (stroke.start, stroke.end))
        signs = stroke.mark.sign * max(1, right - left)
        words = paint(stroke.mark.style, f"{signs} {safe(stroke.mark.text)}".rstrip() if stroke.last else signs)
        yield f"{paint('gutter', ' ' * gutter + ' |')} {' ' * (len(before) + left)}{words}"


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
