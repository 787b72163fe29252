"""How wide text is, by the tables of the fonts that are shipped."""

import json
from functools import cache, lru_cache
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


@lru_cache(maxsize=4096)
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


def shown(text: str) -> str:
    """The text with a sign in place of each letter that the fonts lack."""
    return "".join(letter if letter in _widths()[Cut.REGULAR.value] else "\ufffd" for letter in text)


def legal(text: str) -> str:
    """The text with a sign in place of each character that XML 1.0 (section 2.2) refuses."""
    return "".join(letter if _is_legal(ord(letter)) else "\ufffd" for letter in text)


def _is_legal(code: int) -> bool:
    plain = 0x20 <= code < 0x7F or 0xA0 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD
    return plain or code in (0x9, 0xA) or 0x10000 <= code <= 0x10FFFF


@cache
def _widths() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads((FONTS / "widths.json").read_text(encoding="utf-8"))
    return found
