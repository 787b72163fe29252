"""Writes tests/published.json: `python tools/published.py`, where torchvision and timm are installed.

A line for each shipped network that one of them has under the same name: where the numbers are from, the count of
parameters, and the shapes of the maps that its stages give. All of it is asked of the library, nothing of the network
that is shipped.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from netdsl import compiler
from netdsl.cli.list import shipped
from netdsl.published import Faulty, imported, published

FILE = Path(__file__).parent.parent / "tests" / "published.json"
TRUNKS = ("backbone", "blocks", "body", "conv_layers", "features", "fpn", "layers", "stages", "stem", "trunk_output")
"""What holds the stages of a model, where they are not children of the model itself."""


def described(name: str) -> dict[str, Any] | None:
    """The line of a network; None where no library has a model of that name."""
    library, model = built(name)
    if model is None:
        return None
    parameters = sum(weight.numel() for weight in model.parameters())
    source, counts = f"{library} model", {parameters}
    if library.startswith("torchvision") and name != "fpn_resnet50":
        weights = imported("torchvision").models.get_model_weights(name)
        source, counts = f"{library} weights meta", {one.meta["num_params"] for one in weights}
    if counts != {parameters}:
        print(f"{name}: the model has {parameters:,} parameters, its weights meta {counts}")
        source = f"{library} model"
    network = compiler.choose(compiler.find(name))
    stages = dict(ends(outputs(model.eval().to("meta"), torch.empty(1, *network.input.dims, device="meta"))))
    return {"source": source, "parameters": parameters, "stages": stages}


def built(name: str) -> tuple[str, nn.Module | None]:
    """The library that publishes a network, and its model, without values where it can be built without."""
    with torch.device("meta"):
        if name == "fpn_resnet50":
            torchvision = imported("torchvision")
            make = torchvision.models.detection.backbone_utils.resnet_fpn_backbone
            model: nn.Module = make(backbone_name="resnet50", weights=None, norm_layer=nn.BatchNorm2d)
            return f"torchvision {torchvision.__version__.partition('+')[0]}", model
        try:
            return published(name)
        except Faulty:
            pass
    return published(name)


def outputs(model: nn.Module, image: Tensor) -> dict[str, tuple[int, ...]]:
    """What the parts of a model with weights give, in the order in which they are run."""
    found: dict[str, tuple[int, ...]] = {}

    def seen(key: str, output: Any) -> None:
        if isinstance(output, Tensor) and output.ndim == 4:
            found.pop(key, None)
            found[key] = tuple(output.shape[1:])

    for key, part in parts(model, ""):
        part.register_forward_hook(lambda _, arrives, gives, key=key: seen(key, gives))
    with torch.no_grad():
        model(image)
    return found


def parts(model: nn.Module, prefix: str) -> Iterator[tuple[str, nn.Module]]:
    """The children of a model, and in the place of a trunk or a list its own."""
    for name, child in model.named_children():
        key = f"{prefix}{name}"
        if name in TRUNKS or isinstance(child, nn.ModuleList):
            yield from parts(child, f"{key}.")
        elif any(True for _ in child.parameters()):
            yield key, child


def ends(maps: dict[str, tuple[int, ...]]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Of those in a row that give maps of the same shape, the last."""
    following = [*list(maps.values())[1:], None]
    for (key, dims), after in zip(maps.items(), following, strict=True):
        if dims != after:
            yield key, dims


def main() -> None:
    """Writes the file anew."""
    names = sorted(network.name for network in shipped())
    lines = {name: line for name in names if (line := described(name))}
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(line)}" for name, line in lines.items())
    FILE.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
