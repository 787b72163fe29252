"""Runs the tables over tokens: an LALR(1) parser that can be stopped, looked at, wound back and set going again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from netdsl.source import SourceFile, Span
from netdsl.syntax.tables import END, Rule, Tables, tables
from netdsl.syntax.tokens import Token

Build = Callable[..., Any]

_SOFT = frozenset({"USE", "NET", "BLOCK", "TRAIN"})
"""Words only where a definition may begin; elsewhere they are names, like `block` in many published networks."""


class Automaton:
    """The stack of a parser, and the loop that moves it.

    `states` has one state more than there are `values`; `starts` and `ends` say which characters each value covers.
    """

    def __init__(self, start: str, source: SourceFile, rule: Callable[[str], Build]) -> None:
        self.tables: Tables = tables()
        self.source = source
        self.states = [self.tables.start[start]]
        self.values: list[Any] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self._last = self.tables.end[start]
        self._rule = rule

    def run(self, tokens: Sequence[Token], at: int) -> int:
        """Takes tokens from place `at` on; the place of the first that does not fit, len(tokens) when all did."""
        rows = self.tables.states
        states, values, starts, ends = self.states, self.values, self.starts, self.ends
        while True:
            token = tokens[at]
            kind = token.kind
            if kind in _SOFT and kind not in rows[states[-1]]:
                kind = "NAME"
            action = self._reduced(kind)
            if action is None:
                return len(tokens) if kind == END and states[-1] == self._last else at
            states.append(action)
            values.append(token)
            starts.append(token.start)
            ends.append(token.end)
            at += 1

    def accepts(self, kinds: Iterable[str], back_to: int | None = None) -> bool:
        """Whether tokens of these kinds could come next, or from offset `back_to` on in the place of what came."""
        rows, rules = self.tables.states, self.tables.rules
        states = self.states[: None if back_to is None else self._height(back_to) + 1]
        for kind in kinds:
            if kind in _SOFT and kind not in rows[states[-1]]:
                kind = "NAME"
            while (action := rows[states[-1]].get(kind)) is not None and action < 0:
                rule = rules[~action]
                if rule.size:
                    del states[-rule.size :]
                states.append(rows[states[-1]][rule.origin])
            if action is None:
                return kind == END and states[-1] == self._last
            states.append(action)
        return True

    def settle(self, kinds: Iterable[str]) -> None:
        """Makes whole what a token of the first of these kinds that fits would make whole."""
        for kind in kinds:
            if self.accepts([kind]):
                self._reduced(kind)
                return

    def rewind(self, offset: int) -> None:
        """Forgets everything from a place in the text on."""
        self.shorten(self._height(offset))

    def shorten(self, height: int) -> None:
        """Keeps only the first `height` values."""
        del self.states[height + 1 :], self.values[height:], self.starts[height:], self.ends[height:]

    def pending(self) -> Iterator[Token]:
        """The tokens that are part of nothing whole yet, the last first, without brackets that are closed."""
        closed = 0
        for value in reversed(self.values):
            if isinstance(value, Token):
                closed += value.text in (")", "]", "}")
                if not closed:
                    yield value
                closed -= value.text in ("(", "[", "{") and closed > 0

    def _height(self, offset: int) -> int:
        height = len(self.starts)
        while height and self.starts[height - 1] >= offset:
            height -= 1
        return height

    def _reduced(self, kind: str) -> int | None:
        """Makes whole what ends before a token of this kind; the state after the token, None where it does not fit."""
        rows, rules, states = self.tables.states, self.tables.rules, self.states
        while (action := rows[states[-1]].get(kind)) is not None and action < 0:
            rule = rules[~action]
            if rule.unit and rule.size == 1:
                states[-1] = rows[states[-2]][rule.origin]
            else:
                self._reduce(rule)
        return action

    def _reduce(self, rule: Rule) -> None:
        states, values, starts, ends = self.states, self.values, self.starts, self.ends
        size = rule.size
        if size:
            start, end, part = starts[-size], ends[-1], values[-size:]
            del states[-size:], values[-size:], starts[-size:], ends[-size:]
        else:
            start = end = ends[-1] if ends else 0
            part = []
        children = _gathered(rule.children, part)
        if rule.builder:
            values.append(self._rule(rule.builder)(Span(self.source, start, end), *children))
        else:
            values.append(children[0] if rule.unit else children)
        states.append(self.tables.states[states[-1]][rule.origin])
        starts.append(start)
        ends.append(end)


def _gathered(places: list[int | None], part: list[Any]) -> list[Any]:
    """The children of a rule. A list that comes first is extended: to copy it for each item would be quadratic."""
    grows = bool(places) and places[0] == ~0
    children: list[Any] = part[0] if grows else []
    for place in places[grows:]:
        if place is None:
            children.append(None)
        elif place < 0:
            children += part[~place]
        else:
            children.append(part[place])
    return children
