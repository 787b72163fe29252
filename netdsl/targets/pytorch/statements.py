"""Statements with how deep they stand: what `__init__` and `forward` are made of."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import NamedTuple

from netdsl.source import Span
from netdsl.targets.pytorch.spelling import text
from netdsl.targets.pytorch.terms import Formula, Term


class Statement(NamedTuple):
    """One statement, or the head of one that holds others."""

    text: str
    span: Span | None = None
    """What it comes from."""
    depth: int = 0


def deeper(statements: Iterable[Statement]) -> list[Statement]:
    """The body of a statement."""
    return [Statement(text, span, depth + 1) for text, span, depth in statements]


def begun(span: Span, statements: list[Statement]) -> list[Statement]:
    """Statements that come from one place of the text together."""
    return [statements[0]._replace(span=span), *statements[1:]]


def forked(span: Span | None, arms: Sequence[tuple[Term | None, list[Statement]]]) -> list[Statement]:
    """`if`: arms that do nothing are left out, and those after them ask for the contrary too."""
    statements: list[Statement] = []
    refused: list[Term] = []
    for condition, body in arms:
        asked = [] if condition is None else [condition]
        if not body:
            refused += asked
            continue
        conditions = [*map(negated, refused), *asked]
        head = "else:"
        if conditions:
            whole = reduce(lambda one, other: Formula("and", (one, other)), conditions)
            head = f"{'elif' if statements else 'if'} {text(whole)}:"
        statements += [Statement(head, span), *deeper(body)]
    return statements


_CONTRARY = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def negated(term: Term) -> Term:
    """The contrary of a condition."""
    if isinstance(term, Formula) and term.operator == "not":
        return term.operands[0]
    if isinstance(term, Formula) and term.operator in _CONTRARY:
        return Formula(_CONTRARY[term.operator], term.operands)
    return Formula("not", (term,))
