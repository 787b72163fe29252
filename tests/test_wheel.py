"""What a user installs: the wheel is whole, and works where nothing else of the project is."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from netdsl.syntax.generate import generate
from netdsl.syntax.tables import encoded

ROOT = Path(__file__).parent.parent
CHECK = "import sys; from netdsl.cli.main import main; sys.exit(main())"


def python(arguments: Sequence[str], folder: Path, **environment: str) -> str:
    """What Python prints; raises where it fails."""
    command = [sys.executable, *arguments]
    where = os.environ | environment
    done = subprocess.run(command, cwd=folder, env=where, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built(kind: str, project: Path, to: Path) -> Path:
    """The wheel or source distribution of a project."""
    name = python(
        ["-c", f"import sys; from hatchling.build import build_{kind} as b; print(b(sys.argv[1]))", str(to)], project
    )
    return to / name.split()[-1]


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("RECORD")}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a build reads, since a build leaves tables beside the grammar."""
    copy = tmp_path_factory.mktemp("project")
    ignored = shutil.ignore_patterns("__pycache__", "net.json")
    for name in ("netdsl", "grammars", "architectures", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy(file, copy)
    return copy


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("wheel", project, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    python(["-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(target), str(wheel)], target)
    return target


def test_the_wheel_holds_all_that_is_needed_and_nothing_else(wheel: Path) -> None:
    names = set(contents(wheel))
    shipped = {f"netdsl/{f.relative_to(ROOT).as_posix()}" for f in (ROOT / "architectures").rglob("*.net")}
    assert shipped <= names
    assert {"netdsl/grammars/net.lark", "netdsl/grammars/net.json", "netdsl/py.typed"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"netdsl"}
    assert not [name for name in names if "test" in name.lower()]


def test_the_stored_tables_are_those_of_the_grammar(wheel: Path) -> None:
    stored = contents(wheel)["netdsl/grammars/net.json"]
    assert stored == encoded(generate((ROOT / "grammars" / "net.lark").read_text("utf-8")))


def test_installed_it_checks_a_file_and_finds_shipped_networks(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.net").write_text("net mine {\n  input 3x8x8\n  conv(8, 3x3)\n}\n")
    path = str(installed)
    assert python(["-c", "import netdsl; print(netdsl.__file__)"], tmp_path, PYTHONPATH=path).startswith(path)
    python(["-c", CHECK, "check", "mine.net", "resnet34"], tmp_path, PYTHONPATH=path)
    assert "resnet152" in python(["-c", CHECK, "list"], tmp_path, PYTHONPATH=path)


def test_installed_it_needs_no_lark_to_parse(installed: Path, tmp_path: Path) -> None:
    text = "import sys; sys.modules['lark'] = None; import netdsl; print(len(netdsl.check('resnet34').networks))"
    assert int(python(["-c", text], tmp_path, PYTHONPATH=str(installed))) > 0


def test_the_source_distribution_builds_the_same_wheel(project: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(built("sdist", project, tmp_path)) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    (unpacked,) = (tmp_path / "source").iterdir()
    assert contents(built("wheel", unpacked, tmp_path)) == contents(wheel)


def test_an_editable_install_runs_the_checkout(project: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(built("editable", project, tmp_path)) as archive:
        archive.extractall(tmp_path / "site")
    text = (
        "import site, sys; known = len(sys.path); site.addsitedir('site'); sys.path[:0] = sys.path[known:];"
        "sys.modules['lark'] = None; import netdsl; print(netdsl.__file__)"
    )
    where = python(["-c", f"{text}; netdsl.check('resnet34')"], tmp_path, PYTHONPATH="")
    assert where.startswith(str(project))
