"""Recognises words of other languages, and what stands outside of every definition."""

from netdsl.diagnostics.elsewhere import ADVICE, MEANT
from netdsl.diagnostics.habits import ForeignWord
from netdsl.diagnostics.outside import OutsideDefinition
from netdsl.diagnostics.suggest import nearest
from netdsl.layers.vocabulary import kinds
from netdsl.syntax.lexer import keywords
from netdsl.syntax.place import STATEMENT_ENDS, Mistake, Place

_DEFINES = {"network": "net", "model": "net", "layer": "block", "component": "block"}


def foreign_word(p: Place) -> Mistake | None:
    """`def`, `class`, `import`, `lambda` …"""
    for distance in (0, -1, p.statement()):
        word = p.near(distance)
        if word.text not in ADVICE or p.near(distance + 1).kind in ("COLON", "EQUAL"):
            continue
        if not (p.begins_statement(distance) or word.text in ("lambda", "elif")):
            continue
        meant = MEANT.get(word.text)
        said = ForeignWord(span=p.span(word), advice=ADVICE[word.text], meant=meant)
        if meant is not None:
            return Mistake(said, p.mend(distance, distance + 1, p.made(keywords()[meant], meant, word)))
        whole = distance < 0 and p.begins_statement(distance)
        return Mistake(said, p.mend(distance, _statement_end(p), reach=1) if whole else None, lost=True)
    return None


def given_back(p: Place) -> Mistake | None:
    """`return x`, `return conv(8, 3x3)`."""
    word = p.near(-1)
    if word.text not in ("return", "yield") or not p.begins_statement(-1):
        return None
    last = p.end(0, STATEMENT_ENDS)
    if last != 1 or p.token.kind != "NAME" or p.token.text in kinds():
        advice, is_step = ADVICE[word.text], p.mend(-1, 0)
        meant = "" if is_step else None
        return Mistake(ForeignWord(span=p.span(word), advice=advice, meant=meant), is_step, lost=not is_step)
    meant = f"identity on {p.token.text}"
    advice = f"write `{meant}`, or leave it out: a block gives what its last statement gives"
    mend = p.mend(-1, 1, p.made("NAME", "identity", word), p.made("ON", "on"), p.token)
    return Mistake(ForeignWord(span=p.span(word, p.token), advice=advice, meant=meant, word=word.text), mend)


def _statement_end(p: Place) -> int:
    """The distance at which what begins here has ended, the line end with it."""
    last = 0
    while p.near(last).kind not in ("_NL", "SEMICOLON", "RBRACE", "$END"):
        last = p.closer(last) if p.near(last).text in ("(", "[", "{") else last
        last += 1
    return last + (p.near(last).kind in ("_NL", "SEMICOLON"))


def unknown_definition(p: Place) -> Mistake | None:
    """`nett a { … }`, `model a { … }`."""
    word = p.token
    if not p.outside or p.near(1).kind not in ("NAME", "STRING") or not word.text.isidentifier():
        return None
    meant = _DEFINES.get(word.text.lower()) or nearest(word.text, ("net", "block", "use", "let", "train"))
    mend = p.mend(0, 1, p.made(keywords()[meant], meant, word)) if meant else None
    return Mistake(OutsideDefinition(span=p.span(word), name="", meant=meant), mend) if mend else None


def outside(p: Place) -> Mistake | None:
    """Statements at the level of the file: all of them up to the next definition, in one."""
    first = -1 if p.near(-1).kind in ("NET", "BLOCK") and p.token.kind == "COLON" else 0
    if first == 0 and not p.outside:
        return None
    last, depth = 0, 0
    while p.near(last).kind != "$END":
        token = p.near(last)
        depth += (token.text in ("{", "(", "[")) - (token.text in ("}", ")", "]"))
        last += 1
        if not depth and token.kind == "_NL" and p.near(last).text in ("net", "block", "let", "use", "train"):
            break
    line = next(d for d in range(last + 1) if p.near(d + 1).kind in ("_NL", "$END") or d == last)
    name = p.automaton.source.name.rpartition("/")[2].removesuffix(".net")
    mistake = OutsideDefinition(span=p.span(p.near(first), p.near(line)), name=name if name.isidentifier() else "name")
    return Mistake(mistake, p.mend(first, last), lost=True)


FOREIGN = (given_back, foreign_word, unknown_definition, outside)
