"""Brackets that do not match: finds which one is wrong, reports it and puts in or leaves out what makes them match."""

from dataclasses import dataclass, field
from itertools import takewhile

from netdsl.diagnostics.brackets import StrayBracket, UnclosedBracket, WrongBracket
from netdsl.source import Span
from netdsl.syntax.findings import Findings, Hopeless
from netdsl.syntax.tokens import Token

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_KINDS = {")": "RPAR", "]": "RSQB", "}": "RBRACE"}
_DEFINES = frozenset({"NET", "BLOCK", "TRAIN", "USE"})


def mended(tokens: list[Token], findings: Findings) -> list[Token]:
    """The tokens with brackets that match. Raises Hopeless where more are open than the budget allows."""
    texts = [token.text for token in tokens]
    return _Mender(tokens, findings, texts.count("{") - texts.count("}")).run()


@dataclass
class _Mender:
    """Copies tokens to `out`. Below an open `(` or `[` there are only braces: these never stand in those."""

    tokens: list[Token]
    findings: Findings
    surplus: int
    """How many more braces open than close."""
    open: list[int] = field(default_factory=list)
    """Where in `out` brackets are open."""
    out: list[Token] = field(default_factory=list)

    def run(self) -> list[Token]:
        for place, token in enumerate(self.tokens):
            self._take(token, place)
        while self.open:
            self._close_lost()
        return self.out

    @property
    def _top(self) -> Token:
        """The innermost open bracket."""
        return self.out[self.open[-1]] if self.open else Token("", "", 0, 0)

    def _take(self, token: Token, place: int) -> None:
        if self._begins_line() and self._defines(place):
            line_end = self.out[-1:]
            del self.out[-1:]
            while self.open:
                self._close_lost()
            self.out += line_end
        while token.text in ("{", ";", "}") and self._top.text in ("(", "["):
            self._close_lost()
        if token.text in _PAIRS:
            self._open(token)
        elif token.text == "}":
            self._close_brace(token)
        elif token.text in _KINDS:
            self._close(token, place)
        else:
            self.out.append(token)

    def _defines(self, place: int) -> bool:
        after = self.tokens[place + 1].kind if place + 1 < len(self.tokens) else ""
        return self.tokens[place].kind in _DEFINES and after in ("NAME", "STRING")

    def _open(self, token: Token) -> None:
        if len(self.open) >= self.findings.budget.levels:
            self.findings.exceeded("levels", token.start, token.end)
            raise Hopeless
        self.open.append(len(self.out))
        self.out.append(token)

    def _close_brace(self, token: Token) -> None:
        first = self._begins_line()
        while first and self.surplus > 0 and len(self.open) > 1 and self._indent(token) < self._indent(self._top):
            self.surplus -= 1
            self._close_lost()
        if not self.open or (first and self.surplus < 0 and self._indent(token) > self._indent(self._top)):
            self.surplus += 1
            self.findings.report(StrayBracket(span=self._span(token), sign=token.text))
            return
        self.open.pop()
        self.out.append(token)

    def _close(self, token: Token, place: int) -> None:
        """A `)` or `]`. As many as follow each other here want as many partners."""
        inner = takewhile(lambda text: text != "{", (self.out[at].text for at in reversed(self.open)))
        partners = sum(_PAIRS[text] == token.text for text in inner)
        after = (other.text for other in self.tokens[place : place + partners + 1])
        wanted = sum(1 for _ in takewhile(lambda text: text == token.text, after))
        if _PAIRS.get(self._top.text) != token.text and wanted > partners:
            self._replace(token)
            return
        while _PAIRS[self._top.text] != token.text:
            self._close_lost()
        self.open.pop()
        self.out.append(token)

    def _replace(self, token: Token) -> None:
        opener = self._top
        if opener.text not in ("(", "["):
            self.findings.report(StrayBracket(span=self._span(token), sign=token.text))
            return
        right = _PAIRS[opener.text]
        self.findings.report(WrongBracket(span=self._span(token), right=right, opener=self._span(opener)))
        self.open.pop()
        self.out.append(Token(_KINDS[right], right, token.start, token.end))

    def _close_lost(self) -> None:
        """Reports the innermost open bracket, and closes it where its line seems to end."""
        place = self.open.pop()
        opener = self.out[place]
        right = _PAIRS[opener.text]
        self.findings.report(UnclosedBracket(span=self._span(opener), right=right), lost=opener.text == "{")
        where = len(self.out) if opener.text == "{" else self._line_end(place)
        stop = self.out[where - 1].end
        self.out.insert(where, Token(_KINDS[right], right, stop, stop))

    def _line_end(self, opener: int) -> int:
        """The first place behind a bracket where a line ends and nothing says that it goes on."""
        for place in range(opener + 1, len(self.out)):
            if self.out[place].kind == "_NL" and self.out[place - 1].text not in (",", "(", "["):
                return place
        return len(self.out)

    def _begins_line(self) -> bool:
        return not self.out or self.out[-1].kind == "_NL"

    def _indent(self, token: Token) -> int:
        return self.findings.source.indent(token.start)

    def _span(self, token: Token) -> Span:
        return self.findings.span(token.start, token.end)
