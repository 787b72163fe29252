"""How text is set: colours by what they stand for, columns for numbers and for text."""

from netdsl.records import by_value

STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "title": "1",
    "gutter": "34",
    "note": "36",
    "help": "1;32",
}


@by_value
class Paint:
    """Puts text into a style of `STYLES`, or leaves it as it is where `colour` is off."""

    colour: bool = False

    def __call__(self, style: str, text: str) -> str:
        """`text` in that style."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.colour and text else text


PLAIN = Paint()
"""For files, pipes and NO_COLOR."""


@by_value
class Page:
    """Columns for the numbers of lines on the left, columns for text beside them, and colour or none."""

    gutter: int
    room: int
    paint: Paint

    def line(self, text: str, number: int | None = None) -> str:
        """`text` beside the bar, with the number of its line before it."""
        return f"{self.paint('gutter', f'{number or str():>{self.gutter}} |')} {text}".rstrip()

    def indent(self, text: str) -> str:
        """`text` to the right of the numbers."""
        return " " * self.gutter + text
