"""The words of recipes as a user meets them: manuals, examples, defaults, and how a run writes them down."""

import sys
from collections.abc import Mapping
from typing import Annotated

import pytest
from click.shell_completion import get_completion_class
from pydantic import TypeAdapter

from netdsl import compiler
from netdsl.budget import DEFAULT
from netdsl.cli import main as cli
from netdsl.diagnostics.model import Problems
from netdsl.graph.meter import Meter
from netdsl.graph.model import Home, Names
from netdsl.graph.values import evaluate
from netdsl.layers.vocabulary import kinds
from netdsl.recipes.recipe import Recipe
from netdsl.recipes.vocabulary import words
from netdsl.source import SourceFile
from netdsl.syntax.parser import parse_expression
from netdsl.words import manual
from netdsl.words.base import Word
from netdsl.words.fields import wanted
from netdsl.words.text import written

WORDS = words()
KEYS = Recipe.arguments()
PLAIN = {"data": "parquet(batch=20)", "optimizer": "adam(lr=0.001)", "steps": "10000"}
NET = """
net example(classes=10) {
  input 3x32x32
  layer: { conv1: conv(8, 3x3) }
  conv2: conv(8, 3x3)
  norm: batchnorm
  global_avgpool -> flatten
  head: linear(classes)
}
"""

every_word = pytest.mark.parametrize("kind", [*WORDS.values(), Recipe], ids=lambda kind: kind.word)
every_setting = pytest.mark.parametrize("kind", WORDS.values(), ids=lambda kind: kind.word)


def recipe(settings: Mapping[str, str]) -> Recipe:
    """The recipe with these settings, which must have no mistake."""
    lines = "\n".join(f"  {key} = {value}" for key, value in {**PLAIN, **settings}.items())
    checked = compiler.check(SourceFile("example.net", f"{NET}\ntrain plain for example {{\n{lines}\n}}\n"))
    assert not list(checked.problems)
    return checked.networks[0].trainings[0].recipe


def example(kind: type[Word]) -> tuple[str, Word]:
    """The key that a word's example sets, and the word in the recipe."""
    key, _, value = kind.example.partition(" = ")
    found = getattr(recipe({key: value}), key)
    return key, next(word for word in (found if isinstance(found, tuple) else (found,)) if type(word) is kind)


@every_word
def test_a_word_and_each_of_its_arguments_is_documented(kind: type[Word]) -> None:
    page = " ".join(manual.manual(kind).split())
    assert manual.summary(kind).endswith(".")
    for name in kind.model_fields:
        assert manual.describe(kind, name).endswith(".")
        assert f"{name}: {wanted(kind, name)}" in page
    assert " ".join(kind.example.split()) in page


@every_word
def test_names_from_elsewhere_stand_for_arguments_that_there_are(kind: type[Word]) -> None:
    assert {ours for ours in (*kind.habits.values(), *kind.inside.values()) if ours} <= set(kind.model_fields)
    assert not [name for name in set(kind.habits) & set(kind.model_fields) if kind.habits[name] == name]
    assert kind.positional <= len(kind.model_fields)


def test_no_two_words_share_a_name_from_elsewhere() -> None:
    each = [{name.lower().replace("_", "") for name in (kind.word, *kind.aliases)} for kind in WORDS.values()]
    names = [name for names in each for name in names]
    assert sorted(names) == sorted(set(names))


@every_setting
def test_every_example_is_right(kind: type[Word]) -> None:
    _, word = example(kind)
    assert word.word == kind.word


@every_setting
def test_a_word_that_is_written_down_is_read_as_the_same_word(kind: type[Word]) -> None:
    key, word = example(kind)
    found = getattr(recipe({key: written(word)}), key)
    assert found in (word, (word,))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        pytest.param(kind, name, id=f"{kind.word}-{name}")
        for kind in (*WORDS.values(), *kinds().values())
        for name, field in kind.model_fields.items()
        if not field.is_required() and field.default is not None
    ],
)
def test_a_default_is_shown_as_a_file_would_write_it(kind: type[Word], name: str) -> None:
    field = kind.model_fields[name]
    expression = parse_expression(manual.shown(field.default), Problems())
    assert expression is not None
    value = evaluate(expression, Names({}, {}, None, Home({})), Meter(DEFAULT))
    takes: TypeAdapter[object] = TypeAdapter(Annotated[field.annotation, *field.metadata])
    assert manual.shown(takes.validate_python(value, strict=True)) == manual.shown(field.default)


@pytest.mark.parametrize("key", [key for key in KEYS if Recipe.model_fields[key].default is not None])
def test_a_default_of_a_recipe_is_shown_as_a_file_would_write_it(key: str) -> None:
    field = Recipe.model_fields[key]
    if not field.is_required():
        assert recipe({key: manual.shown(field.default)}) == recipe({})


def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """How `netdsl words` ends, and what it prints."""
    monkeypatch.setattr(sys, "argv", ["netdsl", "words", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code, *capsys.readouterr()


def test_the_list_has_every_word_and_every_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = shown(monkeypatch, capsys)
    found = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert status == 0
    assert found == [*WORDS, *KEYS]
    assert all(line.endswith(".") for line in out.splitlines() if line)


def test_a_manual_is_found_by_a_name_from_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = shown(monkeypatch, capsys, "torch.optim.lr_scheduler.CosineAnnealingLR")
    assert (status, out) == (0, manual.manual(WORDS["cosine"]) + "\n")
    assert shown(monkeypatch, capsys, "train")[1].startswith("train NAME for NET { KEY = VALUE; … }\n")
    status, out, err = shown(monkeypatch, capsys, "adamm")
    assert (status, out) == (2, "")
    assert "There is no word of recipes 'adamm': did you mean 'adam'?" in err


def test_a_key_is_shown_with_the_words_that_it_takes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = shown(monkeypatch, capsys, "data")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines() if line.startswith("  ")][1:] == [
        "parquet",
        "cifar",
        "idx",
        "imagefolder",
        "webdataset",
        "synthetic",
    ]
    assert shown(monkeypatch, capsys, "steps")[1].endswith("\n    How long it trains, in updates of the weights.\n")


def test_words_are_completed() -> None:
    kind = get_completion_class("bash")
    assert kind is not None
    found = kind(cli.commands, {}, "netdsl", "_NETDSL_COMPLETE").get_completions(["words"], "ra")
    assert [item.value for item in found] == ["random_crop", "random_resized_crop", "rand_augment"]
