"""What stands in a picture in words: what a layer is called, its window, shapes, and what a network costs."""

from itertools import combinations, pairwise
from math import log2

from netdsl.graph.cost import Costs
from netdsl.graph.model import Network
from netdsl.layers.base import Arrives, Layer, Role
from netdsl.shapes import Shape
from netdsl.targets.drawing.metrics import width
from netdsl.targets.drawing.scene import Cut

CAPTIONS = {
    "conv": "conv",
    "depthwise": "depthwise",
    "conv_transpose": "up-conv",
    "linear": "dense",
    "maxpool": "max pool",
    "avgpool": "avg pool",
    "lppool": "Lp pool",
    "global_avgpool": "avg pool",
    "global_maxpool": "max pool",
    "adaptive_avgpool": "avg pool",
    "adaptive_maxpool": "max pool",
    "batchnorm": "bn",
    "layernorm": "ln",
    "groupnorm": "gn",
    "instancenorm": "in",
    "grn": "grn",
    "lrn": "lrn",
    "leaky_relu": "leaky relu",
    "alpha_dropout": "dropout",
    "feature_alpha_dropout": "dropout",
    "dropout2d": "dropout",
    "channels_last": "to H×W×C",
    "channels_first": "to C×H×W",
    "pixel_shuffle": "pixel shuffle",
    "pixel_unshuffle": "pixel unshuffle",
    "channel_shuffle": "shuffle",
    "scale": "× {0.factor:.3g}",
    "layer_scale": "scale",
    "add": "add",
    "mul": "multiply",
}
"""The word of a layer in a `.net` file -> the word in a picture, where it is another; it may name an argument."""
SUBSAMPLE, ZEROS = "subsample", "zeros"
"""What is a pool or a product in a file only because nothing else does it."""

OPERATORS = frozenset({Role.MIX, Role.POOL, Role.DENSE})
"""What stands for itself in a picture; norms, activations and the like stand beside it."""
PAINTS = {
    Role.MIX: "convolution",
    Role.POOL: "pooling",
    Role.NORM: "norm",
    Role.ACTIVATE: "norm",
    Role.DROP: "norm",
    Role.JOIN: "join",
    Role.DENSE: "dense",
    Role.SHAPE: "reshape",
}
"""What a layer does -> the colours it has."""


def caption(layer: Layer) -> str:
    """What the layer is called: `conv`, `max pool`, `bn`, `× 0.17`."""
    if _subsamples(layer):
        return SUBSAMPLE
    words = CAPTIONS.get(layer.word, layer.word).format(layer)
    return ZEROS if words == "× 0" else words


def _subsamples(layer: Layer) -> bool:
    """Whether it takes one position of several, as they are."""
    return layer.role is Role.POOL and getattr(layer, "kernel", None) == (1, 1)


def detail(layer: Layer, arrives: tuple[Shape, ...]) -> str:
    """Its window, stride, dilation and groups: `7×7 /2`, `global`; empty where it has none."""
    window = layer.window(Arrives(arrives))
    if window is None:
        return ""
    if layer.role is Role.SHAPE:
        return scaled(arrives[0], layer.shape(Arrives(arrives)))
    if layer.role is Role.POOL and window.kernel == arrives[0].space and window.kernel != (1, 1):
        return "global"
    high, wide = getattr(layer, "kernel", window.kernel) if window.upsampling != (1, 1) else window.kernel
    words = [] if _subsamples(layer) else [f"{high}×{wide}"]
    if window.upsampling != (1, 1):
        words.append(f"×{window.upsampling[0]}")
    if window.stride != (1, 1):
        words.append(f"/{sides(window.stride)}")
    if window.dilation != (1, 1):
        words.append(f"dil {sides(window.dilation)}")
    return " ".join(words)


def scaled(before: Shape, after: Shape) -> str:
    """How a map shrinks or grows: `/2`, `×2`; empty where it keeps its size."""
    if not (before.space and after.space) or before.space == after.space:
        return ""
    down = tuple(_times(a / b) for a, b in zip(before.space, after.space, strict=True))
    up = tuple(_times(b / a) for a, b in zip(before.space, after.space, strict=True))
    if max(down) > 1:
        return f"/{sides((down[0], down[1]))}"
    return f"×{sides((up[0], up[1]))}" if max(up) > 1 else ""


def _times(ratio: float) -> int:
    """A ratio of sizes as a whole number; where borders were trimmed, the power of two that is meant."""
    whole = round(ratio)
    return whole if abs(ratio - whole) < 0.1 or ratio < 1 else 2 ** round(log2(ratio))


def groups(layer: Layer, arrives: Shape) -> str:
    """`32 groups`, where the channels do not all see each other and are not each alone."""
    count = getattr(layer, "groups", 1)
    return f"{count} groups" if 1 < count < arrives.channels else ""


def sides(pair: tuple[int, int]) -> str:
    """`2` for equal sides, `1×2` for others."""
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}×{pair[1]}"


def in_lines(text: str, most: int, size: float, cut: Cut = Cut.REGULAR) -> tuple[str, ...]:
    """The text broken at spaces into at most so many lines, of which the longest is as short as can be."""
    words = text.split()
    lines = [text]
    for count in range(2, min(most, len(words)) + 1):
        for cuts in combinations(range(1, len(words)), count - 1):
            way = [" ".join(words[start:end]) for start, end in pairwise((0, *cuts, len(words)))]
            lines = min(lines, way, key=lambda found: max(width(line, size, cut) for line in found))
    return tuple(lines)


def shortened(text: str) -> str:
    """The beginnings of long words: `inv. res.`"""
    return " ".join(word if len(word) <= 5 else f"{word[:3]}." for word in text.split())


def dims(shape: Shape) -> str:
    """`64×56×56`: channels, height, width."""
    return "×".join(map(str, (shape.channels, *shape.space)))


def costs(parameters: int, macs: int, brief: bool = False, heads: int = 0) -> str:
    """What a network costs: `25.6 M parameters, 4.09 G multiply-accumulates`, or shorter.

    `heads` are the parameters of auxiliary results, which are none of the others.
    """
    with_heads = f" ({amount(parameters + heads)} with its heads)" if heads else ""
    if brief:
        return f"{amount(parameters)} params{with_heads}, {amount(macs)} MACs"
    return f"{amount(parameters)} parameters{with_heads}, {amount(macs)} multiply-accumulates"


def costs_of(network: Network) -> tuple[str, str]:
    """The same of a network, its auxiliary heads apart; then shorter."""
    known = Costs()
    whole, heads = known.of(network.root), known.auxiliary(network.root)
    said, brief = (costs(whole.parameters - heads, whole.macs, brief, heads) for brief in (False, True))
    return said, brief


def amount(count: int) -> str:
    """A number in three digits: `25.6 M`, `9.4 K`, `512`."""
    for unit, sign in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "K")):
        if count >= unit * 0.9995:
            value = count / unit
            return f"{value:.{max(0, 2 - len(str(int(value + 0.0005))) + 1)}f} {sign}"
    return str(count)
