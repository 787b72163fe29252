"""Runs the tables over tokens: an LALR(1) parser that can be stopped, looked at and set going again."""

from collections.abc import Callable, Sequence
from typing import Any

from netdsl.source import SourceFile, Span
from netdsl.syntax.tables import END, tables
from netdsl.syntax.tokens import Token

Build = Callable[..., Any]


class Automaton:
    """The stack of a parser, and the loop that moves it.

    `states` has one state more than there are `values`; `starts` and `ends` say which characters each value covers.
    """

    def __init__(self, start: str, source: SourceFile, rule: Callable[[str], Build]) -> None:
        t = tables()
        self.source = source
        self.states = [t.start[start]]
        self.values: list[Any] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self._last = t.end[start]
        self._build = [rule(r.builder) if r.builder else None for r in t.rules]

    def run(self, tokens: Sequence[Token], at: int) -> int:
        """Takes tokens from place `at` on; the place of the first that does not fit, len(tokens) when all did."""
        rows, keywords = tables().states, tables().keywords
        states, values, starts, ends = self.states, self.values, self.starts, self.ends
        while True:
            token = tokens[at]
            kind = token.kind
            if kind not in rows[states[-1]] and token.text in keywords:
                kind = "NAME"
            while (action := rows[states[-1]].get(kind)) is not None and action < 0:
                self._reduce(~action)
            if action is None:
                return len(tokens) if kind == END and states[-1] == self._last else at
            states.append(action)
            values.append(token)
            starts.append(token.start)
            ends.append(token.end)
            at += 1

    def _reduce(self, number: int) -> None:
        rule = tables().rules[number]
        states, values, starts, ends = self.states, self.values, self.starts, self.ends
        size = rule.size
        if rule.unit and size == 1:
            states.pop()
            states.append(tables().states[states[-1]][rule.origin])
            return
        if size:
            start, end, part = starts[-size], ends[-1], values[-size:]
            del states[-size:], values[-size:], starts[-size:], ends[-size:]
        else:
            start = end = ends[-1] if ends else 0
            part = []
        children: list[Any] = []
        for place in rule.children:
            if place is None:
                children.append(None)
            elif place < 0:
                children += part[~place]
            else:
                children.append(part[place])
        build = self._build[number]
        if build:
            values.append(build(Span(self.source, start, end), *children))
        else:
            values.append(children[0] if rule.unit else children)
        states.append(tables().states[states[-1]][rule.origin])
        starts.append(start)
        ends.append(end)
