"""The network as a recipe starts it: seeded, initialised, its weights in groups."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from netdsl.graph.weights import Weight, last_norms, weights
from netdsl.layers.base import Role

if TYPE_CHECKING:
    from torch import Tensor, nn

    from netdsl.graph.model import Network
    from netdsl.recipes.base import Init
    from netdsl.recipes.group import Group
    from netdsl.recipes.recipe import Recipe


def started(network: Network, recipe: Recipe, seed: int) -> nn.Module:
    """The module with the weights that `recipe` gives it; all chance comes from `seed`."""
    import torch

    from netdsl.targets.pytorch.module import build

    torch.manual_seed(seed)
    module = build(network)
    tensors = dict(module.named_parameters())
    with torch.no_grad():
        for init in recipe.init:
            for weight in weights(network.root):
                if init.only:
                    _fill_named(weight, tensors, init)
                elif weight.fans is not None:
                    init.fill(tensors[weight.key], *weight.fans)
                elif weight.bias and weight.role in (Role.MIX, Role.DENSE):
                    tensors[weight.key].zero_()
        if recipe.zero_last_norm:
            for key in last_norms(network.root):
                tensors[f"{key}.weight"].zero_()
    return module


def _fill_named(weight: Weight, tensors: Mapping[str, Tensor], init: Init) -> None:
    if any(fnmatchcase(weight.key, pattern) for pattern in init.only):
        tensor = tensors[weight.key]
        init.fill(tensor, *(weight.fans or (tensor.numel(), tensor.numel())))


def grouped(module: nn.Module, network: Network, recipe: Recipe) -> tuple[list[dict[str, Any]], list[str]]:
    """The parameters in groups for the optimizer, each with its share of the learning rate, and their keys in order."""
    kinds = {weight.key: weight for weight in weights(network.root)}
    rest: list[str] = []
    found: list[list[str]] = [[] for _ in recipe.groups]
    for key, _ in module.named_parameters():
        place = next((i for i, group in enumerate(recipe.groups) if _names(group, kinds[key])), None)
        (rest if place is None else found[place]).append(key)
    tensors = dict(module.named_parameters())
    groups: list[dict[str, Any]] = [{"params": [tensors[key] for key in rest]}] if rest else []
    for group, keys in zip(recipe.groups, found, strict=True):
        if keys:
            own = {} if group.weight_decay is None else {"weight_decay": group.weight_decay}
            groups.append({"params": [tensors[key] for key in keys], "share": group.lr, **own})
    return groups, [*rest, *(key for keys in found for key in keys)]


def _names(group: Group, weight: Weight) -> bool:
    """Whether a group is for this weight."""
    return any(
        (name == "norm" and weight.role is Role.NORM)
        or (name == "bias" and weight.bias)
        or fnmatchcase(weight.key, name)
        for name in group.only
    )
