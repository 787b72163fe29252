"""Convolutions over maps."""

from math import prod

from netdsl.layers.base import Arrives, Layer, Role, Window
from netdsl.layers.sliding import around, check_groups, keeping, reached_from, slide, spread
from netdsl.layers.torch_call import Given, Torch, TorchCall, module, short
from netdsl.shapes import Shape
from netdsl.words.fields import Count, Flag, Offset, Padding, Pair

_HABITS = {
    "kernel_size": "kernel",
    "size": "kernel",
    "k": "kernel",
    "ksize": "kernel",
    "strides": "stride",
    "s": "stride",
    "pad": "padding",
    "p": "padding",
    "dilation_rate": "dilation",
    "use_bias": "bias",
    "in_channels": "",
    "padding_mode": "",
}
_MEANINGS = {"valid": "0"}
_WIDTHS = {"out_channels": "out", "channels": "out", "filters": "out", "features": "out", "width": "out"}


class Conv(Layer):
    """Slides `out` learned filters over a map (cross-correlation); keeps the size where `stride` is 1."""

    word = "conv"
    role = Role.MIX
    positional = 2
    aliases = ("conv2d", "convolution", "Convolution2D")
    habits = _HABITS | _WIDTHS
    meanings = _MEANINGS
    example = "conv(64, 3x3, stride=2, bias=false)"

    out: Count
    """Output channels."""
    kernel: Pair
    """Height and width of a filter."""
    stride: Pair = (1, 1)
    """Step between positions."""
    padding: Padding = "auto"
    """Zeros around the map. "auto" keeps the size for odd kernels: `dilation * (kernel - 1) // 2`; "same" pads as
    TensorFlow does: `ceil(size / stride)` positions remain."""
    dilation: Pair = (1, 1)
    """Step between the taps of a filter."""
    groups: Count = 1
    """Into how many parts the channels fall that do not see each other."""
    bias: Flag = True
    """Whether a learned number is added to each output channel."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses groups that do not divide the channels, and windows that do not fit."""
        check_groups(self.groups, input=arrives.map.channels, output=self.out)
        return Shape(self.out, _space(self, arrives))

    def channels(self, arrives: Arrives) -> str:
        """As many as asked for."""
        return "out"

    def weights(self, arrives: Arrives) -> dict[str, tuple[int, ...]]:
        """Filters (out, in / groups, height, width)."""
        filters = {"weight": (self.out, arrives.map.channels // self.groups, *self.kernel)}
        return filters | ({"bias": (self.out,)} if self.bias else {})

    def macs(self, arrives: Arrives) -> int:
        """Every weight once per output position."""
        return self.shape(arrives).positions * prod(self.weights(arrives)["weight"])

    def window(self, arrives: Arrives) -> Window:
        """The filter's taps."""
        return Window(self.kernel, self.stride, self.dilation)

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Conv2d`, or one that pads as it must."""
        given = Given(arrives.map.channels, "in"), Given(self.out, "out")
        return _torch(self, given, Given(self.groups, "groups", "groups", 1))


class Depthwise(Layer):
    """Gives each channel filters of its own, `multiplier` of them, that see no other channel."""

    word = "depthwise"
    role = Role.MIX
    positional = 1
    aliases = ("DepthwiseConv2D", "depthwise_conv", "dwconv")
    habits = _HABITS | {"depth_multiplier": "multiplier", "groups": ""}
    example = "depthwise(3x3, stride=2, bias=false)"

    kernel: Pair
    """Height and width of a filter."""
    multiplier: Count = 1
    """Output channels per input channel."""
    stride: Pair = (1, 1)
    """Step between positions."""
    padding: Padding = "auto"
    """Zeros around the map, as for `conv`."""
    dilation: Pair = (1, 1)
    """Step between the taps of a filter."""
    bias: Flag = True
    """Whether a learned number is added to each output channel."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses windows that do not fit."""
        return Shape(arrives.map.channels * self.multiplier, _space(self, arrives))

    def channels(self, arrives: Arrives) -> str:
        """A multiple of what arrives."""
        return "in" if self.multiplier == 1 else "in * multiplier"

    def weights(self, arrives: Arrives) -> dict[str, tuple[int, ...]]:
        """Filters (out, 1, height, width)."""
        out = arrives.map.channels * self.multiplier
        return {"weight": (out, 1, *self.kernel)} | ({"bias": (out,)} if self.bias else {})

    def macs(self, arrives: Arrives) -> int:
        """Every weight once per output position."""
        return self.shape(arrives).positions * prod(self.weights(arrives)["weight"])

    def window(self, arrives: Arrives) -> Window:
        """The filter's taps."""
        return Window(self.kernel, self.stride, self.dilation)

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Conv2d` with as many groups as channels."""
        channels = arrives.map.channels
        given = Given(channels, "in"), Given(channels * self.multiplier, self.channels(arrives))
        return _torch(self, given, Given(channels, "in", "groups", 1))


class ConvTranspose(Layer):
    """A convolution run backwards: each input position paints a filter; `stride` enlarges the map."""

    word = "conv_transpose"
    role = Role.MIX
    positional = 2
    aliases = ("ConvTranspose2d", "Conv2DTranspose", "deconv", "deconvolution", "upconv")
    habits = _HABITS | _WIDTHS
    meanings = _MEANINGS
    example = "conv_transpose(64, 2x2, stride=2)"

    out: Count
    """Output channels."""
    kernel: Pair
    """Height and width of a filter."""
    stride: Pair = (1, 1)
    """Output positions between two input positions."""
    padding: Offset = (0, 0)
    """Rows above and below, columns left and right, that are cut from the output."""
    output_padding: Offset = (0, 0)
    """Rows and columns added to the output below and to the right."""
    groups: Count = 1
    """Into how many parts the channels fall that do not see each other."""
    bias: Flag = True
    """Whether a learned number is added to each output channel."""
    dilation: Pair = (1, 1)
    """Step between the taps of a filter."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses groups that do not divide the channels, and sizes below 1."""
        x = arrives.map
        check_groups(self.groups, input=x.channels, output=self.out)
        windows = (self.kernel, self.stride, self.dilation)
        return Shape(self.out, spread(x.space, *windows, self.padding, self.output_padding))

    def channels(self, arrives: Arrives) -> str:
        """As many as asked for."""
        return "out"

    def weights(self, arrives: Arrives) -> dict[str, tuple[int, ...]]:
        """Filters (in, out / groups, height, width)."""
        filters = {"weight": (arrives.map.channels, self.out // self.groups, *self.kernel)}
        return filters | ({"bias": (self.out,)} if self.bias else {})

    def macs(self, arrives: Arrives) -> int:
        """Every weight once per input position."""
        return arrives.map.positions * prod(self.weights(arrives)["weight"])

    def window(self, arrives: Arrives) -> Window:
        """The input positions whose filters reach an output position."""
        return reached_from(self.kernel, self.stride, self.dilation)

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.ConvTranspose2d`."""
        return module(
            "nn.ConvTranspose2d",
            Given(arrives.map.channels, "in"),
            Given(self.out, "out"),
            Given(short(self.kernel), "kernel"),
            Given(short(self.stride), "stride", "stride", 1),
            Given(short(self.padding), "padding", "padding", 0),
            Given(short(self.output_padding), "output_padding", "output_padding", 0),
            Given(self.groups, "groups", "groups", 1),
            Given(self.bias, "bias", "bias", True),
            Given(short(self.dilation), "dilation", "dilation", 1),
        )


def _space(layer: Conv | Depthwise, arrives: Arrives) -> tuple[int, int]:
    """Height and width after a convolution."""
    space = arrives.map.space
    sides = around(layer.padding, space, layer.kernel, layer.stride, layer.dilation)
    return slide(space, layer.kernel, layer.stride, sides, layer.dilation)


def _torch(layer: Conv | Depthwise, channels: tuple[Given, Given], groups: Given) -> Torch:
    """The call for a convolution between `channels`; one that pads unevenly is a helper with the same weights."""

    def call(name: str, *padding: Given) -> TorchCall:
        stride = Given(short(layer.stride), "stride", "stride", 1)
        dilation = Given(short(layer.dilation), "dilation", "dilation", 1)
        bias = Given(layer.bias, "bias", "bias", True)
        kernel = Given(short(layer.kernel), "kernel")
        return TorchCall(name, (*channels, kernel, stride, *padding, dilation, groups, bias))

    if layer.padding == "same":
        helper = call("SameConv2d")
        plain = _plain_same(layer)
        return Torch(module=helper) if plain is None else Torch(module=call("nn.Conv2d", plain), general=helper)
    if layer.padding == "auto":
        return Torch(module=call("nn.Conv2d", _keeping(layer)))
    if len(layer.padding) == 4:
        return Torch(module=call("PaddedConv2d", Given(layer.padding, "padding", "padding")))
    return Torch(module=call("nn.Conv2d", Given(short(layer.padding), "padding", "padding", 0)))


def _keeping(layer: Conv | Depthwise) -> Given:
    """The padding that keeps the size."""
    formula = "kernel // 2" if layer.dilation == (1, 1) else "dilation * (kernel - 1) // 2"
    return Given(short(keeping(layer.kernel, layer.dilation)), formula, "padding", 0)


def _plain_same(layer: Conv | Depthwise) -> Given | None:
    """TensorFlow's padding where `nn.Conv2d` has it: what is added does not depend on the size of the map."""
    if any(s > 1 and k > 1 for k, s in zip(layer.kernel, layer.stride, strict=True)):
        return None
    if all(k % 2 for k in layer.kernel):
        return _keeping(layer)
    return Given("same", "padding", "padding", 0) if layer.stride == (1, 1) else None
