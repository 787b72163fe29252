"""Initialisations: what weights are before the first step.

A fan is counted by the caller, in the group that a weight belongs to: a depthwise 3x3 filter has a fan of 9.
"""

from __future__ import annotations

from math import prod, sqrt
from typing import TYPE_CHECKING, Annotated, Literal

from netdsl.recipes.base import Fresh, Init
from netdsl.words.fields import Count, Number, Positive, Wanted

if TYPE_CHECKING:
    import torch

Distribution = Annotated[Literal["uniform", "normal"], Wanted('"uniform" or "normal"')]
Fan = Annotated[Literal["fan_in", "fan_out"], Wanted('"fan_in" or "fan_out"')]


class Normal(Init):
    """Numbers from a normal distribution (Krizhevsky et al. 2012, section 5: std 0.01)."""

    word = "normal"
    positional = 1
    aliases = ("gaussian", "RandomNormal")
    habits = {"stddev": "std", "sigma": "std"}
    example = "init = normal(0.01)"

    std: Positive = 0.01
    """The standard deviation."""
    mean: Number = 0.0
    """The mean."""

    def fill(self, weight: Fresh) -> None:
        """The same for all fans."""
        weight.tensor.normal_(self.mean, self.std)


class Uniform(Init):
    """Numbers from an interval, all equally likely."""

    word = "uniform"
    aliases = ("RandomUniform",)
    habits = {"a": "low", "b": "high", "minval": "low", "maxval": "high"}
    example = "init = uniform(low=-0.05, high=0.05)"

    low: Number
    """The lower end."""
    high: Number
    """The upper end."""

    def refusal(self) -> tuple[str, str]:
        """An interval has two ends."""
        if self.low < self.high:
            return "", ""
        return f"`low` is {self.low:g}, and `high` is {self.high:g}", "write the smaller number as `low`"

    def fill(self, weight: Fresh) -> None:
        """The same for all fans."""
        weight.tensor.uniform_(self.low, self.high)


class Xavier(Init):
    """Keeps the variance forward and backward as well as one number can (Glorot and Bengio 2010, equation 16)."""

    word = "xavier"
    aliases = (
        *("glorot", "xavier_uniform", "xavier_normal"),
        *("glorot_uniform", "glorot_normal"),
    )
    example = "init = xavier()"

    gain: Positive = 1.0
    """What the standard deviation is multiplied with."""
    distribution: Distribution = "uniform"
    """The form of the distribution; the variance is the same."""

    def fill(self, weight: Fresh) -> None:
        """Variance gain² · 2 / (fan_in + fan_out)."""
        _fill(weight.tensor, self.gain * sqrt(2 / (weight.fan_in + weight.fan_out)), self.distribution)


class Kaiming(Init):
    """Keeps the variance forward (`fan_in`) or backward (`fan_out`) through ReLUs (He et al. 2015, eq. 10, 14)."""

    word = "kaiming"
    aliases = (
        *("he", "msra", "kaiming_uniform", "kaiming_normal"),
        *("he_uniform", "he_normal"),
    )
    habits = {"a": "slope", "negative_slope": "slope", "nonlinearity": ""}
    example = 'init = kaiming(mode="fan_out")'

    mode: Fan = "fan_in"
    """Which variance is kept: that of what flows forward, or that of gradients."""
    slope: Number = 0.0
    """The slope of the activation below 0: 0 is ReLU, 0.01 leaky ReLU (equation 15), 1 no activation at all. PyTorch's
    own layers begin with the square root of 5 and `distribution="uniform"`."""
    distribution: Distribution = "normal"
    """The form of the distribution; the variance is the same."""

    def fill(self, weight: Fresh) -> None:
        """Variance 2 / ((1 + slope²) · fan)."""
        fan = weight.fan_in if self.mode == "fan_in" else weight.fan_out
        _fill(weight.tensor, sqrt(2 / ((1 + self.slope**2) * fan)), self.distribution)


class Orthogonal(Init):
    """Filters, flattened to the rows of a matrix, are orthonormal (Saxe et al. 2013, arXiv:1312.6120).

    Where there are more rows than columns, the columns are.
    """

    word = "orthogonal"
    positional = 1
    aliases = ("delta_orthogonal",)
    example = "init = orthogonal(1.4)"

    gain: Positive = 1.0
    """What the matrix is multiplied with; the square root of 2 makes up for a ReLU."""

    def unfit(self, dims: tuple[int, ...], channels: int) -> str:
        """A matrix has rows."""
        return "" if len(dims) > 1 else "orthogonal filters need a matrix"

    def fill(self, weight: Fresh) -> None:
        """All singular values are `gain`."""
        from torch import nn

        nn.init.orthogonal_(weight.tensor, self.gain)


class Dirac(Init):
    """The first filters hand their input channel on: a 1 in the middle (Zagoruyko and Komodakis 2017).

    There are as many of them as input channels; the others stay as they are (arXiv:1706.00388).
    """

    word = "dirac"
    aliases = ("identity_init",)
    example = 'init = dirac(only="*.conv*.weight")'

    def unfit(self, dims: tuple[int, ...], channels: int) -> str:
        """A filter has a middle."""
        return "" if len(dims) > 2 else "only a convolution can hand channels on"

    def fill(self, weight: Fresh) -> None:
        """The weight is that of a convolution."""
        from torch import nn

        nn.init.dirac_(weight.tensor[: weight.tensor.size(1)])


class Filled(Init):
    """All numbers are the same, as the biases of 1 in AlexNet."""

    word = "filled"
    positional = 1
    aliases = ("fill", "value", "zeros", "ones")
    habits = {"val": "value"}
    example = 'init = filled(1, only="conv2.bias")'

    value: Number
    """The number."""

    def fill(self, weight: Fresh) -> None:
        """The same for all fans."""
        weight.tensor.fill_(self.value)


class Whiten(Init):
    """Filters that tell the patches of the training images apart: what they give varies equally, and each by itself.

    They are the principal directions of all patches over the root of their variance, the strongest first, then their
    opposites (Jordan 2024, arXiv:2404.00498, section 3.2; Page 2018). Filters beyond those stay as they are.
    """

    word = "whiten"
    aliases = ("whitening", "zca", "pca", "patch_whitening")
    example = 'init = whiten(only="layer.conv1.weight")'

    images: Count = 5000
    """How many training images are looked at."""
    eps: Positive = 5e-4
    """Added to a variance, so that directions in which patches hardly vary stay small."""

    def unfit(self, dims: tuple[int, ...], channels: int) -> str:
        """Only a convolution that takes all channels sees patches of images."""
        return "" if len(dims) > 2 and dims[1] == channels else "only the first convolution sees images"

    def fill(self, weight: Fresh) -> None:
        """The weight is that of the convolution that takes the images."""
        import torch

        out, *patch = weight.tensor.shape
        moments, count = torch.zeros(prod(patch), prod(patch), dtype=torch.float64), 0
        for images in weight.images(self.images):
            seen = torch.nn.functional.unfold(images.cpu(), tuple(patch[1:])).transpose(0, 1).flatten(1)
            moments += (seen @ seen.T).double()
            count += seen.size(1)
        variances, directions = torch.linalg.eigh(moments / count)
        strongest = (directions / (variances + self.eps).sqrt()).T.flip(0)
        filters = torch.cat([strongest, -strongest])[:out]
        weight.tensor[: len(filters)] = filters.view(-1, *patch)


def _fill(tensor: torch.Tensor, std: float, distribution: str) -> None:
    """Numbers around 0 with this standard deviation; an interval is sqrt(3) of it wide to each side."""
    if distribution == "normal":
        tensor.normal_(0, std)
    else:
        tensor.uniform_(-sqrt(3) * std, sqrt(3) * std)
