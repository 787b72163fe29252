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


def alexnet(*, weights: object = None) -> nn.Module:
    """A model that the library lists and cannot build."""
    raise ValueError("no such operator")


def squeezenet1_0(*, weights: object = None) -> nn.Module:
    """A model that runs on no image."""
    model = netdsl.load("squeezenet1_0")
    model.forward = lambda image: image @ image.new_ones(3)
    return model


def resnet34(*, weights: object = None) -> nn.Module:
    """Its outputs are no vectors."""
    model = netdsl.load("resnet34")
    forward = model.forward
    model.forward = lambda image: forward(image)[:, :, None]
    return model


def darknet53() -> nn.Module:
    return netdsl.load("darknet53")


MODELS = {
    model.__name__: model
    for model in (
        squeezenet1_1,
        squeezenet1_0,
        googlenet,
        shufflenet_v2_x0_5,
        resnet18,
        resnet34,
        mnasnet0_5,
        alexnet,
    )
}


def torchvision() -> ModuleType:
    """A torchvision with the models above."""
    library = ModuleType("torchvision")
    library.__version__ = "1.2+cpu"
    library.models = SimpleNamespace(list_models=lambda: list(MODELS), get_model_builder=MODELS.__getitem__)
    return library


def timm() -> ModuleType:
    """A timm with one model."""
    library = ModuleType("timm")
    library.__version__ = "3.4"
    library.is_model = lambda name: name == "darknet53"
    library.create_model = lambda name: {"darknet53": darknet53}[name]()
    return library


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts these modules in the place of torchvision and timm; an exception is what an import of the library raises."""

    def installed(**libraries: ModuleType | Exception) -> None:
        raised = {title: library for title, library in libraries.items() if isinstance(library, Exception)}
        for title in ("torchvision", "timm"):
            monkeypatch.delitem(sys.modules, title, raising=False)
            if title not in libraries:
                raised[title] = ModuleNotFoundError(f"No module named {title!r}", name=title)
            elif title not in raised:
                monkeypatch.setitem(sys.modules, title, libraries[title])

        class Refuser:
            @staticmethod
            def find_spec(name: str, *_: object) -> None:
                if name in raised:
                    raise raised[name]

        monkeypatch.setattr(sys, "meta_path", [Refuser, *sys.meta_path])

    return installed


@pytest.fixture
def libraries(install: Callable[..., None]) -> None:
    install(torchvision=torchvision())


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
    assert first == "squeezenet1_1: torchvision 1.2, 1,235,496 parameters, equal: strict load, outputs to the last bit"
    assert second.startswith("googlenet: torchvision 1.2, 13,004,888 parameters, equal")


def test_the_same_as_a_table(libraries: None, verify: Verify) -> None:
    status, out, _ = verify("squeezenet1_1", "mnasnet0_5", "--format", "markdown")
    header, marks, equal, other = out.splitlines()
    assert (status, marks) == (1, "| --- | --- | ---: | ---: |")
    assert header == "| network | published by | parameters | largest difference |"
    assert equal == "| squeezenet1_1 | torchvision 1.2 | 1,235,496 | 0 |"
    assert other.startswith("| mnasnet0_5 | torchvision 1.2 | 950,322 | Error(s) in loading state_dict")


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


def test_a_network_that_nobody_publishes(install: Callable[..., None], verify: Verify) -> None:
    install(torchvision=torchvision(), timm=timm())
    assert verify("vgg_c") == (1, "vgg_c: no model of this name in torchvision 1.2 or timm 3.4\n", "")


def test_without_a_library_it_says_which_are_wanted(install: Callable[..., None], verify: Verify) -> None:
    install()
    status, out, err = verify("resnet18")
    assert (status, out) == (1, "")
    assert "torchvision and timm, and neither is installed" in err
    assert "pip install torchvision" in err


def test_a_library_too_old_for_a_name_says_its_version(libraries: None, verify: Verify) -> None:
    assert verify("convnext_tiny") == (1, "convnext_tiny: no model of this name in torchvision 1.2\n", "")


def test_a_library_is_asked_only_for_what_the_first_does_not_have(install: Callable[..., None], verify: Verify) -> None:
    install(torchvision=torchvision(), timm=ImportError("No module named 'safetensors'"))
    assert verify("squeezenet1_1")[0] == 0
    status, out, err = verify("darknet53")
    assert (status, out) == (1, "")
    assert "timm is installed, but cannot be used: ImportError: No module named 'safetensors'" in err


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (ImportError("libcudart.so.13: cannot open"), "ImportError: libcudart.so.13: cannot open"),
        (ModuleNotFoundError("No module named 'PIL'", name="PIL"), "No module named 'PIL'"),
        (RuntimeError("operator torchaudio::x does not exist"), "RuntimeError: operator torchaudio::x"),
        (SimpleNamespace(__version__="0.12", models=SimpleNamespace()), "no attribute 'list_models'"),
    ],
)
def test_a_broken_library_is_named_with_a_way_out(
    install: Callable[..., None], verify: Verify, broken: Exception, reason: str
) -> None:
    install(torchvision=broken, timm=timm())
    status, out, err = verify("darknet53")
    assert (status, out) == (1, "")
    assert "torchvision is installed, but cannot be used: " in err
    assert reason in err
    assert f"Install the version that goes with torch {torch.__version__}" in err


def test_operators_that_do_not_go_with_torch_are_defined(verify: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    imports = iter([RuntimeError("operator torchvision::nms does not exist"), torchvision()])

    def importing(title: str) -> ModuleType:
        assert title == "torchvision"
        found = next(imports)
        if isinstance(found, Exception):
            raise found
        assert torch.ops.torchvision.nms and torch.ops.torchvision.qnms
        return found

    monkeypatch.setattr("netdsl.published.import_module", importing)
    monkeypatch.setattr("netdsl.published._OPERATORS", [])
    assert verify("squeezenet1_1")[0] == 0


def test_a_fault_of_a_librarys_constructor_is_said_in_a_sentence_and_others_go_on(
    libraries: None, verify: Verify
) -> None:
    status, out, err = verify("alexnet", "squeezenet1_1")
    fault, equal = out.splitlines()
    assert (status, err) == (1, "")
    assert fault == "alexnet: torchvision 1.2 cannot build its own model: ValueError: no such operator"
    assert "equal: strict load" in equal
    assert verify("alexnet", "--format", "markdown")[1].splitlines()[-1] == (
        "| alexnet | torchvision 1.2 |  | torchvision 1.2 cannot build its own model: ValueError: no such operator |"
    )


def test_a_model_that_does_not_run_or_gives_other_shapes_is_said_in_a_sentence(libraries: None, verify: Verify) -> None:
    status, out, err = verify("squeezenet1_0", "resnet34")
    fault, other = out.splitlines()
    assert (status, err) == (1, "")
    assert fault.startswith("squeezenet1_0: torchvision 1.2 cannot run its own model: RuntimeError: ")
    assert other == "resnet34: torchvision 1.2, 21,797,672 parameters, the outputs differ in number or shape"


def test_without_a_library_it_says_what_to_install(install: Callable[..., None], verify: Verify) -> None:
    install()
    status, out, err = verify("resnet18")
    assert (status, out) == (1, "")
    assert "pip install torchvision" in err


def test_a_network_that_does_not_exist_and_none_at_all(verify: Verify) -> None:
    assert verify("resnet19")[0] == 1
    assert verify()[0] == verify("resnet18", "--all")[0] == 2
