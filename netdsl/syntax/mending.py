"""Brackets that do not match: finds which one is wrong, reports it and puts in or leaves out what makes them match."""

from dataclasses import dataclass, field

from netdsl.diagnostics.brackets import StrayBracket, UnclosedBracket, WrongBracket
from netdsl.syntax.findings import Findings
from netdsl.syntax.tokens import Token

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_KINDS = {")": "RPAR", "]": "RSQB", "}": "RBRACE"}
_DEFINES = frozenset({"NET", "BLOCK", "TRAIN", "USE"})


def mended(tokens: list[Token], findings: Findings) -> list[Token]:
    """The tokens with brackets that match."""
    texts = [token.text for token in tokens]
    return _Mender(tokens, findings, texts.count("{") - texts.count("}")).run()


@dataclass
class _Mender:
    """`surplus` is how many more braces open than close."""

    tokens: list[Token]
    findings: Findings
    surplus: int
    open: list[int] = field(default_factory=list)
    """Places of brackets that are open, in `out`."""
    out: list[Token] = field(default_factory=list)

    def run(self) -> list[Token]:
        for place, token in enumerate(self.tokens):
            after = self.tokens[place + 1] if place + 1 < len(self.tokens) else token
            self._take(token, after)
        while self.open:
            self._close_lost(self.tokens[-1].end)
        return self.out

    def _take(self, token: Token, after: Token) -> None:
        if token.kind in _DEFINES and after.kind in ("NAME", "STRING") and self._begins_line():
            line_end = [self.out.pop()] if self.out else []
            while self.open:
                self._close_lost(token.start)
            self.out += line_end
        while token.text in ("{", ";") and self.open and self._top.text != "{":
            self._close_lost(token.start)
        if token.text in _PAIRS:
            self.open.append(len(self.out))
        elif token.text in _KINDS and not self._closes(token):
            return
        self.out.append(token)

    def _closes(self, token: Token) -> bool:
        """Whether a closing bracket may stand; closes what is open above its partner."""
        partners = [place for place in self.open if _PAIRS[self.out[place].text] == token.text]
        if not partners:
            return self._lonely(token)
        if token.text == "}" and self._indented_wrongly(token):
            if self.surplus < 0:
                self.surplus += 1
                self.findings.report(StrayBracket(span=self.findings.span(token.start, token.end)))
                return False
            if self.surplus > 0 and len(partners) > 1:
                self.surplus -= 1
                self._close_lost(token.start)
        while _PAIRS[self._top.text] != token.text:
            self._close_lost(token.start)
        self.open.pop()
        return True

    def _lonely(self, token: Token) -> bool:
        place = self.findings.span(token.start, token.end)
        if not self.open or self._top.text == "{":
            self.findings.report(StrayBracket(span=place))
            return False
        opener = self.out[self.open.pop()]
        right = _PAIRS[opener.text]
        self.findings.report(WrongBracket(span=place, right=right, opener=self.findings.span(opener.start, opener.end)))
        self.out.append(Token(_KINDS[right], right, token.start, token.end))
        return False

    @property
    def _top(self) -> Token:
        return self.out[self.open[-1]]

    def _close_lost(self, at: int) -> None:
        """Reports the innermost open bracket, and closes it where its line seems to end, at `at` at the latest."""
        place = self.open.pop()
        opener = self.out[place]
        right = _PAIRS[opener.text]
        self.findings.report(
            UnclosedBracket(span=self.findings.span(opener.start, opener.end), right=right), lost=opener.text == "{"
        )
        where = len(self.out) if opener.text == "{" else self._line_end(place)
        stop = self.out[where - 1].end if where else at
        self.out.insert(where, Token(_KINDS[right], right, stop, stop))

    def _line_end(self, opener: int) -> int:
        """The first place behind a bracket where a line ends and nothing says that it goes on."""
        for place in range(opener + 1, len(self.out)):
            if self.out[place].kind == "_NL" and self.out[place - 1].text not in (",", "(", "["):
                return place
        return len(self.out)

    def _begins_line(self) -> bool:
        return not self.out or self.out[-1].kind == "_NL"

    def _indented_wrongly(self, token: Token) -> bool:
        return self._begins_line() and self._indent(token.start) != self._indent(self._brace.start)

    @property
    def _brace(self) -> Token:
        return next(self.out[place] for place in reversed(self.open) if self.out[place].text == "{")

    def _indent(self, offset: int) -> int:
        line = self.findings.source.line(self.findings.source.position(offset)[0])
        return len(line) - len(line.lstrip())
