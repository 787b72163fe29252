"""`netdsl verify`, beside a library that publishes what was emitted here, right and wrong."""

import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import pytest
import torch
from torch import nn

import netdsl
from netdsl.cli import main as cli
from netdsl.published import compared

Verify = Callable[..., tuple[object, str, str]]


def squeezenet1_1(*, weights: object = None) -> nn.Module:
    return netdsl.load("squeezenet1_1")


def googlenet(*, weights: object = None) -> nn.Module:
    return netdsl.load("googlenet")


def shufflenet_v2_x0_5(*, weights: object = None) -> nn.Module:
    """One activation is another."""
    model = netdsl.load("shufflenet_v2_x0_5")
    model.conv5[2] = nn.SiLU()
    return model


def resnet18(*, weights: object = None) -> nn.Module:
    """One parameter more."""
    model = netdsl.load("resnet18")
    model.scale = nn.Parameter(torch.ones(1))
    return model


def mnasnet0_5(*, weights: object = None) -> nn.Module:
    """Another shape."""
    return netdsl.load("mnasnet0_5", classes=10)


MODELS = {model.__name__: model for model in (squeezenet1_1, googlenet, shufflenet_v2_x0_5, resnet18, mnasnet0_5)}


def builder(name: str) -> Callable[..., nn.Module]:
    if name not in MODELS:
        raise ValueError(name)
    return MODELS[name]


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A torchvision with the models above, and no timm."""
    fake = ModuleType("torchvision")
    fake.__version__ = "1.2"
    fake.models = SimpleNamespace(get_model_builder=builder)
    monkeypatch.setitem(sys.modules, "torchvision", fake)
    _hide(monkeypatch, "timm")


def _hide(monkeypatch: pytest.MonkeyPatch, *titles: str) -> None:
    for title in titles:
        monkeypatch.delitem(sys.modules, title, raising=False)
    find = sys.meta_path[:]

    class Hider:
        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            if name in titles:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(sys, "meta_path", [Hider, *find])


@pytest.fixture
def verify(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Verify:
    def runner(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["netdsl", "verify", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return (ended.value.code, *capsys.readouterr())

    return runner


def test_equal_models_are_equal(libraries: None, verify: Verify) -> None:
    status, out, err = verify("squeezenet1_1", "googlenet")
    assert (status, err) == (0, "")
    first, second = out.splitlines()
    assert first == "squeezenet1_1: torchvision 1.2, 1,235,496 parameters, equal: strict load, outputs within 0e+00"
    assert second.startswith("googlenet: torchvision 1.2, 13,004,888 parameters, equal")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("shufflenet_v2_x0_5", "the outputs differ by "),
        ("resnet18", 'Unexpected key(s) in state_dict: "scale"'),
        ("mnasnet0_5", "size mismatch for classifier.1.weight"),
    ],
)
def test_other_models_are_not(libraries: None, verify: Verify, name: str, reason: str) -> None:
    status, out, _ = verify(name)
    assert status == 1
    assert reason in out
    assert reason in compared(name).reason


def test_a_network_that_nobody_publishes(libraries: None, verify: Verify) -> None:
    assert verify("vgg_c") == (1, "vgg_c: no published model has this name\n", "")


def test_without_a_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, verify: Verify) -> None:
    _hide(monkeypatch, "torchvision", "timm")
    status, out, err = verify("resnet18")
    assert (status, out) == (1, "")
    assert "pip install torchvision" in err


def test_a_network_that_does_not_exist_and_none_at_all(verify: Verify) -> None:
    assert verify("resnet19")[0] == 1
    assert verify()[0] == verify("resnet18", "--all")[0] == 2
