"""Recognises whole statements and definitions that are written as in YAML, C or Python."""

import re

from netdsl.diagnostics.forms import BadName, CountingLoop, ListItem, Nameless
from netdsl.syntax.calls import VALUES, layer_of, signed
from netdsl.syntax.lexer import keywords
from netdsl.syntax.place import STATEMENT_ENDS, Mistake, Place
from netdsl.syntax.tokens import Token

_NAMED = frozenset({"NET", "BLOCK", "LET", "TRAIN"})
_COUNTS = re.compile(r"\(?\s*(?:int\s+|let\s+|var\s+|auto\s+)?(\w+)\s*=\s*(\w+)\s*;\s*(\w+)\s*(<=?)\s*([\w.]+)\s*;")
_SPANS = re.compile(r"for\s*\(?\s*(\w+)\s*=\s*(\w+)\s*(?:to|:|,)\s*(\w+)\s*\)?")


def list_item(p: Place) -> Mistake | None:
    """`- conv(8, 3x3)`, `- conv: 8`."""
    if p.token.text not in ("-", "+", "*") or not p.begins_statement() or p.outside or p.near(1).kind == "_NL":
        return None
    word, last = p.near(1), p.end(0, STATEMENT_ENDS)
    place = p.span(p.token, p.near(last - 1))
    is_value = (
        p.near(3).kind in VALUES
        or p.near(4).kind == "EQUAL"
        or (p.near(3).kind == "LBRACE" and p.near(5).kind == "COLON")
    )
    if p.near(2).kind == "COLON" and layer_of(word.text) is not None and is_value:
        inside = p.all(4, last - 1) if p.near(3).kind == "LBRACE" else p.all(3, last)
        arguments, text = signed(p, word.text, inside)
        mend = p.mend(0, last, word, p.made("LPAR", "("), *arguments, p.made("RPAR", ")"))
        return Mistake(ListItem(span=place, meant=f"{word.text}({text})"), mend) if mend else None
    mend = p.mend(0, 1, reach=1)
    return Mistake(ListItem(span=place, meant=p.span(word, p.near(last - 1)).text), mend) if mend else None


def bad_name(p: Place) -> Mistake | None:
    """`net my-net { … }`, `conv-bn(16)`, `net "a" { … }`."""
    if p.token.kind == "STRING" and p.near(-1).kind in _NAMED:
        first, last = 0, 1
    elif p.token.text == "-" and p.near(-1).kind == "NAME":
        first, last = -1, 1
        while p.near(last - 1).end == p.near(last).start and re.fullmatch(r"\w+|[-.]", p.near(last).text):
            last += 1
    else:
        return None
    begins = p.near(first - 1).kind in _NAMED or p.begins_statement(first) or p.near(first - 1).kind == "ARROW"
    place = p.span(p.near(first), p.near(last - 1))
    meant = re.sub(r"\W+", "_", place.text.strip('"'))
    if not begins or not meant.isidentifier() or meant in keywords() or last - first == 2:
        return None
    mend = p.mend(first, last, Token("NAME", meant, place.start, place.end), reach=1)
    return Mistake(BadName(span=place, meant=meant), mend) if mend else None


def nameless(p: Place) -> Mistake | None:
    """`net { … }`, `net(classes=10) { … }`."""
    word = p.near(-1)
    if word.kind not in ("NET", "BLOCK") or p.token.kind not in ("LBRACE", "LPAR"):
        return None
    name = p.automaton.source.name.rpartition("/")[2].removesuffix(".net")
    name = name if word.kind == "NET" and name.isidentifier() and name not in keywords() else "name"
    mend = p.mend(0, 0, p.made("NAME", name))
    return Mistake(Nameless(span=p.span(word), name=name), mend) if mend else None


def counting_loop(p: Place) -> Mistake | None:
    """`for (i = 0; i < 3; i++) { … }`."""
    if "FOR" not in p.begun() and p.near(-1).kind != "FOR":
        return None
    first = next((d for d in range(0, -9, -1) if p.near(d).kind == "FOR"), 0)
    last = first + 1
    while p.near(last).kind not in ("LBRACE", "$END") and (p.near(last).kind != "_NL"):
        last += 1
    place = p.span(p.near(first), p.near(last - 1))
    head, span = _COUNTS.search(place.text), _SPANS.fullmatch(place.text)
    if head is not None:
        name, low, other, sign, high = head.groups()
    elif span is not None:
        name, low, high = span.groups()
        other, sign = name, "<="
    else:
        return None
    top = high if sign == "<" else str(int(high) + 1) if high.isdecimal() else f"{high} + 1"
    bounds = top if low == "0" else f"{low}, {top}"
    meant = f"for {name} in range({bounds})" if name == other else ""
    numbers = [p.made("NAME", "range"), p.made("LPAR", "("), *_tokens(p, bounds), p.made("RPAR", ")")]
    mend = p.mend(first, last, p.near(first), p.made("NAME", name), p.made("IN", "in"), *numbers, reach=1)
    return Mistake(CountingLoop(span=place, meant=meant if mend else ""), mend)


def _tokens(p: Place, text: str) -> list[Token]:
    signs = {",": "COMMA", "+": "SIGN", ".": "DOT"} | keywords()
    words = re.findall(r"\w+|[^\w\s]", text)
    return [p.made("NUMBER" if word.isdecimal() else signs.get(word, "NAME"), word) for word in words]


FORMS = (counting_loop, nameless, bad_name, list_item)
