"""`netdsl render`: files whole or not at all, formats by extension, messages with the way out."""

import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from netdsl.cli import main as cli


class Ran(NamedTuple):
    """How a command ended, and what it wrote."""

    status: int | str | None
    out: bytes
    err: str


Render = Callable[..., Ran]


@pytest.fixture
def render(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Render:
    """Runs `netdsl render` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def runner(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["netdsl", "render", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfdbinary.readouterr()
        return Ran(ended.value.code, out, err.decode())

    return runner


@pytest.mark.parametrize(
    ("extension", "start"),
    [
        ("svg", b"<svg"),
        ("png", b"\x89PNG"),
        ("pdf", b"%PDF-"),
        ("pptx", b"PK"),
        ("tex", b"\\documentclass"),
        ("dot", b"digraph"),
        ("mmd", b"flowchart"),
    ],
)
def test_the_extension_says_the_format(render: Render, tmp_path: Path, extension: str, start: bytes) -> None:
    done = render("resnet18", "-o", f"net.{extension}")
    assert done.status == 0, done.err
    assert (tmp_path / f"net.{extension}").read_bytes().startswith(start)
    assert done.err == f"resnet18: net.{extension}\n"


def test_without_a_name_it_is_svg(render: Render, tmp_path: Path) -> None:
    assert render("resnet18").status == 0
    assert (tmp_path / "resnet18.svg").exists()


def test_a_dash_is_standard_output(render: Render, tmp_path: Path) -> None:
    done = render("resnet18", "-o", "-", "--format", "png")
    assert done.out.startswith(b"\x89PNG")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("option", "value", "pixels"), [("--width", "640", 640), ("--scale", "0.5", 960)])
def test_a_png_is_as_wide_as_asked(render: Render, tmp_path: Path, option: str, value: str, pixels: int) -> None:
    assert render("resnet18", "-o", "net.png", option, value).status == 0
    assert struct.unpack(">I", (tmp_path / "net.png").read_bytes()[16:20]) == (pixels,)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["resnet18", "-o", "net.doc"], "write one of .svg, .png"),
        (["efficientnet_b7", "--view", "graph", "-o", "net.png"], "write it as svg, pdf or html, fold it with --depth"),
        (["resnet18", "-o", "net"], "give --format"),
        (["resnet18", "--view", "stage"], "did you mean 'stages'"),
        (["resnet18", "--view", "block", "--block", "basc"], "did you mean 'basic'"),
        (["resnet18", "--theme", "drak"], "did you mean 'dark'"),
        (["resnet18", "--theme", "solarized"], "the themes are cvd, dark, light, print"),
        (["inception_v3", "--view", "block"], "give --block with one of conv_bn, inception_a"),
        (["vgg11", "--view", "block"], "uses no block"),
        (["resnet18", "--block", "basic"], "--block basic is for --view block"),
        (["resnet18", "--width", "640"], "a .svg has none"),
        (["resnet18", "-o", "net.pdf", "--scale", "2"], "a .pdf has none"),
        (["resnet18", "--size", "16:10"], "there is no size"),
        (["hrnet_w18", "fpn_resnet50", *["unet"] * 4, "--view", "compare", "--size", "4:3"], "fewer of them"),
        (["resnet18", "resnet34"], "--view compare"),
        (["resnet18", "-o", "nowhere/net.svg"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_left(
    render: Render, tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = render(*arguments)
    assert done.status in (1, 2)
    assert said in done.err
    assert "Traceback" not in done.err
    assert not list(tmp_path.iterdir())


def test_a_picture_never_replaces_its_source(render: Render, tmp_path: Path) -> None:
    source = tmp_path / "a.svg"
    source.write_text("net a { input 3x8x8; conv(4, 3x3) }")
    done = render("a.svg", "-o", "a.svg")
    assert done.status == 2
    assert source.read_text().startswith("net a")
