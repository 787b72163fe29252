"""Random calls of every layer kind, with arguments that fit what arrives at one place of every use."""

from collections.abc import Callable
from math import gcd

from programs.author import Author, Column
from programs.statements import Arguments
from programs.world import Invalid

KEEP = ("conv", "conv", "conv", "depthwise", "batchnorm", "batchnorm", "relu", "relu", "relu6", "leaky_relu", "prelu")
KEEP += ("elu", "selu", "gelu", "silu", "mish", "hardswish", "hardsigmoid", "sigmoid", "tanh", "softmax", "softplus")
KEEP += ("layernorm", "groupnorm", "instancenorm", "lrn", "maxpool", "avgpool", "dropout", "dropout2d", "identity")
KEEP += ("alpha_dropout", "feature_alpha_dropout", "channel_shuffle", "scale", "layer_scale", "conv", "batchnorm")
KEEP += ("grn",)
RESIZE = (
    "conv",
    "conv",
    "depthwise",
    "conv_transpose",
    "maxpool",
    "avgpool",
    "lppool",
    "global_avgpool",
    "pad",
    "crop",
)
RESIZE += ("global_maxpool", "adaptive_avgpool", "adaptive_maxpool", "upsample", "pixel_shuffle", "pixel_unshuffle")
RESIZE += ("flatten", "channels_last")
LAST = ("linear", "linear", "layernorm", "gelu", "relu", "softmax", "dropout", "layer_scale", "scale", "channels_first")
LAST += ("channels_first", "prelu", "identity", "flatten", "grn")
VECTOR = ("linear", "linear", "linear", "batchnorm", "layernorm", "groupnorm", "dropout", "relu", "softmax", "prelu")
VECTOR += ("layer_scale", "scale", "silu", "tanh", "identity", "alpha_dropout", "leaky_relu")
SIZED = ("conv_transpose", "global_avgpool", "global_maxpool", "adaptive_avgpool", "adaptive_maxpool")
SIZED += ("pixel_shuffle", "pixel_unshuffle", "flatten", "channels_last", "channels_first")
WEIGHTED = ("conv", "depthwise", "conv_transpose", "linear", "batchnorm", "layernorm", "groupnorm", "instancenorm")
WEIGHTED += ("prelu", "layer_scale", "grn")


def weighted(word: str) -> bool:
    """Whether a layer of that word may have weights."""
    return word in WEIGHTED


def layer(author: Author, column: Column, keep: bool) -> tuple[str, Arguments]:
    """A layer and its arguments; with `keep` one that keeps height, width and where the channels are."""
    arriving = [world.arriving for world in column if world.arriving]
    if len(arriving) < len(column):
        raise Invalid
    if all(shape.channels_last for shape in arriving):
        words = LAST
    elif all(shape.space and not shape.channels_last for shape in arriving):
        words = KEEP if keep or author.chance(60) else RESIZE
    else:
        words = VECTOR
    word = author.one([word for word in words if not keep or word not in SIZED])
    return word, ARGUMENTS.get(word, _nothing)(author, column, keep)


def _nothing(author: Author, column: Column, keep: bool) -> Arguments:
    return ()


def _channels(column: Column) -> int:
    """What divides the channels that arrive in every use."""
    return gcd(*(world.arriving.channels for world in column if world.arriving))


def _least(column: Column) -> int:
    """The smallest side that arrives."""
    return min(min(world.arriving.space) for world in column if world.arriving)


def _options(author: Author, *options: tuple[str, str], percent: int = 20) -> Arguments:
    return tuple(option for option in options if author.chance(percent))


def _named(author: Author, column: Column, kind: type, plain: list[str]) -> str:
    """A name of that kind of number, or something plain."""
    names = author.numbers(column, kind)
    return author.one(names) if names and author.chance(50) else author.one(plain)


def _kernel(author: Author, column: Column) -> str:
    """An odd kernel that fits."""
    sides = [k for k in (1, 3, 5) if k <= _least(column) + 2]
    pairs = [n for n in author.numbers(column, tuple) if all(_is_pair(world.numbers[n]) for world in column)]
    if pairs and author.chance(50):
        return author.one(pairs)
    a, b = author.one(sides), author.one(sides)
    return author.one([f"{a}x{a}", f"{a}x{b}", str(a), f"[{a}, {b}]", f"{a}x{a}"])


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(type(v) is int and v % 2 for v in value)


def _stride(author: Author, column: Column) -> str:
    small = author.small(column)
    flags = author.numbers(column, bool)
    options = ["2", "2", "[2, 1]", *small, *small, *(f"2 if {flag} else 1" for flag in flags)]
    return author.one(options)


def _bias(author: Author, column: Column) -> Arguments:
    flags = author.numbers(column, bool)
    return (("bias", _named(author, column, bool, ["false"])),) if author.chance(50 if not flags else 60) else ()


def _positions(author: Author, column: Column, keep: bool) -> Arguments:
    """Stride, padding and dilation of a convolution."""
    if keep:
        return _options(author, ("dilation", "2"), ("padding", '"same"'), percent=8)
    stride = (("stride", _stride(author, column)),) if author.chance(45) else ()
    padding = author.one(["0", "1", '"same"', "[1, 0, 1, 0]", "1x0", "2"])
    return (
        *stride,
        *_options(author, ("padding", padding), percent=35),
        *_options(author, ("dilation", "2"), percent=7),
    )


def _conv(author: Author, column: Column, keep: bool) -> Arguments:
    groups: Arguments = ()
    common = _channels(column)
    if author.chance(20):
        n = author.one([n for n in (2, 4, 3, common) if common % n == 0] or [1])
        out = author.count(column, fits=lambda world, value: value % n == 0)
        text = "in.channels" if all(w.arriving and w.arriving.channels == n for w in column) else str(n)
        groups = (("groups", text),)
    else:
        out = author.count(column)
    kernel = _kernel(author, column)
    even = not keep and author.chance(10)
    if even:
        size = (("", out), ("", "2x2"), ("padding", author.one(["0", "1", '"same"'])))
        return (*size, *groups, *_bias(author, column))
    first = (("", out), ("", kernel)) if author.chance(85) else (("", out), ("kernel", kernel))
    return (*first, *_positions(author, column, keep), *groups, *_bias(author, column))


def _depthwise(author: Author, column: Column, keep: bool) -> Arguments:
    multiplier = _options(author, ("multiplier", "2"), percent=12)
    return (("", _kernel(author, column)), *multiplier, *_positions(author, column, keep), *_bias(author, column))


def _conv_transpose(author: Author, column: Column, keep: bool) -> Arguments:
    more = author.one(
        [
            (("", "2x2"), ("stride", "2")),
            (("", "3x3"), ("stride", "2"), ("padding", "1"), ("output_padding", "1")),
            (("", "3x3"), ("padding", "1")),
            (("", "1x3"), ("stride", "1x2")),
            (("", "3"), ("dilation", "2"), ("padding", "2")),
        ]
    )
    return (("", author.count(column)), *more, *_bias(author, column))


def _linear(author: Author, column: Column, keep: bool) -> Arguments:
    return (("", author.count(column)), *_bias(author, column))


def _batchnorm(author: Author, column: Column, keep: bool) -> Arguments:
    plain = (
        ("eps", author.one(["1e-3", "0.01"])),
        ("momentum", "0.01"),
        ("affine", _named(author, column, bool, ["false"])),
    )
    return _options(author, *plain, ("track_running_stats", "false"), percent=12)


def _layernorm(author: Author, column: Column, keep: bool) -> Arguments:
    return _options(author, ("eps", "1e-6"), ("elementwise_affine", "false"), ("bias", "false"), percent=15)


def _groups(author: Author, column: Column) -> str:
    common = _channels(column)
    fitting = [n for n in (1, 2, 3, 4, 8) if common % n == 0]
    named = [
        n
        for n in author.numbers(column, int)
        if all(_divides(w.numbers[n], w.arriving.channels) for w in column if w.arriving)
    ]
    return author.one([*map(str, fitting), *named])


def _divides(n: int, channels: int) -> bool:
    return n > 0 and channels % n == 0


def _groupnorm(author: Author, column: Column, keep: bool) -> Arguments:
    return (("", _groups(author, column)), *_options(author, ("eps", "1e-3"), ("affine", "false"), percent=12))


def _instancenorm(author: Author, column: Column, keep: bool) -> Arguments:
    return _options(author, ("affine", "true"), ("track_running_stats", "true"), ("eps", "1e-3"), percent=30)


def _lrn(author: Author, column: Column, keep: bool) -> Arguments:
    return (
        ("", author.one(["3", "5", "2"])),
        *_options(author, ("alpha", "0.1"), ("beta", "0.5"), ("k", "2"), percent=40),
    )


def _slope(author: Author, column: Column, keep: bool) -> Arguments:
    return author.one([(), (("", "0.2"),), (("negative_slope", "0.3"),)])


def _prelu(author: Author, column: Column, keep: bool) -> Arguments:
    last = any(world.arriving and world.arriving.channels_last for world in column)
    return () if last or author.chance(50) else (("", "in.channels"),)


def _elu(author: Author, column: Column, keep: bool) -> Arguments:
    return _options(author, ("alpha", "0.5"), percent=50)


def _gelu(author: Author, column: Column, keep: bool) -> Arguments:
    return _options(author, ("approximate", '"tanh"'), percent=40)


def _softplus(author: Author, column: Column, keep: bool) -> Arguments:
    return _options(author, ("beta", "2.0"), ("threshold", "5.0"), percent=40)


def _pool(author: Author, column: Column, keep: bool) -> Arguments:
    if keep:
        return author.one(
            [(("", "3x3"), ("stride", "1"), ("padding", "1")), (("", "3"), ("stride", "1"), ("padding", '"same"'))]
        )
    return author.one(
        [
            (("", "2x2"),),
            (("", "3x3"), ("stride", "2"), ("padding", "1")),
            (("", "2"), ("ceil_mode", "true")),
            (("", "3x3"), ("stride", _stride(author, column)), ("padding", '"same"')),
            (("", _kernel(author, column)), ("stride", "1")),
            (("", "1x2"), ("stride", "1")),
        ]
    )


def _maxpool(author: Author, column: Column, keep: bool) -> Arguments:
    if not keep and author.chance(8):
        return (("", "2"), ("stride", "1"), ("dilation", "2"))
    return _pool(author, column, keep)


def _avgpool(author: Author, column: Column, keep: bool) -> Arguments:
    more = _options(author, ("count_include_pad", "false"), percent=30) or _options(
        author, ("divisor_override", "3"), percent=8
    )
    return (*_pool(author, column, keep), *more)


def _lppool(author: Author, column: Column, keep: bool) -> Arguments:
    return (
        ("", "2x2"),
        ("norm_type", author.one(["2", "1"])),
        *_options(author, ("stride", "1"), ("ceil_mode", "true")),
    )


def _size(author: Author, column: Column) -> str:
    named = [side.replace("channels", "size") for side in author.sides(column)]
    return author.one(["3x3", "2", "2x4", "1", *named])


def _adaptive(author: Author, column: Column, keep: bool) -> Arguments:
    return (("", _size(author, column)),)


def _pad(author: Author, column: Column, keep: bool) -> Arguments:
    if keep:
        return (("left", "1"), ("right", "-1"), ("top", "0"), ("bottom", "0"))
    around = author.one([(("", "1"),), (("left", "1"), ("top", "2")), (("", "1"), ("right", "0")), (("left", "-1"),)])
    if around != (("left", "-1"),):
        return (*around, *_options(author, ("mode", author.one(['"reflect"', '"replicate"'])), percent=40))
    return around


def _crop(author: Author, column: Column, keep: bool) -> Arguments:
    return (("", _size(author, column)), *_options(author, ("at", author.one(["0", "1", "[0, 1]"])), percent=40))


def _upsample(author: Author, column: Column, keep: bool) -> Arguments:
    size = author.one([(("", "2"),), (("", "[1, 2]"),), (("size", _size(author, column)),), (("scale_factor", "1.5"),)])
    mode = author.one(['"bilinear"', '"nearest-exact"', '"bicubic"'])
    align = (("align_corners", "true"),) if mode in ('"bilinear"', '"bicubic"') and author.chance(30) else ()
    return (*size, *((("mode", mode), *align) if author.chance(50) else ()))


def _shuffle(author: Author, column: Column, keep: bool) -> Arguments:
    return (("", author.one([n for n in ("2", "4") if _channels(column) % int(n) == 0] or ["1"])),)


def _dropout(author: Author, column: Column, keep: bool) -> Arguments:
    return (("", _named(author, column, float, ["0.5", "0.1"])),) if author.chance(60) else ()


def _scale(author: Author, column: Column, keep: bool) -> Arguments:
    return (("", _named(author, column, float, ["0.5", "-1.5", "0.17"])),)


def _layer_scale(author: Author, column: Column, keep: bool) -> Arguments:
    return (("", _named(author, column, float, ["0.1", "1e-6"])),)


Maker = Callable[[Author, Column, bool], Arguments]
ARGUMENTS: dict[str, Maker] = {
    **{"conv": _conv, "depthwise": _depthwise, "conv_transpose": _conv_transpose, "linear": _linear},
    **{"batchnorm": _batchnorm, "layernorm": _layernorm, "groupnorm": _groupnorm, "instancenorm": _instancenorm},
    **{"lrn": _lrn, "leaky_relu": _slope, "prelu": _prelu, "elu": _elu, "gelu": _gelu, "softplus": _softplus},
    **{"maxpool": _maxpool, "avgpool": _avgpool, "lppool": _lppool, "pad": _pad, "crop": _crop, "upsample": _upsample},
    **{"adaptive_avgpool": _adaptive, "adaptive_maxpool": _adaptive, "channel_shuffle": _shuffle},
    **{"pixel_shuffle": lambda *_: (("", "2"),), "pixel_unshuffle": lambda *_: (("", "2"),)},
    **{"dropout": _dropout, "dropout2d": _dropout, "alpha_dropout": _dropout, "feature_alpha_dropout": _dropout},
    **{"scale": _scale, "layer_scale": _layer_scale},
}
