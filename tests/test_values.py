"""Expressions are worth what Python says, where Python has a value of the language for them."""

import builtins
import math
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdsl.budget import Budget
from netdsl.diagnostics.model import Problems
from netdsl.graph.builtins import BUILTINS
from netdsl.graph.meter import Meter
from netdsl.graph.mistakes import Mistake
from netdsl.graph.model import Home, Names, Value
from netdsl.graph.values import evaluate
from netdsl.syntax.parser import parse_expression

NUMBERS = {"n": 7, "width": 64, "rate": 0.25, "wide": True, "sizes": (3, 5, 8), "rows": ((1, 2), (3, 4))}
PYTHON = {"true": True, "false": False, "log": math.log, "ceil": math.ceil, "floor": math.floor}
PYTHON |= {name: getattr(builtins, name) for name in ("min", "max", "round", "len", "sum")}
LISTS = ("range", "enumerate", "zip", "reversed")
PYTHON |= {name: partial(lambda function, *values: list(function(*values)), getattr(builtins, name)) for name in LISTS}
PYTHON |= {"n": 7, "width": 64, "rate": 0.25, "wide": True, "sizes": [3, 5, 8], "rows": [(1, 2), (3, 4)]}


def worth(text: str, numbers: Mapping[str, Any] = NUMBERS, budget: Budget | None = None) -> Value:
    problems = Problems()
    expr = parse_expression(text, problems)
    assert expr is not None and not problems.found, (text, problems.found)
    return evaluate(expr, Names(numbers, {}, None, Home({}, {})), Meter(budget or Budget()))


def in_python(text: str) -> Any:
    """What Python gives, as values of the language: tuples for lists, nothing for what the language does not have."""
    try:
        return listed(eval(text, {"__builtins__": {}} | PYTHON))
    except (TypeError, ValueError, ArithmeticError, IndexError):
        return None


def listed(value: Any) -> Any:
    return tuple(map(listed, value)) if isinstance(value, list | tuple) else value


NUMBER = ["0", "1", "2", "9", "0.5", "1e-3", "2.0", "n", "width", "rate", "len(sizes)", "sum(sizes)", "sizes[-1]"]
LIST = ["sizes", "[1, 2, 3]", "[]", "[n]", "range(3)", "range(1, n, 2)", "reversed(sizes)"]
CONDITION = ["true", "false", "wide"]
FORMS = [
    "{n} {op} {n}",
    "- {n}",
    "( {n} )",
    "( {n} if {c} else {n} )",
    "( 1 if not {c} and {c} or {c} else 2 )",
    "( 1 if {n} {compared} {n} else 0 )",
    "min ( {n} , {n} )",
    "max ( [ {n} , {n} ] )",
    "ceil ( {n} )",
    "floor ( {n} )",
    "round ( {n} )",
    "sum ( [ i * {n} for i in {list} if {c} ] )",
    "len ( {list} + {list} [ 1 : ] * 2 )",
    "sum ( [ a - b for i , ( a , b ) in enumerate ( rows ) if i < {n} ] )",
]
CHOICES = {
    "list": LIST,
    "c": CONDITION,
    "op": ["+", "-", "*", "/", "//", "%", "**"],
    "compared": ["==", "!=", "<", "<=", ">", ">="],
}


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    """A number as an expression, up to `depth` forms inside one another."""
    form = draw(st.sampled_from(FORMS if depth else NUMBER) | st.sampled_from(NUMBER))
    fill = {"n": lambda: draw(expressions(depth - 1))} | {
        name: lambda choice=choice: draw(st.sampled_from(choice)) for name, choice in CHOICES.items()
    }
    return re.sub(r"{(\w+)}", lambda hole: fill[hole[1]](), form)


@settings(max_examples=400, deadline=None)
@given(expressions())
def test_worth_is_that_of_python(text: str) -> None:
    try:
        found = worth(text)
    except Mistake as mistake:
        assert mistake.diagnostic.code == "N0502" or in_python(text) is None, (text, mistake.diagnostic.title)
    else:
        expected = in_python(text)
        assert type(found) is type(expected) and found == expected, text


@pytest.mark.parametrize(
    "text",
    [
        "-2 ** 2",
        "2 ** -1",
        "2 ** 3 ** 2",
        "7 // -2",
        "-7 % 3",
        "1 - 2 - 3",
        "8 / 4 * 2",
        "not wide or wide",
        "1 if wide else 2 if wide else 3",
        "1 + 2 if wide else 3 * 4",
        "n < 8 and n > 6 or 1 / 0 > 1",
        '"a" + "b" < "ac"',
        '"ab" * 2',
        "2 * [1, 2] + [3]",
        "3 == 3.0",
        "sizes[1:][0]",
        "sizes[:-1]",
        "sizes[-9:1]",
        "[[i, j] for i, j in rows if j > 2]",
        "[i for i in [i * 2 for i in range(4)] if i > 2]",
        "zip(sizes, range(9))",
        "enumerate(sizes, 1)",
        "round(2.5)",
        "round(-0.5)",
        "round(2.675, 2)",
        "log(8, 2)",
        "max(sizes)",
        "sum([])",
    ],
)
def test_binding_and_functions_are_those_of_python(text: str) -> None:
    expected = in_python(text)
    assert expected is not None
    assert worth(text) == expected and type(worth(text)) is type(expected)


def test_a_size_is_a_list() -> None:
    assert worth("3x5") == (3, 5)
    assert worth("3x224x224 == [3, 224, 224]") is True


@pytest.mark.parametrize(
    ("width", "expected"), [(16 * 0.75, 16), (3, 8), (37, 40), (32 * 1.4, 48), (100, 104), (91, 88)]
)
def test_channels_are_rounded_as_the_mobilenets_round_them(width: float, expected: int) -> None:
    assert worth(f"round_to({width}, 8)") == expected
    assert expected >= 0.9 * width and expected % 8 == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 / 0", "N0308"),
        ("0 ** -1", "N0308"),
        ("n % 0", "N0308"),
        ("(-8) ** 0.5", "N0306"),
        ("1 + wide", "N0306"),
        ("-wide", "N0306"),
        ("1 + [2]", "N0306"),
        ('"a" < 1', "N0306"),
        ("min()", "N0306"),
        ("max([])", "N0306"),
        ("len(3)", "N0306"),
        ("range(1.5)", "N0306"),
        ("range(0, 9, 0)", "N0306"),
        ("round_to(8, 0)", "N0306"),
        ("log(0)", "N0306"),
        ("sizes[1.0]", "N0306"),
        ("n[0]", "N0306"),
        ("sizes[3]", "N0309"),
        ("[a for a, b in sizes]", "N0310"),
        ("1 if n else 2", "N0307"),
        ("wide and 1", "N0307"),
        ("missing", "N0201"),
        ("in.channels", "N0216"),
        ("10 ** 12", "N0502"),
        ("2 ** 2 ** 40", "N0502"),
        ("10 ** 10 ** 9", "N0502"),
        ("1e6 * 1e6", "N0502"),
        ("[0] * 10001", "N0502"),
        ('"x" * 10001', "N0502"),
        ("range(10001)", "N0502"),
        ("[[[0] * 100] * 100] * 100", "N0502"),
        ("sum([i * j for i in range(9999)]) if sum([sum(range(9999)) for j in range(9999)]) > 0 else 1", "N0502"),
    ],
)
def test_what_has_no_worth(text: str, code: str) -> None:
    with pytest.raises(Mistake) as refused:
        worth(text)
    assert refused.value.diagnostic.code == code
    assert refused.value.diagnostic.help


@pytest.mark.parametrize("name", BUILTINS)
def test_a_function_takes_no_names(name: str) -> None:
    with pytest.raises(Mistake) as refused:
        worth(f"{name}(values=sizes)")
    assert "by position" in refused.value.diagnostic.title


def test_a_limit_can_be_raised() -> None:
    assert worth("10 ** 12", budget=Budget(magnitude=10**13)) == 10**12
