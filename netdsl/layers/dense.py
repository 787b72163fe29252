"""Layers that connect everything with everything."""

from math import prod

from netdsl.layers.base import Arrives, Layer, Role
from netdsl.layers.torch_call import Given, Torch, module
from netdsl.shapes import Shape
from netdsl.words.fields import Count, Flag

_HABITS = {
    "out_features": "out",
    "features": "out",
    "units": "out",
    "out_channels": "out",
    "width": "out",
    "use_bias": "bias",
    "in_features": "",
}


class Linear(Layer):
    """Gives `out` weighted sums of the channels; on a channels-last map at each position alike."""

    word = "linear"
    role = Role.DENSE
    positional = 1
    aliases = ("dense", "fc", "fully_connected", "affine")
    habits = _HABITS
    example = "linear(1000)"

    out: Count
    """Output channels."""
    bias: Flag = True
    """Whether a learned number is added to each output channel."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses maps CxHxW, which have no one row of numbers."""
        x = arrives.features
        return Shape(self.out, x.space, x.channels_last)

    def channels(self, arrives: Arrives) -> str:
        """As many as asked for."""
        return "out"

    def weights(self, arrives: Arrives) -> dict[str, tuple[int, ...]]:
        """A matrix (out, in)."""
        return {"weight": (self.out, arrives.features.channels)} | ({"bias": (self.out,)} if self.bias else {})

    def macs(self, arrives: Arrives) -> int:
        """The matrix once per position."""
        return prod(self.weights(arrives)["weight"]) * arrives.features.positions

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Linear`."""
        given = Given(arrives.features.channels, "in"), Given(self.out, "out")
        return module("nn.Linear", *given, Given(self.bias, "bias", "bias", True))
