"""Recognises an `input` that is written like a call, or as numbers with commas between them."""

import re

from netdsl.diagnostics.forms import InputForm
from netdsl.syntax.place import STATEMENT_ENDS, Mistake, Place
from netdsl.syntax.tokens import Token

_SIGNS = frozenset({"LPAR", "RPAR", "LSQB", "RSQB", "COMMA", "EQUAL", "COLON"})
_SIDES = frozenset({"NUMBER", "SIZE", "NAME"})


_CALLED = frozenset({"Input", "inputs", "Inputs", "InputLayer", "data", "image", "in", "placeholder"})


def input_form(p: Place) -> Mistake | None:
    """`input(shape=3x8x8)`, `input 3, 8, 8`, `x = input(3, 8, 8)`."""
    first = p.statement()
    named = p.near(first).kind == "NAME" and p.near(first + 1).kind == "EQUAL"
    word = first + 2 * named
    last = p.end(max(word, 0), STATEMENT_ENDS)
    sides = _sides(p, word, last) if _is_input(p, word) and p.near(last - 1).kind != "COMMA" else []
    if not sides:
        return None
    shape, new = _shape(p, sides)
    meant = f"input {shape}"
    if named:
        meant += f"; {p.near(first).text} = identity"
        end = [p.made("SEMICOLON", ";"), p.near(first), p.made("EQUAL", "="), p.made("NAME", "identity")]
    mend = p.mend(first, last, p.made("INPUT", "input", p.near(word)), *new, *(end if named else ()))
    return Mistake(InputForm(span=p.span(p.near(first), p.near(last - 1)), meant=meant), mend) if mend else None


def _is_input(p: Place, word: int) -> bool:
    """Whether a word begins the input: `input`, or what others call it."""
    token, after = p.near(word), p.near(word + 1)
    shaped = after.kind == "SIZE" and after.text.count("x") == 2
    return token.kind == "INPUT" or (token.text in _CALLED and (after.kind == "LPAR" or shaped))


def _sides(p: Place, word: int, last: int) -> list[Token]:
    """The sides that stand behind the word, without the names they are given; none where other things stand there."""
    given = [p.near(place) for place in range(word + 1, last) if p.near(place + 1).text not in ("=", ":")]
    sides = [token for token in given if token.kind not in _SIGNS]
    odd = any(token.kind not in _SIDES or re.fullmatch(r"[xX][0-9xX]*", token.text) for token in sides)
    if odd or p.near(word + 1).kind == "COLON":
        return []
    return [side for side in sides if side.kind == "SIZE"] or sides


def _shape(p: Place, sides: list[Token]) -> tuple[str, list[Token]]:
    """The shape as text and as tokens: a size where it is made of numbers alone."""
    if len(sides) == 3 and sides[2].text in ("1", "3") and sides[0].text == sides[1].text:
        sides = [sides[2], *sides[:2]]
    texts = [side.text for side in sides]
    plain = "x".join(texts)
    if "x" in plain and all(side.kind != "NAME" for side in sides):
        return plain, [Token("SIZE", plain, sides[0].start, sides[-1].end)]
    listed = [token for side in sides for token in (p.made("COMMA", ",", side), side)]
    brackets = p.made("LSQB", "[", sides[0]), p.made("RSQB", "]", sides[-1])
    return f"[{', '.join(texts)}]", [brackets[0], *listed[1:], brackets[1]]
