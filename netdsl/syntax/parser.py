"""Text to tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from netdsl.diagnostics.model import Problems
from netdsl.diagnostics.syntax import Unexpected
from netdsl.source import SourceFile, Span
from netdsl.syntax.automaton import Automaton
from netdsl.syntax.builder import Builder
from netdsl.syntax.lexer import lex
from netdsl.syntax.tokens import Token
from netdsl.tree.expressions import Expr, Label
from netdsl.tree.statements import File

_HOLE = re.compile(r"\{([^{}]*)\}")


def parse(source: SourceFile, problems: Problems) -> File:
    """The tree of `source`; what is wrong is added to `problems`, and what could not be read is left out."""
    tree = _Parser(source, problems).parse("file", 0, len(source.text))
    return tree if isinstance(tree, File) else File(source, ())


def parse_expression(text: str, problems: Problems, name: str = "expression") -> Expr | None:
    """The expression that `text` is; None where it is none."""
    source = SourceFile(name, text)
    return _Parser(source, problems).parse("expr", 0, len(text))


@dataclass
class _Parser:
    source: SourceFile
    problems: Problems

    def parse(self, start: str, first: int, last: int) -> Expr | File | None:
        """The tree of a part of the text; None where there is none."""
        tokens = lex(self.source, first, last)
        automaton = Automaton(start, self.source, Builder(self.source, self.label).rule)
        at = automaton.run(tokens, 0)
        if at < len(tokens):
            self.problems.add(Unexpected(span=Span(self.source, tokens[at].start, tokens[at].end)))
            return None
        return automaton.values[0]

    def label(self, span: Span, token: Token) -> Label:
        """The label that a name or string stands for."""
        if token.kind != "STRING":
            return Label(span, (token.text,), False)
        return Label(span, tuple(self._parts(token)), True)

    def _parts(self, token: Token) -> Iterator[str | Expr]:
        at, end = token.start + 1, token.end - 1
        text = self.source.text
        for hole in _HOLE.finditer(text, at, end):
            if hole.start() > at:
                yield text[at : hole.start()]
            expr = self.parse("expr", hole.start(1), hole.end(1))
            if expr is not None:
                yield expr
            at = hole.end()
        if at < end:
            yield text[at:end]
