"""A layer's `Torch` data made into modules, with the helpers that PyTorch lacks written plainly."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from netdsl.layers.torch_call import TorchCall


def module(call: TorchCall, **more: bool) -> nn.Module:
    """The module that `call` makes."""
    return _named(call.name)(*_positional(call), **_keywords(call), **more)


def function(call: TorchCall, parameter: TorchCall | None = None) -> nn.Module:
    """A module whose forward is `call`, with a parameter of the name "" where there is one."""
    return _Function(call, parameter)


class _Function(nn.Module):
    def __init__(self, call: TorchCall, parameter: TorchCall | None) -> None:
        super().__init__()
        self.call = call
        self.own = None
        if parameter is not None:
            self.own = nn.Parameter(_named(parameter.name)(*_positional(parameter)))

    def forward(self, *inputs: Tensor) -> Tensor:
        call = self.call
        if "{" not in call.name:
            return _named(call.name)(*inputs, *_positional(call), **_keywords(call))
        names = {f"x{i}": x for i, x in enumerate(inputs)} | {a.keyword: a.value for a in call.arguments}
        text = call.name.replace("{*}", ", ".join(f"x{i}" for i in range(len(inputs)))).replace("{self}", "self")
        for i in range(len(inputs)):
            text = text.replace("{}", f"x{i}", 1)
        text = text.replace("{", "").replace("}", "")
        return eval(text, {"torch": torch, "self": self.own}, names)

    def state_dict(self, *args: object, **kwargs: object) -> dict[str, Tensor]:
        return {} if self.own is None else {"": self.own}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        assert state.keys() == self.state_dict().keys()


def _named(name: str) -> Callable[..., object]:
    found: object = {"nn": nn, "F": F, "torch": torch}.get(name.partition(".")[0]) or HELPERS[name]
    for part in name.split(".")[1:]:
        found = getattr(found, part)
    assert callable(found)
    return found


def _positional(call: TorchCall) -> list[object]:
    return [argument.value for argument in call.arguments if not argument.keyword]


def _keywords(call: TorchCall) -> dict[str, object]:
    given = (argument for argument in call.arguments if argument.keyword)
    return {argument.keyword: argument.value for argument in given if argument.value != argument.default}


def _same(x: Tensor, kernel: object, stride: object, dilation: object, value: float = 0.0) -> Tensor:
    """TensorFlow's "same": https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2."""
    sides: list[int] = []
    for axis in (1, 0):
        k, s, d = (n if isinstance(n, int) else n[axis] for n in (kernel, stride, dilation))
        size = x.shape[2 + axis]
        total = max((math.ceil(size / s) - 1) * s + (k - 1) * d + 1 - size, 0)
        sides += [total // 2, total - total // 2]
    return F.pad(x, sides, value=value)


class SameConv2d(nn.Conv2d):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(_same(x, self.kernel_size, self.stride, self.dilation))


class PaddedConv2d(nn.Conv2d):
    def __init__(self, *args: int, padding: tuple[int, int, int, int], **options: int) -> None:
        super().__init__(*args, **options)
        self.sides = padding

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(F.pad(x, self.sides))


class SameMaxPool2d(nn.MaxPool2d):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(_same(x, self.kernel_size, self.stride, self.dilation, -math.inf))


class SameAvgPool2d(nn.AvgPool2d):
    def forward(self, x: Tensor) -> Tensor:
        mean = super().forward(_same(x, self.kernel_size, self.stride, 1))
        if self.count_include_pad:
            return mean
        return mean / super().forward(_same(torch.ones_like(x), self.kernel_size, self.stride, 1))


class LayerNorm2d(nn.LayerNorm):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class GlobalResponseNorm(nn.Module):
    def __init__(self, channels: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight, self.bias = (nn.Parameter(torch.zeros(channels)) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        return x


class GlobalResponseNorm2d(GlobalResponseNorm):
    pass


class Permute(nn.Module):
    def __init__(self, *dims: int) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(self.dims)


def crop(x: Tensor, size: tuple[int, int], at: int | tuple[int, int]) -> Tensor:
    top, left = (at, at) if isinstance(at, int) else at
    return x[:, :, top : top + size[0], left : left + size[1]]


def center_crop(x: Tensor, size: tuple[int, int]) -> Tensor:
    return crop(x, size, ((x.shape[2] - size[0]) // 2, (x.shape[3] - size[1]) // 2))


HELPERS: dict[str, Callable[..., object]] = {
    each.__name__: each
    for each in (
        SameConv2d,
        PaddedConv2d,
        SameMaxPool2d,
        SameAvgPool2d,
        LayerNorm2d,
        GlobalResponseNorm,
        GlobalResponseNorm2d,
        Permute,
        crop,
        center_crop,
    )
}
