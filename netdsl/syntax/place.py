"""The place of a syntax error, as the recognisers of mistakes see it."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from netdsl.diagnostics.model import Diagnostic
from netdsl.records import by_value
from netdsl.source import Span
from netdsl.syntax.automaton import Automaton
from netdsl.syntax.tokens import Token

_BEGINS = frozenset({"", "_NL", "SEMICOLON", "LBRACE", "RBRACE"})
STATEMENT_ENDS = frozenset({"_NL", "SEMICOLON", "RBRACE", "$END"})
STEP_ENDS = STATEMENT_ENDS | {"ARROW"}


Part = tuple[Token, ...]


def parted(tokens: Sequence[Token], sign: str) -> list[Part]:
    """What stands between signs of this text, outside of brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        if not depth and token.text == sign:
            parts.append([])
        else:
            parts[-1].append(token)
    return [tuple(part) for part in parts]


def _in_order(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens, none of which begins before the one before it has ended."""
    end = 0
    for token in tokens:
        start = max(token.start, end)
        end = max(token.end, start)
        yield Token(token.kind, token.text, start, end)


@by_value
class Mend:
    """A change of the tokens after which reading can go on: those from place `first` up to `last` become `new`."""

    first: int
    last: int
    new: tuple[Token, ...]


@by_value
class Mistake:
    """What is said, how to go on, and whether a part of the text is lost by that."""

    diagnostic: Diagnostic
    mend: Mend | None = None
    lost: bool = False
    name: str = ""
    """What a definition is called that is lost."""


@by_value
class Place:
    """The token at `at` does not fit. Other tokens are called by their distance from it, those before by a minus."""

    automaton: Automaton
    tokens: list[Token]
    at: int

    @property
    def token(self) -> Token:
        """The token that does not fit."""
        return self.tokens[self.at]

    def near(self, distance: int) -> Token:
        """Another token; one of no kind beyond the first and the last."""
        place = self.at + distance
        return self.tokens[place] if 0 <= place < len(self.tokens) else Token("", "", -1, -1)

    def accepts(self, *kinds: str) -> bool:
        """Whether tokens of these kinds could stand here."""
        return self.automaton.accepts(kinds)

    @property
    def outside(self) -> bool:
        """Whether a definition should begin here."""
        return "definition" in self.automaton.tables.states[self.automaton.states[-1]]

    @property
    def in_body(self) -> bool:
        """Whether braces are open."""
        return any(token.kind == "LBRACE" for token in self.automaton.pending())

    def span(self, first: Token, last: Token | None = None) -> Span:
        """The place of a token, or of all from one to another."""
        return Span(self.automaton.source, first.start, (last or first).end)

    def made(self, kind: str, text: str, instead: Token | None = None) -> Token:
        """A token that nobody wrote, in the place of another or, else, before the one that does not fit."""
        start, end = (instead.start, instead.end) if instead else (self.token.start, self.token.start)
        return Token(kind, text, start, end)

    def begins_statement(self, distance: int = 0) -> bool:
        """Whether a token is the first of its statement."""
        return self.near(distance - 1).kind in _BEGINS

    def begun(self) -> list[str]:
        """The kinds of the tokens of the innermost statement that are part of nothing whole yet, the last first."""
        before = takewhile(lambda token: token.kind not in ("LBRACE", "_NL", "SEMICOLON"), self.automaton.pending())
        return [token.kind for token in before]

    def all(self, first: int, last: int) -> list[Token]:
        """The tokens from one distance up to another."""
        return self.tokens[self.at + first : self.at + last]

    def statement(self) -> int:
        """The distance of the first token of the statement."""
        first = 0
        while not self.begins_statement(first):
            first -= 1
        return first

    def end(self, first: int, kinds: frozenset[str]) -> int:
        """The distance of the first token of these kinds from `first` on, outside of brackets."""
        while self.near(first).kind not in kinds:
            first = self.closer(first) if self.near(first).text in ("(", "[", "{") else first
            first += 1
        return first

    def is_value(self, name: str) -> bool:
        """Whether a statement above, in the same definition, gives a value this name."""
        for place in range(self.at - 1, 0, -1):
            before, token, after = self.tokens[place - 1 : place + 2]
            if token.kind in ("NET", "BLOCK") and before.kind == "_NL":
                break
            if token.text == name and after.kind in ("EQUAL", "COLON") and before.kind in _BEGINS | {"EQUAL", "ARROW"}:
                return True
            if token.text == name and before.kind in ("ON", "COMMA") and after.kind == "LBRACE":
                return True
        return False

    def opener(self, distance: int) -> int:
        """The distance of the bracket that a closing bracket belongs to, or that stands open before a token."""
        depth = 0
        while self.near(distance := distance - 1).kind:
            text = self.near(distance).text
            if text in ("(", "[", "{"):
                if not depth:
                    return distance
                depth -= 1
            depth += text in (")", "]", "}")
        return distance

    def closer(self, distance: int) -> int:
        """The distance of the bracket that closes what stands open before a token."""
        depth = 0
        while self.near(distance := distance + 1).kind:
            text = self.near(distance).text
            if text in (")", "]", "}"):
                if not depth:
                    return distance
                depth -= 1
            depth += text in ("(", "[", "{")
        return distance

    def mend(self, first: int, last: int, *new: Token, reach: int = 3) -> Mend | None:
        """The change of the tokens from `first` up to `last`, if `reach` more of the line could be read after it."""
        places = self.at + first, min(self.at + last, len(self.tokens) - 1)
        new = tuple(_in_order(new))
        after = [token.kind for token in new]
        for token in self.tokens[places[1] : places[1] + reach]:
            after.append(token.kind)
            if token.kind == "_NL":
                break
        back_to = self.tokens[places[0]].start if first < 0 else None
        return Mend(*places, new) if self.automaton.accepts(after, back_to) else None
