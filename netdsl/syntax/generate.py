"""Has Lark turn the grammar into tables. Runs when the package is built, and in a checkout that has no tables yet."""

from collections.abc import Collection, Iterator
from typing import Any

from lark import Lark
from lark.grammar import Rule as LarkRule
from lark.grammar import Terminal
from lark.lark import PostLex
from lark.lexer import PatternStr, TerminalDef, Token
from lark.parsers.lalr_analysis import Shift

from netdsl.syntax.tables import Rule, Tables


class LineEnds(PostLex):
    """Tells Lark that line ends may come anywhere: which of them count is not for the grammar to say."""

    always_accept = ("_NL",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens as they are."""
        return stream


def analysed(grammar: str, strict: bool = False, line_ends: PostLex | None = None) -> Lark:
    """Lark's own parser for `grammar`; `strict` refuses every ambiguity and needs the package `interegular`."""
    return Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        start=["file", "expr"],
        strict=strict,
        postlex=line_ends or LineEnds(),
        maybe_placeholders=True,
    )


def generate(grammar: str) -> Tables:
    """The tables of `grammar`."""
    lark = analysed(grammar)
    table: Any = lark.parser.parser._parse_table
    numbers = {rule: number for number, rule in enumerate(lark.rules)}
    places = {state: place for place, state in enumerate(_reached(table))}

    def code(action: object, argument: Any) -> int:
        return places[argument] if action is Shift else ~numbers[argument]

    return Tables(
        grammar=grammar,
        pattern=_pattern(lark.terminals),
        texts={t.name: t.pattern.value for t in lark.terminals if isinstance(t.pattern, PatternStr)},
        states=[{kind: code(*table.states[s][kind]) for kind in sorted(table.states[s])} for s in places],
        rules=[_rule(rule) for rule in lark.rules],
        start={name: places[state] for name, state in sorted(table.start_states.items())},
        end={name: places[state] for name, state in sorted(table.end_states.items())},
    )


def _reached(table: Any) -> list[int]:
    """The states in the order in which they are reached: Lark's own numbers differ from run to run."""
    order = [state for _, state in sorted(table.start_states.items())]
    found = set(order)
    for state in order:
        for _, (action, argument) in sorted(table.states[state].items(), key=lambda row: row[0]):
            if action is Shift and argument not in found:
                found.add(argument)
                order.append(argument)
    return order


def _pattern(terminals: Collection[TerminalDef]) -> str:
    """All tokens as one regular expression, in the order in which Lark tries them. Words are matched as names."""
    rest = [t for t in terminals if not t.pattern.value.isalpha()]
    rest.sort(key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name))
    return "|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in rest)


def _rule(rule: LarkRule) -> Rule:
    children = [*_children(rule)]
    origin = str(rule.origin.name)
    unit = not rule.alias and bool(rule.options.expand1) and len(children) == 1
    builder = "" if unit or origin.startswith("_") else str(rule.alias or origin)
    return Rule(origin, len(rule.expansion), builder, unit, children)


def _children(rule: LarkRule) -> Iterator[int | None]:
    place = 0
    for left_out in rule.options.empty_indices or (False,) * len(rule.expansion):
        if left_out:
            yield None
            continue
        symbol = rule.expansion[place]
        if isinstance(symbol, Terminal):
            if not symbol.filter_out:
                yield place
        else:
            yield ~place if symbol.name.startswith("_") else place
        place += 1
