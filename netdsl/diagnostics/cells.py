"""Text as a terminal shows it: tabs and wide characters take their columns, what cannot be printed is spelled out."""

from unicodedata import category, east_asian_width

TAB = 4


def safe(text: str) -> str:
    """`text` on one line, with nothing in it that a terminal would obey."""
    return text if text.isprintable() else "".join(c if c.isprintable() else spelled(c) for c in text)


def spelled(character: str) -> str:
    """A character that cannot be printed, in ones that can: ␛ for escape, <U+202E> for what has no picture."""
    code = ord(character)
    if code < 32:
        return chr(0x2400 + code)
    return "\u2421" if code == 127 else f"<U+{code:04X}>"


def width(character: str) -> int:
    """The columns that a printable character takes."""
    if character.isascii():
        return 1
    if category(character) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def laid_out(text: str) -> tuple[str, list[int]]:
    """`text` as it is shown, and the column at which each of its characters begins and the last one ends."""
    shown: list[str] = []
    columns = [0]
    for character in text:
        if character == "\t":
            piece = " " * (TAB - columns[-1] % TAB)
        else:
            piece = character if character.isprintable() else spelled(character)
        shown.append(piece)
        columns.append(columns[-1] + sum(map(width, piece)))
    return "".join(shown), columns
