"""Recognises bodies that do not stand in braces."""

from netdsl.diagnostics.syntax import MissingBraces
from netdsl.source import Span
from netdsl.syntax.place import Mend, Mistake, Place
from netdsl.syntax.tokens import Token

_STATEMENTS = frozenset({"IF", "ELSE", "FOR", "REPEAT", "AUX", "RESIDUAL", "SHORTCUT", "GATE", "SPLIT"})
_DEFINITIONS = frozenset({"NET", "BLOCK", "TRAIN"})
_WORDS = frozenset({"RESIDUAL", "GATE", "SPLIT", "REPEAT", "AUX", "LET", "OUTPUT", "FOR", "IF"})
_AFTER_A_STEP = frozenset({"_NL", "SEMICOLON", "RBRACE", "ARROW", "ON", "ELSE", "SHORTCUT", "COLON", "EQUAL", "$END"})


def colon_and_brace(p: Place) -> Mistake | None:
    """`repeat 3: { … }`, `if c then { … }`."""
    if not _announces(p.token) or p.near(1).kind != "LBRACE" or not p.accepts("LBRACE"):
        return None
    return Mistake(MissingBraces(span=p.span(p.token), meant=""), p.mend(0, 1))


def bare_body(p: Place) -> Mistake | None:
    """`for i in range(3):` with an indented body, `if c relu`."""
    if not p.accepts("LBRACE") or not (_announces(p.token) or _begins_body(p)):
        return None
    first = p.at + (_announces(p.token) or p.token.kind == "_NL")
    first += p.token.kind == "NAME" and p.near(1).kind == "COLON" and _announces(p.token)
    end = _end(p, first)
    body, after = p.tokens[first:end], p.tokens[end]
    close = Token("RBRACE", "}", after.start, after.start)
    last = end + 1 if after.kind == "_NL" and p.tokens[end + 1].text == "else" else end
    mend = Mend(p.at, last, (p.made("LBRACE", "{", p.token), *body, close))
    text = p.span(body[0], body[-1]).text if body else ""
    if "\n" in text or (body[:1] and body[0].kind == "_NL") or p.token.kind == "_NL":
        place = p.span(p.token) if _announces(p.token) else Span(p.automaton.source, *(p.near(-1).end,) * 2)
        return Mistake(MissingBraces(span=place, meant=None), mend)
    return Mistake(MissingBraces(span=p.span(p.token, p.tokens[end - 1]), meant=f"{{ {text} }}"), mend)


def _announces(token: Token) -> bool:
    """Whether a body follows this in Python, Lua or a shell."""
    return token.kind == "COLON" or token.text in ("then", "do", "times")


def _begins_body(p: Place) -> bool:
    """Whether a body begins at a token that is no bracket: on the line of its head, or indented below it."""
    begun = set(p.begun())
    if p.token.kind == "_NL":
        source, head = p.automaton.source, p.near(-1)
        begins = bool(begun & (_STATEMENTS | _DEFINITIONS)) or p.near(-1).kind == "COLON"
        return begins and source.indent(p.near(1).start) > source.indent(head.start)
    if not begun & _STATEMENTS:
        return False
    arguments = p.closer(1) + 1 if p.near(1).kind == "LPAR" else 1
    return p.token.kind in _WORDS or (p.token.kind in ("NAME", "STRING") and p.near(arguments).kind in _AFTER_A_STEP)


def _end(p: Place, first: int) -> int:
    """The place of what ends a body from `first` on: a bracket, an `else`, or the end of its line, by indentation."""
    source = p.automaton.source
    column = source.indent(p.near(-1).start)
    depth, seen = 0, set()
    for place in range(first, len(p.tokens)):
        token = p.tokens[place]
        depth += (token.text in ("{", "(", "[")) - (token.text in ("}", ")", "]"))
        if depth < 0 or token.kind == "$END":
            return place
        if depth:
            continue
        seen.add(token.kind)
        if token.kind in ("ELSE", "SHORTCUT") and not seen & {"IF", "RESIDUAL"}:
            return place
        if token.kind == "_NL" and place > first and source.indent(p.tokens[place + 1].start) <= column:
            return place
        if token.kind == "SEMICOLON" and first == p.at:
            return place
    return len(p.tokens) - 1


BODIES = (colon_and_brace, bare_body)
