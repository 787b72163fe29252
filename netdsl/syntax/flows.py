"""Recognises values and layers that are put together by signs or in lists, as tensors and modules are in Python."""

from netdsl.diagnostics.forms import ListedLayers, OutputStep, ValueArithmetic
from netdsl.syntax.calls import layer_of
from netdsl.syntax.place import STATEMENT_ENDS, STEP_ENDS, Mistake, Part, Place, parted
from netdsl.syntax.tokens import Token

_JOINS = {"+": "add", "*": "mul"}


def output_of_a_step(p: Place) -> Mistake | None:
    """`output conv(8, 3x3)`, `output` alone, `-> output`."""
    if p.token.kind == "OUTPUT" and p.near(-1).kind == "ARROW" and p.near(1).kind in STATEMENT_ENDS:
        return Mistake(OutputStep(span=p.span(p.near(-1), p.token), meant=""), p.mend(-1, 1, reach=1))
    if p.near(-1).kind == "OUTPUT" and p.token.kind in STATEMENT_ENDS:
        return Mistake(OutputStep(span=p.span(p.near(-1)), meant=""), p.mend(-1, 0, reach=1))
    if p.token.kind not in ("LPAR", "ARROW") or p.near(-2).kind != "OUTPUT":
        return None
    word, last = p.near(-1), p.end(0, STATEMENT_ENDS)
    place = p.span(p.near(-2), p.near(last - 1))
    return Mistake(OutputStep(span=place, meant=p.span(word, p.near(last - 1)).text), p.mend(-2, -1, reach=2))


def arithmetic_of_values(p: Place) -> Mistake | None:
    """`conv(8, 3x3) + skip`, `h = x + y`."""
    sign = p.token
    if sign.text not in ("+", "-", "*", "/") or not p.accepts("ARROW"):
        return None
    if sign.text == "-" and p.near(-1).end == sign.start and p.near(1).start == sign.end:
        return None
    first = p.statement()
    if p.near(first + 1).kind == "EQUAL":
        first += 2
    last = p.end(0, STEP_ENDS)
    parts = parted(p.all(first, last), sign.text)
    if not any(_flows(p, part) for part in parts):
        return None
    join = _JOINS.get(sign.text, "")
    place = p.span(p.near(first), p.near(last - 1))
    mend = p.mend(first, last, *_joined(p, join, parts)) if join and all(parts) else None
    return Mistake(ValueArithmetic(span=place, sign=sign.text, meant=_text(p, join, parts) if mend else ""), mend)


def _flows(p: Place, part: Part) -> bool:
    """Whether this is a layer with arguments, or a value."""
    if len(part) == 1:
        return p.is_value(part[0].text)
    return len(part) > 2 and part[0].kind == "NAME" and (part[1].kind == "LPAR" and layer_of(part[0].text) is not None)


def _joined(p: Place, join: str, parts: list[Part]) -> list[Token]:
    word = p.made("NAME", join, parts[0][0])
    if _named(parts):
        names = [token for part in parts for token in (p.made("COMMA", ","), *part)]
        return [word, p.made("ON", "on"), *names[1:]]
    branches = [token for part in parts for token in (p.made("SEMICOLON", ";"), *_branch(p, part))]
    return [word, p.made("LBRACE", "{"), *branches[1:], p.made("RBRACE", "}")]


def _named(parts: list[Part]) -> bool:
    return all(len(part) == 1 and part[0].kind != "IN" for part in parts)


def _branch(p: Place, part: Part) -> Part:
    identity = p.made("NAME", "identity", part[0])
    if part[0].kind == "IN":
        return (identity,)
    return (identity, p.made("ON", "on"), *part) if len(part) == 1 else part


def _text(p: Place, join: str, parts: list[Part]) -> str:
    if _named(parts):
        return f"{join} on {', '.join(part[0].text for part in parts)}"
    branches = (_branch(p, part) for part in parts)
    shown = (" ".join(t.text for t in b) if b[0].text == "identity" else p.span(b[0], b[-1]).text for b in branches)
    return f"{join} {{ {'; '.join(shown)} }}"


def listed_layers(p: Place) -> Mistake | None:
    """`layers = [conv(8, 3x3), relu]`, `[conv(8, 3x3), relu]` on a line of its own."""
    first = 0 if p.token.kind == "LSQB" else p.opener(0)
    if p.near(first).kind != "LSQB" or p.near(first + 1).kind != "NAME":
        return None
    named = p.near(first - 1).kind == "EQUAL" and p.begins_statement(first - 2)
    if not (named or p.begins_statement(first)) or layer_of(p.near(first + 1).text) is None:
        return None
    last = p.closer(first)
    layers = [part for part in parted(p.all(first + 1, last), ",") if part]
    steps = [token for part in layers for token in (p.made("ARROW", "->", part[0]), *part)]
    mend = p.mend(first, last + 1, *steps[1:])
    meant = " -> ".join(p.span(part[0], part[-1]).text for part in layers)
    return Mistake(ListedLayers(span=p.span(p.near(first), p.near(last)), meant=meant), mend) if mend else None


FLOWS = (output_of_a_step, arithmetic_of_values, listed_layers)
