"""Optimizers; defaults are PyTorch's where nothing else is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from netdsl.recipes.base import Optimizer
from netdsl.words.fields import Amount, Count, Flag, Fraction, Wanted

if TYPE_CHECKING:
    import torch

_Fraction = Annotated[float, Field(ge=0, lt=1)]
Betas = Annotated[tuple[_Fraction, _Fraction], Wanted("a list of two numbers from 0, below 1")]


class Sgd(Optimizer):
    """Stochastic gradient descent, with momentum (Polyak 1964) or Nesterov's (Sutskever et al. 2013)."""

    word = "sgd"
    aliases = ("nesterov_sgd", "momentum_sgd")
    habits = {"learning_rate": "lr", "decay": "weight_decay", "wd": "weight_decay"}
    example = "optimizer = sgd(lr=0.1, momentum=0.9, nesterov=true)"

    momentum: Fraction = 0.0
    """How much of the last direction stays."""
    dampening: Fraction = 0.0
    """How much of the gradient does not go into the direction."""
    nesterov: Flag = False
    """Whether the step looks ahead along the direction."""
    weight_decay: Amount = 0.0
    """What of each weight is added to its gradient."""

    def refusal(self) -> tuple[str, str]:
        """Nesterov's step is one along a direction that the whole gradient went into."""
        if not self.nesterov or (self.momentum and not self.dampening):
            return "", ""
        return "`nesterov` needs a momentum, and no dampening", "write `momentum=0.9`, or leave `nesterov` out"

    def torch(self, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
        """`torch.optim.SGD`."""
        import torch

        return torch.optim.SGD(groups, **_settings(self))


class Adagrad(Optimizer):
    """Steps shrink with the sum of all squared gradients so far, number by number (Duchi et al. 2011)."""

    word = "adagrad"
    habits = {"learning_rate": "lr", "epsilon": "eps", "initial_accumulator": "initial_accumulator_value"}
    example = "optimizer = adagrad(lr=0.01)"

    lr_decay: Amount = 0.0
    """After t steps the rate is lr / (1 + (t - 1) · lr_decay)."""
    weight_decay: Amount = 0.0
    """What of each weight is added to its gradient."""
    initial_accumulator_value: Amount = 0.0
    """What the sums begin with."""
    eps: Amount = 1e-10
    """Added to the root of a sum."""

    def torch(self, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
        """`torch.optim.Adagrad`."""
        import torch

        return torch.optim.Adagrad(groups, **_settings(self))


class RmsProp(Optimizer):
    """Steps are divided by the root of a moving mean of squared gradients (Hinton 2012, lecture 6)."""

    word = "rmsprop"
    habits = {"learning_rate": "lr", "decay": "alpha", "rho": "alpha", "epsilon": "eps"}
    example = "optimizer = rmsprop(lr=0.045, alpha=0.9, eps=1, momentum=0.9)"

    alpha: Fraction = 0.99
    """How much of the moving mean stays; Hinton's lecture has 0.9."""
    eps: Amount = 1e-8
    """Added to the root; TensorFlow adds it under the root, so published values are not the same step here."""
    weight_decay: Amount = 0.0
    """What of each weight is added to its gradient."""
    momentum: Fraction = 0.0
    """How much of the last direction stays."""
    centered: Flag = False
    """Whether the variance stands in place of the mean square (Graves 2013, arXiv:1308.0850)."""

    def torch(self, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
        """`torch.optim.RMSprop`."""
        import torch

        return torch.optim.RMSprop(groups, **_settings(self))


class Adam(Optimizer):
    """Moving means of gradients over the root of moving mean squares (Kingma and Ba 2014, arXiv:1412.6980)."""

    word = "adam"
    habits = {"learning_rate": "lr", "epsilon": "eps"}
    example = "optimizer = adam(lr=0.001)"

    betas: Betas = (0.9, 0.999)
    """How much of the mean stays, and of the mean square."""
    eps: Amount = 1e-8
    """Added to the root."""
    weight_decay: Amount = 0.0
    """What of each weight is added to its gradient; `adamw` takes it from the weight itself."""
    amsgrad: Flag = False
    """Whether the largest mean square so far is taken (Reddi et al. 2018, arXiv:1904.09237)."""

    def torch(self, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
        """`torch.optim.Adam`."""
        import torch

        return torch.optim.Adam(groups, **_settings(self))


class AdamW(Optimizer):
    """Adam whose weight decay does not go through the gradient (Loshchilov and Hutter 2017, arXiv:1711.05101)."""

    word = "adamw"
    habits = {"learning_rate": "lr", "epsilon": "eps", "wd": "weight_decay"}
    example = "optimizer = adamw(lr=0.001, weight_decay=0.05)"

    betas: Betas = (0.9, 0.999)
    """How much of the mean stays, and of the mean square."""
    eps: Amount = 1e-8
    """Added to the root."""
    weight_decay: Amount = 0.01
    """The share of each weight that is taken off in a step, before it is multiplied with the rate."""
    amsgrad: Flag = False
    """Whether the largest mean square so far is taken (Reddi et al. 2018, arXiv:1904.09237)."""

    def torch(self, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
        """`torch.optim.AdamW`."""
        import torch

        return torch.optim.AdamW(groups, **_settings(self))


class Muon(Optimizer):
    """Momentum whose singular values are all made about 1, for the filters of convolutions (Jordan et al. 2024).

    A filter bank (out, in, height, width) is taken as a matrix of `out` rows. Weights with four dimensions are filters,
    the first convolution's too; all else goes to `rest`: biases, norms, linear layers, the head. That and the defaults
    are those of the CIFAR-10 speed record (airbench94_muon, 2024). Its steps are not scaled by the form of the
    matrix, as `torch.optim.Muon`'s are (kellerjordan.github.io/posts/muon).
    """

    word = "muon"
    habits = {"learning_rate": "lr", "ns_steps": "steps", "wd": "weight_decay"}
    example = "optimizer = muon(lr=0.24, rest=sgd(lr=0.05, momentum=0.85, nesterov=true))"

    momentum: Fraction = 0.6
    """How much of the last direction stays; for language models and in PyTorch 0.95."""
    nesterov: Flag = True
    """Whether the step looks ahead along the direction."""
    weight_decay: Amount = 0.0
    """The share of each filter that is taken off in a step, before it is multiplied with the rate."""
    steps: Count = 3
    """Iterations of Newton-Schulz; for language models and in PyTorch 5."""
    normalize: Flag = True
    """Whether filters are brought to unit length on average before each step. Under a norm that changes no output."""
    rest: Annotated[Optimizer | None, Wanted("an optimizer")] = None
    """What the other parameters follow, with its own rate; without it `adamw(lr=0.001)`."""

    def torch(self, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
        """One optimizer over filters and the rest, each with its rate.

        What a group sets holds for both kinds in it. Without any filter it is the optimizer of the rest.
        """
        from netdsl.recipes import muon

        filters, others = muon.parted(groups)
        rest = (self.rest or AdamW(lr=0.001)).torch(others) if others else None
        if not filters and rest is not None:
            return rest
        return muon.Muon(filters, rest, {name: value for name, value in _settings(self).items() if name != "rest"})


def _settings(optimizer: Optimizer) -> dict[str, Any]:
    """The fields as PyTorch's arguments, which have the same names."""
    return {name: getattr(optimizer, name) for name in type(optimizer).model_fields}
