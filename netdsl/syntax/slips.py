"""Recognises slips: a sign left out, one too many, a line that ends too soon, a label without quotes."""

import re
from collections.abc import Iterator

from netdsl.diagnostics.characters import ForeignOperator
from netdsl.diagnostics.habits import ForeignWord
from netdsl.diagnostics.labels import BareBraces, LabelledJoin, NeedsQuotes, ReservedName
from netdsl.diagnostics.syntax import (
    BraceOnNextLine,
    CommaAtLineEnd,
    EmptyStatement,
    LateOn,
    LineEndsEarly,
    LoneElse,
    MissingLineEnd,
    MissingSign,
)
from netdsl.source import Span
from netdsl.syntax.calls import is_argument
from netdsl.syntax.lexer import keywords
from netdsl.syntax.place import Mistake, Place
from netdsl.syntax.tokens import Token

_GOES_ON = frozenset(
    {"ARROW", "COMMA", "EQUAL", "SIGN", "TIMES", "POWER", "COMPARE", "AND", "OR", "NOT", "IN", "ON", "ELSE"}
)
_BODIES = frozenset({"IF", "FOR", "REPEAT", "AUX"})
_JOINS = frozenset({"RESIDUAL", "GATE", "SPLIT"})
_LABEL = re.compile(r"(?:[\w.-]|\{[^{}\r\n]*\})+")


def empty_statement(p: Place) -> Mistake | None:
    """`;;`, `-> ->`."""
    if p.token.kind == p.near(-1).kind == "ARROW":
        return Mistake(EmptyStatement(span=p.span(p.token)), p.mend(0, 1))
    if p.token.kind == "SEMICOLON" and p.begins_statement() and p.near(-1).kind != "RBRACE":
        return Mistake(EmptyStatement(span=p.span(p.token)), p.mend(0, 1))
    return None


def lone_else(p: Place) -> Mistake | None:
    """`else` without `if`, `shortcut` without `residual`."""
    if p.token.kind in ("ELSE", "SHORTCUT") and p.begins_statement() and p.near(1).kind != "COLON":
        return Mistake(LoneElse(span=p.span(p.token)))
    return None


def bare_braces(p: Place) -> Mistake | None:
    """`{ … }` with nothing before it."""
    if p.token.kind == "LBRACE" and p.accepts("STRING", "COLON", "LBRACE"):
        label, colon = p.made("STRING", f'"_{p.token.start}"'), p.made("COLON", ":")
        branch = p.begins_statement() and _opens_branches(p, p.opener(0))
        return Mistake(BareBraces(span=p.span(p.token), branch=branch), p.mend(0, 0, label, colon), lost=True)
    return None


def _opens_branches(p: Place, brace: int) -> bool:
    """Whether each statement behind this brace is a branch."""
    return p.near(brace - 1).kind == "SPLIT" or p.near(brace - 1).text in ("concat", "add", "mul")


def labelled_join(p: Place) -> Mistake | None:
    """`label: concat { … }`."""
    colon = -1 if p.token.kind in _BODIES | _JOINS else _colon_before_call(p) if p.token.kind == "LBRACE" else 0
    if not colon or p.near(colon).kind != "COLON":
        return None
    label, word = p.near(colon - 1), p.near(colon + 1)
    if p.token.kind in _BODIES:
        mend = p.mend(colon - 1, 0)
    else:
        mend = p.mend(colon, colon + 1, p.made("EQUAL", "=", p.near(colon)))
    return Mistake(LabelledJoin(span=p.span(label), word=word.text, name=label.text), mend)


def _colon_before_call(p: Place) -> int:
    distance = -1
    if p.near(-1).kind == "RPAR":
        distance = p.opener(-1) - 1
    return distance - 1 if p.near(distance).kind == "NAME" else 0


def late_on(p: Place) -> Mistake | None:
    """`a -> b on c`."""
    if p.token.kind != "ON" or p.accepts("ON"):
        return None
    last = 2
    while p.near(last).kind == "COMMA":
        last += 2
    word = p.near(-1).text if p.near(-1).kind in _JOINS else ""
    return Mistake(LateOn(span=p.span(p.token, p.near(last - 1)), word=word), p.mend(0, last), lost=True)


def wrong_arrow(p: Place) -> Mistake | None:
    """`conv(8, 3x3) >> relu`, `conv(8, 3x3).relu()`."""
    last = 1 + (p.near(1).text == ">")
    if p.token.text not in (">", ".") or p.near(last).kind not in ("NAME", "STRING") or not p.accepts("ARROW"):
        return None
    mend = p.mend(0, last, p.made("ARROW", "->", p.token))
    tight = p.near(-1).end == p.token.start
    if mend is None or p.near(-1).kind == "NAME" or p.near(last).text.startswith("__"):
        return None
    place = p.span(p.token, p.near(last - 1))
    return Mistake(ForeignOperator(span=place, meant=" -> " if tight else "->", advice=""), mend)


def brace_on_next_line(p: Place) -> Mistake | None:
    """A `{` on a line of its own."""
    if p.token.kind == "_NL" and p.near(1).kind == "LBRACE" and p.accepts("LBRACE"):
        return Mistake(BraceOnNextLine(span=p.span(p.near(1))), p.mend(0, 1))
    return None


def line_ends_early(p: Place) -> Mistake | None:
    """A line that ends with an operator."""
    if p.token.kind == "_NL" and p.near(-1).kind in _GOES_ON and (mend := p.mend(0, 1, reach=1)):
        return Mistake(LineEndsEarly(span=p.span(p.near(-1)), after=p.near(-1).text), mend)
    return None


def word_as_label(p: Place) -> Mistake | None:
    """`repeat: { … }`, `input = conv(8, 3x3)`."""
    for word in (-1, 0):
        token, sign = p.near(word), p.near(word + 1)
        if token.text in keywords() and sign.kind in ("COLON", "EQUAL") and p.begins_statement(word):
            mend = p.mend(word, word + 1, p.made("STRING", f'"{token.text}"', token))
            if mend and sign.kind == "COLON":
                return Mistake(NeedsQuotes(span=p.span(token), text=token.text, is_word=True), mend)
            if mend:
                return Mistake(ReservedName(span=p.span(token)), mend)
    return None


def capital_word(p: Place) -> Mistake | None:
    """`Input 3x32x32`, `Repeat 3 { … }`."""
    word = p.near(-1)
    kind = keywords().get(word.text.lower())
    if word.kind != "NAME" or kind is None or not p.begins_statement(-1):
        return None
    meant = word.text.lower()
    mend = p.mend(-1, 0, p.made(kind, meant, word), reach=1)
    return Mistake(ForeignWord(span=p.span(word), advice=f"write `{meant}`, in small letters"), mend) if mend else None


def odd_label(p: Place) -> Mistake | None:
    """`1x1: conv(8, 1x1)`, `layer.0: { … }`, `conv{i}: conv(8, 3x3)`."""
    first, last = 0, 0
    while p.near(first - 1).end == p.near(first).start:
        if p.near(first - 1).kind == "RBRACE":
            first = p.opener(first - 1)
        elif p.begins_statement(first):
            break
        else:
            first -= 1
    while p.near(last).kind != "COLON" and p.near(last).end == p.near(last + 1).start:
        last += 1
    if p.near(last).kind != "COLON" or not p.begins_statement(first) or first == last:
        return None
    place = p.span(p.near(first), p.near(last - 1))
    mend = p.mend(first, last, Token("STRING", f'"{place.text}"', place.start, place.end))
    if mend is None or not _LABEL.fullmatch(place.text):
        return None
    return Mistake(NeedsQuotes(span=place, text=place.text, is_word=False), mend)


def comma_at_line_end(p: Place) -> Mistake | None:
    """`conv(8, 3x3),`."""
    if p.token.kind == "COMMA" and p.near(1).kind in ("_NL", "RBRACE") and (mend := p.mend(0, 1, reach=1)):
        return Mistake(CommaAtLineEnd(span=p.span(p.token)), mend)
    return None


def bare_path(p: Place) -> Mistake | None:
    """`use file.net`."""
    if p.near(-1).kind != "USE" or p.token.kind in ("_NL", "$END"):
        return None
    last = 0
    while p.near(last).end == p.near(last + 1).start and p.near(last + 1).kind not in ("_NL", "$END"):
        last += 1
    place = p.span(p.token, p.near(last))
    mend = p.mend(0, last + 1, Token("STRING", f'"{place.text}"', place.start, place.end))
    return Mistake(NeedsQuotes(span=place, text=place.text, is_word=False, what="path"), mend) if mend else None


def reserved_name(p: Place) -> Mistake | None:
    """`block b(repeat) { … }`."""
    if p.token.text in keywords() and (mend := p.mend(0, 1, p.made("NAME", p.token.text, p.token), reach=1)):
        return Mistake(ReservedName(span=p.span(p.token)), mend)
    return None


def missing_sign(p: Place) -> Mistake | None:
    """`conv(8 3x3)`, `conv1 conv(8, 3x3)`, `let width 8`."""
    before, here = p.near(-1), p.token
    if not before.kind or here.kind in ("_NL", "$END"):
        return None
    for kind, sign, between in _signs(p, before, here):
        if mend := p.mend(0, 0, p.made(kind, sign)):
            place = Span(p.automaton.source, before.end, before.end)
            tight = before.end == here.start
            return Mistake(MissingSign(span=place, sign=sign, between=between, tight=tight), mend)
    return None


def _signs(p: Place, before: Token, here: Token) -> Iterator[tuple[str, str, str]]:
    word = p.near(p.opener(0) - 1)
    if before.kind == "NAME" and p.near(p.opener(0)).kind == "LPAR" and is_argument(word.text, before.text):
        yield "EQUAL", "=", f"behind `{before.text}`"
    between = f"between `{before.text}` and `{here.text}`"
    made = p.near(-2).start == p.near(-2).end
    if here.kind == "NAME" and p.near(1).kind == "COMMA":
        yield "ON", "on", between
    if p.begins_statement(-1) and before.kind in ("NAME", "STRING") and not made:
        yield "COLON", ":", f"behind the label `{before.text}`"
    yield "COMMA", ",", between
    if not p.accepts("COLON"):
        yield "EQUAL", "=", between
    if "FOR" in p.begun() and before.kind == "NAME":
        yield "IN", "in", between


def missing_line_end(p: Place) -> Mistake | None:
    """`conv(8, 3x3) relu`."""
    mend = p.mend(0, 0, p.made("_NL", "\n"), reach=1)
    if mend is None:
        return None
    return Mistake(MissingLineEnd(span=p.span(p.token), definition=not p.in_body), mend)


SLIPS = (
    empty_statement,
    lone_else,
    bare_braces,
    labelled_join,
    late_on,
    wrong_arrow,
    brace_on_next_line,
    line_ends_early,
    word_as_label,
    capital_word,
    odd_label,
    comma_at_line_end,
    bare_path,
    reserved_name,
)
"""What can be told from the tokens around a place."""

MISSING = (missing_sign, missing_line_end)
"""What would do if it stood there."""
