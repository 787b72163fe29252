"""Text that is no token: each kind is recognised, reported and, where it is clear what was meant, mended."""

import re
from collections.abc import Callable
from itertools import takewhile
from unicodedata import normalize

from netdsl.diagnostics.characters import (
    ForeignComment,
    ForeignOperator,
    LookAlike,
    OddNumber,
    SingleQuotes,
    StringPrefix,
    UnclosedString,
    UnknownCharacter,
)
from netdsl.syntax.findings import Findings
from netdsl.syntax.lookalikes import INVISIBLE, QUOTES, SIGNS, plain
from netdsl.syntax.tokens import Token

_OPERATORS = {
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "|>": "->",
    "!": "not",
    "~": "not",
    "=>": "->",
    "===": "==",
    "!==": "!=",
    "<>": "!=",
    ":=": "=",
    "^": "**",
}
_PIPES = ("|", "||")
_DECIDE = frozenset({"IF", "LET", "FOR", "REPEAT", "ELSE", "RESIDUAL", "SHORTCUT", "AUX"})
_ADVICE = {
    "?": "write `a if condition else b`",
    "\\": "a statement goes on inside ( ) and [ ], and on a line that begins with `->`",
    "@": "there are no decorators and no `@`",
    "$": 'names stand as they are; in a label in quotes as `"layer{i}"`',
}

_PROSE = "'`?!@$\\"
"""Characters that stand in a sentence and not in an expression."""

Make = Callable[[str, int, int], Token]
Found = re.Match[str]


class Oddities:
    """Takes what stands at a place where no token begins, and says where the text goes on."""

    def __init__(self, findings: Findings, make: Make) -> None:
        self.findings = findings
        self.make = make

    def take(self, at: int, end: int, found: list[Token]) -> int:
        """Reports what stands at `at`, adds what was meant to `found`, and gives the place behind it."""
        comment = self._comment_before(at, found)
        if comment >= 0:
            return comment
        for pattern, method in _KINDS:
            if m := re.compile(pattern, re.DOTALL).match(self.findings.source.text, at, end):
                return method(self, m, found)
        raise AssertionError(at)

    def _comment_before(self, at: int, found: list[Token]) -> int:
        """Where a line goes on whose end is a comment as in C, if what stands at `at` is part of one; else -1."""
        text = self.findings.source.text
        line = takewhile(lambda token: token.kind != "_NL", reversed(found))
        mark = next((token for token in line if token.text == "//"), None)
        if mark is None or (text[at] not in _PROSE and text[at].isascii()):
            return -1
        del found[found.index(mark) :]
        stop = _line_end(text, at)
        self.findings.report(ForeignComment(span=self.findings.span(mark.start, stop)))
        return stop

    def _comment(self, m: Found, _: list[Token]) -> int:
        self.findings.report(ForeignComment(span=self.findings.span(*m.span())))
        return m.end()

    def _meant(self, meant: str, start: int, end: int, found: list[Token]) -> int:
        self.findings.report(LookAlike(span=self.findings.span(start, end), meant=meant, name=""))
        found.append(self.make(meant, start, end))
        return end

    def _letter(self, m: Found, found: list[Token]) -> int:
        found.append(self.make(m.group(), *m.span()))
        return m.end()

    def _prefix(self, m: Found, found: list[Token]) -> int:
        self.findings.report(StringPrefix(span=self.findings.span(*m.span()), string=m[1]))
        found.append(Token("STRING", m[1], *m.span()))
        return m.end()

    def _number(self, m: Found, found: list[Token]) -> int:
        meant = _number(m.group())
        if meant and not m.group().isascii():
            return self._meant(meant, *m.span(), found)
        certain = not re.match(r"0x[0-9]+$", m.group())
        place = self.findings.span(*m.span())
        self.findings.report(OddNumber(span=place, meant=meant, certain=certain), lost=not (meant and certain))
        found.append(self.make(meant, *m.span()) if meant else Token("NUMBER", "", *m.span()))
        return m.end()

    def _unclosed(self, m: Found, found: list[Token]) -> int:
        self.findings.report(UnclosedString(span=self.findings.span(*m.span())))
        found.append(Token("STRING", f'"{m.group()[1:]}"', *m.span()))
        return m.end()

    def _single(self, m: Found, found: list[Token]) -> int:
        content = m.group()[1:-1]
        self.findings.report(SingleQuotes(span=self.findings.span(*m.span()), content=content))
        found.append(Token("STRING", f'"{content}"', *m.span()))
        return m.end()

    def _curly(self, m: Found, found: list[Token]) -> int:
        return self._meant(f'"{m.group()[1:-1]}"', *m.span(), found)

    def _operator(self, m: Found, found: list[Token]) -> int:
        meant = "->" if m.group() in _PIPES and _ends_step(found) else _OPERATORS.get(m.group(), "")
        advice = "" if meant else "values and numbers are not changed in place: write `let name = …` or `name = …`"
        place = self.findings.span(*m.span())
        self.findings.report(ForeignOperator(span=place, meant=meant, advice=advice), lost=not meant)
        found.append(self.make(meant or "=", *m.span()))
        return m.end()

    def _invisible(self, m: Found, found: list[Token]) -> int:
        (start, end), text = m.span(), self.findings.source.text
        if start == 0 and m.group() == "\ufeff":
            return end
        meant = " " if any(c.isspace() for c in m.group()) else ""
        self.findings.report(LookAlike(span=self.findings.span(start, end), meant=meant, name=INVISIBLE[text[start]]))
        rest = re.compile(r"\w*").match(text, end)
        if meant or not rest or not found or found[-1].end != start or not found[-1].text.isidentifier():
            return end
        before = found.pop()
        found.append(self.make(before.text + rest.group(), before.start, rest.end()))
        return rest.end()

    def _sign(self, m: Found, found: list[Token]) -> int:
        return self._meant(SIGNS[m.group()], *m.span(), found)

    def _times(self, m: Found, found: list[Token]) -> int:
        if not found or found[-1].kind not in ("NUMBER", "SIZE"):
            return self._sign(re.compile(".").match(m.string, m.start()) or m, found)
        first = found.pop()
        return self._meant(first.text + re.sub(r"\s", "", m.group()).replace("×", "x"), first.start, m.end(), found)

    def _word(self, m: Found, found: list[Token]) -> int:
        start, end = m.span()
        if found and found[-1].end == start and found[-1].text.isidentifier():
            start = found.pop().start
        word = self.findings.source.text[start:end]
        meant = plain(word)
        if meant and self.make(meant, start, end).kind:
            return self._meant(meant, start, end, found)
        bare = normalize("NFKD", word).encode("ascii", "ignore").decode()
        advice = f"write `{bare}`" if len(bare) == len(word) else "write it in the letters a to z"
        advice += "; a label in quotes may hold every letter"
        self.findings.report(UnknownCharacter(span=self.findings.span(start, end), advice=advice))
        found.append(Token("NAME", word, start, end))
        return end

    def _unknown(self, m: Found, _: list[Token]) -> int:
        place = self.findings.span(*m.span())
        self.findings.report(UnknownCharacter(span=place, advice=_ADVICE.get(m.group()[0], "")), lost=True)
        return m.end()


def _ends_step(found: list[Token]) -> bool:
    """Whether the last of the tokens ends a step and no value."""
    line = [*takewhile(lambda token: token.kind not in ("_NL", "SEMICOLON", "LBRACE"), reversed(found))]
    opened = sum((token.text in ("(", "[")) - (token.text in (")", "]")) for token in line)
    return bool(line) and not opened and not any(token.kind in _DECIDE for token in line)


def _line_end(text: str, at: int) -> int:
    m = re.compile(r"[\r\n]").search(text, at)
    return m.start() if m else len(text)


def _number(written: str) -> str:
    """The number as the language writes it, "" where it cannot be known."""
    text = plain(written.replace("×", "x")).replace("_", "").replace("X", "x")
    if re.fullmatch(r"0x[0-9a-fA-F]+", text):
        return str(int(text, 16)) if len(text) < 18 else ""
    text = re.sub(r"(?<![0-9.])0+(?=[0-9])", "", text)
    text = re.sub(r"^\.", "0.", re.sub(r"\.$", ".0", text))
    return text if re.fullmatch(r"[0-9]+(?:(?:x[0-9]+)+|(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)", text) else ""


_KINDS: tuple[tuple[str, Callable[[Oddities, Found, list[Token]], int]], ...] = (
    (r"/\*.*?\*/|/\*[^\r\n]*", Oddities._comment),
    (r'""".*?"""|"""[^\r\n]*', Oddities._comment),
    (r'[fFrRbBuU]{1,2}("[^"\r\n]*")', Oddities._prefix),
    (r'[fFrRbBuU]{1,2}(?=")', Oddities._letter),
    (r"\.?[0-9][\w.]*(?:(?<=[0-9.][eE])[-+][0-9]\w*|(?:×\w+)+)?", Oddities._number),
    (r"'[^'\r\n]*'", Oddities._single),
    (rf"""[{QUOTES}][^"'{QUOTES}\r\n]*["'{QUOTES}]|["'][^"'{QUOTES}\r\n]*[{QUOTES}]""", Oddities._curly),
    (rf"""["'{QUOTES}](?:[^"':,)\]{{}}\r\n]|\{{[^"'}}\r\n]*\}})*""", Oddities._unclosed),
    (r"=>|===|!==|:=|<>|(?:\*\*|//|[-+*/%])=|&&?|\|[|>]?|[!~^]", Oddities._operator),
    (f"[{''.join(INVISIBLE)}]+", Oddities._invisible),
    (r"×\s*[0-9]+(?:\s*[x×]\s*[0-9]+)*", Oddities._times),
    (f"[{re.escape(''.join(SIGNS))}]", Oddities._sign),
    (r"[^\W_]\w*", Oddities._word),
    (r"[^\x00-\x7f\w]+|(.)\1*", Oddities._unknown),
)
