"""Goes on after a mistake, so that one run finds them all."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from netdsl.diagnostics.syntax import Unexpected
from netdsl.syntax.automaton import Automaton
from netdsl.syntax.bodies import BODIES
from netdsl.syntax.calls import CALLS
from netdsl.syntax.expected import expected, form, found
from netdsl.syntax.findings import Findings, Hopeless
from netdsl.syntax.flows import FLOWS
from netdsl.syntax.foreign import FOREIGN
from netdsl.syntax.forms import FORMS
from netdsl.syntax.habits import HABITS
from netdsl.syntax.inputs import input_form
from netdsl.syntax.place import Mend, Mistake, Place
from netdsl.syntax.slips import MISSING, SLIPS
from netdsl.syntax.statements import ORDERS
from netdsl.syntax.tables import END
from netdsl.syntax.tokens import Token

_RECOGNISERS = (
    input_form,
    *ORDERS,
    *CALLS,
    *FLOWS,
    *SLIPS,
    *BODIES,
    *HABITS,
    *FORMS,
    *FOREIGN[:-1],
    *MISSING,
    FOREIGN[-1],
)
_ITEMS = ("statement", "setting", "definition")
_DEFINES = ("NET", "BLOCK", "LET")
_BEGINS = ("OUTPUT", "NET", "NAME")
"""A kind of token with which each of them may begin."""
_APART = ("_NL", "SEMICOLON", "LBRACE", "RBRACE")
"""Between statements."""
_LEADS = ("ARROW", "EQUAL", "COLON")
"""What a step or a value stands behind."""


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
        if mistake.name:
            self.findings.names.append(mistake.name)
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
        """Gives up what is being read; the place where reading goes on.

        That is the step or value that was begun, in whose place stands one that nobody knows; else the definition.
        """
        if name := self._definition():
            self.findings.names.append(name)
        for first, before in self._givable(at):
            end = self._passed(at, sum(map(_opened, self.tokens[first:at])))
            if self.automaton.accepts([*before, "NAME", self.tokens[end].kind], self.tokens[first].start):
                return self._unknown(first, end, before)
        depth = self._depth()
        self.automaton.settle(_BEGINS)
        while not any(item in self.automaton.tables.states[self.automaton.states[-1]] for item in _ITEMS):
            self.automaton.shorten(len(self.automaton.values) - 1)
        end = self._passed(at, depth - self._depth())
        if self.tokens[end].kind in ("_NL", "SEMICOLON"):
            return end + 1 + (self.tokens[end + 1].kind == "_NL")
        return self._stopped(end)

    def _givable(self, at: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """From where on the tokens can be given up, the least first, and the kinds of what goes before instead."""
        first = at
        while first and self.tokens[first - 1].kind not in _APART:
            first -= 1
        if first == at and self.tokens[at - 1].kind == "RBRACE":
            yield at, ("ARROW",)
        step, depth = first, 0
        for place in range(first, at):
            token = self.tokens[place]
            depth += _opened(token)
            if not depth and token.kind in _LEADS:
                step = place + 1
        yield step, ()
        yield first, ()

    def _unknown(self, first: int, end: int, before: tuple[str, ...]) -> int:
        """Puts a step or value that nobody knows in the place of the tokens from `first` up to `end`."""
        start, stop = self.tokens[first].start, self.tokens[end].start
        self.automaton.rewind(start)
        new = [Token(kind, "", start, start) for kind in before]
        self.tokens[first:end] = [*new, Token("NAME", "", start, stop)]
        return first

    def _passed(self, at: int, depth: int) -> int:
        """The place where ends what is given up, of which so many brackets are open at `at`."""
        for place in range(at, len(self.tokens)):
            token = self.tokens[place]
            if depth <= 0 and (token.kind in ("_NL", "SEMICOLON") or token.text in (")", "]", "}")):
                return place
            if token.kind == END:
                return place
            depth += _opened(token)
        raise Hopeless

    def _definition(self) -> str:
        """The name of the definition or `let` that is given up; "" where it is another statement."""
        begun = list(takewhile(lambda token: token.kind != "LBRACE", self.automaton.pending()))
        heads = zip(begun[1:], begun, strict=False)
        return next((name.text for word, name in heads if word.kind in _DEFINES and name.kind == "NAME"), "")

    def _stopped(self, place: int) -> int:
        if self.automaton.accepts([self.tokens[place].kind]):
            return place
        if self.tokens[place].kind == END:
            raise Hopeless
        return place + 1

    def _depth(self) -> int:
        return sum(token.text in ("{", "(", "[") for token in self.automaton.pending())


def _opened(token: Token) -> int:
    """How many more brackets are open after a token."""
    return (token.text in ("{", "(", "[")) - (token.text in ("}", ")", "]"))
