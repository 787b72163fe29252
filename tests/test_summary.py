"""The table of a network: its rows, totals and receptive fields, in every form."""

import csv
import json
from io import StringIO

import pytest

from netdsl import compiler
from netdsl.graph.cost import Cost, cost
from netdsl.graph.model import Network
from netdsl.graph.state import entries
from netdsl.graph.walk import leaves
from netdsl.shapes import Shape
from netdsl.source import SourceFile
from netdsl.targets.summary.rows import summary
from netdsl.targets.summary.words import short
from netdsl.targets.summary.writers import WRITERS, as_csv, as_json, markdown, text

SMALL = """## Small, 2024: a net for a test.
net small(classes=10) {
  input 3x32x32
  stem: conv(8, 3x3, stride=2, bias=false)
  "stage 1": { bn: batchnorm; unit(16, act=gelu); unit(16) }
  aux(weight=0.3) { aux1: { global_avgpool; flatten; linear(classes) } }
  global_avgpool -> flatten
  head: linear(classes)
}

block unit(width, groups=2, act=relu) {
  residual { conv(width, [3, 1], padding=[1, 0], groups=groups); act } shortcut { conv(width, 1x1) }
}
"""


def built(source: str) -> Network:
    (network,) = compiler.check(SourceFile("small.net", source)).networks
    return network


@pytest.fixture(scope="module")
def small() -> Network:
    return built(SMALL)


def test_text(small: Network) -> None:
    assert (
        text(summary(small))
        == """\
small: Small, 2024: a net for a test.

name         layer                                    output    parameters     MACs  receptive field
────────────────────────────────────────────────────────────────────────────────────────────────────
stem         conv(8, 3x3, stride=2, bias=false)       8x16x16          216   55,296                3
stage 1.bn   batchnorm                                8x16x16           16                         3
stage 1.1.0  conv(16, 3x1, padding=[1, 0], groups=2)  16x16x16         208   49,152              7x3
stage 1.1.1  gelu                                     16x16x16                                   7x3
stage 1.1.2  conv(16, 1x1)                            16x16x16         144   32,768                3
stage 1.2.0  conv(16, 3x1, padding=[1, 0], groups=2)  16x16x16         400   98,304             11x3
stage 1.2.1  relu                                     16x16x16                                  11x3
stage 1.2.2  conv(16, 1x1)                            16x16x16         272   65,536              7x3
aux1.0       global_avgpool                           16x1x1                                     all
aux1.1       flatten                                  16                                         all
aux1.2       linear(10)                               10               170                       all
3            global_avgpool                           16x1x1                                     all
4            flatten                                  16                                         all
head         linear(10)                               10               170      160              all
────────────────────────────────────────────────────────────────────────────────────────────────────
total                                                 10             1,596  301,216

input 3x32x32; in float32 6.2 KiB of parameters, 144.2 KiB of activations for one input
in training only: aux1
"""
    )


def test_modules_fold_at_a_depth(small: Network) -> None:
    rows = summary(small, depth=1).rows
    assert [(row.key, row.words) for row in rows] == [
        ("stem", "conv(8, 3x3, stride=2, bias=false)"),
        ("stage 1", "batchnorm, 2 unit"),
        ("aux1", "global_avgpool, flatten, linear"),
        ("3", "global_avgpool"),
        ("4", "flatten"),
        ("head", "linear(10)"),
    ]
    whole = summary(small).rows
    for folded in rows:
        inside = [row for row in whole if row.key == folded.key or row.key.startswith(f"{folded.key}.")]
        assert max(row.reach.extent for row in inside) == folded.reach.extent
        assert sum(row.cost.parameters for row in inside) == folded.cost.parameters
        assert sum(row.cost.macs for row in inside) == folded.cost.macs
    assert summary(small, depth=2).rows[2].words == "unit(16, act=gelu)"
    assert summary(small, depth=9) == summary(small)


def test_rows_add_up_to_the_totals(small: Network) -> None:
    table = summary(small)
    assert sum(row.cost.parameters for row in table.rows) == table.total.parameters
    assert sum(row.cost.macs for row in table.rows) == table.total.macs
    stored = entries(small.root)
    assert sum(Shape(1, entry.dims).elements for entry in stored if not entry.buffer) == table.total.parameters


def test_auxiliary_results_have_parameters_but_do_no_work(small: Network) -> None:
    aux = {row.key: row.cost for row in summary(small).rows if row.key.startswith("aux")}
    assert aux == {"aux1.0": Cost(), "aux1.1": Cost(), "aux1.2": Cost(parameters=170)}
    assert [leaf.key for leaf in leaves(small.root) if leaf.auxiliary] == list(aux)


def test_what_a_network_costs() -> None:
    """Each figure worked out by hand."""
    net = built("net a { input 3x8x8; conv(4, 3x3); residual { relu; conv(4, 1x1, bias=false) }; flatten; linear(2) }")
    parameters = (3 * 9 + 1) * 4 + 4 * 4 + (256 + 1) * 2
    macs = 64 * 4 * 27 + 64 * 4 * 4 + 256 * 2
    activations = 256 + 256 + 256 + 256 + 256 + 2
    assert cost(net.root) == Cost(parameters, macs, activations)


def test_equal_blocks_are_counted_once_each_time() -> None:
    once = "block b { conv(8, 3x3); relu }\nnet a { input 8x8x8; b }"
    hundred = "block b { conv(8, 3x3); relu }\nnet a { input 8x8x8; repeat 100 { b } }"
    one, many = (cost(built(source).root) for source in (once, hundred))
    assert many == Cost(100 * one.parameters, 100 * one.macs, 100 * one.activations)


def test_scopes_that_are_opened_again_stay_where_they_were() -> None:
    net = built(
        """net a {
  input 4x8x8
  for i in range(2) { "convs.{i}": conv(4, 3x3, bias=false); "norms.{i}": batchnorm }
  scope: { conv(4, 1x1, bias=false); gamma: layer_scale(0.1) }
}
"""
    )
    norm = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    assert [(entry.key, entry.buffer, entry.dtype) for entry in entries(net.root)] == [
        ("convs.0.weight", False, "float32"),
        ("convs.1.weight", False, "float32"),
        *(
            (f"norms.{i}.{name}", place > 1, "int64" if place == 4 else "float32")
            for i in "01"
            for place, name in enumerate(norm)
        ),
        ("scope.gamma", False, "float32"),
        ("scope.0.weight", False, "float32"),
    ]


REACHES = {
    "alexnet": 195,
    "vgg16": 212,
    "mobilenetv1_100": 315,
    "inception_v3": 1311,
    "inception_v4": 2071,
    "inception_resnet_v2": 3039,
}
"""Receptive fields before the global pool, from Araujo, Norris and Sim, Distill 2019, table 1."""


@pytest.mark.parametrize("name", REACHES)
def test_receptive_fields_are_the_published_ones(name: str) -> None:
    network = compiler.choose(compiler.find(name))
    seen = [row.reach.size for row in summary(network).rows if not row.reach.whole]
    assert [max(sizes) for sizes in zip(*seen, strict=True)] == [REACHES[name]] * 2


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("conv(8, 3x3); conv(8, 5x5)", (7, 7)),
        ("conv(8, 3x3, stride=2); conv(8, 3x3, dilation=2)", (11, 11)),
        ("conv(8, [1, 7], padding=[0, 3]); maxpool(2x2)", (2, 8)),
        ("concat { conv(8, 3x3); conv(8, 5x5); identity }; conv(8, 3x3)", (7, 7)),
        ("residual { conv(3, 3x3); conv(3, 3x3) }", (5, 5)),
        ("a = conv(8, 5x5); conv(8, 3x3); conv(8, 3x3) on a", (7, 7)),
        ("conv(8, 3x3, stride=2); conv_transpose(8, 2x2, stride=2); conv(8, 3x3)", (5, 5)),
        ("conv(4, 3x3); split { identity; conv(2, 5x5) }; relu", (7, 7)),
    ],
)
def test_what_a_position_sees(body: str, seen: tuple[int, int]) -> None:
    reach = summary(built(f"net a {{ input 3x32x32; {body} }}")).rows[-1].reach
    assert (reach.size, reach.whole) == (seen, False)


@pytest.mark.parametrize(
    "body", ["global_avgpool", "flatten", "conv(8, 32x32, padding=0)", "gate { global_avgpool; conv(3, 1x1) }; relu"]
)
def test_what_sees_everything(body: str) -> None:
    assert summary(built(f"net a {{ input 3x32x32; {body} }}")).rows[-1].reach.whole


def test_json_is_plain_data(small: Network) -> None:
    found = json.loads(as_json(summary(small)))
    assert {name: value for name, value in found.items() if name != "rows"} == {
        "name": "small",
        "title": "Small, 2024: a net for a test.",
        "input": [3, 32, 32],
        "output": [10],
        "parameters": cost(small.root).parameters,
        "macs": cost(small.root).macs,
        "activations": cost(small.root).activations,
    }
    assert found["rows"][0] == {
        "name": "stem",
        "layer": "conv(8, 3x3, stride=2, bias=false)",
        "output": [8, 16, 16],
        "parameters": 216,
        "macs": 55296,
        "receptive_field": [3, 3],
    }
    assert found["rows"][-1]["receptive_field"] == [32, 32]


def test_csv_can_be_added_up(small: Network) -> None:
    rows = list(csv.DictReader(StringIO(as_csv(summary(small)))))
    assert sum(int(row["macs"]) for row in rows) == cost(small.root).macs
    assert rows[0]["layer"] == "conv(8, 3x3, stride=2, bias=false)"
    assert rows[0]["output"] == "8x16x16"
    assert rows[-1]["receptive_field"] == "all"


def test_markdown_is_a_table(small: Network) -> None:
    lines = markdown(summary(small)).splitlines()
    assert lines[0] == "small: Small, 2024: a net for a test."
    assert lines[2:5] == [
        "| name | layer | output | parameters | MACs | receptive field |",
        "| --- | --- | --- | ---: | ---: | ---: |",
        "| stem | `conv(8, 3x3, stride=2, bias=false)` | 8x16x16 | 216 | 55,296 | 3 |",
    ]


def test_text_from_a_file_commands_no_terminal() -> None:
    net = built('block b(name) { relu }\nnet a { input 3x8x8; x: b("\x1b[31m") }')
    for write in (text, markdown):
        assert "\x1b" not in write(summary(net, depth=1))


def test_every_form_is_offered(small: Network) -> None:
    assert {form: write(summary(small)) != "" for form, write in WRITERS.items()} == dict.fromkeys(
        ("text", "json", "csv", "markdown"), True
    )


def test_a_list_of_two_is_said_as_a_list() -> None:
    assert short((0, 3)) == "[0, 3]"  # `0x3` is no size in a file
    assert [short(value) for value in ((1.5, 2), ("a", "b"), (3, 3), (3, 5))] == ["[1.5, 2]", '["a", "b"]', "3", "3x5"]
