"""The network as a recipe starts it: seeded, initialised, its weights in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from netdsl.graph.weights import Weight, last_norms, weights
from netdsl.layers.base import Role
from netdsl.recipes.base import Fresh

if TYPE_CHECKING:
    from torch import Tensor, nn

    from netdsl.graph.model import Network
    from netdsl.recipes.group import Group
    from netdsl.recipes.recipe import Recipe

Images = Callable[[int], Iterator["Tensor"]]
"""Gives so many of the images to train with, in batches (N, channels, height, width), as they go into the network."""


def started(network: Network, recipe: Recipe, seed: int, images: Images) -> nn.Module:
    """The module with the weights that `recipe` gives it; all chance comes from `seed`.

    `images` are those to train with, for an initialisation that looks at them.
    """
    import torch

    from netdsl.targets.pytorch.module import build

    torch.manual_seed(seed)
    module = build(network)
    tensors = dict(module.named_parameters())
    with torch.no_grad():
        for init in recipe.init:
            for weight in weights(network.root):
                tensor = tensors[weight.key]
                if init.names(weight.key, learns=weight.fans is not None):
                    init.fill(Fresh(tensor, *(weight.fans or (tensor.numel(), tensor.numel())), images))
                elif not init.only and weight.bias and weight.role in (Role.MIX, Role.DENSE):
                    tensor.zero_()
        if recipe.zero_last_norm:
            for key in last_norms(network.root):
                tensors[f"{key}.weight"].zero_()
    return module


def grouped(module: nn.Module, network: Network, recipe: Recipe) -> tuple[list[dict[str, Any]], list[str]]:
    """The parameters in groups for the optimizer, each with its share of the learning rate, and their keys in order.

    A group without a learning rate is for weights that are not trained: they ask for no gradient from here on.
    """
    kinds = {weight.key: weight for weight in weights(network.root)}
    rest: list[str] = []
    found: list[list[str]] = [[] for _ in recipe.groups]
    for key, _ in module.named_parameters():
        place = next((i for i, group in enumerate(recipe.groups) if _named(group, kinds[key])), None)
        (rest if place is None else found[place]).append(key)
    tensors = dict(module.named_parameters())
    for group, keys in zip(recipe.groups, found, strict=True):
        if not group.lr:
            for key in keys:
                tensors[key].requires_grad_(False)
            keys.clear()
    groups: list[dict[str, Any]] = [{"params": [tensors[key] for key in rest]}] if rest else []
    for group, keys in zip(recipe.groups, found, strict=True):
        if keys:
            own = {} if group.weight_decay is None else {"weight_decay": group.weight_decay}
            groups.append({"params": [tensors[key] for key in keys], "share": group.lr, **own})
    return groups, [*rest, *(key for keys in found for key in keys)]


def _named(group: Group, weight: Weight) -> bool:
    return group.names(weight.key, norm=weight.role is Role.NORM, bias=weight.bias)
