"""The tree of a text: what is read, where it stands, and that the grammar means one thing."""

import ast
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdsl.diagnostics.model import Problems
from netdsl.source import SourceFile, Span
from netdsl.syntax.generate import analysed
from netdsl.syntax.parser import parse, parse_expression
from netdsl.tree.expressions import Expr
from netdsl.tree.statements import File

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "architectures").rglob("*.net"))
GRAMMAR = (ROOT / "grammars" / "net.lark").read_text("utf-8")


def tree(text: str) -> File:
    problems = Problems()
    found = parse(SourceFile("a.net", text), problems)
    assert [problem.title for problem in problems] == []
    return found


def codes(text: str) -> list[str]:
    problems = Problems()
    parse(SourceFile("a.net", text), problems)
    return [problem.code for problem in problems]


def shown(node: Any, text: bool = False) -> Any:
    """A node as nested lists: its class, its fields without places, and the text it covers if that is asked for."""
    if isinstance(node, tuple):
        return [shown(item, text) for item in node]
    if isinstance(node, Span):
        return node.text if text else None
    fields = getattr(type(node), "__slots__", None)
    if fields is None or isinstance(node, str):
        return node
    values = [shown(getattr(node, f), text) for f in fields if text or not isinstance(getattr(node, f), Span)]
    return [type(node).__name__, *values]


def body(text: str) -> list[Any]:
    """The statements of a net, as `shown`."""
    (net,) = tree(f"net a {{\n{text}\n}}\n").definitions
    return shown(net.body)  # type: ignore[union-attr,no-any-return]


def grouped(expr: Expr) -> str:
    """An expression with every operator in parentheses."""
    return _grouped(shown(expr))


def _grouped(node: list[Any]) -> str:
    match node:
        case ["Binary", operator, left, right]:
            return f"({_grouped(left)} {operator} {_grouped(right)})"
        case ["Unary", operator, operand]:
            return f"({operator} {_grouped(operand)})"
        case ["Ternary", condition, then, otherwise]:
            return f"({_grouped(then)} if {_grouped(condition)} else {_grouped(otherwise)})"
        case ["Name" | "Literal", value]:
            return str(value)
    raise AssertionError(node)


def expression(text: str) -> Expr:
    problems = Problems()
    found = parse_expression(text, problems)
    assert found is not None, [problem.title for problem in problems]
    return found


def name(word: str) -> list[Any]:
    return ["Name", word]


def label(word: str, quoted: bool = False) -> list[Any]:
    return ["Label", [word], quoted]


def call(word: str, arguments: Any = None, labelled: Any = None, on: Any = ()) -> list[Any]:
    return ["Call", labelled, name(word), arguments, [*on]]


def path(*steps: list[Any], target: Any = None) -> list[Any]:
    return ["Path", target, [*steps]]


RELU = path(call("relu"))

THREE_BY_THREE = [["Argument", None, ["Literal", 8]], ["Argument", "k", ["Size", [3, 3]]]]
PAIR = ["Pattern", "", [["Pattern", "b", []], ["Pattern", "c", []]]]
STATEMENTS = [
    ("relu", RELU),
    ("relu()", path(call("relu", []))),
    ("c: conv(8, k=3x3)", path(call("conv", THREE_BY_THREE, label("c")))),
    ('"c.0": relu', path(call("relu", labelled=label("c.0", True)))),
    ("x = relu -> gelu", path(call("relu"), call("gelu"), target=label("x"))),
    ("add on x, y -> relu", path(call("add", on=[label("x"), label("y")]), call("relu"))),
    ("s: { relu }", path(["Scope", label("s"), [RELU], []])),
    ("s: { relu } on x", path(["Scope", label("s"), [RELU], [label("x")]])),
    ("concat { relu; relu }", path(["Join", name("concat"), None, [RELU, RELU]])),
    ("residual { relu }", path(["Residual", None, None, [RELU], None])),
    (
        "residual(drop=p) if a { relu } shortcut if b { relu }",
        path(["Residual", [["Argument", "drop", name("p")]], name("a"), [RELU], ["Shortcut", name("b"), [RELU]]]),
    ),
    ("gate { relu }", path(["Gate", [RELU]])),
    ("split { relu }", path(["Split", [RELU]])),
    ("let n = 2", ["Let", "n", ["Literal", 2]]),
    ("input 3x8x8", ["Input", ["Size", [3, 8, 8]]]),
    ("output a, b", ["Output", [label("a"), label("b")]]),
    ("if a { relu }", ["If", name("a"), [RELU], []]),
    ("if a { relu } else if b { } else { relu }", ["If", name("a"), [RELU], [["If", name("b"), [], [RELU]]]]),
    ("for a, (b, c) in d { relu }", ["For", ["Pattern", "", [["Pattern", "a", []], PAIR]], name("d"), [RELU]]),
    ("repeat 2 { relu }", ["Repeat", ["Literal", 2], [RELU]]),
    ("aux(weight=w) { relu }", ["Aux", [["Argument", "weight", name("w")]], [RELU]]),
    ("block: { relu }", path(["Scope", label("block"), [RELU], []])),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), STATEMENTS, ids=[text for text, _ in STATEMENTS])
def test_a_statement(text: str, expected: list[Any]) -> None:
    assert body(text) == [expected]


EXPRESSIONS = [
    ("64", ["Literal", 64]),
    ("1e-3", ["Literal", 0.001]),
    ("true", ["Literal", True]),
    ('"same"', ["Literal", "same"]),
    ("3x224x224", ["Size", [3, 224, 224]]),
    ("in.size[0]", ["Index", ["Attribute", ["Arriving"], "size"], ["Literal", 0]]),
    ("a[1:]", ["Slice", name("a"), ["Literal", 1], None]),
    ("a[:b]", ["Slice", name("a"), None, name("b")]),
    ("f(a, b=1,)", ["Apply", name("f"), [["Argument", None, name("a")], ["Argument", "b", ["Literal", 1]]]]),
    ("[]", ["List", []]),
    ("[1,\n 2, # two\n]", ["List", [["Literal", 1], ["Literal", 2]]]),
    ("[a for b, c in c if b]", ["Comprehension", name("a"), PAIR, name("c"), name("b")]),
    ("a if b else c if d else e", ["Ternary", name("b"), name("a"), ["Ternary", name("d"), name("c"), name("e")]]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS, ids=[text for text, _ in EXPRESSIONS])
def test_an_expression(text: str, expected: list[Any]) -> None:
    assert shown(expression(text)) == expected


DEFINITIONS = """# top
use "other.net"
let n = 4

## A net.
## In two lines.
net a(width=8, deep) { relu } # behind it
net b = a(deep=true)
block c(k) on x, y { add on x, y }
train paper for a { epochs = 90; data = cifar }
"""


def test_definitions() -> None:
    epochs = [["Setting", "epochs", ["Literal", 90]], ["Setting", "data", name("cifar")]]
    add = path(call("add", on=[label("x"), label("y")]))
    parameters = [["Parameter", "width", ["Literal", 8]], ["Parameter", "deep", None]]
    assert shown(tree(DEFINITIONS).definitions) == [
        ["UseFile", "other.net"],
        ["Let", "n", ["Literal", 4]],
        ["Block", "a", True, parameters, [], [RELU], "A net.\nIn two lines.", False],
        ["Instance", "b", ["Apply", name("a"), [["Argument", "deep", ["Literal", True]]]], ""],
        ["Block", "c", False, [["Parameter", "k", None]], ["x", "y"], [add], "", False],
        ["Train", "paper", name("a"), epochs, "", False],
    ]  # fmt: skip


def test_places_are_exact() -> None:
    (net,) = tree("net a {\n  c1: conv( 8 , 3x3 ) -> relu  # here\n}\n").definitions
    (statement,) = net.body  # type: ignore[union-attr]
    assert net.span.text.startswith("net a {") and net.span.text.endswith("}")
    assert shown(statement, text=True) == [
        "Path", "c1: conv( 8 , 3x3 ) -> relu", None,
        [["Call", "c1: conv( 8 , 3x3 )", ["Label", "c1", ["c1"], False], ["Name", "conv", "conv"],
          [["Argument", "8", None, ["Literal", "8", 8]], ["Argument", "3x3", None, ["Size", "3x3", [3, 3]]]], []],
         ["Call", "relu", None, ["Name", "relu", "relu"], None, []]],
    ]  # fmt: skip


def test_a_hole_in_a_label_is_an_expression_at_its_place() -> None:
    (statement,) = tree('net a {\n"conv{i + 1}.x": relu\n}').definitions[0].body  # type: ignore[union-attr]
    before, hole, after = statement.steps[0].label.parts
    assert (before, hole.span.text, after) == ("conv", "i + 1", ".x")


@pytest.mark.parametrize(
    "text",
    [
        "relu; gelu",
        "relu\ngelu",
        "\n\n relu # a\n\n # b\n gelu\n",
        "relu ;\n gelu ;",
        "relu\r\ngelu\r\n",
    ],
)
def test_how_statements_end(text: str) -> None:
    assert body(text) == [RELU, path(call("gelu"))]


@pytest.mark.parametrize("text", ["relu -> gelu", "relu\n  -> gelu", "relu # a\n # b\n\n -> gelu"])
def test_a_line_goes_on_with_an_arrow(text: str) -> None:
    assert body(text) == [path(call("relu"), call("gelu"))]


def test_else_and_shortcut_may_begin_a_line() -> None:
    assert body("if a { relu }\nelse { relu }") == body("if a { relu } else { relu }")
    assert body("residual { relu }\n\n# c\nshortcut { relu }") == body("residual { relu } shortcut { relu }")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_line_ends_of_windows_give_the_same_tree(file: Path) -> None:
    text = file.read_text("utf-8")
    assert shown(tree(text.replace("\n", "\r\n")))[2:] == shown(tree(text))[2:]


BINARY = ["+", "-", "*", "/", "//", "%", "**", "and", "or"]
operand = st.builds(" ".join, st.tuples(st.sampled_from(["", "-", "+", "- -"]), st.sampled_from(["1", "2", "a", "b"])))
chains = st.lists(st.tuples(operand, st.sampled_from(BINARY)), max_size=3).flatmap(
    lambda pairs: operand.map(lambda last: " ".join([word for pair in pairs for word in pair] + [last]))
)
choices = st.lists(st.tuples(chains, chains), max_size=2).flatmap(
    lambda pairs: chains.map(lambda last: "".join(f"{then} if {cond} else " for then, cond in pairs) + last)
)


OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.And: "and", ast.Or: "or", ast.USub: "-", ast.UAdd: "+", ast.Not: "not",
    ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


def pythons(node: ast.expr) -> str:
    """As `grouped`, of what Python reads. Python keeps `a and b and c` as one; here it goes from left to right."""
    match node:
        case ast.BinOp(left, operator, right):
            return f"({pythons(left)} {OPERATORS[type(operator)]} {pythons(right)})"
        case ast.Compare(left, [operator], [right]):
            return f"({pythons(left)} {OPERATORS[type(operator)]} {pythons(right)})"
        case ast.BoolOp(operator, [first, *rest]):
            found = pythons(first)
            for value in rest:
                found = f"({found} {OPERATORS[type(operator)]} {pythons(value)})"
            return found
        case ast.UnaryOp(operator, operand):
            return f"({OPERATORS[type(operator)]} {pythons(operand)})"
        case ast.IfExp(condition, then, otherwise):
            return f"({pythons(then)} if {pythons(condition)} else {pythons(otherwise)})"
    return ast.unparse(node)


@settings(deadline=None, max_examples=300)
@given(choices)
def test_operators_bind_as_in_python(text: str) -> None:
    assert grouped(expression(text)) == pythons(ast.parse(text.strip(), mode="eval").body)


@pytest.mark.parametrize(
    "text", ["not a == b", "not a and b", "a + b < c * d", "a == b or c != d", "-a ** -b", "not not a"]
)
def test_conditions_bind_as_in_python(text: str) -> None:
    assert grouped(expression(text)) == pythons(ast.parse(text.strip(), mode="eval").body)


def test_the_grammar_means_one_thing() -> None:
    assert analysed(GRAMMAR, strict=True)


def test_mistakes_far_apart_are_all_reported_and_what_is_between_is_kept() -> None:
    text = "net a {\n  conv(8 3x3)\n  relu\n}\nblock good { gelu }\nnet b {\n  conv(8, 3x3\n  relu\n}\n"
    problems = Problems()
    found = parse(SourceFile("a.net", text), problems)
    assert [problem.code for problem in problems] == ["N0121", "N0111"]
    assert [definition.name for definition in found.definitions] == ["a", "good", "b"]  # type: ignore[union-attr]
    assert shown(found.definitions[1])[5] == [path(call("gelu"))]


def test_no_consequence_is_blamed() -> None:
    assert codes("net a {\n  x.channels + 1\n  relu -> gelu\n}\nblock b { relu }\n") == ["N0101"]
    assert codes("net a {\n  conv(8, 3x3\n  relu\n}\nblock b { relu }\n") == ["N0111"]
