"""What the text is made of."""

from typing import NamedTuple


class Token(NamedTuple):
    """A word, number, string, sign or line end: its kind in the grammar, its text and where it stands.

    The text is what was meant: where a mistake was mended, it is not what stands there.
    """

    kind: str
    text: str
    start: int
    end: int
