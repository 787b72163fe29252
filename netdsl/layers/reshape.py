"""Layers that arrange the same numbers otherwise."""

from netdsl.layers.base import Arrives, Layer, Refusal, Role, Window
from netdsl.layers.sliding import both, check_groups
from netdsl.layers.torch_call import Given, Torch, TorchCall
from netdsl.shapes import Shape
from netdsl.words.fields import Count

_TO_LAST, _TO_FIRST = (0, 2, 3, 1), (0, 3, 1, 2)
_HABITS = {"factor": "upscale_factor", "scale_factor": "upscale_factor", "block_size": "upscale_factor"}
_DOWN_HABITS = dict.fromkeys(_HABITS, "downscale_factor")


class Flatten(Layer):
    """Lays all numbers of a sample in one row."""

    word = "flatten"
    role = Role.SHAPE
    aliases = ("ravel", "view", "reshape")
    habits = {"start_dim": "", "end_dim": ""}  # noqa: RUF012
    example = "flatten"

    def shape(self, arrives: Arrives) -> Shape:
        """A vector."""
        return Shape(arrives.one.elements)

    def channels(self, arrives: Arrives) -> str:
        """All numbers."""
        positions = arrives.one.positions
        return "in" if positions == 1 else f"in * {positions}"

    def window(self, arrives: Arrives) -> Window | None:
        """The vector sees the whole map."""
        space = arrives.one.space
        return Window((space[0], space[1]), (space[0], space[1])) if space else None

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Flatten`, or `torch.flatten`."""
        return Torch(module=TorchCall("nn.Flatten"), function=TorchCall("torch.flatten", (Given(1),)))


class ChannelsLast(Layer):
    """Turns a map CxHxW into HxWxC, so that `linear` and `layernorm` see one position at a time."""

    word = "channels_last"
    role = Role.SHAPE
    aliases = ("to_channels_last", "permute")
    example = "channels_last"

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses maps that are so already."""
        if arrives.one.channels_last:
            raise Refusal(f"{arrives.one} has its channels last already", "leave it out")
        x = arrives.map
        return Shape(x.channels, x.space, channels_last=True)

    def torch(self, arrives: Arrives) -> Torch:
        """A permutation."""
        return _permuted(_TO_LAST)


class ChannelsFirst(Layer):
    """Turns a map HxWxC back into CxHxW."""

    word = "channels_first"
    role = Role.SHAPE
    aliases = ("to_channels_first",)
    example = "channels_first"

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses maps that are so already, and vectors."""
        x = arrives.one
        if not x.channels_last:
            what = f"{x} has its channels first already" if x.space else f"a vector of {x} has no height and width"
            raise Refusal(what, "leave it out")
        return Shape(x.channels, x.space)

    def torch(self, arrives: Arrives) -> Torch:
        """A permutation."""
        return _permuted(_TO_FIRST)


class PixelShuffle(Layer):
    """Makes of r² channels a map r times as high and wide (Shi et al. 2016, arXiv:1609.05158)."""

    word = "pixel_shuffle"
    role = Role.SHAPE
    positional = 1
    aliases = ("depth_to_space", "subpixel")
    habits = _HABITS
    example = "pixel_shuffle(2)"

    upscale_factor: Count
    """r."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses channels that do not divide by r²."""
        x, r = arrives.map, self.upscale_factor
        if x.channels % r**2:
            above = -(-x.channels // r**2) * r**2
            raise Refusal(
                f"{x.channels} channels do not divide by {r}² = {r**2}",
                f"let `conv({above}, …)` come before it, or another multiple of {r**2}",
            )
        return Shape(x.channels // r**2, (x.space[0] * r, x.space[1] * r))

    def channels(self, arrives: Arrives) -> str:
        """An r²-th."""
        return "in // upscale_factor ** 2"

    def window(self, arrives: Arrives) -> Window:
        """One input position makes r² output positions."""
        return Window((1, 1), (1, 1), upsampling=(self.upscale_factor, self.upscale_factor))

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.PixelShuffle`, or its function."""
        arguments = (Given(self.upscale_factor, "upscale_factor"),)
        return Torch(TorchCall("nn.PixelShuffle", arguments), function=TorchCall("F.pixel_shuffle", arguments))


class PixelUnshuffle(Layer):
    """Makes of each r x r square r² channels: the inverse of `pixel_shuffle`."""

    word = "pixel_unshuffle"
    role = Role.SHAPE
    positional = 1
    aliases = ("space_to_depth",)
    habits = _DOWN_HABITS
    example = "pixel_unshuffle(2)"

    downscale_factor: Count
    """r."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses heights and widths that do not divide by r."""
        x, r = arrives.map, self.downscale_factor
        if any(n % r for n in x.space):
            fitting = tuple(-n % r for n in x.space)
            remedy = f"write `pad(bottom={fitting[0]}, right={fitting[1]})` before it"
            raise Refusal(f"a map of {both(x.space)} does not divide into squares of {r}x{r}", remedy)
        return Shape(x.channels * r**2, (x.space[0] // r, x.space[1] // r))

    def channels(self, arrives: Arrives) -> str:
        """r² times as many."""
        return "in * downscale_factor ** 2"

    def window(self, arrives: Arrives) -> Window:
        """The square."""
        return Window((self.downscale_factor, self.downscale_factor), (self.downscale_factor, self.downscale_factor))

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.PixelUnshuffle`, or its function."""
        arguments = (Given(self.downscale_factor, "downscale_factor"),)
        return Torch(TorchCall("nn.PixelUnshuffle", arguments), function=TorchCall("F.pixel_unshuffle", arguments))


class ChannelShuffle(Layer):
    """Deals the channels of the groups out in turns (Zhang et al. 2017, arXiv:1707.01083)."""

    word = "channel_shuffle"
    role = Role.SHAPE
    positional = 1
    aliases = ("shuffle",)
    example = "channel_shuffle(2)"

    groups: Count
    """How many groups; it divides the channels."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses groups that do not divide the channels."""
        x = arrives.map
        check_groups(self.groups, input=x.channels)
        return x

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.ChannelShuffle`, or its function."""
        arguments = (Given(self.groups, "groups"),)
        return Torch(TorchCall("nn.ChannelShuffle", arguments), function=TorchCall("F.channel_shuffle", arguments))


def _permuted(order: tuple[int, ...]) -> Torch:
    """The dimensions in another order; as a module a helper."""
    function = TorchCall("{}.permute(" + ", ".join(map(str, order)) + ")")
    return Torch(TorchCall("Permute", tuple(Given(axis) for axis in order)), function=function)
