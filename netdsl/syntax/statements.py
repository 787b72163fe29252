"""Recognises statements that are put together in another order, or with a word too many."""

from netdsl.diagnostics.characters import ForeignComment
from netdsl.diagnostics.forms import InputOnPath
from netdsl.diagnostics.habits import ForeignWord
from netdsl.diagnostics.orders import (
    ArrivingAsStep,
    ConditionBehind,
    InnerDefinition,
    LetOfPath,
    RepeatedByTimes,
    StepsInParentheses,
)
from netdsl.layers.vocabulary import kinds
from netdsl.source import Span
from netdsl.syntax.place import STATEMENT_ENDS, STEP_ENDS, Mistake, Place

_NEEDLESS = frozenset({"block", "use", "net", "call", "new", "apply", "layer"})
_ADDS = frozenset({"add", "append", "add_module", "push", "push_back"})


def input_on_path(p: Place) -> Mistake | None:
    """`input 3x8x8 -> conv(8, 3x3)`."""
    if p.token.kind != "ARROW" or p.near(p.statement()).kind != "INPUT" or p.near(-1).kind == "INPUT":
        return None
    return Mistake(InputOnPath(span=p.span(p.token)), p.mend(0, 1, p.made("SEMICOLON", ";", p.token)))


def repeated_by_times(p: Place) -> Mistake | None:
    """`conv(8, 3x3) * 3`, `3 * conv(8, 3x3)`, `conv(8, 3x3) x 3`."""
    first, last = p.statement(), p.end(0, STATEMENT_ENDS)
    if p.token.text in ("*", "x") and p.near(1).kind == "NUMBER" and last == 2 and p.accepts("ARROW"):
        count, layers = p.near(1), p.all(first, 0)
    elif p.begins_statement() and p.token.kind == "NUMBER" and p.near(1).text in ("*", "x"):
        count, layers = p.token, p.all(2, last)
    else:
        return None
    if not layers or layers[0].kind != "NAME":
        return None
    body = p.span(layers[0], layers[-1]).text
    mend = p.mend(first, last, p.made("REPEAT", "repeat"), count, p.made("LBRACE", "{"), *layers, p.made("RBRACE", "}"))
    place = p.span(p.near(first), p.near(last - 1))
    return Mistake(RepeatedByTimes(span=place, meant=f"repeat {count.text} {{ {body} }}"), mend) if mend else None


def condition_behind(p: Place) -> Mistake | None:
    """`batchnorm if bn`, `conv(8, 3x3) if n > 2 else relu`."""
    first, last = p.statement(), p.end(0, STATEMENT_ENDS | {"LBRACE"})
    if p.token.kind != "IF" or not first or not p.accepts("ARROW") or p.near(last).kind == "LBRACE":
        return None
    other = next((place for place in range(1, last) if p.near(place).kind == "ELSE"), last)
    layers, condition, otherwise = p.all(first, 0), p.all(1, other), p.all(other + 1, last)
    if not condition:
        return None
    opened, closed = p.made("LBRACE", "{"), p.made("RBRACE", "}")
    arms = [p.token, *condition, opened, *layers, closed]
    meant = f"if {p.span(condition[0], condition[-1]).text} {{ {p.span(layers[0], layers[-1]).text} }}"
    if otherwise:
        arms += [p.made("ELSE", "else"), opened, *otherwise, closed]
        meant += f" else {{ {p.span(otherwise[0], otherwise[-1]).text} }}"
    mend = p.mend(first, last, *arms)
    place = p.span(p.near(first), p.near(last - 1))
    return Mistake(ConditionBehind(span=place, meant=meant), mend) if mend else None


def inner_definition(p: Place) -> Mistake | None:
    """`block unit(width) { … }` in a body."""
    word, name = p.near(-1), p.token
    if word.text not in ("block", "net") or not p.begins_statement(-1) or name.kind != "NAME" or not p.in_body:
        return None
    body = p.closer(1) + 1 if p.near(1).kind == "LPAR" else 1
    if p.near(body).kind != "LBRACE":
        return None
    label = (
        p.made("STRING", f'"_{name.start}"', name),
        p.made("COLON", ":"),
        p.made("LBRACE", "{"),
        p.made("RBRACE", "}"),
    )
    mend = p.mend(-1, p.closer(body) + 1, *label)
    return Mistake(InnerDefinition(span=p.span(word, name)), mend, lost=True, name=name.text) if mend else None


def let_of_path(p: Place) -> Mistake | None:
    """`let stem = conv(8, 3x3) -> relu`."""
    first = p.statement()
    if p.token.kind != "ARROW" or p.near(first).kind != "LET" or not p.in_body:
        return None
    mend = p.mend(first, first + 1, reach=-first)
    return Mistake(LetOfPath(span=p.span(p.near(first)), name=p.near(first + 1).text), mend) if mend else None


def on_in_other_words(p: Place) -> Mistake | None:
    """`conv(8, 3x3) from x`."""
    if p.token.text not in ("from", "of") or p.near(1).kind != "NAME" or not p.accepts("ON"):
        return None
    mend = p.mend(0, 1, p.made("ON", "on", p.token))
    said = ForeignWord(span=p.span(p.token), advice="values are given by `on`", meant="on")
    return Mistake(said, mend) if mend else None


def needless_word(p: Place) -> Mistake | None:
    """`use conv_bn(16)` in a body."""
    word = p.near(-1)
    if word.text not in _NEEDLESS or not p.begins_statement(-1) or p.token.kind != "NAME" or not p.in_body:
        return None
    mend = p.mend(-1, 0)
    said = ForeignWord(
        span=p.span(word), advice="leave it out: layers and blocks are called by their names alone", meant=""
    )
    return Mistake(said, mend) if mend else None


def added_to_a_model(p: Place) -> Mistake | None:
    """`model.add(conv(8, 3x3))`, `layers.append(relu)`."""
    if p.token.kind != "DOT" or p.near(2).kind != "LPAR":
        return None
    first, last = p.statement(), p.closer(2)
    word = p.near(1)
    if word.text not in _ADDS or first != -1 or p.near(last + 1).kind not in STEP_ENDS:
        return None
    layer = p.all(3, last)
    mend = p.mend(first, last + 1, *layer) if layer else None
    if mend is None:
        return None
    called = f"{p.near(first).text}.{word.text}"
    place = Span(p.automaton.source, p.near(first).start, p.near(last).end)
    meant = p.span(layer[0], layer[-1]).text
    advice = f"write `{meant}`: a layer is added by standing on a line, without `{called}`"
    return Mistake(ForeignWord(span=place, advice=advice, meant=meant, word=called), mend)


def arriving_as_step(p: Place) -> Mistake | None:
    """`x = in`, `add on x, in`."""
    is_step = p.near(-1).kind in ("EQUAL", "ARROW")
    if p.token.kind != "IN" or not p.accepts("NAME") or not (is_step or ("ON" in p.begun() and p.in_body)):
        return None
    mend = p.mend(0, 1, p.made("NAME", "identity", p.token)) if is_step else None
    return Mistake(ArrivingAsStep(span=p.span(p.token), is_step=is_step), mend) if mend or not is_step else None


def steps_in_parentheses(p: Place) -> Mistake | None:
    """`(conv(8, 3x3) -> relu)`, `x = (conv(8, 3x3) -> relu)`."""
    last = p.closer(0)
    if p.token.kind != "LPAR" or p.near(1).text not in kinds() or not p.accepts("NAME", "ARROW"):
        return None
    mend = p.mend(0, last + 1, *p.all(1, last))
    meant = p.span(p.near(1), p.near(last - 1)).text
    return Mistake(StepsInParentheses(span=p.span(p.token, p.near(last)), meant=meant), mend) if mend else None


def dashed_comment(p: Place) -> Mistake | None:
    """`-- a comment`."""
    if p.token.text != "-" or p.near(1).text != "-" or p.near(1).start != p.token.end:
        return None
    last = 0
    while p.near(last).kind not in ("_NL", "$END"):
        last += 1
    mend = p.mend(0, last + p.begins_statement(), reach=1)
    return Mistake(ForeignComment(span=p.span(p.token, p.near(last - 1))), mend) if mend else None


ORDERS = (
    dashed_comment,
    arriving_as_step,
    steps_in_parentheses,
    input_on_path,
    repeated_by_times,
    condition_behind,
    inner_definition,
    let_of_path,
    on_in_other_words,
    needless_word,
    added_to_a_model,
)
