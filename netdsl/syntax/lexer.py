"""Text to tokens."""

import re
from functools import cache

from netdsl.syntax.findings import Findings
from netdsl.syntax.tables import tables
from netdsl.syntax.tokens import Token

_ODD = r'/\*|"""|[fFrRbBuU]{1,2}"|(?<![\w)\]])\.[0-9]|0[0-9x]|=>|===|!==|:=|<>|(?:\*\*|//|[-+*/%])=|&&|\|\|'
"""Text that the grammar would take apart into tokens, and that is always a mistake."""

_SKIPPED = frozenset({"COMMENT", "__IGNORE_0"})


def lex(findings: Findings, start: int, end: int) -> list[Token]:
    """The tokens of a part of the text, all line ends among them; what is no token is mended or left out."""
    text, match, words = findings.source.text, _pattern().match, keywords()
    found: list[Token] = []
    at = start
    while at < end:
        m = match(text, at, end)
        if m is None or (kind := m.lastgroup) == "ODD":
            from netdsl.syntax.oddities import Oddities

            at = Oddities(findings, token_of).take(at, end, found)
            continue
        stop = m.end()
        if kind == "NAME":
            word = m.group()
            found.append(Token(words.get(word, "NAME"), word, at, stop))
        elif kind not in _SKIPPED:
            found.append(Token(kind or "", m.group(), at, stop))
        at = stop
    return found


@cache
def keywords() -> dict[str, str]:
    """The kind of each word that the grammar knows."""
    return {text: kind for kind, text in tables().texts.items() if text.isalpha()}


def token_of(text: str, start: int, end: int) -> Token:
    """The token that `text` is, said to stand at a place."""
    m = _pattern().fullmatch(text)
    kind = (m and m.lastgroup) or ""
    return Token(keywords().get(text, kind), text, start, end)


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(f"(?P<ODD>{_ODD})|{tables().pattern}")
