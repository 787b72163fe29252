"""Characters that word processors, web pages and other keyboards put in the place of those of the language."""

LATIN = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһӏ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονυ",
        "ABESIJKMHOPCTYXaesijopcyxdhl" + "ABEZHIKMNOPTYXovu",
        strict=True,
    )
)
"""Cyrillic and Greek letters by the Latin ones that they look like."""

SIGNS = {
    "−": "-",
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "×": "*",
    "✕": "*",
    "∗": "*",
    "·": "*",
    "⋅": "*",
    "÷": "/",
    "∕": "/",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "→": "->",
    "⟶": "->",
    "⇒": "->",
    "∧": "and",
    "∨": "or",
    "¬": "not",
    "，": ",",
    "、": ",",
    "：": ":",
    "；": ";",
    "（": "(",
    "）": ")",
    "［": "[",
    "］": "]",
    "｛": "{",
    "｝": "}",
    "【": "[",
    "】": "]",
    "＝": "=",
    "＋": "+",
    "－": "-",
    "＊": "*",
    "／": "/",
    "．": ".",
    "。": ".",
    "＜": "<",
    "＞": ">",
}
"""Signs by the sign or word of the language."""

INVISIBLE = {
    "\u00a0": "a no-break space",
    "\u00ad": "a soft hyphen",
    "\u1680": "an ogham space",
    **{chr(c): "a wide or narrow space" for c in range(0x2000, 0x200B)},
    "\u200b": "a zero-width space",
    "\u200c": "a zero-width non-joiner",
    "\u200d": "a zero-width joiner",
    "\u200e": "a left-to-right mark",
    "\u200f": "a right-to-left mark",
    "\u2028": "a line separator",
    "\u2029": "a paragraph separator",
    **{chr(c): "a direction mark" for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))},
    "\u202f": "a narrow no-break space",
    "\u205f": "a mathematical space",
    "\u2060": "a word joiner",
    "\u3000": "an ideographic space",
    "\ufeff": "a byte order mark",
    "\x0b": "a vertical tab",
    "\x0c": "a form feed",
}
"""Characters that cannot be seen, by their names."""

QUOTES = "“”„‟«»″＂‘’‚‛′`"
"""Marks that are meant as quotes."""

DIGITS = {chr(0xFF10 + digit): str(digit) for digit in range(10)}
"""Wide digits by the common ones."""


def plain(word: str) -> str:
    """`word` in the letters of the language where each of its letters looks like one, else ""."""
    found = "".join(LATIN.get(c) or DIGITS.get(c) or (chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c) for c in word)
    return found if found.isascii() else ""
