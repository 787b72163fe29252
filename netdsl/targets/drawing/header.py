"""What stands above every picture: title, subtitle and the legend of the roles that are used."""

from collections.abc import Callable, Collection

from netdsl.targets.drawing.metrics import centred, fitted, width
from netdsl.targets.drawing.scene import Anchor, Cut, Frame, Item, Outline, Paint, Shape, Tone, Wire, Words

MARGIN = 64.0
"""What stays free at each side of a page."""
TITLE, SUBTITLE, LEGEND = 60.0, 28.0, 22.0
TITLE_LINE, SUBTITLE_LINE = 110.0, 160.0
BOTTOM = 192.0
"""Where the header ends."""
GAP, APART = 14.0, 30.0
"""Between a glyph and its word, and between entries of the legend."""

GROUND, INK, MUTED = Paint("ground"), Paint("ink"), Paint("muted")


def header(
    title: str,
    subtitle: str,
    roles: Collection[str],
    size: tuple[float, float],
    legend: bool = True,
    text: float = LEGEND,
    brief: str = "",
) -> tuple[Item, ...]:
    """Title and subtitle at the left, the legend at the right end of the subtitle's line, of the title's, or of both.

    `roles` are names of `GLYPHS`; they are shown in that order, each once. `size` is the page's
    and `text` the legend's, in pixels; `brief` is said where the subtitle has no room.
    """
    room = size[0] - 2 * MARGIN
    entries = [name for name in GLYPHS if name in roles] if legend else []
    texts = width(title, TITLE, Cut.DISPLAY), width(subtitle, SUBTITLE), width(brief or subtitle, SUBTITLE)
    lines = _legend_lines(entries, texts, room, text)
    title_room, subtitle_room = (room - APART - _legend_width(line, text) if line else room for line in lines)
    cut = Cut.DISPLAY
    items: list[Item] = [
        Words(fitted(title, title_room, TITLE, cut), MARGIN, TITLE_LINE, TITLE, INK, GROUND, cut, Anchor.START)
    ]
    if subtitle:
        said = subtitle if width(subtitle, SUBTITLE) <= subtitle_room or not brief else brief
        line = fitted(said, subtitle_room, SUBTITLE)
        items.append(Words(line, MARGIN, SUBTITLE_LINE, SUBTITLE, MUTED, GROUND, anchor=Anchor.START))
    for names, baseline in zip(lines, (TITLE_LINE, SUBTITLE_LINE), strict=True):
        items += _legend(names, size[0] - MARGIN - _legend_width(names, text), baseline, text)
    return tuple(items)


def _legend_lines(
    entries: list[str], texts: tuple[float, float, float], room: float, text: float
) -> tuple[list[str], list[str]]:
    """What of a legend stands beside the title and the subtitle: all beside one, else some beside each, in halves if
    both lines have room for that.

    `texts` are the widths of the title, of the subtitle, and of what is said in its place."""
    wide = _legend_width(entries, text) + APART
    title, subtitle, brief = (own + wide <= room for own in texts)
    if subtitle or (brief and not title):
        return [], entries
    if title:
        return entries, []
    half = (len(entries) + 1) // 2
    halves = entries[:half], entries[half:]
    ways = ((entries[:at], entries[at:]) for at in sorted(range(len(entries)), key=lambda at: abs(at - half)))
    return next((way for way in ways if _fit(way, (texts[0], texts[2]), room, text)), halves)


def _fit(lines: tuple[list[str], list[str]], texts: tuple[float, float], room: float, size: float) -> bool:
    """Whether entries have room beside the text of each line."""
    pairs = zip(lines, texts, strict=True)
    return all(own + APART + _legend_width(names, size) <= room for names, own in pairs if names)


def _legend_width(entries: list[str], size: float) -> float:
    widths = [GLYPHS[name][0] + GAP + width(WORDS[name], size) for name in entries]
    return sum(widths) + APART * max(0, len(widths) - 1)


def _legend(entries: list[str], x: float, line: float, size: float) -> list[Item]:
    items: list[Item] = []
    middle = line - size * 0.36
    for name in entries:
        wide, glyph = GLYPHS[name]
        items += glyph(x, middle)
        start = x + wide + GAP
        items.append(Words(WORDS[name], start, centred(middle, size), size, MUTED, GROUND, anchor=Anchor.START))
        x = start + width(WORDS[name], size) + APART
    return items


def _box(role: str) -> Callable[[float, float], list[Item]]:
    return lambda x, y: [Shape(Frame(x, y - 13, 26, 26), Paint(role), radius=(6, 6, 6, 6))]


def _ticket(x: float, y: float) -> list[Item]:
    return [Shape(Frame(x, y - 13, 26, 26), Paint("pooling"), outline=Outline.NOTCHED, radius=(6, 6, 6, 6))]


def _pill(x: float, y: float) -> list[Item]:
    return [Shape(Frame(x, y - 9, 36, 18), Paint("norm"), radius=(9, 9, 9, 9))]


def _disc(strokes: Callable[[float, float], list[Item]]) -> Callable[[float, float], list[Item]]:
    return lambda x, y: [Shape(Frame(x, y - 14, 28, 28), Paint("join"), outline=Outline.DISC), *strokes(x + 14, y)]


def plus(x: float, y: float, arm: float = 7, thickness: float = 3) -> list[Item]:
    """The sign of an addition around a point."""
    paint = Paint("join", Tone.TEXT)
    ends = ((x - arm, y), (x + arm, y)), ((x, y - arm), (x, y + arm))
    return [Wire(points, paint, thickness, arrow=False) for points in ends]


def times(x: float, y: float, arm: float = 5, thickness: float = 3) -> list[Item]:
    """The sign of a multiplication around a point."""
    paint = Paint("join", Tone.TEXT)
    ends = ((x - arm, y - arm), (x + arm, y + arm)), ((x - arm, y + arm), (x + arm, y - arm))
    return [Wire(points, paint, thickness, arrow=False) for points in ends]


def _bar(x: float, y: float) -> list[Item]:
    return [Shape(Frame(x, y - 15, 10, 30), Paint("join"), radius=(3, 3, 3, 3))]


def _dense(x: float, y: float) -> list[Item]:
    return [Shape(Frame(x, y - 13, 26, 26), Paint("dense"))]


def _tag(x: float, y: float) -> list[Item]:
    points = ((x, y - 11), (x + 27, y - 11), (x + 36, y), (x + 27, y + 11), (x, y + 11))
    tint = Paint("join", Tone.TINT)
    return [Shape(Frame(x, y - 11, 36, 22), tint, Paint("join"), Outline.POLYGON, points=points, thickness=1.5)]


def _port(x: float, y: float) -> list[Item]:
    return [Shape(Frame(x, y - 10, 36, 20), Paint("port"), Paint("arrow"), radius=(10, 10, 10, 10))]


SIGNS = {"add": plus, "multiply": times}
"""The joins that are drawn as a circle with a sign; all others are a bar."""

GLYPHS: dict[str, tuple[float, Callable[[float, float], list[Item]]]] = {
    "convolution": (26, _box("convolution")),
    "pooling": (26, _ticket),
    "norm": (36, _pill),
    "add": (28, _disc(plus)),
    "multiply": (28, _disc(times)),
    "concat": (10, _bar),
    "dense": (26, _dense),
    "reshape": (26, _box("reshape")),
    "port": (36, _port),
    "tag": (36, _tag),
}
"""The entries of a legend, in their order: the width of the glyph, and what draws it around a height."""

WORDS = {
    "convolution": "convolution",
    "pooling": "pooling",
    "norm": "norm / activation",
    "add": "add",
    "multiply": "multiply",
    "concat": "concat",
    "dense": "dense",
    "reshape": "reshape",
    "port": "input / output",
    "tag": "read elsewhere",
}
