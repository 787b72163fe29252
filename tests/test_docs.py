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
from pages import Example

from netdsl import compiler
from netdsl.budget import DEFAULT
from netdsl.cli.main import COMMANDS
from netdsl.diagnostics.catalogue import by_code
from netdsl.diagnostics.model import Diagnostic, Problems, Refused
from netdsl.diagnostics.render import render
from netdsl.elaborate.reserved import RESERVED
from netdsl.graph.builtins import BUILTINS
from netdsl.graph.model import Home, Names
from netdsl.graph.state import entries
from netdsl.graph.values import described, evaluate
from netdsl.layers.vocabulary import foreign, kinds
from netdsl.syntax.parser import parse_expression
from netdsl.targets.summary.words import sides

ROOT = Path(__file__).parent.parent
PAGES = sorted(page for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")) if page.exists())
MANUAL = ROOT / "docs" / "language.md"
EXAMPLES = [example for page in PAGES for example in pages.examples(page)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which an example runs, with the library beside it."""
    (tmp_path / "architectures").symlink_to(ROOT / "architectures")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def outcome(path: Path) -> tuple[list[Diagnostic], dict[str, str]]:
    """What is said of a file, and its outputs."""
    try:
        checked = compiler.check(compiler.find(path.name))
    except Refused as refused:
        found = list(refused.problems)
        return found, {"text": said(found)}
    outputs = {"text": said(list(checked.problems))}
    if checked.networks:
        last = checked.networks[-1]
        weights = [(entry.key, entry.dims) for entry in entries(last.root) if not entry.buffer]
        width = max((len(key) for key, _ in weights), default=0)
        outputs["keys"] = "".join(f"{key:<{width}}  {sides(dims, 'x')}\n" for key, dims in weights)
    return list(checked.problems), outputs


def said(found: list[Diagnostic]) -> str:
    return "\n".join(f"{render(diagnostic)}\n" for diagnostic in found)


def run_net(example: Example, folder: Path) -> dict[str, str]:
    found, outputs = outcome(folder / example.name)
    assert [diagnostic.code for diagnostic in found] == example.codes, outputs["text"]
    levels = {diagnostic.level for diagnostic in found}
    assert levels == set(example.block.info) & {"error", "warning"}
    if any(block.info[0] == "python" for block in example.outputs):
        outputs["python"] = compiler.emit(compiler.choose(compiler.find(example.name)))
    return outputs


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
    return {"text": printed}


RUNNERS = {"net": run_net, "python": run_python, "sh": run_sh}


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_gives_what_stands_below_it(example: Example, folder: Path) -> None:
    for other in pages.examples(example.page):
        if other.kind == "net" and (other.name != "example.net" or other is example):
            (folder / other.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / other.name).write_text(other.block.text, encoding="utf-8")
    outputs = RUNNERS[example.kind](example, folder)
    for block in example.outputs:
        if block.info == ("python", "compiled"):
            assert block.text in outputs["python"]
        else:
            assert outputs[block.info[0]].rstrip() == block.text.rstrip()


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
    found, outputs = outcome(folder / "row.net")
    assert not found
    weights = [line.split()[0] for line in outputs["keys"].splitlines()]
    assert [key for key in weights if not key.endswith("bias")] == pages.codes(keys)


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
            if name.startswith("nn."):
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


def test_the_labels_that_are_refused_are_all_named() -> None:
    assert listed("No module can be called") == sorted(name for name in RESERVED if not name.startswith("_"))


def test_every_function_limit_command_and_stage_is_named() -> None:
    known = set(re.findall(r"\w+", " ".join(pages.codes(pages.prose(MANUAL)))))
    assert {*BUILTINS, *(limit.name for limit in fields(DEFAULT)), "channels", "height", "width", "size"} <= known
    assert {word for code in pages.codes(pages.prose(MANUAL)) for word in re.findall(r"N\d{4}", code)} <= set(by_code())
    for command in re.findall(r"`netdsl (\w+)", pages.prose(MANUAL)):
        assert command in COMMANDS


def test_the_limits_are_those_of_the_budget() -> None:
    table = {pages.codes(limit)[0]: value for limit, _, value in pages.rows(MANUAL, "limit", "of what", "at most")}
    assert table == {limit.name: f"{getattr(DEFAULT, limit.name):,}" for limit in fields(DEFAULT)}
