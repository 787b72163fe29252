"""Goes on after a mistake, so that one run finds them all."""

from dataclasses import dataclass
from itertools import takewhile

from netdsl.diagnostics.syntax import Unexpected
from netdsl.syntax.automaton import Automaton
from netdsl.syntax.bodies import BODIES
from netdsl.syntax.expected import expected, form, found
from netdsl.syntax.findings import Findings, Hopeless
from netdsl.syntax.foreign import FOREIGN
from netdsl.syntax.habits import HABITS
from netdsl.syntax.place import Mend, Mistake, Place
from netdsl.syntax.slips import MISSING, SLIPS
from netdsl.syntax.tables import END
from netdsl.syntax.tokens import Token

_RECOGNISERS = (*SLIPS, *BODIES, *HABITS, *FOREIGN[:-1], *MISSING, FOREIGN[-1])
_ITEMS = ("statement", "setting", "definition")
_DEFINES = ("NET", "BLOCK", "LET")
_BEGINS = ("OUTPUT", "NET", "NAME")
"""A kind of token with which each of them may begin."""


@dataclass
class Recovery:
    """Reads all tokens, reporting each that does not fit."""

    findings: Findings
    automaton: Automaton
    tokens: list[Token]
    part: str
    """What the tokens are all of: `file` or `expression`."""
    reported: int = -1
    """Where the last mistake was reported: what does not fit there once more is its consequence."""

    def __post_init__(self) -> None:
        self._odd = tuple(self.findings.lost)

    def run(self, at: int) -> object:
        """What the tokens stand for, the first `at` of which are read; None where the whole of it is lost."""
        while at < len(self.tokens):
            if self.part != "file":
                self._report(self._mistake(at))
                return None
            at = self.automaton.run(self.tokens, self._recovered(at))
        return self.automaton.values[0]

    def _recovered(self, at: int) -> int:
        token = self.tokens[at]
        if token.start <= self.reported or self._doubtful(token):
            self.findings.lost.append(token.start)
            return self._skipped(at)
        self.reported = token.start
        mistake = self._mistake(at)
        self._report(mistake)
        return self._mended(at, mistake.mend) if mistake.mend else self._skipped(at)

    def _doubtful(self, token: Token) -> bool:
        """Whether something was left out before a token on its line: that it does not fit is then no wonder."""
        source = self.findings.source
        line = source.line_starts[source.position(token.start)[0] - 1]
        return any(line <= at <= token.start for at in self._odd)

    def _report(self, mistake: Mistake) -> None:
        self.findings.report(mistake.diagnostic, lost=mistake.lost or mistake.mend is None)

    def _mistake(self, at: int) -> Mistake:
        place = Place(self.automaton, self.tokens, at)
        for recognise in _RECOGNISERS:
            if mistake := recognise(place):
                return mistake
        token = self.tokens[at]
        return Mistake(
            Unexpected(
                span=place.span(token),
                expected=expected(self.automaton, place.near(-1)),
                found=found(token, self.part),
                form=form(place.begun(), [token.kind for token in self.automaton.pending()]),
            )
        )

    def _mended(self, at: int, mend: Mend) -> int:
        if mend.first < at:
            self.automaton.rewind(self.tokens[mend.first].start)
        self.tokens[mend.first : mend.last] = mend.new
        return mend.first

    def _skipped(self, at: int) -> int:
        """Gives up the innermost statement, setting or definition; the place where the next one begins."""
        automaton, tokens = self.automaton, self.tokens
        depth = self._depth()
        if name := self._definition():
            self.findings.names.append(name)
        if automaton.accepts(["_NL"]):
            automaton.run([Token("_NL", "\n", tokens[at].start, tokens[at].start), Token("", "", 0, 0)], 0)
        automaton.settle(_BEGINS)
        while not any(item in automaton.tables.states[automaton.states[-1]] for item in _ITEMS):
            automaton.shorten(len(automaton.values) - 1)
        depth -= self._depth()
        for place in range(at, len(tokens)):
            token = tokens[place]
            if token.kind == END or (depth <= 0 and token.text in (")", "]", "}")):
                return self._stopped(at, place)
            if depth <= 0 and token.kind in ("_NL", "SEMICOLON"):
                return place + 1 + (tokens[place + 1].kind == "_NL")
            depth += (token.text in ("{", "(", "[")) - (token.text in (")", "]", "}"))
        raise Hopeless

    def _definition(self) -> str:
        """The name of the definition or `let` that is given up; "" where it is another statement."""
        begun = list(takewhile(lambda token: token.kind != "LBRACE", self.automaton.pending()))
        heads = zip(begun[1:], begun, strict=False)
        return next((name.text for word, name in heads if word.kind in _DEFINES and name.kind == "NAME"), "")

    def _stopped(self, at: int, place: int) -> int:
        if self.automaton.accepts([self.tokens[place].kind]):
            return place
        if self.tokens[place].kind == END:
            raise Hopeless
        return place + 1

    def _depth(self) -> int:
        return sum(token.text in ("{", "(", "[") for token in self.automaton.pending())
