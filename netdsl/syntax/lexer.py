"""Text to tokens."""

import re
from collections.abc import Iterator
from functools import cache

from netdsl.source import SourceFile
from netdsl.syntax.tables import END, tables
from netdsl.syntax.tokens import Token

_SKIPPED = frozenset({"COMMENT", "__IGNORE_0"})
_CONTINUES = frozenset({"else", "shortcut"})


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(tables().pattern)


def lex(source: SourceFile, start: int, end: int) -> list[Token]:
    """The tokens of a part of the text, the end token last, without the line ends that do not count."""
    return [*_layout(_raw(source.text, start, end)), Token(END, "", end, end)]


def _raw(text: str, at: int, end: int) -> list[Token]:
    match, keywords = _pattern().match, tables().keywords
    found: list[Token] = []
    while at < end:
        m = match(text, at, end)
        if m is None:
            at += 1
            continue
        kind, stop = m.lastgroup or "", m.end()
        if kind not in _SKIPPED:
            word = m.group()
            found.append(Token(keywords.get(word, kind) if kind == "NAME" else kind, word, at, stop))
        at = stop
    return found


def _layout(raw: list[Token]) -> Iterator[Token]:
    open_: list[str] = []
    before = ""
    for token, after in zip(raw, [*raw[1:], Token(END, "", 0, 0)], strict=True):
        match token.text:
            case "(" | "[" | "{":
                open_.append(token.text)
            case ")" | "]" | "}" if open_:
                open_.pop()
        if token.kind != "_NL":
            yield token
        elif not (open_ and open_[-1] != "{" or after.kind == "ARROW" or before == "}" and after.text in _CONTINUES):
            yield token
        before = token.text
