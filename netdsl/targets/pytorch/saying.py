"""The author's expressions as terms, with the values of all uses beside them to verify and to simplify."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from netdsl.diagnostics.model import Problems
from netdsl.graph.builtins import BUILTINS
from netdsl.graph.mistakes import Mistake, StandsOnUnknown
from netdsl.graph.model import Names
from netdsl.graph.values import evaluate
from netdsl.syntax.parser import parse_expression
from netdsl.targets.pytorch.terms import Formula, Known, Lane, Name, Term, formula, leaves, names, size, worth
from netdsl.tree import expressions as tree

Leaf = Callable[[tree.Expr], Term | None]
"""The term of a name or a value; None for an expression that is made of others."""
Rows = Sequence[tuple[Lane, Names]]


class Unsaid(Exception):
    """What differs between uses cannot be said in the names of one class."""


@cache
def parsed(text: str) -> tree.Expr:
    """The expression that a layer gives as a formula."""
    expr = parse_expression(text, Problems())
    assert expr is not None, text
    return expr


def same(a: Any, b: Any, short: bool = True) -> bool:
    """Whether two values are one; with `short`, one number may stand for two sides."""
    if isinstance(a, tuple) != isinstance(b, tuple):
        return short and shortened(a) == shortened(b)
    return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)


def shortened(value: Any) -> Any:
    """One number in the place of two equal sides."""
    pair = isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]
    return value[0] if pair and isinstance(value[0], int | float) else value


def agrees(term: Term, column: Iterable[tuple[Lane, Any]], short: bool = True) -> bool:
    """Whether the term is worth what it should be in every lane."""
    try:
        return all(same(worth(term, lane), value, short) for lane, value in column)
    except (LookupError, ArithmeticError, TypeError, ValueError):
        return False


def constant(column: Iterable[tuple[Lane, Any]]) -> Any:
    """The value that is the same in all lanes; raises `Unsaid`."""
    values = [value for _, value in column]
    if not values or any(not same(value, values[0], short=False) for value in values):
        raise Unsaid
    return values[0]


def evaluated(expr: tree.Expr, rows: Rows) -> list[tuple[Lane, Any]]:
    """What the expression is worth in each lane."""
    try:
        return [(lane, evaluate(expr, at)) for lane, at in rows]
    except (Mistake, StandsOnUnknown):
        raise Unsaid from None


def said(expr: tree.Expr, leaf: Leaf, lanes: Sequence[Lane], rows: Rows = ()) -> Term:
    """The expression in the names of the class: the author's own, without what is the same in all lanes."""
    try:
        term = leaf(expr) or _composed(expr, lambda part: said(part, leaf, lanes, rows))
        return settled(term, lanes)
    except (Unsaid, LookupError, ArithmeticError, TypeError, ValueError):
        return Known(constant(evaluated(expr, rows)))


_UNARY = {"-": "negative", "not": "not"}


def _composed(expr: tree.Expr, of: Callable[[tree.Expr], Term]) -> Term:
    match expr:
        case tree.Literal():
            return Known(expr.value)
        case tree.Size():
            return Known(expr.sides)
        case tree.Unary():
            operand = of(expr.operand)
            return operand if expr.operator == "+" else formula(_UNARY[expr.operator], operand)
        case tree.Binary():
            return formula(expr.operator, of(expr.left), of(expr.right))
        case tree.Ternary():
            return formula("if", of(expr.condition), of(expr.then), of(expr.otherwise))
        case tree.Index():
            return formula("index", of(expr.owner), of(expr.index))
        case tree.Slice():
            bounds = (Known(None) if bound is None else of(bound) for bound in (expr.start, expr.stop))
            return formula("slice", of(expr.owner), *bounds)
        case tree.List():
            return formula("list", *map(of, expr.items))
        case tree.Apply() if expr.function.name in BUILTINS:
            return formula(expr.function.name, *(of(argument.value) for argument in expr.arguments))
    raise Unsaid


def settled(term: Term, lanes: Sequence[Lane]) -> Term:
    """The term without alternatives that no lane takes, and in a shorter form where all lanes agree with it."""
    if not isinstance(term, Formula) or not lanes or not names(term):
        return term
    if term.operator == "if":
        taken = {bool(worth(term.operands[0], lane)) for lane in lanes}
        return term if len(taken) > 1 else term.operands[1 if True in taken else 2]
    if term.operator in ("and", "or", "min", "max"):
        column = [(lane, worth(term, lane)) for lane in lanes]
        idle = (side for side in term.operands if agrees(side, column) and _decided(term, side, lanes))
        return next(idle, term)
    return _simplest(term, lanes)


def _decided(term: Formula, side: Term, lanes: Sequence[Lane]) -> bool:
    """Whether the other operand decides nothing: it is the same in all lanes, or never the larger, or smaller."""
    others = [operand for operand in term.operands if operand is not side]
    return term.operator in ("min", "max") or all(len({worth(o, lane) for lane in lanes}) == 1 for o in others)


_WHOLE = ("+", "-", "*", "//", "negative")


def _simplest(term: Term, lanes: Sequence[Lane]) -> Term:
    """`n`, `k * n`, `n // k`, `a * b` or `a + b` in the same names, where that is as much in all lanes."""
    if size(term) <= 3 or not _is_whole(term):
        return term
    used = list(dict.fromkeys(leaf for leaf in leaves(term) if isinstance(leaf, Name)))
    column = [(lane, worth(term, lane)) for lane in lanes]
    if len({value for _, value in column}) < 2:
        return term
    return next((shape for shape in _shapes(used, *column[0]) if agrees(shape, column)), term)


def _is_whole(term: Term) -> bool:
    if isinstance(term, Formula):
        return term.operator in _WHOLE and all(map(_is_whole, term.operands))
    return isinstance(term, Name) or (isinstance(term, Known) and type(term.value) is int)


def _shapes(used: list[Name], lane: Lane, value: int) -> list[Term]:
    """Short forms, with the factor that fits the first lane."""
    if len(used) == 2:
        return [formula("*", *used), formula("+", *used)]
    number = lane.numbers.get(used[0]) if len(used) == 1 else None
    if not number or not value or not isinstance(number, int):
        return []
    return [used[0], formula("*", Known(value // number), used[0]), formula("//", used[0], Known(number // value or 1))]
