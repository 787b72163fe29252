"""Recognises habits from Python, PyTorch and C."""

import re

from netdsl.diagnostics.characters import ForeignComment
from netdsl.diagnostics.habits import (
    ChainedComparison,
    ColonForEquals,
    Membership,
    MissingLet,
    ModulePrefix,
    SpacedSize,
    Tuple,
    WrongEquals,
)
from netdsl.layers.vocabulary import foreign, kinds
from netdsl.source import Span
from netdsl.syntax.place import Mistake, Place
from netdsl.syntax.tokens import Token

_VALUES = frozenset({"NUMBER", "SIZE", "LSQB", "SIGN", "NOT", "TRUE", "FALSE", "IN", "LPAR"})
_OPERATORS = frozenset({"SIGN", "TIMES", "POWER", "COMPARE", "AND", "OR", "IF", "DOT", "LSQB"})

_TYPES = frozenset({"int", "float", "bool", "str", "list", "tuple"})


def c_comment(p: Place) -> Mistake | None:
    """`// …`."""
    first = next((d for d in range(0, -8, -1) if p.near(d).text == "//" or p.near(d).kind == "_NL"), 0)
    mark = p.near(first)
    if mark.text != "//" or (mark.start + 2 == p.near(first + 1).start and first):
        return None
    last = 0
    while p.near(last).kind not in ("_NL", "$END"):
        last += 1
    mend = p.mend(first, last)
    place = Span(p.automaton.source, mark.start, p.near(last - 1).end)
    return Mistake(ForeignComment(span=place), mend) if mend else None


def wrong_equals(p: Place) -> Mistake | None:
    """`if n = 1`, `let n == 1`."""
    if p.token.text == "==" and (mend := p.mend(0, 1, p.made("EQUAL", "=", p.token))):
        return Mistake(WrongEquals(span=p.span(p.token)), mend)
    if p.token.kind != "EQUAL" or not p.accepts("COMPARE") or "IF" not in p.begun():
        return None
    return Mistake(WrongEquals(span=p.span(p.token)), p.mend(0, 1, p.made("COMPARE", "==", p.token)))


def colon_for_equals(p: Place) -> Mistake | None:
    """`conv(8, kernel: 3x3)`, `input: 3x8x8`, `block unit(width: int)`."""
    before, after = p.near(-1), p.near(1)
    if p.token.kind == "LBRACE" and before.kind == "EQUAL" and p.near(-3).kind in ("NET", "BLOCK"):
        meant = f"{p.span(p.near(-3), p.near(-2)).text} {{ … }}"
        return Mistake(ColonForEquals(span=p.span(before), meant=meant, sign=""), p.mend(-1, 0))
    if p.token.kind != "COLON":
        return None
    if before.kind == "INPUT" and after.kind in _VALUES and (mend := p.mend(0, 1)):
        return Mistake(ColonForEquals(span=p.span(p.token), meant=f"input {after.text}", sign=""), mend)
    if before.kind == "NAME" and after.text in _TYPES and (mend := p.mend(0, 2, reach=1)):
        return Mistake(ColonForEquals(span=p.span(p.token, after), meant=before.text, sign=""), mend)
    if before.kind == "NAME" and (mend := p.mend(0, 1, p.made("EQUAL", "=", p.token))):
        space = "" if p.near(p.opener(0)).kind == "LPAR" else " "
        meant = f"{before.text}{space}={space}{after.text}"
        return Mistake(ColonForEquals(span=p.span(p.token), meant=meant, sign=f"{space}="), mend)
    return None


def tuple_(p: Place) -> Mistake | None:
    """`kernel=(3, 3)`."""
    if p.token.kind != "COMMA" or p.accepts("COMMA") or not p.accepts("RPAR"):
        return None
    first, last = p.opener(0), p.closer(0)
    opener, closer = p.near(first), p.near(last)
    inside = p.tokens[p.at + first + 1 : p.at + last]
    if opener.kind != "LPAR" or closer.kind != "RPAR":
        return None
    place = p.span(opener, closer)
    numbers = [token.text for token in inside if token.kind != "COMMA"]
    plain = "LET" not in p.begun() and all(
        token.kind in ("NUMBER", "COMMA") and "." not in token.text for token in inside
    )
    meant = "x".join(numbers) if plain and len(numbers) > 1 else f"[{place.text[1:-1]}]"
    mend = p.mend(first, last + 1, p.made("LSQB", "[", opener), *inside, p.made("RSQB", "]", closer))
    return Mistake(Tuple(span=place, meant=meant), mend)


def chained_comparison(p: Place) -> Mistake | None:
    """`0 < n < 4`."""
    if p.token.kind != "COMPARE" or p.accepts("COMPARE") or not p.accepts("AND"):
        return None
    first = -1
    while p.near(first).kind not in ("COMPARE", ""):
        first = p.opener(first) if p.near(first).text in (")", "]") else first
        first -= 1
    middle = p.tokens[p.at + first + 1 : p.at]
    if not middle:
        return None
    text = p.span(middle[0], middle[-1]).text
    mend = p.mend(0, 0, p.made("AND", "and"), *middle)
    return Mistake(ChainedComparison(span=p.span(p.token), middle=text), mend)


def membership(p: Place) -> Mistake | None:
    """`n in [1, 2]`, `n is 1`."""
    words = 2 if p.token.kind == "NOT" and p.near(1).kind == "IN" else 1
    if p.token.text not in ("in", "is", "not") or not p.accepts("COMPARE"):
        return None
    mend = p.mend(0, words, p.made("COMPARE", "==", p.token))
    return Mistake(Membership(span=p.span(p.token, p.near(words - 1))), mend, lost=True) if mend else None


def spaced_size(p: Place) -> Mistake | None:
    """`3 x 8 x 8`."""
    if p.near(-1).kind not in ("NUMBER", "SIZE") or not re.fullmatch(r"[xX]([0-9]+[xX]?)*", p.token.text):
        return None
    last = 0
    while re.fullmatch(r"([xX]?[0-9]*)+", p.near(last).text) and p.near(last).text:
        last += 1
    place = p.span(p.near(-1), p.near(last - 1))
    meant = re.sub(r"\s", "", place.text).lower()
    if not re.fullmatch(r"[0-9]+(x[0-9]+)+", meant):
        return None
    mend = p.mend(-1, last, Token("SIZE", meant, place.start, place.end))
    return Mistake(SpacedSize(span=place, meant=meant), mend) if mend else None


def missing_let(p: Place) -> Mistake | None:
    """`width = 8`, `half = width // 2`."""
    if p.outside and p.token.kind == "NAME" and p.near(1).kind == "EQUAL":
        return _without_let(p, 0)
    if p.token.kind not in _VALUES | _OPERATORS | {"_NL", "RBRACE", "SEMICOLON"}:
        return None
    first = -1
    while not p.begins_statement(first) and p.near(first).kind:
        first -= 1
    if (
        p.near(first).kind != "NAME"
        or p.near(first + 1).kind != "EQUAL"
        or p.near(first + 2).text in (*kinds(), "net", "block")
    ):
        return None
    return _without_let(p, first)


def _without_let(p: Place, first: int) -> Mistake | None:
    name = p.near(first)
    mend = p.mend(first, first, p.made("LET", "let", name), reach=3 - first)
    return Mistake(MissingLet(span=p.span(name), name=name.text), mend) if mend else None


def module_prefix(p: Place) -> Mistake | None:
    """`nn.Conv2d(8)`, `self.conv1(x)`, `act=nn.ReLU()`."""
    last = 0 if p.token.kind == "DOT" else -2
    if p.near(last).kind != "DOT" or p.near(last - 1).kind != "NAME":
        return None
    first = last - 1
    while p.near(first - 1).kind == "DOT":
        first -= 2
    while p.near(last + 2).kind == "DOT":
        last += 2
    prefix = p.span(p.near(first), p.near(last)).text
    word = p.near(last + 1)
    meant = "" if prefix == "self." else foreign(word.text) or ""
    called = p.made("NAME", meant, word)
    mend = p.mend(first, last + 2, called, reach=max(1, 1 - last))
    place = p.span(p.near(first), word if meant else p.near(last))
    return Mistake(ModulePrefix(span=place, prefix=prefix, meant=meant), mend, lost=not meant) if mend else None


HABITS = (
    missing_let,
    c_comment,
    wrong_equals,
    colon_for_equals,
    tuple_,
    chained_comparison,
    membership,
    spaced_size,
    module_prefix,
)
