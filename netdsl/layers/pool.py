"""Pooling: the largest or the mean number of each window."""

from netdsl.layers.base import Arrives, Layer, Refusal, Role, Window
from netdsl.layers.sliding import Two, around, both, shrink, slide
from netdsl.layers.torch_call import Given, Torch, TorchCall, module, short
from netdsl.shapes import Shape
from netdsl.words.fields import Flag, OptionalCount, OptionalPair, Pair, PoolPadding, Positive

_HABITS = {
    "kernel_size": "kernel",
    "pool_size": "kernel",
    "size": "kernel",
    "k": "kernel",
    "strides": "stride",
    "s": "stride",
    "return_indices": "",
}
_MEANINGS = {"valid": "0"}
_PADDED_HABITS = _HABITS | {"pad": "padding", "p": "padding"}
_SIZES = {"output_size": "size", "out": "size"}


class MaxPool(Layer):
    """The largest number of each window."""

    word = "maxpool"
    role = Role.POOL
    positional = 1
    aliases = ("MaxPool2d", "MaxPooling2D", "pool")
    habits = _PADDED_HABITS
    meanings = _MEANINGS
    example = "maxpool(3x3, stride=2, padding=1)"

    kernel: Pair
    """Height and width of a window."""
    stride: OptionalPair = None
    """Step between windows; by default the kernel."""
    padding: PoolPadding = (0, 0)
    """Positions around the map that are never the largest; at most half the kernel. "same" pads as TensorFlow does:
    `ceil(size / stride)` positions remain."""
    dilation: Pair = (1, 1)
    """Step between the taps of a window."""
    ceil_mode: Flag = False
    """Whether a last window may hang over the edge."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses windows that do not fit, and padding of more than half of them."""
        return _pooled(self, arrives, self.dilation)

    def window(self, arrives: Arrives) -> Window:
        """The pool's window."""
        return Window(self.kernel, self.stride or self.kernel, self.dilation)

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.MaxPool2d`, or one that pads as TensorFlow does."""
        dilation = Given(short(self.dilation), "dilation", "dilation", 1)
        return _torch(self, "MaxPool2d", self.dilation, dilation)


class AvgPool(Layer):
    """The mean of each window."""

    word = "avgpool"
    role = Role.POOL
    positional = 1
    aliases = ("AvgPool2d", "AveragePooling2D", "average_pool", "meanpool")
    habits = _PADDED_HABITS
    meanings = _MEANINGS
    example = "avgpool(3x3, stride=1, padding=1, count_include_pad=false)"

    kernel: Pair
    """Height and width of a window."""
    stride: OptionalPair = None
    """Step between windows; by default the kernel."""
    padding: PoolPadding = (0, 0)
    """Zeros around the map; at most half the kernel. "same" pads as TensorFlow does: `ceil(size / stride)` positions
    remain."""
    ceil_mode: Flag = False
    """Whether a last window may hang over the edge."""
    count_include_pad: Flag = True
    """Whether the zeros of the padding count in the mean; TensorFlow's own "same" does not count them."""
    divisor_override: OptionalCount = None
    """What the sum is divided by, instead of the number of positions."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses windows that do not fit, and padding of more than half of them."""
        if self.padding == "same" and self.divisor_override is not None:
            raise Refusal('`divisor_override` and `padding="same"` do not go together', "leave one of them out")
        return _pooled(self, arrives)

    def window(self, arrives: Arrives) -> Window:
        """The pool's window."""
        return Window(self.kernel, self.stride or self.kernel)

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.AvgPool2d`, or one that pads as TensorFlow does."""
        counted = Given(self.count_include_pad, "count_include_pad", "count_include_pad", True)
        divisor = Given(self.divisor_override, "divisor_override", "divisor_override", None)
        return _torch(self, "AvgPool2d", (1, 1), counted, *(() if self.padding == "same" else (divisor,)))


class LpPool(Layer):
    """The `norm_type`-th root of the sum of the powers of each window: 1 is the sum, 2 the length."""

    word = "lppool"
    role = Role.POOL
    positional = 1
    aliases = ("LPPool2d",)
    habits = _HABITS | {"p": "norm_type", "norm": "norm_type"}
    example = "lppool(2x2, norm_type=2)"

    kernel: Pair
    """Height and width of a window."""
    norm_type: Positive
    """The exponent."""
    stride: OptionalPair = None
    """Step between windows; by default the kernel."""
    ceil_mode: Flag = False
    """Whether a last window may hang over the edge."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses windows that do not fit."""
        x = arrives.map
        return Shape(x.channels, slide(x.space, self.kernel, self.stride or self.kernel, ceil=self.ceil_mode))

    def window(self, arrives: Arrives) -> Window:
        """The pool's window."""
        return Window(self.kernel, self.stride or self.kernel)

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.LPPool2d`."""
        ceil = Given(self.ceil_mode, "ceil_mode", "ceil_mode", False)
        norm = Given(self.norm_type, "norm_type")
        return module("nn.LPPool2d", norm, *_window(self), ceil)


class GlobalAvgPool(Layer):
    """The mean of each channel over the whole map: Cx1x1 (Lin et al. 2013, arXiv:1312.4400)."""

    word = "global_avgpool"
    role = Role.POOL
    aliases = ("GlobalAveragePooling2D", "GlobalAvgPool2d", "global_average_pool", "gap")
    example = "global_avgpool"

    def shape(self, arrives: Arrives) -> Shape:
        """One position."""
        return Shape(arrives.map.channels, (1, 1))

    def window(self, arrives: Arrives) -> Window:
        """The whole map."""
        return shrink(arrives.map.space, (1, 1))

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.AdaptiveAvgPool2d(1)`."""
        return module("nn.AdaptiveAvgPool2d", Given(1))


class GlobalMaxPool(Layer):
    """The largest number of each channel: Cx1x1."""

    word = "global_maxpool"
    role = Role.POOL
    aliases = ("GlobalMaxPooling2D", "GlobalMaxPool2d", "gmp")
    example = "global_maxpool"

    def shape(self, arrives: Arrives) -> Shape:
        """One position."""
        return Shape(arrives.map.channels, (1, 1))

    def window(self, arrives: Arrives) -> Window:
        """The whole map."""
        return shrink(arrives.map.space, (1, 1))

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.AdaptiveMaxPool2d(1)`."""
        return module("nn.AdaptiveMaxPool2d", Given(1))


class AdaptiveAvgPool(Layer):
    """Means over windows chosen so that a map of `size` remains."""

    word = "adaptive_avgpool"
    role = Role.POOL
    positional = 1
    aliases = ("AdaptiveAvgPool2d", "AdaptiveAveragePooling2D")
    habits = _SIZES
    example = "adaptive_avgpool(6x6)"

    size: Pair
    """Height and width of the result."""

    def shape(self, arrives: Arrives) -> Shape:
        """Any map."""
        return Shape(arrives.map.channels, self.size)

    def window(self, arrives: Arrives) -> Window:
        """The largest of the windows."""
        return shrink(arrives.map.space, self.size)

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.AdaptiveAvgPool2d`."""
        return module("nn.AdaptiveAvgPool2d", Given(short(self.size), "size"))


class AdaptiveMaxPool(Layer):
    """The largest numbers of windows chosen so that a map of `size` remains."""

    word = "adaptive_maxpool"
    role = Role.POOL
    positional = 1
    aliases = ("AdaptiveMaxPool2d", "AdaptiveMaxPooling2D")
    habits = _SIZES
    example = "adaptive_maxpool(6x6)"

    size: Pair
    """Height and width of the result."""

    def shape(self, arrives: Arrives) -> Shape:
        """Any map."""
        return Shape(arrives.map.channels, self.size)

    def window(self, arrives: Arrives) -> Window:
        """The largest of the windows."""
        return shrink(arrives.map.space, self.size)

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.AdaptiveMaxPool2d`."""
        return module("nn.AdaptiveMaxPool2d", Given(short(self.size), "size"))


def _pooled(layer: MaxPool | AvgPool, arrives: Arrives, dilation: Two = (1, 1)) -> Shape:
    """The map of windows."""
    x = arrives.map
    stride = layer.stride or layer.kernel
    if layer.padding == "same":
        if layer.ceil_mode:
            raise Refusal('`ceil_mode` and `padding="same"` do not go together', "leave `ceil_mode` out")
    elif any(p > k // 2 for p, k in zip(layer.padding, layer.kernel, strict=True)):
        raise Refusal(
            f"its padding {both(layer.padding)} is more than half the kernel {both(layer.kernel)}",
            "write a smaller padding, or `pad` before it",
        )
    sides = around(layer.padding, x.space, layer.kernel, stride, dilation)
    return Shape(x.channels, slide(x.space, layer.kernel, stride, sides, dilation, layer.ceil_mode))


def _window(layer: MaxPool | AvgPool | LpPool) -> tuple[Given, Given]:
    """Kernel and stride; PyTorch's stride too is the kernel where none is given."""
    kernel = short(layer.kernel)
    stride, formula = (layer.stride, "stride") if layer.stride else (layer.kernel, "kernel")
    return Given(kernel, "kernel"), Given(short(stride), formula, "stride", kernel)


def _torch(layer: MaxPool | AvgPool, name: str, dilation: Two, *options: Given) -> Torch:
    """The call of PyTorch's pool `name`, or of the helper that pads as TensorFlow does."""
    ceil = Given(layer.ceil_mode, "ceil_mode", "ceil_mode", False)
    if layer.padding != "same":
        padding = Given(short(layer.padding), "padding", "padding", 0)
        return module(f"nn.{name}", *_window(layer), padding, ceil, *options)
    helper = TorchCall(f"Same{name}", (*_window(layer), *options))
    if {*(layer.stride or layer.kernel), *dilation} != {1} or any(k % 2 == 0 for k in layer.kernel):
        return Torch(module=helper)
    height, width = layer.kernel
    padding = Given(short((height // 2, width // 2)), "kernel // 2", "padding", 0)
    return Torch(module=TorchCall(f"nn.{name}", (*_window(layer), padding, ceil, *options)), general=helper)
