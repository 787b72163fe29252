"""Every published network in `tests/reference`, written in the language, is that network."""

from pathlib import Path

import probe
import pytest
import torch
from torch import nn

import netdsl
from netdsl.graph.cost import cost
from netdsl.graph.model import Network
from netdsl.graph.state import entries

NETWORKS = Path(__file__).parent / "networks"

SHIPPED = {
    f"torchvision.{name}": (name, None)
    for name in (
        "alexnet",
        *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
        *("vgg11", "vgg11_bn", "vgg13", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"),
    )
}
OTHERS = {
    "timm.inception_resnet_v2": ("inception_resnet_v2", "inception_resnet_v2"),
    "timm.inception_v4": ("inception_v4", "inception_v4"),
    "timm.mobilenetv1_100": ("mobilenet_v1", "mobilenet_v1_100"),
    "timm.mobilenetv1_125": ("mobilenet_v1", "mobilenet_v1_125"),
    "timm.nasnetalarge": ("nasnet", "nasnet_large"),
    "timm.xception": ("xception", "xception"),
    "torchvision.convnext_tiny": ("convnext", "convnext_tiny"),
    "torchvision.densenet121": ("densenet", "densenet121"),
    "torchvision.efficientnet_b0": ("efficientnet", "efficientnet_b0"),
    "torchvision.googlenet": ("googlenet", "googlenet"),
    "torchvision.inception_v3": ("inception_v3", "inception_v3"),
    "torchvision.mnasnet1_0": ("mnasnet", "mnasnet1_0"),
    "torchvision.mobilenet_v2": ("mobilenet_v2", "mobilenet_v2"),
    "torchvision.mobilenet_v3_large": ("mobilenet_v3", "mobilenet_v3_large"),
    "torchvision.mobilenet_v3_small": ("mobilenet_v3", "mobilenet_v3_small"),
    "torchvision.regnet_y_400mf": ("regnet", "regnet_y_400mf"),
    "torchvision.resnext50_32x4d": ("resnext", "resnext50_32x4d"),
    "torchvision.shufflenet_v2_x1_0": ("shufflenet_v2", "shufflenet_v2_x1_0"),
    "torchvision.squeezenet1_1": ("squeezenet", "squeezenet1_1"),
    "torchvision.wide_resnet50_2": ("resnext", "wide_resnet50_2"),
}
ALL = SHIPPED | OTHERS
SMALL = [name for name in OTHERS if probe.reference(name)["params"] < 10_000_000]
LARGE = [name for name in OTHERS if name not in SMALL]


def network(name: str) -> Network:
    where, net = ALL[name]
    return netdsl.network(where if net is None else NETWORKS / f"{where}.net", net)


def module(name: str) -> nn.Module:
    where, net = ALL[name]
    return netdsl.load(where if net is None else NETWORKS / f"{where}.net", net)


def test_every_reference_is_tried() -> None:
    assert {path.name.removesuffix(".json.gz") for path in probe.REFERENCES.iterdir()} == set(ALL)


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


@pytest.mark.parametrize("name", [*SHIPPED, *SMALL])
def test_the_module_computes_what_the_published_one_does(name: str) -> None:
    assert_equal_to_published(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_the_large_module_computes_what_the_published_one_does(name: str) -> None:
    assert_equal_to_published(name)
