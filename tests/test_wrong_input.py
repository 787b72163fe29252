"""Whatever stands in a file: an answer in words, soon, in little memory, and nothing half-written."""

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from netdsl import compiler
from netdsl.budget import DEFAULT
from netdsl.diagnostics.model import Refused

SECONDS, MEGABYTES = 2.0, 500
SLOW = 14
"""Where a machine is busy, the seconds may be this many times what it takes to import lark, pydantic and click."""
RIGHT = "net a {\n  input 3x8x8\n  conv(8, 3x3)\n}\n"


class Ran(NamedTuple):
    """How a process ended: its status, what it said, and what it used."""

    status: int
    said: str
    seconds: float


def in_time(seconds: float) -> bool:
    """Whether a process was soon enough; virtual machines are at times twice as slow as at others."""
    if seconds < SECONDS:
        return True
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", "import lark, pydantic, click; pydantic.BaseModel"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds < SLOW * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def run(folder: Path, *arguments: str) -> Ran:
    """`netdsl` as a process of its own that may take no more memory than `MEGABYTES`."""
    limit = MEGABYTES * 2**20
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(
        [sys.executable, "-m", "netdsl", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert "Traceback" not in ran.stderr and "internal error" not in ran.stderr, ran.stderr[-2000:]
    return Ran(ran.returncode, ran.stdout + ran.stderr, used)


def net(body: str) -> str:
    return f"net a {{\n  input 3x8x8\n  {body}\n}}\n"


def nested(opening: str, closing: str, count: int, inner: str) -> str:
    return opening * count + inner + closing * count


LARGE = DEFAULT.source * 9 // 10

WRONG = {
    "empty": ("", "N0103"),
    "blank": ("\n \n\t\n", "N0103"),
    "binary": (b"PK\x03\x04\x00\x00\xff", "N0165"),
    "not utf-8": (RIGHT.encode("utf-16-le")[1:].replace(b"\0", b"\xff"), "N0166"),
    "10 MB": (RIGHT + "# " + "x" * 10**7, "N0164"),
    "many mistakes": (net("conf(8 3x3) }\n" * (LARGE // 14)), "N0"),
    "many loops": (net("repeat 9999 { relu }\n" * (LARGE // 21)), "N0502"),
    "brackets": (net(f"conv({nested('(', ')', 50_000, '8')}, 3x3)"), "N0502"),
    "open brackets": (net("(" * LARGE), "N0"),
    "lists": (net(f"let a = {nested('[', ']', LARGE // 2, '8')}"), "N0502"),
    "a long sum": (net(f"conv({'1+' * 80_000}1, 3x3)"), "N0502"),
    "powers in a row": (net(f"conv({'1**' * 50_000}1, 3x3)"), "N0502"),
    "signs": (net(f"conv({'-' * 90_000}1, 3x3)"), "N0502"),
    "nots": (net(f"if {'not ' * 40_000}true {{ relu }}"), "N0502"),
    "choices": (net(f"conv({'1 if true else ' * 10_000}1, 3x3)"), "N0502"),
    "scopes": (net(nested("s: { ", " }", 20_000, "relu")), "N0502"),
    "residuals": (net(nested("residual { ", " }", 12_000, "relu")), "N0502"),
    "else ifs": (net("if false { relu } else " * 6_000 + "{ tanh }"), "N0502"),
    "calls": (net("b0") + "".join(f"block b{i} {{ b{i + 1} }}\n" for i in range(7_000)), "N0502"),
    "itself": (net("b") + "block b { relu; b }", "N0501"),
    "itself through an argument": (net("b(b)") + "block b(f) { f(f) }", "N0501"),
    "doubling blocks": (
        net("b0") + "".join(f"block b{i} {{ b{i + 1}; b{i + 1} }}\n" for i in range(60)) + "block b60 { relu }",
        "N0502",
    ),
    "repeats": (net("repeat 1000 { repeat 1000 { repeat 1000 { conv(8, 3x3) } } }"), "N0502"),
    "a huge repeat": (net("repeat 10 ** 11 { }  relu"), "N0"),
    "loops": (net("for i in range(9999) { for j in range(9999) { for k in range(9999) { relu } } }"), "N0502"),
    "powers": (net("let a = 2 ** 2 ** 40\n  let b = 10 ** 10 ** 9\n  let c = 9 ** 9 ** 9 ** 9"), "N0502"),
    "digits": (net(f"conv({'9' * 100_000}, 3x3)"), "N0502"),
    "long lists": (net("let a = [0] * 10 ** 11"), "N0502"),
    "doubling lists": (net("let a = [1]\n" + "let a = [a, a]\n" * 60), "N0502"),
    "doubling strings": (net('let a = "x"\n' + "let a = a + a\n" * 60), "N0502"),
    "comprehensions": (net("let a = [sum([i * j for i in range(9999)]) for j in range(9999)]"), "N0502"),
    "weights": (net("flatten -> linear(10 ** 11)"), "N0502"),
    "a huge map": (net("upsample(10 ** 9)"), "N0"),
    "a huge input": ("net a {\n  input 999999999x999999999x999\n  relu\n}\n", "N0502"),
    "a long label": (net(f'"{"x" * 100_000}{{missing}}": relu'), "N0"),
    "a long name": (net("x" * 100_000), "N0202"),
    "open string": (net('"' + "x" * 100_000), "N0150"),
    "constants": ("".join(f"let a{i} = a{i + 1}\n" for i in range(9_000)) + net("conv(a0, 3x3)"), "N0201"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_soon(name: str, tmp_path: Path) -> None:
    text, code = WRONG[name]
    (tmp_path / "a.net").write_bytes(text if isinstance(text, bytes) else text.encode())
    ran = run(tmp_path, "check", "a.net")
    assert ran.status == 1
    assert code in ran.said
    assert in_time(ran.seconds)


@pytest.mark.parametrize(
    "text",
    [
        RIGHT.replace("\n", "\r\n"),
        "\ufeff" + RIGHT,
        RIGHT.replace("  ", "\t"),
        RIGHT.rstrip("\n"),
        net("repeat 9999 { relu }"),
        net("relu\n" * 15_000),
        net("relu -> " * 15_000 + "relu"),
        net("let xs = range(5000); for i in range(5000) { conv(1 + xs[i] // 5000, 1x1) }"),
        net("let xs = range(5000); for i in range(5000) { b(xs, i) }")
        + "block b(xs, i) { conv(1 + xs[i] // 5000, 1x1) }",
        "".join(f"let a{i} = a{i + 1}\n" for i in range(9_000)) + "let a9000 = 8\n" + net("conv(a0, 3x3)"),
    ],
)
def test_an_odd_file_that_is_right_is_read(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.net").write_bytes(text.encode())
    ran = run(tmp_path, "check", "a.net")
    assert ran.status == 0, ran.said
    assert in_time(ran.seconds)


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.net")
    (tmp_path / "folder.net").mkdir()
    (tmp_path / "loop.net").symlink_to("loop.net")
    for name in ("pipe.net", "folder.net", "loop.net", "missing.net", "/dev/zero", ".", "x" * 5000 + ".net"):
        ran = run(tmp_path, "check", name)
        assert ran.status == 1 and "error[N016" in ran.said, (name, ran.said)
    assert "`loop.net` is a broken link" in run(tmp_path, "check", "loop.net").said


def test_a_file_is_not_told_to_use_itself_or_a_broken_link(tmp_path: Path) -> None:
    (tmp_path / "unit.net").symlink_to("nowhere.net")
    (tmp_path / "units.net").write_text('use "unit.net"\nnet a { input 3x8x8; relu }\n', "utf-8")
    ran = run(tmp_path, "check", "units.net")
    assert ran.status == 1 and "error[N0206]" in ran.said
    assert 'did you mean "units.net"' not in ran.said
    assert 'did you mean "unit.net"' not in ran.said


def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    (tmp_path / "a.net").write_text(RIGHT, "utf-8")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(Refused, match="N0163"):
        compiler.find(str(tmp_path / "a.net"))


def test_use_stays_in_its_folder(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.net").write_text("block unit { relu }\n", "utf-8")
    (inside / "link.net").symlink_to("../secret.net")
    (inside / "zero.net").symlink_to("/dev/zero")
    (inside / "round.net").symlink_to("round.net")
    os.mkfifo(inside / "pipe.net")
    (inside / "first.net").write_text('use "second.net"\nblock unit { relu }\n', "utf-8")
    (inside / "second.net").write_text('use "first.net"\nblock other { relu }\n', "utf-8")
    expected = {
        "link.net": "N0207",
        "../secret.net": "N0207",
        str(tmp_path / "secret.net"): "N0207",
        "../inside/../secret.net": "N0207",
        "/dev/zero": "N0207",
        "zero.net": "N0207",
        "round.net": "N0206",
        "pipe.net": "N0206",
        "x" * 5000: "N0206",
        "first.net": "N0208",
        "a.net": "N0208",
        "": "N0206",
        ".": "N0206",
    }
    for path, code in expected.items():
        (inside / "a.net").write_text(f'use "{path}"\n{net("unit")}', "utf-8")
        ran = run(inside, "check", "a.net")
        assert ran.status == 1 and f"error[{code}]" in ran.said, (path, ran.said)
        assert in_time(ran.seconds)


@pytest.mark.parametrize(
    "arguments",
    [
        ("chek", "a.net"),
        ("check",),
        ("check", "a.net", "--fromat", "json"),
        ("check", "a.net", "--budget", "layers=3"),
        ("check", "a.net", "--budget", "nodes=-3"),
        ("summary", "a.net", "--depth", "0"),
        ("summary", "a.net", "--input", "3by3"),
        ("compile", "a.net", "--set", "width"),
        ("explain", "N9999"),
        ("layers", "attention"),
    ],
)
def test_wrong_usage_has_a_status_of_its_own(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.net").write_text(RIGHT, "utf-8")
    assert run(tmp_path, *arguments).status == 2


@pytest.mark.parametrize("command", ["check", "compile", "summary", "show"])
def test_every_command_refuses_a_file_that_is_none(command: str, tmp_path: Path) -> None:
    ran = run(tmp_path, command, "missing.net")
    assert ran.status == 1 and "N0161" in ran.said


def test_nothing_is_written_of_a_wrong_file(tmp_path: Path) -> None:
    (tmp_path / "a.net").write_text(net("conf(8, 3x3)"), "utf-8")
    (tmp_path / "a.py").write_text("# mine\n", "utf-8")
    assert run(tmp_path, "compile", "a.net").status == 1
    assert run(tmp_path, "compile", "a.net", "-o", "b.py").status == 1
    assert (tmp_path / "a.py").read_text("utf-8") == "# mine\n"
    assert {path.name for path in tmp_path.iterdir()} == {"a.net", "a.py"}


@pytest.mark.parametrize("output", ["none/a.py", "folder", "a.net/a.py", "x" * 5000])
def test_nothing_is_left_of_what_cannot_be_written(output: str, tmp_path: Path) -> None:
    (tmp_path / "a.net").write_text(RIGHT, "utf-8")
    (tmp_path / "folder").mkdir()
    assert run(tmp_path, "compile", "a.net", "-o", output).status in (1, 2)
    assert {path.name for path in tmp_path.rglob("*")} == {"a.net", "folder"}
