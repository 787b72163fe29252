"""However deep or long a text is, the parser ends soon, without recursion, in a tree that is not deep."""

from time import process_time

import pytest

from netdsl.budget import DEFAULT
from netdsl.diagnostics.model import Problems
from netdsl.source import SourceFile
from netdsl.syntax.parser import parse
from netdsl.tree.statements import File

MANY = 100_000
SECONDS = 4.0
"""Twice what is promised, for a machine that does other things as well; what is quadratic takes minutes."""


def read(text: str) -> tuple[File, list[str], float]:
    """The tree, the codes of what is said, and the time it took."""
    problems, begun = Problems(), process_time()
    found = parse(SourceFile("a.net", text), problems)
    return found, [problem.code for problem in problems], process_time() - begun


def net(body: str) -> str:
    return f"net a {{\n{body}\n}}\n"


DEEP = {
    "sum": "let a = " + "+".join(["1"] * MANY),
    "powers": "let a = " + "**".join(["1"] * MANY),
    "signs": "let a = " + "-" * MANY + "1",
    "nots": "let a = " + "not " * MANY + "b",
    "conditions": "let a = " + "b if c else " * MANY + "d",
    "attributes": "let a = b" + ".c" * MANY,
    "indices": "let a = b" + "[0]" * MANY,
    "parentheses": "let a = " + "(" * MANY + "1" + ")" * MANY,
    "lists": "let a = " + "[" * MANY + "]" * MANY,
    "open parentheses": "let a = " + "(" * MANY,
    "calls": net("relu(" + "f(" * MANY + ")" * MANY + ")"),
    "scopes": net("a: {" * MANY + "}" * MANY),
    "scopes on lines": net("a: {\n" * MANY + "}\n" * MANY),
    "open braces": net("a: {" * MANY),
    "ifs": net("if a {" * MANY + "}" * MANY),
    "else ifs": net("if a { }" + " else if a { }" * MANY),
    "shortcuts": net("residual { } shortcut {" * MANY + "}" * MANY),
    "patterns": net("for " + "(" * MANY + "a" + ")" * MANY + " in b { relu }"),
    "hole": net('"{' + "(" * MANY + "a" + ")" * MANY + '}": relu'),
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_what_is_too_deep_is_refused_in_words(text: str) -> None:
    _, said, seconds = read(text)
    assert said == ["N0502"]
    assert seconds < SECONDS


def test_an_else_if_stands_as_deep_as_an_else() -> None:
    many = net("if a { relu }" + " else if a { relu }" * (DEFAULT.levels - 4) + " else { relu }")
    assert read(many)[1] == []


def filled(head: str, piece: str, tail: str = "") -> str:
    """As many pieces as the largest file that is read can hold."""
    return head + piece * ((DEFAULT.source - len(head) - len(tail)) // len(piece)) + tail


LONG = {
    "statements": filled("net a {\n", "  conv(8, 3x3)\n", "}\n"),
    "blocks": filled("", "block b { relu }\n"),
    "path": filled("net a { relu", " -> relu", " }"),
    "list": filled("let a = [", "1, ", "]"),
    "holes": filled('net a { "', "{ab}", '": relu }'),
    "comments": filled("net a { relu }\n", "# nothing\n"),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_the_longest_file_is_read_in_time(text: str) -> None:
    found, said, seconds = read(text)
    assert found.definitions and said == []
    assert seconds < SECONDS


WRONG = {
    "a bracket that closes nothing": filled("net a {\n  conv(8))\n", "  conv(8, 3x3)\n", "}\n"),
    "a bracket that is not closed": filled("net a {\n  conv(8\n", "  conv(8, 3x3)\n", "}\n"),
    "mistakes on every line": filled("net a {\n", "  conv(8 3x3)\n", "}\n"),
    "closing brackets": filled("", ")"),
    "prose": filled("", "This is no network. "),
    "signs": filled("net a {\n ?", "; ,", "}\n"),
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_a_long_wrong_file_is_refused_in_time(text: str) -> None:
    _, said, seconds = read(text)
    assert 1 <= len(said) <= 51
    assert seconds < SECONDS
