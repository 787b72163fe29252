"""Recognises arguments and values that stand beside a layer in another way than in ( ) or behind `on`."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from netdsl.diagnostics.forms import ValuesInBrackets
from netdsl.diagnostics.habits import MissingParentheses
from netdsl.layers.base import Layer
from netdsl.layers.vocabulary import foreign, kinds
from netdsl.source import Span
from netdsl.syntax.lexer import keywords
from netdsl.syntax.place import STEP_ENDS, Mistake, Part, Place, parted
from netdsl.syntax.tokens import Token

VALUES = frozenset({"NUMBER", "SIZE", "LSQB", "SIGN", "NOT", "TRUE", "FALSE", "IN", "STRING"})
"""What begins a value and no step."""
_ENDS = frozenset({"NAME", "NUMBER", "SIZE", "STRING", "TRUE", "FALSE", "RPAR", "RSQB"})
_BEGINS = frozenset({"NAME", "NUMBER", "SIZE", "STRING", "TRUE", "FALSE"})


def layer_of(word: str) -> type[Layer] | None:
    """The layer that is called so, here or elsewhere."""
    kind = kinds().get(word)
    return kind or kinds().get(foreign(word) or "")


def is_argument(word: str, name: str) -> bool:
    """Whether the layer that is called `word` has an argument `name`."""
    kind = layer_of(word)
    return kind is not None and name in kind.arguments()


def signed(p: Place, word: str, tokens: Sequence[Token]) -> tuple[tuple[Token, ...], str]:
    """Arguments with the commas and `=` between them that are missing, and their text."""
    made: list[Token] = []
    for token in (_sign(p, token) for token in tokens):
        before = made[-1] if made else p.made("COMMA", ",")
        if before.kind in _ENDS and token.kind in _BEGINS:
            named = before.kind == "NAME" and is_argument(word, before.text)
            made.append(p.made("EQUAL", "=", token) if named else p.made("COMMA", ",", token))
        if not before.kind == token.kind == "COMMA":
            made.append(token)
    if made and made[-1].kind == "COMMA":
        del made[-1]
    return tuple(made), "".join(_spaced(made))


def _sign(p: Place, token: Token) -> Token:
    """The sign of arguments that is meant by one of bodies or of YAML."""
    if token.kind == "COLON":
        return p.made("EQUAL", "=", token)
    return p.made("COMMA", ",", token) if token.kind in ("_NL", "SEMICOLON") else token


def _spaced(tokens: list[Token]) -> Iterator[str]:
    """The texts of tokens, with the spaces that stand between them; behind a comma one, around `=` none."""
    for before, token in pairwise([Token("", "", 0, 0), *tokens]):
        apart = before.kind not in ("", "EQUAL") and token.kind not in ("COMMA", "EQUAL") and token.start > before.end
        yield " " * (apart or before.kind == "COMMA") + token.text


def arguments_in_braces(p: Place) -> Mistake | None:
    """`conv{16, 3x3}`, `conv: {filters: 16, kernel: 3x3}`."""
    first = p.opener(0)
    word = first - 1 if p.near(first - 1).kind == "NAME" else first - 2
    kind = layer_of(p.near(word).text) if p.near(word).kind == "NAME" else None
    if p.near(first).kind != "LBRACE" or kind is None or kind.inputs != 1:
        return None
    last = p.closer(first)
    return _in_parentheses(p, word, first + 1, last, last + 1)


def bare_arguments(p: Place) -> Mistake | None:
    """`conv 8, 3x3`, `conv[8, 3x3]`, `conv: 8`, `conv: filters=8`, `concat [x, y]`."""
    first = -1 if p.token.kind == "EQUAL" and p.near(-1).kind == "NAME" else 0
    word = first - 1 - (p.near(first - 1).kind == "COLON")
    if p.near(word).kind != "NAME" or p.near(word).text.lower() in keywords() or not _begins_arguments(p, word, first):
        return None
    last = p.end(first, STEP_ENDS | {"ON"})
    if p.near(first).kind == "LSQB" and p.closer(first) == last - 1 and _is_list_of_arguments(p, word, first, last):
        return _in_parentheses(p, word, first + 1, last - 1, last)
    return _in_parentheses(p, word, first, last, last)


def _begins_arguments(p: Place, word: int, first: int) -> bool:
    """Whether arguments of the word begin at `first`. Of a word that is no layer they must begin as no step does."""
    token, after = p.near(first), p.near(first + 1)
    is_step = p.begins_statement(word) or p.near(word - 1).kind in ("COLON", "ARROW")
    if token.kind == "SIGN" and not (after.start == token.end and after.kind == "NUMBER"):
        return False
    kind = layer_of(p.near(word).text)
    if kind is None:
        return word == -1 and is_step and token.kind in VALUES - {"STRING"} and not p.is_value(p.near(word).text)
    named = token.kind == "NAME" and after.kind == "EQUAL"
    if word == -1 and is_step and token.kind == "NAME" and after.kind not in ("LPAR", "COLON"):
        named = named or bool(
            kind.inputs and kind.positional and not p.is_value(token.text) and token.text not in kinds()
        )
    return (is_step or p.near(word - 1).kind == "EQUAL") and (named or token.kind in VALUES)


def _is_list_of_arguments(p: Place, word: int, first: int, last: int) -> bool:
    kind = layer_of(p.near(word).text)
    commas = [token for token in p.all(first + 1, last) if token.kind == "COMMA"]
    return kind is None or kind.inputs is None or len(commas) < kind.positional or kind.positional > 1


def _in_parentheses(p: Place, word: int, first: int, last: int, end: int) -> Mistake | None:
    """The arguments or values of a word from `first` up to `last`; with the bracket behind them they go up to `end`."""
    inside, called = p.all(first, last), p.near(word)
    kind = layer_of(called.text)
    if kind is not None and kind.inputs is None and inside[:1] and inside[0].kind == "NAME":
        return _joined(p, word, inside, end)
    arguments, text = signed(p, called.text, inside)
    mend = p.mend(word, end, called, p.made("LPAR", "("), *arguments, p.made("RPAR", ")"))
    place = Span(p.automaton.source, called.end, p.near(end - 1).end)
    return Mistake(MissingParentheses(span=place, word=called.text, meant=f"({text})"), mend) if mend else None


def _joined(p: Place, word: int, inside: list[Token], end: int) -> Mistake | None:
    """What stands behind a join are the names of values, or branches."""
    parts = [part for part in parted(inside, ",") if part]
    texts = [p.span(part[0], part[-1]).text for part in parts]
    if all(len(part) == 1 for part in parts):
        meant, new = f"on {', '.join(texts)}", [p.made("ON", "on"), *_between(p, parts, "COMMA", ",")]
    else:
        body = _between(p, parts, "SEMICOLON", ";")
        meant, new = f"{{ {'; '.join(texts)} }}", [p.made("LBRACE", "{"), *body, p.made("RBRACE", "}")]
    mend = p.mend(word, end, p.near(word), *new)
    place = p.span(p.near(word + 1), p.near(end - 1))
    return Mistake(ValuesInBrackets(span=place, meant=meant), mend) if mend else None


def _between(p: Place, parts: list[Part], kind: str, sign: str) -> list[Token]:
    """The tokens of all parts, with a sign between them."""
    return [token for part in parts for token in (p.made(kind, sign), *part)][1:]


def called_on_a_value(p: Place) -> Mistake | None:
    """`conv(8, 3x3)(x)`."""
    if p.token.kind != "LPAR" or p.near(-1).kind != "RPAR" or not p.accepts("ON"):
        return None
    last = p.closer(0)
    inside = tuple(token for token in p.all(1, last) if token.text not in ("[", "]"))
    place = p.span(p.token, p.near(last))
    meant = "on " + ", ".join(token.text for token in inside if token.kind != "COMMA")
    mend = p.mend(0, last + 1, p.made("ON", "on", p.token), *inside)
    return Mistake(ValuesInBrackets(span=place, meant=meant), mend) if mend and inside else None


CALLS = (arguments_in_braces, bare_arguments, called_on_a_value)
