"""How wide text is, by the tables of the fonts that are shipped."""

import json
from functools import cache
from pathlib import Path

from netdsl.targets.drawing.scene import Anchor, Cut, Words

FONTS = Path(__file__).parent / "fonts"

CAP_HEIGHT = 1490 / 2048
"""Of the size: how high a capital letter stands above the baseline."""
DESCENT = 494 / 2048
"""Of the size: how far letters and their line reach below it."""
UNKNOWN = 1000
"""A letter that the font lacks is taken to be as wide as high."""
ELLIPSIS = "…"


def width(text: str, size: float, cut: Cut = Cut.REGULAR) -> float:
    """The width of a line of text in pixels, for a font size in pixels."""
    advances = _widths()[cut.value]
    return sum(advances.get(letter, UNKNOWN) for letter in text) * size / 1000


def left(words: Words) -> float:
    """Where a line of words begins."""
    wide = width(words.text, words.size, words.cut)
    return words.x - {Anchor.START: 0, Anchor.MIDDLE: wide / 2, Anchor.END: wide}[words.anchor]


def centred(middle: float, size: float) -> float:
    """The baseline at which capitals and digits stand in the middle of a height."""
    return middle + size * CAP_HEIGHT / 2


def fitted(text: str, room: float, size: float, cut: Cut = Cut.REGULAR) -> str:
    """The text, or as much of its beginning as has room, with an ellipsis."""
    if width(text, size, cut) <= room:
        return text
    while text and width(text + ELLIPSIS, size, cut) > room:
        text = text[:-1]
    return text.rstrip(" _-,") + ELLIPSIS


def font_file(cut: Cut) -> Path:
    """The TrueType file of a font."""
    return FONTS / f"{cut.value}.ttf"


@cache
def _widths() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads((FONTS / "widths.json").read_text(encoding="utf-8"))
    return found
