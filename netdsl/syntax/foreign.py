"""Recognises words of other languages, and what stands outside of every definition."""

from netdsl.diagnostics.habits import ForeignWord
from netdsl.diagnostics.suggest import nearest
from netdsl.diagnostics.syntax import OutsideDefinition
from netdsl.syntax.lexer import keywords
from netdsl.syntax.place import Mistake, Place

_BLOCK = "a reusable part is a block: `block name(width) { … }`"
_LET = "a number is named by `let name = value`"
_CHOICE = "write `if … { … } else if … { … } else { … }`"
_ADVICE = {
    **dict.fromkeys(("def", "func", "fn", "function"), _BLOCK),
    **dict.fromkeys(("class", "module"), "a network is `net name { … }`, a part of one `block name { … }`"),
    **dict.fromkeys(("import", "from", "include", "require"), 'the names of another file come by `use "file.net"`'),
    **dict.fromkeys(("var", "const", "int", "float", "auto"), _LET),
    **dict.fromkeys(("elif", "elsif", "elseif", "switch", "match", "case"), _CHOICE),
    **dict.fromkeys(("while", "loop", "foreach", "do"), "write `repeat n { … }` or `for i in range(n) { … }`"),
    **dict.fromkeys(("return", "yield"), "leave it out: a block gives what its last statement gives"),
    **dict.fromkeys(("async", "await", "try", "except", "with", "raise", "assert", "del", "global"), "leave it out"),
    "pass": "leave the braces empty, or write `identity`",
    "lambda": "give the layer or block by its name, or with part of its arguments: `batchnorm(eps=1e-3)`",
    "print": "leave it out: `netdsl summary` shows every shape",
}
_MEANT = {
    **dict.fromkeys(("def", "func", "fn", "function"), "block"),
    **dict.fromkeys(("var", "const", "int", "float", "auto"), "let"),
    **dict.fromkeys(("return", "yield"), ""),
}
_DEFINES = {"network": "net", "model": "net", "layer": "block", "component": "block"}


def foreign_word(p: Place) -> Mistake | None:
    """`def`, `class`, `import`, `return`, `lambda` …"""
    for distance in (0, -1):
        word = p.near(distance)
        if word.text not in _ADVICE or not (p.begins_statement(distance) or word.text in ("lambda", "elif")):
            continue
        said = ForeignWord(span=p.span(word), advice=_ADVICE[word.text])
        meant = _MEANT.get(word.text)
        if meant is None:
            whole = distance < 0 and p.begins_statement(distance)
            return Mistake(said, p.mend(distance, _statement_end(p), reach=1) if whole else None, lost=True)
        new = (p.made(keywords()[meant], meant, word),) if meant else ()
        return Mistake(said, p.mend(distance, distance + 1, *new))
    return None


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
    if not p.outside:
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
    mistake = OutsideDefinition(span=p.span(p.token, p.near(line)), name=name if name.isidentifier() else "name")
    return Mistake(mistake, p.mend(0, last), lost=True)


FOREIGN = (foreign_word, unknown_definition, outside)
