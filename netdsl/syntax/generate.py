"""Has Lark turn the grammar into tables. Runs when the package is built, and in a checkout that has no tables yet."""

from collections.abc import Iterator
from re import fullmatch
from typing import Any

import lark
from lark.grammar import Rule as LarkRule
from lark.lexer import PatternStr, TerminalDef, Token
from lark.parsers.lalr_analysis import Shift

from netdsl.syntax.tables import Rule, Tables

STARTS = ("file", "expr")


class Layout(lark.lark.PostLex):
    """Tells Lark that line ends may come anywhere; which of them count is decided by our own lexer."""

    always_accept = ("_NL",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens as they are."""
        return stream


def analyse(grammar: str) -> lark.Lark:
    """Lark's own parser for `grammar`; raises GrammarError where a conflict is left."""
    return lark.Lark(
        grammar, parser="lalr", lexer="contextual", start=list(STARTS), postlex=Layout(), maybe_placeholders=True
    )


def generate(grammar: str) -> Tables:
    """The tables of `grammar`."""
    parser = analyse(grammar)
    keywords = {t.pattern.value: t.name for t in parser.terminals if _is_keyword(t)}
    table: Any = parser.parser.parser._parse_table
    numbers = {rule: number for number, rule in enumerate(parser.rules)}
    states = sorted(table.states)
    place = {state: number for number, state in enumerate(states)}

    def encode(action: object, argument: Any) -> int:
        return place[argument] if action is Shift else ~numbers[argument]

    return Tables(
        grammar=grammar,
        pattern=_pattern(parser.terminals),
        keywords=keywords,
        states=tuple(
            {kind: encode(*action) for kind, action in sorted(table.states[state].items())} for state in states
        ),
        rules=tuple(_rule(rule) for rule in parser.rules),
        start={name: place[state] for name, state in table.start_states.items()},
        end={name: place[state] for name, state in table.end_states.items()},
    )


def _is_keyword(terminal: TerminalDef) -> bool:
    return isinstance(terminal.pattern, PatternStr) and fullmatch(r"[a-z]+", terminal.pattern.value) is not None


def _pattern(terminals: list[TerminalDef]) -> str:
    """One regular expression for all tokens, tried in Lark's order; keywords are matched as names."""
    rest = [t for t in terminals if not _is_keyword(t)]
    rest.sort(key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name))
    return "|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in rest)


def _rule(rule: LarkRule) -> Rule:
    children = tuple(_children(rule))
    origin, alias = str(rule.origin.name), rule.alias
    unit = not alias and bool(rule.options.expand1) and len(children) == 1
    inline = origin.startswith("_")
    return Rule(origin, len(rule.expansion), "" if unit or inline else str(alias or origin), unit, children)


def _children(rule: LarkRule) -> Iterator[int | None]:
    place = 0
    for left_out in rule.options.empty_indices or (False,) * len(rule.expansion):
        if left_out:
            yield None
            continue
        symbol = rule.expansion[place]
        if not symbol.is_term:
            yield ~place if symbol.name.startswith("_") else place
        elif not symbol.filter_out:  # type: ignore[attr-defined]
            yield place
        place += 1
