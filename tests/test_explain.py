"""The page of every diagnostic is true: its wrong example gives this code alone, its right one none."""

from pathlib import Path

import pytest

from netdsl import compiler, diagnostics
from netdsl.diagnostics.catalogue import STAGES, by_code, kinds
from netdsl.diagnostics.explain import contents, examples, meaning, page
from netdsl.diagnostics.model import Diagnostic, Refused
from netdsl.source import SourceFile

every_kind = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: f"{kind.code}_{kind.__name__}")


def codes(text: str) -> set[str]:
    """What is said about a file of that text."""
    try:
        return {problem.code for problem in compiler.check(SourceFile("page.net", text)).problems}
    except Refused as refused:
        return {problem.code for problem in refused.problems}


def test_every_code_is_used_once() -> None:
    assert len(by_code()) == len(kinds())


def test_every_file_with_diagnostics_is_in_the_catalogue() -> None:
    known = {Path(str(stage.__file__)).name for stage in STAGES}
    (folder,) = diagnostics.__path__
    found = {file.name for file in Path(folder).glob("*.py") if '    code = "N' in file.read_text(encoding="utf-8")}
    assert found == known


every_kind_in_a_file = pytest.mark.parametrize(
    "kind",
    [kind for kind in kinds() if not examples(kind)["Wrong"].startswith("$ ")],
    ids=lambda kind: f"{kind.code}_{kind.__name__}",
)
"""The others are about a file as a whole: their examples are commands."""


@every_kind_in_a_file
def test_wrong_is_wrong(kind: type[Diagnostic]) -> None:
    assert codes(examples(kind)["Wrong"]) == {kind.code}


@every_kind_in_a_file
def test_right_is_right(kind: type[Diagnostic]) -> None:
    right = examples(kind)["Right"]
    assert right
    assert codes(right) == set()


@every_kind
def test_a_page_is_found_by_its_code(kind: type[Diagnostic]) -> None:
    assert page(kind.code) == page(kind.code.lower()) == page(kind.code.removeprefix("N"))
    assert page(kind.code).startswith(f"{kind.level}[{kind.code}]\n\n{meaning(kind).splitlines()[0]}")
    assert f"{kind.code}  {meaning(kind).splitlines()[0]}\n" in contents()


def test_no_page_for_another_code() -> None:
    with pytest.raises(KeyError):
        page("N9999")
