"""Shipped networks beside the models that torchvision and timm publish under the same names."""

import inspect
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from math import inf
from types import ModuleType
from typing import TYPE_CHECKING, Any

from netdsl import compiler
from netdsl.graph.model import Network
from netdsl.graph.walk import leaves

if TYPE_CHECKING:
    from torch import Tensor, nn

TOLERANCE = 1e-9
"""The largest difference of an output in float64, as a share of the output's standard deviation."""


class NotInstalled(Exception):
    """Neither library that publishes models is there."""


class Unusable(Exception):
    """A library that publishes models is there, but cannot be imported, or cannot say which models it has."""

    def __init__(self, library: str, error: Exception) -> None:
        super().__init__(f"{library} is installed, but cannot be used: {type(error).__name__}: {error}")


class Faulty(Exception):
    """A library has a model of a name, but fails at what it `does` with it: to build it, or to run it."""

    def __init__(self, library: str, does: str, error: Exception) -> None:
        reason = " ".join(str(error).split())
        super().__init__(f"{library} cannot {does} its own model: {type(error).__name__}: {reason}")
        self.library = library


@dataclass(frozen=True)
class Comparison:
    """What came of a comparison; `reason` says why two models are not the same, and is "" where they are."""

    name: str
    library: str
    """`torchvision 0.23`, or "" where no library has a model of the name."""
    parameters: int = 0
    """0 where there is no model to count."""
    difference: float = 0.0
    """The largest of any output, as a share of that output's standard deviation."""
    reason: str = ""


def compared(name: str) -> Comparison:
    """The shipped network `name` with the published model of that name, on random weights and a random image.

    The model's state dict, running statistics too, is loaded strictly and with no map of keys, and the outputs are
    compared in float64: in evaluation, and in training where there are auxiliary outputs, with dropout off. Raises
    `NotInstalled` and `Unusable`.
    """
    try:
        return _compared(name)
    except Faulty as fault:
        return Comparison(name, fault.library, reason=str(fault))


def _compared(name: str) -> Comparison:
    import torch

    from netdsl.targets.pytorch.module import build

    library, model = published(name)
    if model is None:
        return Comparison(name, "", reason=f"no model of this name in {library}")
    network = compiler.choose(compiler.find(name))
    with torch.device("meta"):
        module = build(network)
    torch.manual_seed(0)
    model.double()
    for key, value in model.state_dict().items():
        _randomise(key, value)
    state = model.state_dict()
    parameters = sum(weight.numel() for weight in model.parameters())
    try:
        module.load_state_dict(state, strict=True, assign=True)
    except RuntimeError as error:
        return Comparison(name, library, parameters, reason=" ".join(str(error).split()))
    difference = max(_differences(library, model, module, network))
    reason = "" if difference <= TOLERANCE else f"the outputs differ by {difference:.1g}"
    if difference == inf:
        reason = "the outputs differ in number or shape"
    return Comparison(name, library, parameters, difference, reason)


def published(name: str) -> "tuple[str, nn.Module | None]":
    """The library that has a model of that name, and the model without weights; else all that were asked, and None.

    A library is imported only where those before it have no such model. Raises `NotInstalled`, `Unusable` and `Faulty`.
    """
    asked = []
    for title, publisher in PUBLISHERS.items():
        found = _asked(title, name)
        if found is None:
            continue
        library, known = found
        version = f"{title} {library.__version__.partition('+')[0]}"
        if known:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    return version, publisher.make(library, name)
                except Exception as error:  # it is theirs, so it may be of any kind
                    raise Faulty(version, "build", error) from error
        asked.append(version)
    if not asked:
        raise NotInstalled
    return " or ".join(asked), None


@dataclass(frozen=True)
class Publisher:
    """How to ask a library for its models."""

    knows: Callable[[ModuleType, str], bool]
    """Whether it has a model of this name, perhaps an old one of a model that it calls otherwise by now."""
    make: "Callable[[ModuleType, str], nn.Module]"


def _from_torchvision(library: ModuleType, name: str) -> "nn.Module":
    builder = library.models.get_model_builder(name)
    options = {"weights": None, "weights_backbone": None, "aux_loss": True}
    known = inspect.signature(builder).parameters
    model: nn.Module = builder(**{option: value for option, value in options.items() if option in known})
    return model


PUBLISHERS = {
    "torchvision": Publisher(lambda library, name: name in library.models.list_models(), _from_torchvision),
    "timm": Publisher(lambda library, name: library.is_model(name), lambda library, name: library.create_model(name)),
}


def _asked(title: str, name: str) -> tuple[ModuleType, bool] | None:
    """A library, and whether it has a model of this name; None where it is not installed."""
    try:
        library = imported(title)
        return library, PUBLISHERS[title].knows(library, name)
    except Exception as error:  # what is broken, or from before it listed its models, fails in any way
        if isinstance(error, ModuleNotFoundError) and error.name == title:
            return None
        raise Unusable(title, error) from error


def imported(title: str) -> ModuleType:
    """A library that publishes models, even where its compiled operators do not go with the installed torch."""
    try:
        return import_module(title)
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    return _without_operators(title)


def _without_operators(title: str) -> ModuleType:
    """A library whose compiled operators do not go with the installed torch: no model here calls them."""
    import torch

    operators = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for operator in ("nms", "qnms"):
        signature = f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        operators.define(signature)  # type: ignore[no-untyped-call]
    _OPERATORS.append(operators)
    for name in [name for name in sys.modules if name.partition(".")[0] == title]:
        del sys.modules[name]
    return import_module(title)


_OPERATORS: list[Any] = []
"""What is defined lives as long as its library object."""


def _randomise(key: str, value: "Tensor") -> None:
    """Fills an entry of a state dict so that values neither grow nor vanish on their way."""
    leaf = key.rpartition(".")[2]
    if not value.is_floating_point():
        return
    if leaf == "running_var":
        value.uniform_(0.5, 1.5)
    elif value.ndim > 1 and leaf.endswith("weight"):
        value.normal_(0.0, (2 / value[0].numel()) ** 0.5)
    elif leaf.endswith("weight"):
        value.uniform_(0.8, 1.2)
    else:
        value.normal_(0.0, 0.1)


def _differences(library: str, model: "nn.Module", module: "nn.Module", network: Network) -> "Iterator[float]":
    """How far each output of the module is from the model's, as a share of that output's standard deviation.

    It is infinite where they cannot be compared. A model for segmentation gives its auxiliary output in evaluation too,
    after the main one; ours in training only. Raises `Faulty` where the model does not run.
    """
    import torch

    auxiliary = any(leaf.auxiliary for leaf in leaves(network.root))
    for training in (False, True) if auxiliary else (False,):
        images = torch.randn(2 if training else 1, *network.input.dims, dtype=torch.float64)
        try:
            expected = _outputs(model, images, training)
        except Exception as error:  # it is theirs, so it may be of any kind
            raise Faulty(library, "run", error) from error
        found = _outputs(module, images, training)
        expected = expected if training else expected[: len(found)]
        if [theirs.shape for theirs in expected] != [ours.shape for ours in found]:
            yield inf
            return
        for theirs, ours in zip(expected, found, strict=True):
            yield ((theirs - ours).abs().max() / theirs.std()).item()


def _outputs(model: "nn.Module", images: "Tensor", training: bool) -> "list[Tensor]":
    """What a model gives, without dropout."""
    import torch

    model.train(training)
    for part in model.modules():
        if re.search("Drop|StochasticDepth", type(part).__name__):
            part.eval()
    with torch.no_grad():
        return list(_tensors(model(images.clone())))


def _tensors(output: Any) -> "Iterator[Tensor]":
    """The tensors of an output, which may be a tuple or a dict of them."""
    values = output.values() if isinstance(output, Mapping) else output
    yield from values if isinstance(values, tuple | list) or isinstance(output, Mapping) else (output,)
