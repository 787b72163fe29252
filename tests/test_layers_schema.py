"""The vocabulary as a user meets it: words, arguments, refusals and manuals."""

import ast
import inspect

import pytest
from pydantic import ValidationError

from netdsl.compiler import check
from netdsl.layers.base import Arrives, Layer, Refusal
from netdsl.layers.vocabulary import FAMILIES, foreign, kinds
from netdsl.shapes import Shape
from netdsl.source import SourceFile
from netdsl.words import manual
from netdsl.words.fields import wanted

KINDS = kinds()
EVERYWHERE = {"word", "role", "example"}


def arrives(*dims: tuple[int, ...]) -> Arrives:
    return Arrives(tuple(Shape(channels, tuple(space)) for channels, *space in dims))


def refusal(word: str, *dims: tuple[int, ...], **options: object) -> str:
    with pytest.raises(Refusal) as caught:
        KINDS[word](**options).shape(arrives(*dims))
    return f"{caught.value.reason}: {caught.value.remedy}"


@pytest.mark.parametrize("kind", KINDS.values())
def test_a_kind_says_all_about_itself(kind: type[Layer]) -> None:
    assert all(hasattr(kind, name) for name in EVERYWHERE)
    assert kind.__bases__ == (Layer,)
    assert kind.__doc__ and kind.example.startswith(kind.word)
    assert kind.positional <= len(kind.model_fields)
    assert {ours for ours in kind.habits.values() if ours} <= set(kind.model_fields)
    assert not set(kind.habits) & set(kind.model_fields) - {"size", "k", "bias", "scale"}
    assert len([line for line in inspect.getsource(kind).splitlines() if line.strip()]) <= 60


@pytest.mark.parametrize("kind", KINDS.values())
def test_every_argument_is_explained(kind: type[Layer]) -> None:
    page = manual.manual(kind)
    for name in kind.model_fields:
        assert manual.describe(kind, name).endswith(".")
        assert wanted(kind, name) in " ".join(page.split())
    assert kind.example in page
    assert max(map(len, page.splitlines())) <= 100


@pytest.mark.parametrize("kind", KINDS.values())
def test_every_example_is_right(kind: type[Layer]) -> None:
    before = {"linear": "flatten", "channels_first": "channels_last"}.get(kind.word, "identity")
    text = f"net example {{\n  input 64x32x32\n  {before}\n  {kind.example}\n}}\n"
    checked = check(SourceFile("example.net", text))
    assert [network.name for network in checked.networks] == ["example"]
    assert not list(checked.problems)


def test_families_hold_every_kind_once() -> None:
    words = [word for family in FAMILIES for word in _words(inspect.getsource(family))]
    assert words == list(KINDS)
    assert len(words) == len(set(words))


def _words(source: str) -> list[str]:
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    return [
        ast.literal_eval(line.value)
        for each in classes
        for line in each.body
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "word"
    ]


def test_no_two_kinds_share_a_foreign_name() -> None:
    each = [{name.lower().replace("_", "") for name in kind.aliases} for kind in KINDS.values()]
    names = [name for names in each for name in names]
    assert len(names) == len(set(names))
    assert not set(names) & {word.replace("_", "") for word in KINDS}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Conv2d", "conv"),
        ("nn.Conv2d", "conv"),
        ("BatchNorm2d", "batchnorm"),
        ("BatchNormalization", "batchnorm"),
        ("MaxPool2d", "maxpool"),
        ("MaxPooling2D", "maxpool"),
        ("AdaptiveAvgPool2d", "adaptive_avgpool"),
        ("GlobalAveragePooling2D", "global_avgpool"),
        ("Linear", "linear"),
        ("Dense", "linear"),
        ("fc", "linear"),
        ("ReLU", "relu"),
        ("LeakyReLU", "leaky_relu"),
        ("Dropout", "dropout"),
        ("Flatten", "flatten"),
        ("Upsample", "upsample"),
        ("LocalResponseNorm", "lrn"),
        ("swish", "silu"),
        ("torch.cat", "concat"),
        ("nothing_of_the_kind", None),
    ],
)
def test_foreign_names(name: str, word: str | None) -> None:
    assert foreign(name) == word


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"out": True, "kernel": 3}, "out"),
        ({"out": 8.0, "kernel": 3}, "out"),
        ({"out": 0, "kernel": 3}, "out"),
        ({"out": 8, "kernel": (3, 0)}, "kernel"),
        ({"out": 8, "kernel": (3, 3, 3)}, "kernel"),
        ({"out": 8, "kernel": "3x3"}, "kernel"),
        ({"out": 8, "kernel": True}, "kernel"),
        ({"out": 8, "kernel": 3, "bias": 1}, "bias"),
        ({"out": 8, "kernel": 3, "padding": "valid"}, "padding"),
        ({"out": 8, "kernel": 3, "padding": (1, 1, 1)}, "padding"),
        ({"out": 8, "kernel": 3, "padding": -1}, "padding"),
        ({"out": 8, "kernel": 3, "stirde": 1}, "stirde"),
        ({"kernel": 3}, "out"),
    ],
)
def test_wrong_arguments_are_refused(options: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValidationError) as caught:
        KINDS["conv"](**options)
    assert {error["loc"][0] for error in caught.value.errors()} == {wrong}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "1", (1, 2)])
@pytest.mark.parametrize(("word", "name"), [("scale", "factor"), ("dropout", "p"), ("batchnorm", "eps")])
def test_numbers_are_finite_numbers(word: str, name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        KINDS[word](**{name: value})


def test_one_number_is_both_sides() -> None:
    assert KINDS["conv"](out=8, kernel=3) == KINDS["conv"](out=8, kernel=(3, 3))


def test_refusals_say_what_to_write() -> None:
    assert refusal("conv", (30, 8, 8), out=60, kernel=3, groups=4) == (
        "30 input channels do not divide into 4 groups: write `groups=3` or `groups=5`"
    )
    assert "4x4 has an even side: write the padding" in refusal("conv", (3, 8, 8), out=8, kernel=4)
    assert "its window of 5x5 does not fit into a map of 3x3: take" in refusal("maxpool", (3, 3, 3), kernel=5)
    assert "more than half the kernel 3x3" in refusal("avgpool", (3, 8, 8), kernel=3, padding=2)
    assert refusal("linear", (512, 7, 7), out=10) == (
        "it needs a vector, and a map of 512x7x7 arrives: write `flatten`, or `global_avgpool -> flatten`, before it"
    )
    assert "write `groups=1` or `groups=3`" in refusal("channel_shuffle", (3, 4, 4), groups=2)
    assert "let `conv(12, …)` come before it" in refusal("pixel_shuffle", (9, 4, 4), upscale_factor=2)
    assert "write `pad(bottom=1, right=0)` before it" in refusal("pixel_unshuffle", (9, 5, 4), downscale_factor=2)


def test_joins_name_the_input_that_differs() -> None:
    assert "8x4x4, 16x4x4, 8x2x2 arrive; input 3 differs" in refusal("concat", (8, 4, 4), (16, 4, 4), (8, 2, 2))
    assert "by `conv(8, 1x1)`" in refusal("add", (8, 4, 4), (16, 4, 4))
    with pytest.raises(Refusal) as caught:
        KINDS["add"]().shape(arrives((8, 4, 4), (8, 4, 4), (8, 2, 4)))
    assert caught.value.culprit == 2


def test_a_gate_may_be_one_number_per_channel_or_per_position() -> None:
    for gate in [(8, 1, 1), (1, 4, 4), (1, 1, 1), (8, 4, 1)]:
        assert KINDS["mul"]().shape(arrives((8, 4, 4), gate)) == Shape(8, (4, 4))


def test_many_groups_are_refused_soon() -> None:
    huge = 10**12 - 11
    assert "do not divide" in refusal("conv", (huge, 8, 8), out=huge, kernel=1, groups=10**11)
