"""What the text is made of."""

from typing import NamedTuple


class Token(NamedTuple):
    """A word, number, string, sign or line end: its kind in the grammar, its text and where it stands."""

    kind: str
    text: str
    start: int
    end: int
