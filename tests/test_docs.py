"""Every example of the documentation is run, and what it claims to give is what it gives."""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pages
import pytest
import torch
from pages import Example
from probe import reference
from pyarrow import parquet

from netdsl import compiler
from netdsl.budget import DEFAULT
from netdsl.cli.list import command as listing
from netdsl.cli.main import COMMANDS
from netdsl.diagnostics.catalogue import by_code
from netdsl.diagnostics.model import Diagnostic, Problems, Refused
from netdsl.diagnostics.render import render
from netdsl.elaborate.reserved import RESERVED
from netdsl.graph.builtins import BUILTINS
from netdsl.graph.model import Home, Names, Network
from netdsl.graph.state import entries
from netdsl.graph.values import described, evaluate
from netdsl.layers.vocabulary import foreign, kinds
from netdsl.source import SourceFile
from netdsl.syntax.parser import parse_expression
from netdsl.targets.pytorch.module import build
from netdsl.targets.summary.words import sides

ROOT = Path(__file__).parent.parent
PAGES = sorted(page for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")) if page.exists())
IMAGES = ROOT / "tests" / "data" / "cifar10"
MANUAL = ROOT / "docs" / "language.md"
EXAMPLES = [example for page in PAGES for example in pages.examples(page)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which an example runs, with the library and a few images beside it."""
    (tmp_path / "architectures").symlink_to(ROOT / "architectures")
    (tmp_path / "cifar10").symlink_to(IMAGES)
    (tmp_path / "cat.jpg").write_bytes(parquet.read_table(IMAGES / "test.parquet")["img"][0]["bytes"].as_py())
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def outcome(name: str) -> tuple[list[Diagnostic], tuple[Network, ...]]:
    """What is said of a file of the folder, and its networks."""
    try:
        checked = compiler.check(compiler.find(name))
    except Refused as refused:
        return list(refused.problems), ()
    return list(checked.problems), checked.networks


def weights(network: Network) -> dict[str, str]:
    """The parameters of a network: key -> shape."""
    return {entry.key: sides(entry.dims, "x") for entry in entries(network.root) if not entry.buffer}


def gives_what_it_states(network: Network) -> bool:
    """Whether the module has the keys and shapes of the graph, and gives its output."""
    with torch.device("meta"):
        module = build(network).eval()
        result = module(torch.empty(1, *network.input.dims))
    state = {key: tuple(value.shape) for key, value in module.state_dict().items()}
    first = result[0] if isinstance(result, tuple) else result
    return state == {e.key: e.dims for e in entries(network.root)} and first.shape[1:] == network.output.dims


def run_net(example: Example, folder: Path) -> dict[str, str]:
    found, networks = outcome(example.name)
    said = "\n".join(f"{render(diagnostic)}\n" for diagnostic in found)
    assert [diagnostic.code for diagnostic in found] == example.codes, said
    assert {diagnostic.level for diagnostic in found} == set(example.block.info) & {"error", "warning"}
    assert all(map(gives_what_it_states, networks))
    if not networks:
        return {"text": said}
    lines = weights(networks[-1])
    width = max(map(len, lines), default=0)
    keys = "\n".join(f"{key:<{width}}  {shape}" for key, shape in lines.items())
    return {"text": said, "keys": keys, "python": compiler.emit(networks[-1])}


def run_python(example: Example, folder: Path) -> dict[str, str]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example.block.text, str(example), "exec"), {"__name__": "example"})
    return {"text": printed.getvalue()}


def run_sh(example: Example, folder: Path) -> dict[str, str]:
    """Runs the commands of netdsl; those that set up a machine are for the continuous integration."""
    expected = int(example.block.info[1]) if len(example.block.info) > 1 else 0
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "NO_COLOR": "1", "COLUMNS": "100"}
    printed = ""
    for command in re.split(r"&&|\n", example.block.text.replace("\\\n", " ")):
        words = shlex.split(command, comments=True)
        if not words or Path(words[0]).name != "netdsl":
            continue
        ran = subprocess.run(
            [sys.executable, "-m", "netdsl", *words[1:]],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            check=False,
        )
        assert ran.returncode == expected, ran.stdout
        printed += ran.stdout
    return {"text": printed, "python": "\n".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))}


RUNNERS = {"net": run_net, "python": run_python, "sh": run_sh}


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_gives_what_stands_below_it(example: Example, folder: Path) -> None:
    for other in pages.examples(example.page):
        if other.name.endswith((".net", ".py")) and (not other.name.startswith("example.") or other is example):
            (folder / other.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / other.name).write_text(other.block.text, encoding="utf-8")
    outputs = RUNNERS[example.kind](example, folder)
    for block in example.outputs:
        if block.info == ("python", "compiled"):
            assert block.text.strip() and block.text in outputs["python"]
        else:
            assert outputs[block.info[0]].rstrip() == block.text.rstrip()


@pytest.mark.parametrize("name", ["mobilenet_v2", "squeezenet1_1"])
def test_the_networks_of_the_manual_are_the_published_ones(name: str) -> None:
    (text,) = (e.block.text for e in pages.examples(MANUAL) if e.name == f"{name}.net")
    network = compiler.choose(SourceFile(name, text))
    known = reference(f"torchvision.{name}")["state_dict"]
    published = {key: (tuple(shape), dtype) for key, shape, dtype, _ in known}
    assert {entry.key: (entry.dims, entry.dtype) for entry in entries(network.root)} == published


def test_file_names_of_a_page_differ() -> None:
    names = [(e.page, e.name) for e in EXAMPLES if e.kind == "net" and e.name != "example.net"]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in pages.links(page):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in pages.anchors(target), link


@pytest.mark.parametrize(("statements", "keys"), pages.rows(MANUAL, "statements", "keys of the weights"))
def test_statements_give_these_keys(statements: str, keys: str, folder: Path) -> None:
    text = " ".join(pages.codes(statements))
    (folder / "row.net").write_text(f"net row {{ input 3x8x8; {text} }}\n", encoding="utf-8")
    found, (network,) = outcome("row.net")
    assert not found
    assert [key for key in weights(network) if not key.endswith("bias")] == pages.codes(keys)


@pytest.mark.parametrize(("expression", "value"), pages.rows(MANUAL, "expression", "value"))
def test_an_expression_has_this_value(expression: str, value: str) -> None:
    here = Names({}, {}, None, Home({}))

    def worth(text: str) -> object:
        problems = Problems()
        expr = parse_expression(text, problems)
        assert expr is not None and not problems.refused
        return evaluate(expr, here)

    (left,), (right,) = pages.codes(expression), pages.codes(value)
    assert repr(worth(left)) == repr(worth(right)), described(worth(left))  # type: ignore[arg-type]


def test_every_layer_is_beside_its_name_in_pytorch() -> None:
    table = pages.rows(MANUAL, "PyTorch", "here")
    for theirs, ours in table:
        for name in pages.codes(theirs):
            if re.fullmatch(r"nn\.\w+", name):
                assert foreign(name) == pages.codes(ours)[0], name
    assert [word for _, ours in table for word in pages.codes(ours)[:1]] == list(kinds())


def listed(sentence: str) -> list[str]:
    """The words in the piece of code after `sentence`."""
    (found,) = re.findall(re.escape(sentence) + r"\s+`([^`]+)`", pages.prose(MANUAL))
    return found.split()


def test_the_words_of_the_language_are_those_of_the_grammar() -> None:
    grammar = (ROOT / "grammars" / "net.lark").read_text(encoding="utf-8")
    code = re.sub(r"^//.*$", "", grammar, flags=re.MULTILINE)
    assert sorted(listed("The words of the language are")) == sorted(set(re.findall(r'"([a-z]+)"', code)))


@pytest.mark.parametrize("word", listed("The words of the language are"))
def test_words_are_quoted_as_labels_where_the_manual_says_so(word: str, folder: Path) -> None:
    def accepted(label: str) -> bool:
        (folder / "row.net").write_text(f"net row {{ input 3x8x8; {label}: relu }}\n", encoding="utf-8")
        return not outcome("row.net")[0]

    assert accepted(f'"{word}"') == (word not in RESERVED)
    assert accepted(word) == (word in listed("Words between definitions only are") and word not in RESERVED)


def test_the_labels_that_are_refused_are_all_named() -> None:
    assert listed("No module can be called") == sorted(name for name in RESERVED if not name.startswith("_"))


def test_every_function_limit_command_and_stage_is_named() -> None:
    known = set(re.findall(r"\w+", " ".join(pages.codes(pages.prose(MANUAL)))))
    assert {*BUILTINS, *(limit.name for limit in fields(DEFAULT)), "channels", "height", "width", "size"} <= known
    assert {word for code in pages.codes(pages.prose(MANUAL)) for word in re.findall(r"N\d{4}", code)} <= set(by_code())
    assert set(re.findall(r"`netdsl (\w+)", pages.prose(MANUAL))) == set(COMMANDS)


def test_the_limits_are_those_of_the_budget() -> None:
    table = {pages.codes(limit)[0]: value for limit, _, value in pages.rows(MANUAL, "limit", "of what", "at most")}
    assert table == {limit.name: f"{getattr(DEFAULT, limit.name):,}" for limit in fields(DEFAULT)}


def test_the_table_of_the_zoo_is_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    listing.main(["--format", "markdown"], standalone_mode=False)
    page = (ROOT / "docs" / "zoo.md").read_text("utf-8")
    rows = capsys.readouterr().out.splitlines()
    assert page.endswith("\n".join(rows) + "\n")
    assert f"## All {len(rows) - 2}\n" in page
