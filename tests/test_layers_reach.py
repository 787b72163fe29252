"""What a layer says of its window, against the input positions that have a gradient."""

import pytest
import torch
from torch_layers import function, module

from netdsl.layers.base import Arrives, Layer, Role, Window
from netdsl.layers.vocabulary import kinds
from netdsl.shapes import Shape

KINDS = kinds()
CASES = {
    "conv": [
        {"out": 2, "kernel": (3, 5)},
        {"out": 2, "kernel": 3, "stride": (2, 3)},
        {"out": 2, "kernel": 3, "dilation": (2, 1), "padding": 0},
        {"out": 2, "kernel": 4, "stride": 2, "padding": "same"},
        {"out": 2, "kernel": 2, "padding": (1, 0, 0, 1)},
    ],
    "depthwise": [{"kernel": (3, 1)}, {"kernel": 3, "stride": 2, "dilation": 2}],
    "conv_transpose": [
        {"out": 2, "kernel": 3},
        {"out": 2, "kernel": 4, "stride": 2, "padding": 1},
        {"out": 2, "kernel": (5, 2), "stride": (2, 3)},
        {"out": 2, "kernel": 3, "stride": (2, 3), "dilation": 2},
        {"out": 2, "kernel": 4, "stride": 4, "dilation": 2},
    ],
    "maxpool": [{"kernel": 3, "stride": 2}, {"kernel": (2, 3)}, {"kernel": 2, "dilation": 3, "stride": 1}],
    "avgpool": [{"kernel": 3, "stride": 2, "padding": 1}, {"kernel": 2, "stride": 1, "padding": "same"}],
    "lppool": [{"kernel": 3, "stride": 2, "norm_type": 2}],
    "global_avgpool": [{}],
    "global_maxpool": [{}],
    "adaptive_avgpool": [{"size": (6, 5)}, {"size": (9, 20)}],
    "adaptive_maxpool": [{"size": (5, 2)}],
    "flatten": [{}],
    "pixel_shuffle": [{"upscale_factor": 2}],
    "pixel_unshuffle": [{"downscale_factor": 2}],
    "upsample": [
        {"scale_factor": (2, 3)},
        {"size": (24, 39), "mode": "bilinear"},
        {"scale_factor": 2, "mode": "bicubic"},
        {"scale_factor": 0.5, "mode": "bilinear"},
    ],
    "pad": [{"around": 2}, {"left": -1, "right": 1}],
    "crop": [{"size": 5}],
    "leaky_relu": [{}],
    "prelu": [{}],
    "elu": [{}],
    "softmax": [{}],
    "lrn": [{"size": 3}],
    "layernorm": [{}],
    "channels_last": [{}],
    "channels_first": [{}],
    "channel_shuffle": [{"groups": 2}],
    "linear": [{"out": 3}],
    "scale": [{"factor": 0.5}],
    "layer_scale": [{"value": 0.1}],
}


def seen_by(layer: Layer, arrives: Shape, axis: int) -> list[tuple[int, int] | None]:
    """The first and last input position, along one axis, that each output position sees."""
    torch.manual_seed(0)
    said = layer.torch(Arrives((arrives,)))
    made = module(said.module) if said.module else function(said.function, said.parameter)
    x = torch.randn(40, *arrives.dims, requires_grad=True)
    y = channels_first(made(x), layer.shape(Arrives((arrives,))))
    seen: list[tuple[int, int] | None] = []
    for i in range(y.shape[2 + axis]):
        (gradient,) = torch.autograd.grad((y.select(2 + axis, i) ** 2).sum(), x, retain_graph=True)
        hit = channels_first(gradient, arrives).abs().sum((0, 1, 3 - axis)).nonzero().flatten().tolist()
        seen.append((hit[0], hit[-1]) if hit else None)
    return seen


def channels_first(x: torch.Tensor, shape: Shape) -> torch.Tensor:
    """`x` as a map CxHxW; a vector has one position."""
    return x.permute(0, 3, 1, 2) if shape.channels_last else x.reshape(*x.shape, *(1, 1)[len(shape.space) :])


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(("word", "options"), [(word, options) for word, cases in CASES.items() for options in cases])
def test_the_window_is_what_has_a_gradient(word: str, options: dict[str, object], axis: int) -> None:
    layer = KINDS[word](**options)
    arrives = Shape(4, (12, 14), channels_last=word in ("channels_first", "linear"))
    window = layer.window(Arrives((arrives,))) or Window((1, 1), (1, 1))
    seen = seen_by(layer, arrives, axis)
    extents = [last - first + 1 for first, last in filter(None, seen)]
    assert max(extents) == window.dilation[axis] * (window.kernel[axis] - 1) + 1
    pairs = zip(seen, seen[window.upsampling[axis] :], strict=False)
    inner = [(a, b) for a, b in pairs if a and b and a[0] > 0 and b[1] < arrives.space[axis] - 1]
    assert {b[0] - a[0] for a, b in inner} <= {window.stride[axis]}
    assert inner or len(seen) <= 2 * window.upsampling[axis]


def test_every_window_is_tried() -> None:
    alone = {word for word, kind in KINDS.items() if kind.role in (Role.ACTIVATE, Role.DROP, Role.JOIN)}
    over_the_batch_or_the_map = {"batchnorm", "groupnorm", "instancenorm", "grn"}
    assert set(KINDS) - alone - over_the_batch_or_the_map <= set(CASES)
