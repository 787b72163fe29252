"""Text to tree."""

import re
from collections.abc import Iterator
from typing import Any

from netdsl.budget import DEFAULT, Budget
from netdsl.diagnostics.model import Problems
from netdsl.source import SourceFile, Span
from netdsl.syntax.automaton import Automaton
from netdsl.syntax.builder import Builder
from netdsl.syntax.findings import Findings, Hopeless
from netdsl.syntax.layout import laid_out
from netdsl.syntax.lexer import lex
from netdsl.syntax.tokens import Token
from netdsl.tree.expressions import Expr, Label, Lost
from netdsl.tree.statements import File

_PIECES = re.compile(
    r"""(?P<text>[^{}]+)
      | (?P<odd>\{\s*\}|\{(?:[^][{}:]|\[[^]{}]*\])*:[^{}]*\})
      | (?P<hole>\{[^{}]+\})
      | (?P<brace>[{}])""",
    re.VERBOSE,
)
"""What a label in quotes is made of: text, holes, odd holes (empty, or with a format), braces without a partner."""


def parse(source: SourceFile, problems: Problems, budget: Budget = DEFAULT) -> File:
    """The tree of `source`. All mistakes are added to `problems`; what could not be read is marked as broken."""
    findings = Findings(source, problems, budget)
    if len(source.text) > budget.source:
        findings.exceeded("source", 0, 0)
        return File(source, ())
    try:
        tree: File | None = _read(findings, "file", 0, len(source.text))
    except Hopeless:
        tree = None
    if tree is None:
        return File(source, ())
    if not tree.definitions and not findings.lost:
        from netdsl.diagnostics.outside import NoDefinition

        findings.report(NoDefinition(span=Span(source, 0, 0)))
    return tree


def parse_expression(text: str, problems: Problems, name: str = "expression", budget: Budget = DEFAULT) -> Expr | None:
    """The expression that `text` is; None where it is none. `name` is what messages call it."""
    findings = Findings(SourceFile(name, text), problems, budget)
    try:
        expr: Expr | None = _read(findings, "expr", 0, len(text))
    except Hopeless:
        return None
    return None if findings.lost else expr


def _read(findings: Findings, start: str, first: int, last: int) -> Any:
    """What a part of the text stands for; None where that is lost."""

    def label(span: Span, token: Token) -> Label:
        if token.kind != "STRING":
            return Label(span, (token.text,), quoted=False)
        return Label(span, tuple(_parts(findings, token)), quoted=True)

    tokens = laid_out(lex(findings, first, last), last, findings)
    automaton = Automaton(start, findings.source, Builder(findings, label).rule)
    at = automaton.run(tokens, 0)
    if at == len(tokens):
        return automaton.values[0]
    from netdsl.syntax.recovery import Recovery

    return Recovery(findings, automaton, tokens, "file" if start == "file" else "expression").run(at)


def _parts(findings: Findings, token: Token) -> Iterator[str | Expr]:
    """The text of a label in quotes, and the expressions that stand in `{ }` in it."""
    inside = token.text[1:-1]
    base = findings.source.text.find(inside, token.start)
    for piece in _PIECES.finditer(inside):
        start, end = base + piece.start(), base + piece.end()
        if piece["text"]:
            yield piece["text"]
        elif piece["odd"] or piece["brace"]:
            from netdsl.diagnostics.characters import BrokenHole

            findings.report(BrokenHole(span=findings.span(start, end)), lost=True)
            yield Lost(findings.span(start, end))
        else:
            yield _read(findings, "expr", start + 1, end - 1) or Lost(findings.span(start, end))
