"""Wrong files, and beside each what is said of it.

A file is checked by `netdsl check FILE`, or by the command in its first line.
"""

import re
import sys
from pathlib import Path

import pytest
from conftest import Expect

from netdsl import compiler
from netdsl.cli import main as cli
from netdsl.diagnostics.catalogue import kinds
from netdsl.diagnostics.model import Fix, Problems, Refused

ERRORS = Path(__file__).parent / "cases" / "errors"
CASES = sorted(path for path in ERRORS.rglob("*.net") if path.parent.parent == ERRORS)
COMMAND = re.compile(r"# netdsl (check .*)")
WITHOUT_FILES = {"N0163", "N0164", "N0503"}
"""What is said of files that no checkout holds, those that nobody may read and large ones, and of emitted source."""


def name(path: Path) -> str:
    return path.relative_to(ERRORS).with_suffix("").as_posix()


def problems(path: Path) -> Problems:
    try:
        return compiler.check(compiler.find(str(path))).problems
    except Refused as refused:
        return refused.problems


@pytest.mark.parametrize("path", CASES, ids=name)
def test_what_is_said(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], expect: Expect
) -> None:
    command = COMMAND.match(path.read_text("utf-8", "replace"))
    arguments = command[1].split() if command else ["check", path.name]
    monkeypatch.chdir(path.parent)
    monkeypatch.setattr(sys, "argv", ["netdsl", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    expect(path.with_suffix(".err"), said.out + said.err)
    assert f"[{path.parent.name[:5]}]" in said.out + said.err
    assert ended.value.code == ("error[" in said.out + said.err)


@pytest.mark.parametrize("path", CASES, ids=name)
def test_fixes_mend(path: Path, tmp_path: Path) -> None:
    found = list(problems(path))
    fixes = [problem.fix for problem in found if problem.fix is not None]
    if not fixes or "N0102" in {problem.code for problem in found}:
        return
    mended = tmp_path / path.name
    mended.write_text(with_fixes(path.read_text("utf-8"), fixes), "utf-8")
    for code in {problem.code for problem in found if problem.fix is not None}:
        without = sum(problem.code == code and problem.fix is None for problem in found)
        assert sum(problem.code == code for problem in problems(mended)) <= without, mended.read_text("utf-8")


def with_fixes(text: str, fixes: list[Fix]) -> str:
    for fix in sorted(fixes, key=lambda fix: fix.span.start, reverse=True):
        text = text[: fix.span.start] + fix.text + text[fix.span.end :]
    return text


def test_every_diagnostic_has_a_case() -> None:
    assert {path.parent.name[:5] for path in CASES} == {kind.code for kind in kinds()} - WITHOUT_FILES
    assert len(CASES) >= 80
