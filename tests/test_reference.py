"""Every published network in `tests/reference` is the shipped network of that name."""

import re

import probe
import pytest
import torch
from torch import nn

import netdsl
from netdsl.graph.cost import cost
from netdsl.graph.model import Network
from netdsl.graph.state import entries

ALL = sorted(path.name.removesuffix(".json.gz") for path in probe.REFERENCES.iterdir())
QUICK = [
    name
    for name in ALL
    if probe.reference(name)["params"] < 10_000_000 or re.match("alexnet|resnet|vgg", name.partition(".")[2])
]
LARGE = [name for name in ALL if name not in QUICK]


def network(name: str) -> Network:
    return netdsl.network(name.partition(".")[2])


def module(name: str) -> nn.Module:
    return netdsl.load(name.partition(".")[2])


def test_there_are_as_many_references_as_were_published() -> None:
    assert len(ALL) == 33


@pytest.mark.parametrize("name", ALL)
def test_the_graph_has_the_published_keys_shapes_and_costs(name: str) -> None:
    known, checked = probe.reference(name), network(name)
    expected = {key: (tuple(shape), dtype, kind) for key, shape, dtype, kind in known["state_dict"]}
    found = {e.key: (e.dims, e.dtype, "buffer" if e.buffer else "param") for e in entries(checked.root)}
    assert found == expected
    assert cost(checked.root).parameters == known["params"]
    assert cost(checked.root).macs == known["macs"]
    assert [1, *checked.output.dims] == known["output_shape"]


def assert_equal_to_published(name: str) -> None:
    known, built = probe.reference(name), module(name)
    found = {key: (list(t.shape), str(t.dtype).removeprefix("torch.")) for key, t in built.state_dict().items()}
    assert found == {key: (shape, dtype) for key, shape, dtype, _ in known["state_dict"]}
    probe.load(built, known)
    x = probe.image(known["probe"]["batch"], known["input_shape"])
    for dtype in (torch.float32, torch.float64):
        label = str(dtype).removeprefix("torch.")
        built = built.to(dtype).eval()
        with torch.no_grad():
            error = probe.difference(built(x.to(dtype)), known["probe"][label])
        assert error <= known["probe"]["tolerance"][label]
    if "probe_train" in known:
        assert_equal_in_training(built, known)


def assert_equal_in_training(built: nn.Module, known: dict) -> None:
    expected = known["probe_train"]
    built.train()
    for part in built.modules():
        if isinstance(part, nn.Dropout):
            part.eval()
    x = probe.image(expected["batch"], known["input_shape"]).double()
    with torch.no_grad():
        outputs = built(x)
    assert len(outputs) == len(expected["output_names"])
    for output, name in zip(outputs, expected["output_names"], strict=True):
        assert probe.difference(output, expected["float64"][name]) <= expected["tolerance"]["float64"]


@pytest.mark.parametrize("name", QUICK)
def test_the_module_computes_what_the_published_one_does(name: str) -> None:
    assert_equal_to_published(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_the_large_module_computes_what_the_published_one_does(name: str) -> None:
    assert_equal_to_published(name)
