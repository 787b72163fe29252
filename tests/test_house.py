"""The order of the house: who may import whom, how long a file is, and that everything says what it is for."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from netdsl.layers.vocabulary import kinds

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "netdsl"
FILES = sorted(PACKAGE.rglob("*.py"))

FLOORS = (
    {"records"},
    {"source", "shapes", "budget", "resources", "datasets", "saving"},
    {"tree", "words"},
    {"diagnostics", "layers", "recipes"},
    {"syntax", "graph"},
    {"elaborate", "targets"},
    {"compiler"},
    {"published", "training"},
    {"cli", "__init__"},
    {"__main__"},
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

UNKNOWN_TO = {"words": {"source"}, "layers": {"source", "tree"}, "recipes": {"source", "tree"}}
"""Rooms that lie below and are none of a room's business all the same."""

LONGEST_FILE = 400
LONGEST_FUNCTION = 40


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def module_name(file: Path) -> str:
    """`netdsl.graph.walk`; a package is called by its folder."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room(module: str) -> str:
    """The part of the package that a module belongs to."""
    return module.split(".")[1] if "." in module else "__init__"


def imports(node: ast.AST) -> Iterator[str]:
    """The modules that are imported anywhere in `node`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import):
            yield from (alias.name for alias in inner.names)
        elif isinstance(inner, ast.ImportFrom):
            assert inner.level == 0, "imports are absolute"
            whole = inner.module or ""
            known = {module_name(file) for file in FILES}
            yield from (f"{whole}.{a.name}" if f"{whole}.{a.name}" in known else whole for a in inner.names)


def at_once(module: ast.Module) -> Iterator[str]:
    """The modules that are imported as soon as this one is."""
    for statement in module.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield from imports(statement)


def ours(names: Iterator[str]) -> Iterator[str]:
    return (name for name in names if name.split(".")[0] == "netdsl")


def functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))


def named(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


every_file = pytest.mark.parametrize("file", FILES, ids=named)


@every_file
def test_imports_run_down(file: Path) -> None:
    here = room(module_name(file))
    for name in ours(imports(tree(file))):
        there = room(name)
        if name == "netdsl":  # the version
            assert here == "cli"
        elif there != here:
            assert FLOOR[there] < FLOOR[here], f"{here} imports {name}"
            assert there not in UNKNOWN_TO.get(here, set()), f"{here} imports {name}"


def test_no_circle() -> None:
    arrows = {module_name(file): set(ours(at_once(tree(file)))) for file in FILES}
    assert list(TopologicalSorter(arrows).static_order())


CARRIED = PACKAGE / "targets" / "pytorch" / "snippets.py"
"""What emitted files carry with them: read as text, imported by nobody."""

SUBCLASSES = (PACKAGE / "recipes" / "muon.py", PACKAGE / "training" / "feed.py")
"""Subclasses of PyTorch's classes; they are imported where they are put to work."""


@pytest.mark.parametrize("file", [file for file in FILES if file not in (CARRIED, *SUBCLASSES)], ids=named)
def test_torch_is_imported_late_and_in_few_places(file: Path) -> None:
    module = tree(file)
    works = (PACKAGE / "targets" / "pytorch", PACKAGE / "recipes", PACKAGE / "training", PACKAGE / "published.py")
    inside_functions = any(file.is_relative_to(place) for place in works)
    for_type_checkers = file == PACKAGE / "__init__.py"
    assert module_name(CARRIED) not in set(imports(module))
    assert not {module_name(subclass) for subclass in SUBCLASSES} & set(at_once(module))
    found = set(at_once(module) if inside_functions or for_type_checkers else imports(module))
    if file.name == "snippets.py":
        found = set()  # read as text, never imported
    assert not {name for name in found if name.split(".")[0] == "torch"}


@every_file
def test_a_file_is_short_and_says_what_it_is_for(file: Path) -> None:
    module = tree(file)
    assert ast.get_docstring(module)
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    for function in functions(module):
        assert (function.end_lineno or 0) - function.lineno < LONGEST_FUNCTION, function.name


def targets() -> list[Path]:
    return [file for file in FILES if file.is_relative_to(PACKAGE / "targets")]


@pytest.mark.parametrize("file", targets(), ids=named)
def test_targets_name_no_layer_kind(file: Path) -> None:
    module = tree(file)
    known = {"netdsl.layers.base", "netdsl.layers.torch_call"}
    assert {name for name in imports(module) if name.startswith("netdsl.layers")} <= known
    compared = {
        constant.value
        for node in ast.walk(module)
        if isinstance(node, ast.Compare | ast.match_case)
        for constant in ast.walk(node if isinstance(node, ast.Compare) else node.pattern)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }
    assert not compared & set(kinds())


def fields(kind: ast.ClassDef) -> Iterator[tuple[str, bool]]:
    """The fields of a class, each with whether a docstring follows it."""
    for statement, after in zip(kind.body, [*kind.body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            documented = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            yield statement.target.id, documented


@pytest.mark.parametrize("word", list(kinds()))
def test_every_kind_and_each_of_its_arguments_is_documented(word: str) -> None:
    kind = kinds()[word]
    file = PACKAGE / "layers" / f"{kind.__module__.rpartition('.')[2]}.py"
    (found,) = (node for node in tree(file).body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    assert ast.get_docstring(found)
    assert dict(fields(found)) == dict.fromkeys(kind.model_fields, True)


def texts() -> Iterator[Path]:
    """What a reader of the project reads."""
    suffixes = {".py", ".md", ".toml", ".txt", ".net", ".lark", ".err", ".yaml"}
    for folder in ("netdsl", "tests", "benchmarks", "docs", "grammars", "architectures", ".ci"):
        files = (ROOT / folder).rglob("*")
        yield from (file for file in files if file.is_file() and (file.suffix in suffixes or folder == ".ci"))
    yield from (file for file in ROOT.iterdir() if file.suffix in suffixes)


def test_no_path_of_a_machine() -> None:
    private = re.compile(r"(?<![\w.])/(?:root|work|Users|home/\w+|opt/[\w-]+)/")
    found = [file for file in texts() if private.search(file.read_text(encoding="utf-8", errors="replace"))]
    assert found == []
