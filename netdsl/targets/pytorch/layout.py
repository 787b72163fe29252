"""Lines of at most 88 columns, broken as the formatter breaks them, so that none is needed when a file is written."""

import re
from collections.abc import Iterator
from textwrap import wrap

WIDTH = 88
_OPEN, _CLOSE = "([{", ")]}"
_TAIL = re.compile(r"[\])}](:| -> [^()]*:)?$")
_STATEMENT = re.compile(r"(?:return |if |elif |[\w.]+(?:\[.+?\])?(?:: [\w.]+)? = )")
_OPERATORS = (" if ", " else ", " or ", " and ", " + ", " * ")


def laid_out(text: str, indent: int, end: str = "") -> list[str]:
    """The lines of one statement, argument or element; `end` follows its last character."""
    whole = " " * indent + text + end
    if len(whole) <= WIDTH:
        return [whole]
    pair = _last_pair(text)
    if pair is None:
        return _parenthesised(text, indent, end)
    head, body, tail = text[: pair[0] + 1], text[pair[0] + 1 : pair[1]], text[pair[1] :]
    return [" " * indent + head, *_body(body, indent + 4, head), " " * indent + tail + end]


def _body(body: str, indent: int, head: str) -> list[str]:
    """What stands between brackets: arguments on one line, else an element on each."""
    made, *loops = _pieces(body, " for ")
    if loops:
        return [*laid_out(made, indent), *(" " * indent + "for " + loop for loop in loops)]
    if indent + len(body) <= WIDTH and head.endswith("("):
        return [" " * indent + body]
    elements = list(_pieces(body, ", "))
    if len(elements) == 1 and head.endswith("(") and not head.startswith("def "):
        return laid_out(body, indent)
    return [line for element in elements for line in laid_out(element, indent, ",")]


def _last_pair(text: str) -> tuple[int, int] | None:
    """The brackets at which to break: the last ones, if nothing but `:` follows and no operator stands before."""
    pairs = [(start, stop) for start, stop in _pairs(text)]
    if text.startswith("def "):
        return pairs[0]
    if not pairs or not _TAIL.fullmatch(text[pairs[-1][1] :]):
        return None
    start = _STATEMENT.match(text)
    free = text[start.end() if start else 0 :]
    return None if any(len(list(_pieces(free, operator))) > 1 for operator in _OPERATORS) else pairs[-1]


def _parenthesised(text: str, indent: int, end: str) -> list[str]:
    """A long expression in brackets of its own, broken before its loosest operator."""
    start = _STATEMENT.match(text)
    if start is None:
        *lines, last = [" " * indent + piece for piece in _broken(text)]
        return [*lines, last + end]
    colon = ":" if text.endswith(":") else ""
    inner = text[start.end() : len(text) - len(colon)]
    lines = [" " * (indent + 4) + inner]
    if len(lines[0]) > WIDTH:
        lines = [" " * (indent + 4) + piece for piece in _broken(inner)]
    return [" " * indent + start[0] + "(", *lines, " " * indent + ")" + colon + end]


def _broken(text: str) -> list[str]:
    for operators in ((" if ", " else "), (" or ",), (" and ",), (" + ",), (" * ",)):
        pieces = [text]
        for operator in operators:
            pieces = [
                (operator.lstrip() if k else "") + part
                for piece in pieces
                for k, part in enumerate(_pieces(piece, operator))
            ]
        if len(pieces) > 1:
            return pieces
    return [text]


def _tokens(text: str) -> Iterator[tuple[int, int]]:
    """Each character outside of strings, with how many brackets are open before it."""
    depth, quote, at = 0, "", 0
    while at < len(text):
        character = text[at]
        if quote:
            at += 2 if character == "\\" else 1
            quote = "" if character == quote else quote
            continue
        if character in "\"'":
            quote = character
        else:
            depth -= character in _CLOSE
            yield at, depth
            depth += character in _OPEN
        at += 1


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """The outermost brackets."""
    start = 0
    for at, depth in _tokens(text):
        if depth == 0 and text[at] in _OPEN:
            start = at
        elif depth == 0 and text[at] in _CLOSE:
            yield start, at


def _pieces(text: str, separator: str) -> Iterator[str]:
    """The text between separators that stand in no brackets."""
    last = 0
    for at, depth in _tokens(text):
        if depth == 0 and at >= last and text.startswith(separator, at):
            yield text[last:at]
            last = at + len(separator)
    yield text[last:]


def docstring(text: str, indent: int) -> list[str]:
    """A docstring; no text can close it or escape from it."""
    safe = text.replace("\\", "\\\\").replace('"""', "'''")
    paragraphs = [" ".join("".join(c if c.isprintable() else " " for c in p).split()) for p in safe.split("\n\n")]
    apart = " " if paragraphs[-1].endswith('"') else ""
    if len(paragraphs) == 1 and indent + len(paragraphs[0]) + len(apart) + 6 <= WIDTH:
        return [" " * indent + f'"""{paragraphs[0]}{apart}"""']
    lines: list[str] = []
    for k, paragraph in enumerate(paragraphs):
        width = WIDTH - indent - 3 * (len(paragraphs) == 1)
        shown = ('"""' if k == 0 else "") + paragraph
        lines += [""] * (k > 0) + wrap(shown, width, break_long_words=False, break_on_hyphens=False)
    return [" " * indent + line if line else "" for line in [*lines, '"""']]
