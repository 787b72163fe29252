"""The command line: what goes in, what comes out, and with which status."""

import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from click.shell_completion import get_completion_class

import netdsl
from netdsl import compiler, resources
from netdsl.cli import main as cli
from netdsl.cli.report import coloured

RIGHT = """## Tiny, 2024: a net for a test.
net tiny(classes=10) {
  input 3x32x32
  conv(8, 3x3)
  relu
  global_avgpool -> flatten
  head: linear(classes)
}
"""
WRONG = RIGHT.replace("relu", "rellu")


class Ran(NamedTuple):
    """How a command ended, and what it wrote."""

    status: int | str | None
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs a command in an empty folder that holds `right.net` and `wrong.net`."""
    monkeypatch.chdir(tmp_path)
    Path("right.net").write_text(RIGHT, encoding="utf-8")
    Path("wrong.net").write_text(WRONG, encoding="utf-8")

    def runner(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["netdsl", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Ran(ended.value.code, *capsys.readouterr())

    return runner


def source() -> str:
    """What `right.net` is compiled to."""
    return compiler.emit(compiler.choose(compiler.find("right.net")))


def files() -> set[str]:
    return {path.name for path in Path().iterdir()} - {"right.net", "wrong.net"}


def test_compile_writes_a_file_and_says_what_it_is(run: Run) -> None:
    status, out, err = run("compile", "right.net")
    assert (status, out) == (0, "")
    assert err == (
        "tiny: Tiny, 2024: a net for a test.\n"
        "  input                 3x32x32\n"
        "  output                10\n"
        "  parameters            314\n"
        "  multiply-accumulates  221,264\n"
        "  written to            tiny.py\n"
    )
    assert files() == {"tiny.py"}
    assert Path("tiny.py").read_text(encoding="utf-8") == source()


def test_compile_to_standard_output(run: Run) -> None:
    status, out, err = run("compile", "right.net", "-o", "-")
    assert (status, out) == (0, source())
    assert "  written to            standard output\n" in err
    assert files() == set()


def test_compile_a_shipped_network_by_name_with_a_parameter_set(run: Run) -> None:
    assert run("compile", "resnet18", "--set", "classes=7", "-o", "my.py").status == 0
    assert files() == {"my.py"}
    assert run("compile", "resnet18", "--set", "clases=7").status == 1


def test_an_output_is_replaced_whole_and_keeps_its_mode(run: Run) -> None:
    Path("out.py").write_text("old")
    Path("out.py").chmod(0o640)
    Path("link.py").symlink_to("out.py")
    assert run("compile", "right.net", "-o", "link.py").status == 0
    assert Path("link.py").is_symlink()
    assert Path("out.py").read_text(encoding="utf-8") == source()
    assert Path("out.py").stat().st_mode & 0o777 == 0o640
    assert files() == {"out.py", "link.py"}


def test_a_new_output_has_the_mode_that_the_user_wants(run: Run) -> None:
    mask = os.umask(0o027)
    try:
        run("compile", "right.net")
    finally:
        os.umask(mask)
    assert Path("tiny.py").stat().st_mode & 0o777 == 0o640


def test_a_wrong_file_leaves_the_output_as_it_was(run: Run) -> None:
    Path("tiny.py").write_text("old")
    status, out, err = run("compile", "wrong.net")
    assert (status, out) == (1, "")
    assert "wrong.net:5:3" in err
    assert "did you mean `relu`?" in err
    assert err.endswith("\n\n1 error\n")
    assert Path("tiny.py").read_text() == "old"


def test_a_full_disk_leaves_the_output_as_it_was(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    Path("tiny.py").write_text("old")
    status, _, err = run("compile", "right.net")
    assert (status, err) == (1, "Error: tiny.py cannot be written: No space left on device\n")
    assert Path("tiny.py").read_text() == "old"
    assert files() == {"tiny.py"}


@pytest.mark.parametrize(("output", "status"), [("missing/out.py", 1), ("right.net/out.py", 1), ("/dev/full", 1)])
def test_what_cannot_be_written_is_said(run: Run, output: str, status: int) -> None:
    ran = run("compile", "right.net", "-o", output)
    assert ran.status == status
    assert ran.err.startswith(f"Error: {output} cannot be written: ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("command", ["compile", "render"])
def test_a_missing_folder_is_named(run: Run, command: str) -> None:
    assert (
        "missing/out.svg cannot be written: missing is no folder"
        in run(command, "right.net", "-o", "missing/out.svg").err
    )


def test_a_device_is_written_to_and_not_replaced(run: Run) -> None:
    assert run("compile", "right.net", "-o", os.devnull).status == 0
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("output", ["right.net", "./right.net", "link", "hard", "folder", "new/"])
def test_an_output_is_neither_the_source_nor_a_folder(run: Run, output: str) -> None:
    Path("link").symlink_to("right.net")
    Path("hard").hardlink_to("right.net")
    Path("folder").mkdir()
    status, _, err = run("compile", "right.net", "-o", output)
    assert status == 2
    assert f"'{Path(output)}' is" in err
    assert Path("right.net").read_text(encoding="utf-8") == RIGHT


def test_check_finds_nothing(run: Run) -> None:
    assert run("check", "right.net", "resnet18") == (0, "no mistakes in 2 networks\n", "")
    assert run("check", "right.net", "--quiet") == (0, "", "")
    assert run("check", "right.net", "--format", "json") == (0, "[]\n", "")
    assert run("check", "right.net", "--format", "github") == (0, "", "")


def test_check_shows_every_mistake_of_every_file_once(run: Run) -> None:
    Path("two.net").write_text("net two { input 3x8x8; rellu; conv(8, 3x3, stirde=2) }\n")
    status, out, err = run("check", "wrong.net", "two.net", "right.net", "wrong.net")
    assert (status, err) == (1, "")
    assert [out.count(place) for place in ("wrong.net:5:3", "two.net:1:24", "two.net:1:44")] == [1, 1, 1]
    assert out.endswith("\n\n3 errors\n")
    assert run("check", "wrong.net", "--quiet") == (1, "", "")


def test_check_for_programs_and_pull_requests(run: Run) -> None:
    status, out, _ = run("check", "wrong.net", "--format", "json")
    (found,) = json.loads(out)
    assert status == 1
    assert (found["code"], found["file"], found["line"], found["column"]) == ("N0202", "wrong.net", 5, 3)
    status, out, _ = run("check", "wrong.net", "--format", "github")
    assert status == 1
    assert out.startswith("::error file=wrong.net,line=5,endLine=5,col=3,title=N0202 ")


def test_check_takes_a_net_parameters_and_limits(run: Run) -> None:
    family = "net wide(width) { input 3x8x8; conv(width, 3x3) }\nnet narrow = wide(4)\n"
    Path("family.net").write_text(family)
    assert run("check", "family.net").out == "no mistakes in 1 network\n"
    assert run("check", "family.net", "--net", "wide", "--set", "width=8").status == 0
    assert run("check", "family.net", "--net", "wide", "--set", "width=0").status == 1
    assert run("check", "family.net", "--net", "wild").status == 1
    assert run("check", "family.net", "--budget", "steps=1").status == 1


def test_a_missing_file_is_a_wrong_file(run: Run) -> None:
    for command in ("check", "compile", "summary", "show"):
        status, out, err = run(command, "nothing.net")
        assert status == 1
        assert "nothing.net" in out + err
    status, _, err = run("compile", "resnet43")
    assert status == 1
    assert "resnet34" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chek"], "Did you mean 'check'?"),
        (["check", "--fromat", "json", "x"], "Did you mean '--format'?"),
        (["check"], "Missing argument 'FILE...'"),
        (["check", "x", "--format", "xml"], "'xml' is not one of 'text', 'json', 'github'"),
        (["check", "x", "--set", "width"], "'width' is not of the form key=value"),
        (["check", "x", "--budget", "step=3"], "did you mean 'steps'?"),
        (["check", "x", "--budget", "steps=many"], "'many' is no whole number"),
        (["summary", "x", "--input", "3x0x3"], "'3x0x3' is no shape"),
        (["summary", "x", "--input", "three"], "'three' is no shape"),
        (["summary", "x", "--depth", "0"], "0 is not in the range"),
        (["explain", "N9999"], "There is no diagnostic 'N9999'"),
        (["list", "--max-params", "2X"], "'2X' is no number from 1: write it as in 2000000, 500K, 2.5M or 1G"),
        (["list", "--max-params", "1,5M"], "'1,5M' is no number from 1"),
        (["verify", "right.net"], "'right.net' is no network of the library"),
        (["layers", "konv"], "did you mean 'conv'?"),
        (["completion", "csh"], "'csh' is not one of 'bash', 'zsh', 'fish'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage(run: Run, arguments: list[str], words: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert words in " ".join(err.replace("\n", " ").split())


def test_summary_in_every_form(run: Run) -> None:
    assert "\n0      conv(8, 3x3)    8x32x32 " in run("summary", "right.net").out
    assert "\n0      conv(8, 3x3)    8x16x16 " in run("summary", "right.net", "--input", "3x16x16").out
    assert json.loads(run("summary", "right.net", "--format", "json").out)["parameters"] == 314
    assert run("summary", "right.net", "--format", "csv").out.splitlines()[1] == '0,"conv(8, 3x3)",8x32x32,224,221184,3'
    assert "| 0 | `conv(8, 3x3)` |" in run("summary", "right.net", "--format", "markdown").out
    assert "layer1  2 basic" in run("summary", "resnet18", "--depth", "1").out


def test_list_knows_the_library(run: Run) -> None:
    networks = {network["name"]: network for network in json.loads(run("list", "--format", "json").out)}
    found = {name: networks["resnet34"][name] for name in ("year", "input", "parameters")}
    assert found == {"year": 2015, "input": "3x224x224", "parameters": 21797672}
    assert "resnet" not in networks
    assert {"cifar10/resnet", "cifar10/mobilenet"} <= networks.keys()
    assert networks["lenet5"]["macs"] == 328096
    assert networks["lenet5"]["paper"] == "doi:10.1109/5.726791"
    small = json.loads(run("list", "--family", "resnet", "--max-params", "1000000", "--format", "json").out)
    assert {(n["family"], n["parameters"] <= 1_000_000) for n in small} == {("resnet", True)}
    assert run("list", "--family", "resnets").status == 2
    lines = run("list").out.splitlines()
    assert len(lines) == len(networks) + 1
    names = [line.split()[0] for line in lines]
    assert names.index("resnet34") < names.index("resnet101")


@pytest.mark.parametrize("most", ["2M", "2.0m", "2000K", "0.002 G", "2,000,000", "2_000_000"])
def test_counts_are_read_as_people_write_them(run: Run, most: str) -> None:
    small = run("list", "--family", "shufflenet", "--max-params", most).out
    assert "shufflenet_v2_x0_5" in small
    assert "shufflenet_v2_x1_0" not in small


def test_show_prints_the_source(run: Run) -> None:
    assert run("show", "right.net") == (0, RIGHT, "")
    assert run("show", "resnet34").out == compiler.find("resnet34").text


def test_layers_and_explain_print_pages(run: Run) -> None:
    assert "\n  conv " in run("layers").out
    assert run("layers", "Conv2d").out == run("layers", "conv").out
    assert run("layers", "conv").out.startswith("conv(out, kernel, ")
    assert "\nN0302  " in run("explain").out
    assert run("explain", "n302").out.startswith("error[N0302]\n")


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"netdsl {netdsl.__version__}\n", "")


def test_a_fault_of_ours_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(where: str) -> None:
        raise LookupError("two\nlines")

    monkeypatch.delenv("NETDSL_DEBUG", raising=False)
    monkeypatch.setattr(compiler, "find", broken)
    status, out, err = run("show", "right.net")
    assert (status, out) == (70, "")
    assert err == "internal error: LookupError: two lines (please report it; NETDSL_DEBUG=1 shows where)\n"
    monkeypatch.setenv("NETDSL_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["netdsl", "show", "right.net"])
    with pytest.raises(LookupError):
        cli.main()


def test_an_interrupt_ends_with_its_own_status(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(where: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(compiler, "find", interrupted)
    assert run("show", "right.net").status == 130


class Terminal(io.StringIO):
    """A stream to a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "expected"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: bool) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert coloured(Terminal()) is expected
    assert coloured(io.StringIO()) is False


def completed(*words: str) -> list[str]:
    kind = get_completion_class("bash")
    assert kind is not None
    *arguments, incomplete = words
    found = kind(cli.commands, {}, "netdsl", "_NETDSL_COMPLETE").get_completions(arguments, incomplete)
    return [item.value for item in found if item.type == "plain"]


def test_completion_knows_commands_options_and_names() -> None:
    assert completed("co") == ["compile", "completion"]
    assert completed("check", "--f") == ["--format"]
    assert completed("check", "--format", "g") == ["github"]
    assert sorted(completed("compile", "resnet1")) == [
        *("resnet101", "resnet110_cifar", "resnet110_stochastic", "resnet152", "resnet18")
    ]
    assert completed("layers", "global_") == ["global_avgpool", "global_maxpool"]
    assert "N0302" in completed("explain", "n03")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_program(run: Run, shell: str) -> None:
    status, out, _ = run("completion", shell)
    assert status == 0
    assert f"_NETDSL_COMPLETE={shell}_complete" in out


PROGRAM = [sys.executable, "-m", "netdsl"]


def test_check_imports_only_what_it_needs() -> None:
    program = """
import sys
from netdsl.cli import main
print(*sys.modules)
sys.argv = ["netdsl", "check", "--quiet", "resnet34"]
try:
    main.main()
finally:
    print(*sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    at_start, in_the_end = (set(line.split()) for line in ran.stdout.splitlines())
    assert at_start & {"pydantic", "lark", "importlib.metadata", "netdsl.compiler", "netdsl.cli.summary"} == set()
    assert "netdsl.compiler" in in_the_end
    stored = (resources.folder("grammars") / "net.json").exists()
    unneeded = {"torch", "numpy", "difflib", "netdsl.diagnostics.render", "netdsl.graph.cost"} | (
        {"lark"} if stored else set()
    )
    assert in_the_end & unneeded == set()


def test_a_reader_that_goes_away_hears_no_complaint() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run([*PROGRAM, "layers"], stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_standard_output_is_said() -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run([*PROGRAM, "layers"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (ran.returncode, ran.stderr) == (1, "Error: No space left on device\n")


@pytest.mark.parametrize("command", [("compile", "-o", "-"), ("summary",)])
def test_warnings_are_said_beside_the_result(run: Run, command: tuple[str, ...]) -> None:
    Path("warned.net").write_text(
        "net a {\n  input 3x8x8\n  concat {\n    conv(8, 3x3)\n    relu\n  }\n}\n", encoding="utf-8"
    )
    status, out, err = run(*command, "warned.net")
    assert status == 0 and out
    assert "warning[N0407]" in err and "warning" not in out
