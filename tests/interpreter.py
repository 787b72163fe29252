"""What a checked network computes, layer by layer from its trace: a second opinion on the emitted source.

It stands on `torch.nn.functional` and the graph alone. No layer's own `torch` is used, and dropout is off.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from netdsl.graph import model as graph
from netdsl.layers.base import Layer
from netdsl.shapes import Shape

State = Mapping[str, Tensor]
"""The state dict; running statistics are updated in place."""


@dataclass
class Results:
    """What a net gives: the main result, those named by `output`, the auxiliary ones from last to first."""

    main: Tensor
    outputs: list[Tensor]
    auxiliary: list[Tensor]

    def __iter__(self) -> Iterator[Tensor]:
        return iter((self.main, *self.outputs, *self.auxiliary))


def interpret(use: graph.Use, state: State, *inputs: Tensor, training: bool = False) -> Results:
    """Runs a net on its input, or a block on its inputs."""
    walk = _Walk(state, training, "", dict(zip(use.arrives, inputs, strict=False)), inputs[0])
    walk.trace(use.trace)
    return Results(walk.values[use.gives], walk.outputs, walk.auxiliary[::-1])


@dataclass
class _Walk:
    state: State
    training: bool
    prefix: str
    values: dict[graph.Tensor, Tensor]
    image: Tensor
    outputs: list[Tensor] = field(default_factory=list)
    auxiliary: list[Tensor] = field(default_factory=list)

    def trace(self, runs: graph.Trace) -> None:
        for run in runs:
            match run:
                case graph.PathRun():
                    for step in run.steps:
                        self.step(step)
                case graph.IfRun():
                    self.trace(run.body)
                case graph.LoopRun():
                    for trip in run.trips:
                        self.trace(trip.body)
                case graph.InputRun():
                    self.values[run.gives] = self.image
                case graph.OutputRun():
                    self.outputs += [self.values[tensor] for _, tensor in run.outputs]
                case graph.AuxRun() if self.training:
                    self.trace(run.body)
                    self.auxiliary.append(self.values[run.gives])

    def below(self, key: str, runs: graph.Trace, values: dict[graph.Tensor, Tensor]) -> None:
        """Runs what stands in a scope."""
        _Walk(self.state, self.training, f"{self.prefix}{key}.", values, self.image).trace(runs)

    def step(self, run: graph.StepRun) -> None:
        values = self.values
        match run:
            case graph.LayerRun():
                values[run.gives] = self.layer(run)
            case graph.UseRun():
                inside = {own: values[given] for own, given in zip(run.use.arrives, run.arrives, strict=True)}
                self.below(run.key, run.use.trace, inside)
                values[run.gives] = inside[run.use.gives]
            case graph.ScopeRun():
                self.below(run.key, run.body, values)
            case graph.JoinRun():
                self.trace(run.body)
                values[run.gives] = JOINS[run.layer.word](*(values[branch.gives] for branch in run.branches), run.gives)
            case graph.SplitRun():
                axis = _axis(run.arrives.shape)
                shares = values[run.arrives].chunk(len(run.parts), axis)
                values.update(zip(run.parts, shares, strict=True))
                self.trace(run.body)
                values[run.gives] = torch.cat([values[branch.gives] for branch in run.branches], axis)
            case graph.GateRun():
                self.trace(run.body)
                values[run.gives] = values[run.arrives] * values[run.inner]
            case graph.ResidualRun():
                self.trace(run.body)
                self.trace(run.shortcut or ())
                if run.summed:
                    values[run.gives] = values[run.around] + values[run.inner]

    def layer(self, run: graph.LayerRun) -> Tensor:
        inputs = [self.values[tensor] for tensor in run.arrives]
        if run.layer.word in JOINS:
            return JOINS[run.layer.word](*inputs, run.gives)
        own = self.prefix + run.key
        state = {key.removeprefix(f"{own}."): value for key, value in self.state.items() if key.startswith(f"{own}.")}
        if own in self.state:
            state[""] = self.state[own]
        result = LAYERS[run.layer.word](_Applied(run.layer, inputs[0], run.arrives[0].shape, state, self.training))
        assert tuple(result.shape[1:]) == run.gives.shape.dims, (run.key, run.layer, result.shape, run.gives.shape)
        return result


@dataclass
class _Applied:
    """A layer with what it is applied to."""

    layer: Any
    x: Tensor
    shape: Shape
    state: State
    training: bool

    @property
    def weight(self) -> Tensor | None:
        return self.state.get("weight")

    @property
    def bias(self) -> Tensor | None:
        return self.state.get("bias")


def _axis(shape: Shape) -> int:
    """Where PyTorch has the channels."""
    return -1 if shape.channels_last else 1


def _concat(*given: Any) -> Tensor:
    *inputs, gives = given
    return torch.cat(inputs, _axis(gives.shape))


def _added(*given: Any) -> Tensor:
    total = given[0]
    for x in given[1:-1]:
        total = total + x
    return total


def _multiplied(*given: Any) -> Tensor:
    product = given[0]
    for x in given[1:-1]:
        product = product * x
    return product


JOINS: dict[str, Callable[..., Tensor]] = {"concat": _concat, "add": _added, "mul": _multiplied}


def _same(x: Tensor, kernel: Any, stride: Any, dilation: Any, value: float = 0.0) -> Tensor:
    """Padded as TensorFlow does, so that ceil(size / stride) positions remain."""
    sides = []
    for axis in (1, 0):
        size = x.shape[2 + axis]
        positions = -(-size // stride[axis])
        total = max(0, (positions - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1 - size)
        sides += [total // 2, total - total // 2]
    return F.pad(x, sides, value=value)


def _padded(a: _Applied) -> Tensor:
    """What a convolution slides over."""
    layer, padding = a.layer, a.layer.padding
    if padding == "same":
        return _same(a.x, layer.kernel, layer.stride, layer.dilation)
    if padding == "auto":
        padding = tuple(d * (k - 1) // 2 for k, d in zip(layer.kernel, layer.dilation, strict=True))
    if len(padding) == 2:
        padding = (padding[1], padding[1], padding[0], padding[0])
    return F.pad(a.x, padding)


def _conv(a: _Applied) -> Tensor:
    groups = a.shape.channels if a.layer.word == "depthwise" else a.layer.groups
    return F.conv2d(_padded(a), a.state["weight"], a.bias, a.layer.stride, 0, a.layer.dilation, groups)


def _conv_transpose(a: _Applied) -> Tensor:
    o = a.layer
    weight = a.state["weight"]
    return F.conv_transpose2d(a.x, weight, a.bias, o.stride, o.padding, o.output_padding, o.groups, o.dilation)


def _batchnorm(a: _Applied) -> Tensor:
    mean, var = a.state.get("running_mean"), a.state.get("running_var")
    if a.training and mean is not None:
        a.state["num_batches_tracked"].add_(1)
    batch = a.training or mean is None
    return F.batch_norm(a.x, mean, var, a.weight, a.bias, batch, a.layer.momentum, a.layer.eps)


def _instancenorm(a: _Applied) -> Tensor:
    mean, var = a.state.get("running_mean"), a.state.get("running_var")
    batch = a.training or mean is None
    return F.instance_norm(a.x, mean, var, a.weight, a.bias, batch, a.layer.momentum, a.layer.eps)


def _layernorm(a: _Applied) -> Tensor:
    first = bool(a.shape.space) and not a.shape.channels_last
    x = a.x.movedim(1, -1) if first else a.x
    x = F.layer_norm(x, (a.shape.channels,), a.weight, a.bias, a.layer.eps)
    return x.movedim(-1, 1) if first else x


def _grn(a: _Applied) -> Tensor:
    """Woo et al. 2023, equations 1 to 3, and what arrives added back."""
    space, channels = ((1, 2), 3) if a.shape.channels_last else ((2, 3), 1)
    norms = (a.x**2).sum(space, keepdim=True).sqrt()
    shares = norms / (norms.mean(channels, keepdim=True) + a.layer.eps)
    dims = [-1 if axis == channels else 1 for axis in range(4)]
    return a.state["weight"].view(dims) * a.x * shares + a.state["bias"].view(dims) + a.x


def _lrn(a: _Applied) -> Tensor:
    """The squares of `size` channels, the middle one being the channel itself, or the one after the middle."""
    size, squares = a.layer.size, a.x**2
    before = size // 2
    padded = F.pad(squares, (0, 0, 0, 0, before, size - 1 - before))
    summed = sum(padded[:, i : i + a.x.shape[1]] for i in range(size))
    return a.x / (a.layer.k + a.layer.alpha * summed / size) ** a.layer.beta  # type: ignore[no-any-return]


def _maxpool(a: _Applied) -> Tensor:
    o, stride = a.layer, a.layer.stride or a.layer.kernel
    x, padding = a.x, o.padding
    if padding == "same":
        x, padding = _same(x, o.kernel, stride, o.dilation, -torch.inf), 0
    return F.max_pool2d(x, o.kernel, stride, padding, o.dilation, o.ceil_mode)


def _avgpool(a: _Applied) -> Tensor:
    o, stride = a.layer, a.layer.stride or a.layer.kernel
    if o.padding != "same":
        return F.avg_pool2d(a.x, o.kernel, stride, o.padding, o.ceil_mode, o.count_include_pad, o.divisor_override)
    mean = F.avg_pool2d(_same(a.x, o.kernel, stride, (1, 1)), o.kernel, stride)
    if o.count_include_pad:
        return mean
    return mean / F.avg_pool2d(_same(torch.ones_like(a.x), o.kernel, stride, (1, 1)), o.kernel, stride)


def _lppool(a: _Applied) -> Tensor:
    return F.lp_pool2d(a.x, a.layer.norm_type, a.layer.kernel, a.layer.stride, a.layer.ceil_mode)


def _pad(a: _Applied) -> Tensor:
    o = a.layer
    sides = [o.around if side is None else side for side in (o.left, o.right, o.top, o.bottom)]
    return F.pad(a.x, sides, {"zeros": "constant"}.get(o.mode, o.mode))


def _crop(a: _Applied) -> Tensor:
    height, width = a.layer.size
    top, left = a.layer.at or ((a.shape.space[0] - height) // 2, (a.shape.space[1] - width) // 2)
    return a.x[:, :, top : top + height, left : left + width]


def _upsample(a: _Applied) -> Tensor:
    o = a.layer
    align = {"align_corners": o.align_corners} if o.mode in ("bilinear", "bicubic") else {}
    return F.interpolate(a.x, o.size, o.scale_factor, o.mode, **align)


def _channel_shuffle(a: _Applied) -> Tensor:
    batch, channels, height, width = a.x.shape
    dealt = a.x.reshape(batch, a.layer.groups, channels // a.layer.groups, height, width)
    return dealt.transpose(1, 2).reshape(a.x.shape)


def _plain(function: Callable[..., Tensor], *options: str) -> Callable[[_Applied], Tensor]:
    """A function of the input and some arguments of the layer, which it has by the same names."""
    return lambda a: function(a.x, **{option: getattr(a.layer, option) for option in options})


LAYERS: dict[str, Callable[[_Applied], Tensor]] = {
    **{"conv": _conv, "depthwise": _conv, "conv_transpose": _conv_transpose},
    "linear": lambda a: F.linear(a.x, a.state["weight"], a.bias),
    **{"batchnorm": _batchnorm, "instancenorm": _instancenorm, "layernorm": _layernorm, "lrn": _lrn},
    "grn": _grn,
    "groupnorm": lambda a: F.group_norm(a.x, a.layer.groups, a.weight, a.bias, a.layer.eps),
    **{"relu": _plain(F.relu), "relu6": _plain(F.relu6), "selu": _plain(F.selu), "silu": _plain(F.silu)},
    **{"mish": _plain(F.mish), "hardswish": _plain(F.hardswish), "hardsigmoid": _plain(F.hardsigmoid)},
    **{"sigmoid": _plain(torch.sigmoid), "tanh": _plain(torch.tanh), "gelu": _plain(F.gelu, "approximate")},
    **{"leaky_relu": _plain(F.leaky_relu, "negative_slope"), "elu": _plain(F.elu, "alpha")},
    "softplus": _plain(F.softplus, "beta", "threshold"),
    "softmax": lambda a: F.softmax(a.x, _axis(a.shape)),
    "prelu": lambda a: F.prelu(a.x, a.state["weight"]),
    **{"maxpool": _maxpool, "avgpool": _avgpool, "lppool": _lppool},
    "global_avgpool": lambda a: a.x.mean((2, 3), keepdim=True),
    "global_maxpool": lambda a: a.x.amax((2, 3), keepdim=True),
    "adaptive_avgpool": lambda a: F.adaptive_avg_pool2d(a.x, a.layer.size),
    "adaptive_maxpool": lambda a: F.adaptive_max_pool2d(a.x, a.layer.size),
    **dict.fromkeys(("dropout", "dropout2d", "alpha_dropout", "feature_alpha_dropout", "identity"), lambda a: a.x),
    "flatten": lambda a: a.x.flatten(1),
    "channels_last": lambda a: a.x.permute(0, 2, 3, 1),
    "channels_first": lambda a: a.x.permute(0, 3, 1, 2),
    "pixel_shuffle": _plain(F.pixel_shuffle, "upscale_factor"),
    "pixel_unshuffle": _plain(F.pixel_unshuffle, "downscale_factor"),
    **{"channel_shuffle": _channel_shuffle, "pad": _pad, "crop": _crop, "upsample": _upsample},
    "scale": lambda a: a.x * a.layer.factor,
    "layer_scale": lambda a: a.state[""] * a.x,
}


def covers(kinds: Mapping[str, type[Layer]]) -> bool:
    """Whether every kind of layer is known here."""
    return set(kinds) == set(LAYERS) | set(JOINS)
