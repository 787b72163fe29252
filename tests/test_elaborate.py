"""What a file means: the keys, shapes and results that its nets have, and what is said of none of them."""

from cProfile import Profile
from pathlib import Path

import pytest

from netdsl import compiler
from netdsl.budget import Budget
from netdsl.diagnostics.model import Refused
from netdsl.graph.model import Network, OutputRun
from netdsl.graph.state import entries
from netdsl.graph.walk import leaves
from netdsl.shapes import Shape
from netdsl.source import SourceFile


def net(body: str, rest: str = "") -> Network:
    return compiler.choose(SourceFile("a.net", f"net a {{\n  input 4x8x8\n  {body}\n}}\n{rest}"))


def keys(network: Network) -> list[str]:
    return [leaf.key for leaf in leaves(network.root)]


def codes(text: str, budget: Budget | None = None) -> list[str]:
    with pytest.raises(Refused) as refused:
        compiler.check(SourceFile("a.net", text), budget=budget or Budget())
    return [problem.code for problem in refused.value.problems]


def wrong(body: str, rest: str = "") -> list[str]:
    return codes(f"net a {{\n  input 4x8x8\n  {body}\n}}\n{rest}")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("conv(8, 3x3); relu; conv(8, 3x3)", ["0", "1", "2"]),
        ("c: conv(8, 3x3) -> relu -> conv(8, 3x3)", ["c", "1", "2"]),
        ("s: { conv(8, 3x3); t: { relu } }; relu", ["s.0", "s.t.0", "1"]),
        ('"l.0": relu; "l.1": { relu }; relu', ["l.0", "l.1.0", "1"]),
        ('for i in range(2) { "layer{i}": relu }', ["layer0", "layer1"]),
        ("repeat 2 { relu }; repeat 0 { conv(8, 3x3) }", ["0", "1"]),
        ("residual { conv(4, 3x3); relu }; relu", ["0", "1", "2"]),
        ("concat { relu; a: tanh; identity }; relu", ["0", "a", "2"]),
        ("if in.channels > 3 { relu } else { conv(8, 3x3); relu }", ["0"]),
        ("b; x: b", ["0.0", "0.1.0", "x.0", "x.1.0"]),
        ("w(b)", ["0.0.0", "0.0.1.0"]),
        ("w(relu)", ["0.0"]),
        ("identity -> relu", ["0"]),
    ],
)
def test_keys_are_labels_or_places(body: str, expected: list[str]) -> None:
    assert keys(net(body, "block b { relu; s }\nblock s { tanh }\nblock w(inner) { inner }")) == expected


@pytest.mark.parametrize(
    ("body", "dims"),
    [
        ("conv(16, 3x3, stride=2)", (16, 4, 4)),
        ("concat { identity; conv(2, 1x1) }", (6, 8, 8)),
        ("split { identity; conv(1, 1x1) }", (3, 8, 8)),
        ("a = conv(6, 1x1); b = conv(6, 3x3) on a; add on a, b", (6, 8, 8)),
        ("residual if in.channels == 9 { conv(9, 1x1) }", (9, 8, 8)),
        ("gate { global_avgpool; conv(4, 1x1); sigmoid }", (4, 8, 8)),
        ("let w = in.channels * in.height; flatten; linear(w)", (32,)),
        ("x = identity; conv(8, 1x1); conv(x.channels, 1x1)", (4, 8, 8)),
        ("let c = conv(bias=false); c(3, 1x1)", (3, 8, 8)),
        ("x = identity; y = conv(8, 1x1); two on x, y", (12, 8, 8)),
        ("e: conv(8, 1x1) -> conv(9, 1x1); identity on e", (8, 8, 8)),
        ("e = conv(8, 1x1) -> conv(9, 1x1); identity on e", (9, 8, 8)),
        ("for i in range(3) { x = conv(in.channels + 1, 1x1) }; identity on x", (7, 8, 8)),
    ],
)
def test_shapes_follow_the_flow(body: str, dims: tuple[int, ...]) -> None:
    assert net(body, "block two on a, b { concat on a, b }").output == Shape(dims[0], dims[1:])


def test_in_is_what_one_would_point_at() -> None:
    network = net(
        "conv(2, 1x1) -> conv(in.channels + 1, 1x1) -> w",
        "block w(c=in.channels) on x { conv(c * 2, 1x1); conv(x.channels, 1x1) }",
    )
    assert [entry.dims for entry in entries(network.root) if entry.key.endswith("weight")] == [
        (2, 4, 1, 1),
        (3, 2, 1, 1),
        (6, 3, 1, 1),
        (3, 6, 1, 1),
    ]


def test_arguments_may_be_layers_with_part_of_their_arguments() -> None:
    network = net(
        "unit(act=leaky_relu(negative_slope=0.2), norm=groupnorm(2))",
        "block unit(act, norm) { conv(8, 3x3); norm; act }",
    )
    assert [type(leaf.run.layer).__name__ for leaf in leaves(network.root)] == ["Conv", "GroupNorm", "LeakyReLU"]


def test_equal_blocks_are_checked_once() -> None:
    network = net("repeat 50 { unit(4) }", "block unit(width) { conv(width, 3x3); relu }")
    (loop,) = network.root.trace[1:]
    assert len({id(trip.body[0].steps[0].use) for trip in loop.trips}) == 1  # type: ignore[union-attr]


def test_results_are_named() -> None:
    network = net("a1: conv(8, 3x3); b1 = relu; conv(2, 1x1); output a1, b1")
    output = network.root.trace[-1]
    assert isinstance(output, OutputRun)
    assert [(name, tensor.shape.channels) for name, tensor in output.outputs] == [("a1", 8), ("b1", 8)]
    assert network.output.channels == 2


FAMILY = """
net plain(depths, width=8, classes=10) {
  input 3x32x32
  for n in depths { repeat n { conv(width, 3x3) } }
  flatten
  head: linear(classes)
}
net plain2 = plain([2])
net plain5 = plain([2, 3], width=16)
"""


def test_a_family_has_no_shapes_and_its_instances_have() -> None:
    checked = compiler.check(SourceFile("plain.net", FAMILY))
    assert checked.families == ("plain",)
    assert {network.name: len(keys(network)) for network in checked.networks} == {"plain2": 4, "plain5": 7}


def test_parameters_are_set_from_outside() -> None:
    source = SourceFile("plain.net", FAMILY)
    network = compiler.choose(source, "plain", {"depths": "[1, 1]", "width": 4, "classes": "2 * 3"})
    assert [entry.dims for entry in entries(network.root) if entry.key.endswith("weight")] == [
        (4, 3, 3, 3),
        (4, 4, 3, 3),
        (6, 4 * 32 * 32),
    ]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"depth": 3}, "depth"),
        ({"depths": "[1"}, "depths"),
        ({"depths": "nothing"}, "nothing"),
        ({"width": object()}, "object"),
        ({"width": "__import__(1)"}, "__import__"),
    ],
)
def test_what_cannot_be_set(settings: dict[str, object], said: str) -> None:
    with pytest.raises(Refused) as refused:
        compiler.choose(SourceFile("plain.net", FAMILY), "plain5", settings)
    assert said in str(refused.value)


def test_the_net_named_like_the_file_is_meant(tmp_path: Path) -> None:
    file = tmp_path / "b.net"
    file.write_text("net a {\n  input 3x8x8\n  relu\n}\nnet b {\n  input 3x8x8\n  tanh\n}\n", "utf-8")
    assert compiler.choose(compiler.find(str(file))).name == "b"
    assert compiler.choose(compiler.find(str(file)), "a").name == "a"
    file.rename(tmp_path / "c.net")
    with pytest.raises(Refused, match="a"):
        compiler.choose(compiler.find(str(tmp_path / "c.net")))


def test_files_keep_their_own_names(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "unit.net").write_text(
        'use "deep.net"\nlet width = 6\nblock unit { conv(width, 1x1); inner }\n', "utf-8"
    )
    (tmp_path / "parts" / "deep.net").write_text("block inner { tanh }\n", "utf-8")
    main = 'use "parts/unit.net"\nblock inner { relu }\nnet a {\n  input 3x8x8\n  unit\n  inner\n}\n'
    (tmp_path / "a.net").write_text(main, "utf-8")
    network = compiler.choose(compiler.find(str(tmp_path / "a.net")))
    assert [type(leaf.run.layer).__name__ for leaf in leaves(network.root)] == ["Conv", "Tanh", "ReLU"]


@pytest.mark.parametrize(
    ("body", "rest", "expected"),
    [
        ("conv(8, 3x3) -> nolayer -> conv(8, 99x99, padding=0) ; linear(2)", "", ["N0202"]),
        ("a: nolayer(3); conv(8, 3x3) on a; b = relu on a; add on a, b", "", ["N0202"]),
        ("let w = missing; conv(w, 3x3); conv(w + 1, 3x3)", "", ["N0201"]),
        ("for i in missing { relu }; conv(3.5, 3x3)", "", ["N0201", "N0304"]),
        ("b(missing); b(1)", "block b(w) { conv(w, 3x3) }", ["N0201"]),
        ("concat { relu; nolayer }; linear(2)", "", ["N0202"]),
        ("output a; relu", "", ["N0203"]),
        ("aux(weight=1) { h: relu }; conv(2, 1x1) on h", "", ["N0203"]),
        ("conv(8, 3x3, padd=1, strid=2)", "", ["N0302", "N0302"]),
        ("conv", "", ["N0301"]),
    ],
)
def test_what_stands_on_a_mistake_is_not_blamed(body: str, rest: str, expected: list[str]) -> None:
    assert wrong(body, rest) == expected


def test_a_mistake_in_a_block_is_said_once_with_the_call() -> None:
    with pytest.raises(Refused) as refused:
        net("repeat 3 { b(2) }", "block b(w) { c(w) }\nblock c(w) { conv(w, nothing) }")
    (problem,) = refused.value.problems
    assert [note.text for note in problem.trail] == ["in block `c`, called here", "in block `b`, called here"]


def test_a_block_that_nobody_calls_is_looked_at() -> None:
    assert wrong("relu", "block b(w) { conv(w, 3x3) -> conv(v, 3x3) }") == ["N0201"]


def nested(opening: str, count: int, inner: str) -> str:
    return opening * count + inner + " }" * count


@pytest.mark.parametrize("opening", ["residual { ", "s: { ", "gate { ", "repeat 1 { ", "concat { relu; "])
def test_depth_is_counted_over_bodies_and_calls(opening: str) -> None:
    assert net(nested(opening, 30, "b"), f"block b {{ {nested(opening, 30, 'conv(4, 3x3)')} }}").output
    calls = "\n".join(f"block b{i} {{ {nested(opening, 50, f'b{i + 1}')} }}" for i in range(50))
    assert wrong("b0", calls + "\nblock b50 { relu }") == ["N0502"]


def test_constants_may_stand_on_one_another_at_any_length() -> None:
    chain = "".join(f"let a{i} = a{i + 1} + 1\n" for i in range(3000))
    network = net("conv(a0, 1x1)", chain + "let a3000 = 1\n")
    assert network.output.channels == 3001


def test_a_constant_cannot_need_itself() -> None:
    assert wrong("conv(c, 1x1)", "let c = d + 1\nlet d = c + 1\n") == ["N0219"]
    assert net("conv(c[2], 1x1)", "let c = [c for c in range(3)]\n").output.channels == 2


@pytest.mark.parametrize(
    "body",
    [
        "repeat 1000 { repeat 1000 { repeat 1000 { conv(4, 3x3) } } }",
        "repeat 199999 { relu }",
        "for i in range(9999) { for j in range(9999) { } ; relu }",
        "conv(10 ** 11, 1x1)",
        "flatten -> linear(10 ** 11)",
        "conv(sum([i * sum(range(9999)) for i in range(9999)]), 3x3)",
    ],
)
def test_what_is_too_much_is_refused(body: str) -> None:
    found = wrong(body)
    assert set(found) <= {"N0502", "N0128"} and len(found) == 1


@pytest.mark.parametrize(
    ("body", "channels"),
    [
        ("repeat 3 { b(8) }", [8, 8, 8]),
        ("repeat 3 { b(in.channels * 2) }", [8, 16, 32]),
        ("for i in range(1, 4) { b(8 * i) }", [8, 16, 24]),
        ("let w = 4; repeat 3 { let w = w * 2; b(w) }", [8, 16, 32]),
        ("v = identity; repeat 3 { v = b(v.channels * 2) on v }", [8, 16, 32]),
        ('x = identity; "v{0}" = identity; repeat 3 { "v{0}" = b(v0.channels * 2) on x }', [8, 16, 32]),
        ("for w in [8, 16, 8] { c(w) }", [8, 16, 8]),
        ("for inner in [b(width=8), b(width=16), b(width=8)] { inner }", [8, 16, 8]),
    ],
)
def test_a_call_that_comes_round_again_means_what_its_names_and_shapes_mean_there(
    body: str, channels: list[int]
) -> None:
    network = net(body, "block b(width) { conv(width, 3x3) }\nblock c(w) { for inner in [conv(w, 3x3)] { inner } }")
    assert [leaf.run.gives.shape.channels for leaf in leaves(network.root)] == channels
    assert keys(network) == ["0.0", "1.0", "2.0"]


def test_what_repeats_is_looked_at_once() -> None:
    def function_calls(height: int) -> int:
        profile = Profile()
        profile.runcall(net, f"repeat {height} {{ b(4) }}", "block b(w) { residual { conv(w, 3x3); batchnorm } }")
        return sum(entry.callcount for entry in profile.getstats())

    function_calls(1)  # imports
    assert function_calls(1000) < 30 * function_calls(10)
