"""What PyTorch lacks: each emitted file carries those it uses, word for word, so they keep to 88 columns."""

# fmt: off
# ruff: noqa: D102
# mypy: disable-error-code=no-any-return
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def round_to(value: float, step: int) -> int:
    """The nearest multiple of `step`, but never below 90% of `value`."""
    rounded = max(step, int(value + step / 2) // step * step)
    return rounded if rounded >= 0.9 * value else rounded + step


def crop(x: Tensor, size: tuple[int, ...], at: int | tuple[int, int]) -> Tensor:
    """The part of `x` of height and width `size` that begins at row and column `at`."""
    top, left = (at, at) if isinstance(at, int) else at
    return x[:, :, top : top + size[0], left : left + size[1]]


def center_crop(x: Tensor, size: tuple[int, ...]) -> Tensor:
    """The middle of `x`, of height and width `size`."""
    top, left = ((a - b) // 2 for a, b in zip(x.shape[2:], size, strict=True))
    return x[:, :, top : top + size[0], left : left + size[1]]


class StochasticDepth(nn.Module):
    """Drops the whole branch of a sample with probability `p` while training."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0.0:
            return x
        keep = torch.rand(x.shape[0], *[1] * (x.dim() - 1), device=x.device) >= self.p
        return x * keep.to(x.dtype) / (1.0 - self.p)


class LayerNorm2d(nn.LayerNorm):
    """Layer normalisation over the channels of a map."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class GlobalResponseNorm(nn.Module):
    """Weighs each channel of a map (H, W, C) by its norm beside those of the others."""

    def __init__(self, channels: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.zeros(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        norm = x.norm(dim=(1, 2), keepdim=True)
        share = norm / (norm.mean(dim=-1, keepdim=True) + self.eps)
        return x + self.weight * (x * share) + self.bias


class GlobalResponseNorm2d(GlobalResponseNorm):
    """The same for a map (C, H, W)."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Permute(nn.Module):
    """`torch.permute` as a module."""

    def __init__(self, *dims: int) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(self.dims)


class PaddedConv2d(nn.Conv2d):
    """A convolution with padding for each side: left, right, top, bottom."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        *,
        padding: tuple[int, int, int, int],
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
        bias: bool = True,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            dilation=dilation,
            groups=groups,
            bias=bias,
        )
        self.sides = padding

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(F.pad(x, self.sides))


Sides = int | tuple[int, ...]


def pad_same(
    x: Tensor, kernel: Sides, stride: Sides, dilation: Sides = 1, value: float = 0.0
) -> Tensor:
    """Pads as TensorFlow does for "same": the odd pixel goes right and below."""
    pads: list[int] = []
    for axis, n in ((1, x.shape[3]), (0, x.shape[2])):
        sides = (kernel, stride, dilation)
        k, s, d = (v if isinstance(v, int) else v[axis] for v in sides)
        total = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads, value=value)


class SameConv2d(nn.Conv2d):
    """A convolution that pads as TensorFlow does."""

    def forward(self, x: Tensor) -> Tensor:
        x = pad_same(x, self.kernel_size, self.stride, self.dilation)
        return super().forward(x)


class SameMaxPool2d(nn.MaxPool2d):
    """Max pooling that pads as TensorFlow does."""

    def forward(self, x: Tensor) -> Tensor:
        x = pad_same(x, self.kernel_size, self.stride, self.dilation, float("-inf"))
        return super().forward(x)


class SameAvgPool2d(nn.AvgPool2d):
    """Average pooling that pads as TensorFlow does."""

    def forward(self, x: Tensor) -> Tensor:
        pooled = super().forward(pad_same(x, self.kernel_size, self.stride))
        if self.count_include_pad:
            return pooled
        ones = x.new_ones(1, 1, *x.shape[2:])
        return pooled / super().forward(pad_same(ones, self.kernel_size, self.stride))
