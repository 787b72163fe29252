"""Keeping an average of the weights beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn


def follow(average: nn.Module, model: nn.Module, stays: float) -> None:
    """Moves `average` to `stays` of itself and the rest of `model`; what is no fraction, like a count, is copied."""
    import torch

    with torch.no_grad():
        mine, theirs = list(average.state_dict().values()), list(model.state_dict().values())
        floats = [place for place, tensor in enumerate(mine) if tensor.is_floating_point()]
        torch._foreach_lerp_([mine[i] for i in floats], [theirs[i] for i in floats], 1 - stays)
        for place in set(range(len(mine))) - set(floats):
            mine[place].copy_(theirs[place])
