"""Where weights and states come from: which network and recipe they belong to, and which other run they began with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl import compiler
from netdsl.training import checkpoint
from netdsl.training.halted import Halted
from netdsl.training.run import Run, settings_of

if TYPE_CHECKING:
    from torch import Tensor, nn

    from netdsl.graph.model import Network, Training

FREE = ("log", "save")
"""Settings of a recipe that change nothing of what is trained."""


def origin(network: Network, training: Training) -> dict[str, str]:
    """What a checkpoint belongs to: each setting of the recipe, and a digest of the network's source.

    The digest is to be compared only among checkpoints of one version of netdsl, which is noted beside it.
    """
    given = {name: value for name, value in settings_of(training.recipe).items() if name not in FREE}
    source = compiler.emit(replace(network, name="run", doc="", variants={}))
    return given | {"network": sha256(source.encode()).hexdigest()[:16], "netdsl": version("netdsl")}


def refuse_unfit(network: Network, other: Path) -> None:
    """Raises `Halted` where nothing of another run fits the network."""
    import torch

    from netdsl.targets.pytorch.module import build

    with torch.device("meta"):
        _fit(build(network).state_dict(), other)


def taken_over(model: nn.Module, other: Path) -> str:
    """Copies the weights of another run whose names and shapes agree; tells how many did. Raises `Halted`."""
    own = model.state_dict()
    fit = _fit(own, other)
    model.load_state_dict(fit, strict=False)
    return f"{len(fit)} of {len(own)} tensors are taken from {other}"


def _fit(own: Mapping[str, Tensor], other: Path) -> dict[str, Tensor]:
    tensors, _ = checkpoint.read(Run(other).member(0, 1).weights)
    fit = {key: tensor for key, tensor in tensors.items() if key in own and own[key].shape == tensor.shape}
    if not any(tensor.is_floating_point() for tensor in fit.values()):  # counts of batches fit each other anywhere
        raise Halted(f"no weight of {other} has the name and the shape of one here")
    return fit
