"""Colours of a terminal, by what they stand for."""

from dataclasses import dataclass

STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "title": "1",
    "gutter": "34",
    "note": "36",
    "help": "1;32",
}


@dataclass(frozen=True, slots=True)
class Paint:
    """Puts text into a style of `STYLES`, or leaves it as it is where `colour` is off."""

    colour: bool = False

    def __call__(self, style: str, text: str) -> str:
        """`text` in that style."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.colour and text else text


PLAIN = Paint()
"""For files, pipes and NO_COLOR."""
