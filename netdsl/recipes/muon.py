"""The optimizer behind the word `muon`: orthogonalised momentum for filters beside another optimizer for the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the polynomial a·s + b·s³ + c·s⁵ that is put to each singular value: steep at 0, and from then on near 1 (Jordan
et al. 2024, kellerjordan.github.io/posts/muon)."""
EPSILON = 1e-7
"""Keeps a gradient of zeros from dividing by 0."""

Groups = list[dict[str, Any]]


class Muon(Optimizer):
    """Both parts as one: `param_groups` and the state hold those of `rest` after those of the filters."""

    def __init__(self, filters: Groups, rest: Optimizer | None, settings: dict[str, Any]) -> None:
        """`settings` are the defaults of the groups: lr, momentum, nesterov, weight_decay, steps, normalize."""
        super().__init__(filters, settings)
        self._own = len(self.param_groups)
        self._rest = rest
        if rest is not None:
            self.param_groups += rest.param_groups
            self._share()

    def _share(self) -> None:
        """Lets `rest` work on the groups and the state that are here, where all are changed and saved."""
        if self._rest is not None:
            self._rest.param_groups = self.param_groups[self._own :]
            self._rest.state = self.state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """What `load_state_dict` ends with: groups and state are new objects."""
        super().__setstate__(state)
        self._share()

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step of both parts; gives what `closure` gives."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups[: self._own]:
            if weights := [weight for weight in group["params"] if weight.grad is not None]:
                self._follow(weights, group)
        if self._rest is not None:
            self._rest.step()
        return loss

    def _follow(self, weights: list[Tensor], group: dict[str, Any]) -> None:
        """Moves filters along their orthogonalised momentum, in as few calls as there are operations."""
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        for weight in weights:
            if "momentum_buffer" not in self.state[weight]:
                self.state[weight]["momentum_buffer"] = torch.zeros_like(weight)
        directions = [self.state[weight]["momentum_buffer"] for weight in weights]
        torch._foreach_mul_(directions, group["momentum"])
        torch._foreach_add_(directions, gradients)
        ahead = directions
        if group["nesterov"]:
            ahead = list(torch._foreach_add(gradients, directions, alpha=group["momentum"]))
        if group["normalize"]:
            lengths = torch._foreach_norm(weights)
            torch._foreach_div_(weights, [length / len(w) ** 0.5 for length, w in zip(lengths, weights, strict=True)])
        if group["weight_decay"]:
            torch._foreach_mul_(weights, 1 - group["lr"] * group["weight_decay"])
        torch._foreach_add_(weights, _all_orthogonal(ahead, group["steps"]), alpha=-group["lr"])


def parted(groups: Groups) -> tuple[Groups, Groups]:
    """Groups of filters, which have four dimensions, and groups of the rest, each with the settings of its group."""
    filters: Groups = []
    others: Groups = []
    for group in groups:
        settings = {name: value for name, value in group.items() if name != "params"}
        for part, fits in ((filters, True), (others, False)):
            if found := [weight for weight in group["params"] if (weight.ndim == 4) is fits]:
                part.append({"params": found, **settings})
    return filters, others


def orthogonal(matrices: Tensor, steps: int) -> Tensor:
    """Matrices (number, rows, columns) with all singular values brought near 1, by `steps` iterations of Newton-Schulz.

    On a GPU in bfloat16, as it was published, since the result is rough anyway; on a CPU in float32.
    """
    a, b, c = COEFFICIENTS
    x = matrices.to(torch.bfloat16 if matrices.is_cuda else torch.float32)
    if tall := x.size(1) > x.size(2):
        x = x.mT
    x = x / (x.norm(dim=(1, 2), keepdim=True) + EPSILON)
    for _ in range(steps):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return (x.mT if tall else x).to(matrices.dtype)


def _all_orthogonal(directions: Iterable[Tensor], steps: int) -> list[Tensor]:
    """Each direction as an orthogonal one of its shape; those of one shape are worked out at once."""
    directions = list(directions)
    alike: dict[torch.Size, list[int]] = defaultdict(list)
    for place, direction in enumerate(directions):
        alike[direction.shape].append(place)
    for shape, places in alike.items():
        flat = torch.stack([directions[place].flatten(1) for place in places])
        for place, matrix in zip(places, orthogonal(flat, steps).unbind(), strict=True):
            directions[place] = matrix.view(shape)
    return directions
