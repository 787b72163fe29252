"""The source that a network is compiled to: what a good engineer would have written, the same each time."""

import ast
import re
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from conftest import Expect
from interpreter import interpret

from netdsl import compiler
from netdsl.budget import Budget
from netdsl.cli.options import FRAMES
from netdsl.diagnostics.model import Refused
from netdsl.graph.model import Network
from netdsl.graph.state import entries
from netdsl.source import SourceFile
from netdsl.targets.pytorch.helpers import helpers
from netdsl.targets.pytorch.module import build

HERE = Path(__file__).parent
ROOT = HERE.parent
GOLDEN = HERE / "golden" / "emission"
FILES = list(compiler.library().values())

BY_HAND = {
    "alexnet": (47, 1),
    "alexnet_2012": (70, 3),
    "convnext_tiny": (107, 7),
    "densenet121": (84, 4),
    "efficientnet_b0": (163, 6),
    "fcn8s": (85, 1),
    "googlenet": (132, 4),
    "inception_v3": (240, 8),
    "mobilenet_v2": (95, 4),
    "mobilenet_v3_large": (147, 5),
    "nasnetalarge": (235, 5),
    "regnet_y_400mf": (114, 5),
    "resnet34": (72, 2),
    "resnet50": (75, 2),
    "resnext50_32x4d": (78, 2),
    "shufflenet_v2_x1_0": (106, 4),
    "squeezenet1_1": (57, 2),
    "unet": (75, 2),
    "vgg16_bn": (45, 1),
    "xception": (105, 3),
}
"""Net -> the lines and classes of the source that a person wrote for it."""

MORE = {
    "alexnet": (1, 0, "its title takes two lines"),
    "googlenet": (11, 1, "its results have names, and its comment says what to look at"),
    "inception_v3": (9, 1, "its results have names, and its comment says what to look at"),
    "mobilenet_v2": (2, 0, "its comment says what to look at"),
    "nasnetalarge": (24, 2, "pools that pad as TensorFlow does are modules of their own, with all their options"),
    "resnet50": (1, 0, "the comment on its block takes two lines more"),
    "unet": (1, 0, "its comment says what to look at"),
    "resnext50_32x4d": (1, 0, "the comment on its block takes two lines more"),
}
"""Lines and classes that the compiled source has more, and why."""


def chosen(net: str) -> Network:
    return compiler.choose(compiler.find(net))


def emitted(body: str, rest: str = "") -> str:
    return compiler.emit(compiler.choose(SourceFile("a.net", f"net a {{\n  input 4x8x8\n  {body}\n}}\n{rest}")))


def classes(text: str) -> list[str]:
    return [node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]


@pytest.fixture(scope="module")
def all_sources() -> dict[str, str]:
    networks = (network for file in FILES for network in compiler.check(compiler.find(str(file))).networks)
    return {network.name: compiler.emit(network) for network in networks}


@pytest.mark.parametrize("net", BY_HAND)
def test_source_is_as_expected(net: str, expect: Expect) -> None:
    expect(GOLDEN / f"{net}.py", compiler.emit(chosen(net)))


@pytest.mark.parametrize("net", BY_HAND)
def test_source_is_no_longer_than_by_hand(net: str) -> None:
    lines, count = BY_HAND[net]
    more_lines, more_classes, _ = MORE.get(net, (0, 0, ""))
    text = compiler.emit(chosen(net))
    assert len(text.splitlines()) <= lines + more_lines
    assert len(classes(text)) <= count + more_classes


def test_source_is_clean_and_formatted(all_sources: dict[str, str], tmp_path: Path) -> None:
    for name, text in all_sources.items():
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
    for command in (["check"], ["format", "--check"]):
        ran = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", str(tmp_path)],
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stdout


def test_source_is_the_same_in_every_process() -> None:
    script = (
        "import sys; from netdsl import compiler; print(compiler.emit(compiler.choose(compiler.find(sys.argv[1]))))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", script, "googlenet"],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(texts) == 1


def test_no_class_is_a_numbered_variant(all_sources: dict[str, str]) -> None:
    words = {word for file in FILES for word in re.findall(r"\w+", file.read_text("utf-8"))}
    words |= {part for entry in entries(chosen("hrnet_w18").root) for part in entry.key.split(".")}
    written = {word.replace("_", "").lower() for word in words}
    for name, text in all_sources.items():
        numbered = {found for found in classes(text) if re.search(r"\d", found)} - helpers().keys()
        assert {found.removesuffix("Output").replace("_", "").lower() for found in numbered} <= written, name


def test_no_module_is_asked_for_in_words(all_sources: dict[str, str]) -> None:
    assert [name for name, text in all_sources.items() if re.search(r"getattr\(|get_submodule\(", text)] == []


NUMBERED = {
    "s: { conv(4, 3x3); relu; early = maxpool(2x2); conv(4, 3x3) }; concat on s, early": (
        "self.s = nn.Sequential(",
        "early = self.s[:3](x)",
        "self.s[3](early)",
    ),
    "s: { conv(4, 3x3); conv(4, 3x3); repeat 2 { residual { conv(4, 3x3) } } }": (
        "x = self.s[:2](x)",
        "x = x + self.s[2](x)",
        "return x + self.s[3](x)",
    ),
    "a: conv(4, 3x3); residual { conv(4, 3x3); relu }; tanh; conv(4, 3x3)": (
        "class A(nn.ModuleDict):",
        'self["1"] = nn.Conv2d(4, 4, 3, padding=1)',
        'return self["4"](x)',
    ),
    "s: { concat { conv(4, 3x3); conv(4, 1x1) } }": ("self.s = nn.ModuleList(", "[self.s[0](x), self.s[1](x)]"),
    "a: unit; b: unit": ("class Unit(nn.Sequential):", "y = self[1](self[0](x))", "return x + self[2](y)"),
    "a: ways; b: ways": ("class Ways(nn.ModuleList):", "torch.cat([self[0](x), self[1](x)], dim=1)"),
    "a: fit(8); b: fit(8); c: fit(4)": (
        "if in_channels != width\n",
        "else nn.Identity(),",
        "return self[0](x) + self[1](x)",
    ),
}
"""Statements with numbered modules -> what stands in their source."""


@pytest.mark.parametrize("body", NUMBERED)
def test_numbered_modules_are_taken_by_their_number(body: str) -> None:
    rest = "block unit { residual { conv(4, 3x3); relu; conv(4, 3x3) } }\n"
    rest += "block ways { concat { conv(4, 3x3); conv(4, 1x1) } }\n"
    rest += "block fit(width) { residual { conv(width, 3x3) } shortcut if in.channels != width { conv(width, 1x1) } }\n"
    network = compiler.choose(SourceFile("a.net", f"net a {{\n  input 4x8x8\n  {body}\n}}\n{rest}"))
    text = compiler.emit(network)
    assert "getattr(" not in text
    assert [wanted for wanted in NUMBERED[body] if wanted not in text] == []
    module = build(network).eval()
    assert list(module.state_dict()) == [entry.key for entry in entries(network.root)]
    x = torch.randn(2, 4, 8, 8)
    exported = torch.export.export(module, (x,)).module()
    compiled = torch.compile(module, backend="eager", fullgraph=True)
    for other in (exported, compiled):
        torch.testing.assert_close(other(x), module(x))


def test_a_scope_takes_and_gives_several_values_by_their_names() -> None:
    text = emitted("""a: conv(4, 3x3)
  b: conv(6, 3x3)
  for n in [1, 2] {
    for m in range(3) {
      "stage{n}.{m}": {
        c: conv(4, 3x3) on a
        if n == 2 { d: conv(4, 3x3) }
        a = relu
        e: conv(6, 3x3) on b
        b = relu
      }
    }
  }
  add { f: conv(4, 1x1) on a; g: conv(4, 1x1) on b }""")
    assert classes(text) == ["Stage", "A"]
    assert "def forward(self, b: Tensor, a: Tensor) -> tuple[Tensor, Tensor]:" in text
    assert "self.stage2 = nn.ModuleList([Stage(6, 4, n=2) for _ in range(3)])" in text


def test_scopes_that_share_no_class_are_called_like_their_keys(all_sources: dict[str, str]) -> None:
    text = all_sources["hrnet_w18"]
    assert classes(text)[-4:] == ["Stage2", "Stage3", "Stage4", "HRNetW18"]
    assert len(text.splitlines()) < 340


def test_repetition_is_no_repetition_of_lines() -> None:
    few, many = (emitted(f"repeat {count} {{ conv(4, 3x3) -> relu }}") for count in (30, 900))
    assert many.count("nn.Conv2d(") == few.count("nn.Conv2d(") == 1
    unit = "block unit(depth) { for i in range(depth) { conv(4 + i, 3x3) } }"
    assert emitted("unit(3); unit(9)", unit).count("nn.Conv2d(") == 1


def test_calls_that_count_up_do_not_hide_the_names_of_the_author() -> None:
    rest = "block row(i) { conv(4, 1x1); unit(i, 1); unit(i, 2); unit(i, 3) }\n"
    rest += "block unit(width, n) { conv(width * n, 3x3); conv(4, 1x1) }"
    network = compiler.choose(SourceFile("a.net", f"net a {{\n  input 4x8x8\n  row(2); row(3)\n}}\n{rest}\n"))
    keys = {entry.key: entry.dims for entry in entries(network.root)}
    assert {key: tuple(value.shape) for key, value in build(network).state_dict().items()} == keys


def test_open_channels_are_arguments(tmp_path: Path) -> None:
    source = compiler.find("resnet18")
    module = build(compiler.choose(source))
    ten = type(module)(classes=10)
    network = compiler.choose(source, None, {"classes": 10})
    assert {key: tuple(value.shape) for key, value in ten.state_dict().items()} == {
        entry.key: entry.dims for entry in entries(network.root)
    }


def test_titles_are_docstrings() -> None:
    text = emitted("unit", "## A unit of one.\n##\n## It does nothing else.\nblock unit { a: conv(8, 3x3); relu }")
    (unit, _) = (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
    assert ast.get_docstring(unit) == "A unit of one.\n\nIt does nothing else."


def test_lines_flow_within_a_paragraph_of_a_docstring() -> None:
    doc = "## A unit of one.\n## It does\n## nothing else.\n##\n##   \n## Not a thing.\n"
    text = emitted("unit", f"{doc}block unit {{ a: conv(8, 3x3); relu }}")
    (unit, _) = (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
    assert ast.get_docstring(unit) == "A unit of one. It does nothing else.\n\nNot a thing."


HOSTILE = [
    "import os",
    "a'b",
    "\\\\",
    "x\\\\n",
    "'''",
    "class",
    "None",
    "self",
    "x",
    "torch",
    "nn",
    "F",
    "super",
    "print",
    "é",
    "层",
    "a b",
    "a-b",
    "0",
    "$(rm)",
    "%s",
    "#",
]


@pytest.mark.parametrize("label", HOSTILE)
def test_labels_are_never_code(label: str) -> None:
    body = f'"{label}": conv(4, 3x3) -> relu\n  "s{label}": {{ "{label}": conv(4, 3x3) }}'
    network = compiler.choose(SourceFile("a.net", f"net a {{\n  input 4x8x8\n  {body}\n}}\n"))
    keys = {entry.key: entry.dims for entry in entries(network.root)}
    module = build(network)
    assert {key: tuple(value.shape) for key, value in module.state_dict().items()} == keys
    assert module(torch.zeros(1, 4, 8, 8)).shape == (1, 4, 8, 8)


@pytest.mark.parametrize(
    "doc", ['"""', "'''", "\\", '\\"""', 'a"', '"', "{x}", "\\N{DASH}", "\\x", "# no", "é 层", '"""; import os; """']
)
def test_titles_are_never_code(doc: str) -> None:
    text = f"## {doc}\nnet a {{\n  input 4x8x8\n  unit # {doc}\n}}\n## {doc}\nblock unit {{ conv(4, 3x3) }}\n"
    source = compiler.emit(compiler.choose(SourceFile("a.net", text)))
    tree = ast.parse(source)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import) and node.names[0].name == "os"]
    unit = next(node for node in tree.body if isinstance(node, ast.ClassDef))
    assert (ast.get_docstring(unit, clean=False) or "").strip() == doc.replace('"""', "'''")
    assert build(compiler.choose(SourceFile("a.net", text)))(torch.zeros(1, 4, 8, 8)).shape == (1, 4, 8, 8)


def test_a_scope_asks_a_value_from_around_it_for_its_size() -> None:
    text = emitted("a = conv(4, 3x3); maxpool(2x2); s: { residual { tanh }; upsample(size=a.size) }; add on a, s")
    assert "size=a.shape[2:]" in text


LEFT_OUT = {
    "block unit(act=relu) { conv(8, 3x3); act }": ("unit(identity); unit(lrn(5)); unit", "act=partial(nn.LocalR"),
    "block unit(more) { conv(8, 3x3); more }": ("unit(wide); unit(identity); unit(wide)", "more=True"),
    "block unit(more, less) { conv(8, 3x3); more; less }": ("unit(wide, wide); unit(identity, identity)", "less=True"),
    "block unit(more) { s: { residual { conv(4, 3x3); more } } }": ("unit(wide); unit(identity)", "more=False"),
}
"""Block with an argument -> calls, in some of which it is `identity`, and what stands in their source."""


@pytest.mark.parametrize("block", LEFT_OUT)
def test_identity_as_an_argument_makes_no_second_class(block: str) -> None:
    calls, written = LEFT_OUT[block]
    rest = f"{block}\nblock wide {{ conv(4, 3x3); relu }}\n"
    network = compiler.choose(SourceFile("a.net", f"net a {{\n  input 4x8x8\n  {calls}\n}}\n{rest}"))
    text = compiler.emit(network)
    assert [name for name in classes(text) if name not in ("A", "S", "Wide")] == ["Unit"]
    assert written in text
    assert list(build(network).state_dict()) == [entry.key for entry in entries(network.root)]


BEHIND_A_CONDITION = [
    "if p { a: conv(4, 3x3) }; if q { b: conv(4, 1x1) }",
    "if p { a: conv(4, 3x3) } else { a: depthwise(3x3) }; if q { b: conv(4, 1x1) }",
    "if p { residual if q { a: conv(4, 3x3) } }",
    "if p { if p { a: conv(4, 3x3) } }; residual if q { b: conv(4, 1x1) -> relu }",
    "residual { if p { a: conv(4, 3x3) } else { a: depthwise(3x3) }; if q { b: conv(4, 1x1) } }",
    "residual { if q { a: conv(4, 3x3) } } shortcut if not p { b: conv(4, 1x1) }",
    "if not p { relu }; residual { if q { a: conv(4, 1x1) } } shortcut if p { b: conv(4, 1x1) }",
    "if q { if not p { a: conv(4, 3x3) } }",
    "if not p { a: conv(4, 1x1) }; if q { identity }",
    "if p { a: relu } else { residual if q { b: conv(4, 1x1) } }; if q { identity } else { if p { relu6 } }",
    "before: conv(4, 3x3); residual { if p { a: conv(4, 1x1) }; relu }",
    "if p { relu }; gate { if q { a: conv(4, 1x1) }; if p { relu6 } }",
    "if p { a: conv(4, 1x1) } else { a: relu }; if q { identity }",
]
"""What a block does where `q` holds only in uses in which `p` does, and where it holds in others too."""


@pytest.mark.parametrize("last", ["", "; unit(false, true)"])
@pytest.mark.parametrize("body", BEHIND_A_CONDITION)
def test_what_an_arm_made_is_read_where_the_arms_meet(body: str, last: str) -> None:
    rest = f"block unit(p, q) {{ {body}; c: conv(4, 1x1) }}\n"
    calls = f"unit(false, false); unit(true, false); unit(true, true){last}"
    network = compiler.choose(SourceFile("a.net", f"net a {{\n  input 4x8x8\n  {calls}\n}}\n{rest}"))
    module, x = build(network).eval(), torch.randn(1, 4, 8, 8)
    torch.testing.assert_close(module(x.clone()), interpret(network.root, module.state_dict(), x.clone()).main)


@pytest.mark.parametrize(
    "body",
    [
        """if p { "c.0": conv(4, 1x1) } else { "c.0": conv(4, 3x3); "c.1": conv(4, 3x3) }""",
        """if p { "c.a": conv(4, 1x1) }; "c.b": conv(4, 1x1)""",
        """if p { a: conv(4, 1x1) } else { if q { "c.a": conv(4, 1x1) }; "c.b": conv(4, 1x1) }; "c.d": conv(4, 1x1)""",
    ],
)
def test_what_holds_modules_is_there_whichever_way_conditions_go(body: str) -> None:
    rest = f"block unit(p, q) {{ {body} }}\n"
    calls = "unit(false, false); unit(false, true); unit(true, false)"
    network = compiler.choose(SourceFile("a.net", f"net a {{\n  input 4x8x8\n  {calls}\n}}\n{rest}"))
    module, x = build(network).eval(), torch.randn(1, 4, 8, 8)
    assert list(module.state_dict()) == [entry.key for entry in entries(network.root)]
    torch.testing.assert_close(module(x.clone()), interpret(network.root, module.state_dict(), x.clone()).main)


def test_a_fault_in_forward_shows_its_line() -> None:
    network = compiler.choose(SourceFile("a.net", "net a { input 4x8x8; first: conv(4, 3x3); last: relu }"))
    with pytest.raises(RuntimeError) as raised:
        build(network)(torch.zeros(1, 3, 8, 8))
    shown = "".join(traceback.format_exception(raised.value))
    assert re.search(
        r'File "<netdsl_a_\w+\.py>", line \d+, in forward\n    return self\.last\(self\.first\(x\)\)\n', shown
    )


@pytest.fixture
def frames() -> Iterator[None]:
    """Room for as many calls as the command makes where `--budget levels=…` is raised."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(FRAMES * 1000)
    yield
    sys.setrecursionlimit(before)


def nested(opening: str) -> Network:
    body = opening * 300 + "conv(4, 3x3)" + " }" * 300
    return compiler.choose(SourceFile("a.net", f"net a {{ input 4x8x8; {body} }}"), budget=Budget(levels=1000))


@pytest.mark.usefixtures("frames")
@pytest.mark.parametrize(
    "opening", ["residual { conv(4, 3x3); ", "add { identity; ", "s: { residual { conv(4, 3x3) }; "]
)
def test_what_is_nested_deep_has_short_lines(opening: str) -> None:
    network = nested(opening)
    assert max(map(len, compiler.emit(network).splitlines())) <= 88
    assert build(network)(torch.zeros(1, 4, 8, 8)).shape == (1, 4, 8, 8)


@pytest.mark.usefixtures("frames")
def test_what_python_cannot_read_is_refused() -> None:
    with pytest.raises(Refused, match="N0503"):
        compiler.emit(nested("s: { relu; "))


def test_a_number_that_a_caller_works_out_is_an_argument() -> None:
    rest = """block around { s: { inner(in.channels, 6); residual { conv(in.channels, 1x1) } } }
block inner(width, most) { conv(most, 3x3); conv(width, 1x1) }
"""
    network = compiler.choose(SourceFile("a.net", f"net a {{\n  input 4x8x8\n  around\n}}\n{rest}"))
    made = build(network)
    assert "nn.Conv2d(6, width, 1)" in compiler.emit(network)
    around = type(next(made.children()))(10)
    assert around(torch.zeros(1, 10, 8, 8)).shape == (1, 10, 8, 8)
