"""What every layer kind states, and what it may ask of the values that arrive."""

from collections.abc import Mapping
from enum import Enum
from math import prod
from typing import ClassVar

from netdsl.layers.torch_call import Torch
from netdsl.records import by_value
from netdsl.shapes import Shape
from netdsl.words.base import Word


class Refusal(Exception):
    """A layer cannot stand on what arrives: why, and what to write instead. It has no place; its caller has."""

    def __init__(self, reason: str, remedy: str = "", culprit: int | None = None) -> None:
        """`culprit` is the input that differs from the others, counted from 0, where it is one of several."""
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
        self.culprit = culprit


class Role(Enum):
    """What a layer does to a picture of the network; diagrams colour by it."""

    MIX = "convolution"
    POOL = "pooling"
    NORM = "norm"
    ACTIVATE = "activation"
    JOIN = "join"
    DENSE = "dense"
    SHAPE = "shape"
    DROP = "dropout"


@by_value
class Window:
    """What one output position sees of the input: (height, width) each.

    From one output position to the next the window moves by `stride / upsampling` input positions.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int] = (1, 1)
    upsampling: tuple[int, int] = (1, 1)


@by_value
class Stored:
    """A tensor of the state dict: its shape, and its dtype as PyTorch calls it."""

    dims: tuple[int, ...]
    dtype: str = "float32"


@by_value
class Arrives:
    """The shapes that a layer receives, with the questions it may ask of them; each refuses in words."""

    shapes: tuple[Shape, ...]

    @property
    def one(self) -> Shape:
        """The only input."""
        if len(self.shapes) != 1:
            raise Refusal(f"it takes one input, and {len(self.shapes)} arrive")
        return self.shapes[0]

    @property
    def several(self) -> tuple[Shape, ...]:
        """All inputs, which are at least two."""
        if len(self.shapes) < 2:
            raise Refusal(
                "it joins two or more values, and only one arrives", "give it another branch, or leave it out"
            )
        return self.shapes

    @property
    def channels_first(self) -> Shape:
        """The only input: a map CxHxW or a vector."""
        shape = self.one
        if shape.channels_last:
            raise Refusal(
                f"it needs the channels first (CxHxW), and {shape} has them last", "write `channels_first` before it"
            )
        return shape

    @property
    def map(self) -> Shape:
        """The only input, a map CxHxW."""
        shape = self.channels_first
        if not shape.space:
            raise Refusal(
                f"it needs a map with height and width, and {shape.channels} numbers without a place arrive",
                "put it before `flatten` or the linear layer that took height and width away",
            )
        return shape

    @property
    def features(self) -> Shape:
        """The only input: a vector or a map HxWxC, whose last dimension are the channels."""
        shape = self.one
        if shape.space and not shape.channels_last:
            pool = "" if shape.positions == 1 else ", or `global_avgpool -> flatten`,"
            raise Refusal(f"it needs a vector, and a map of {shape} arrives", f"write `flatten`{pool} before it")
        return shape


class Layer(Word):
    """The base of all layer kinds. A kind states only what cannot be derived."""

    noun = "layer"
    apart: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("activation", "act"), "write it as a step of its own behind the call: `-> relu`"),
        "name": "write it before the call as a label, `conv1: …`: it becomes the key of the weights",
        "input_shape": "write it once at the beginning of the net: `input 3x224x224`",
    }
    role: ClassVar[Role]
    inputs: ClassVar[int | None] = 1
    """How many values it takes; None for any number from two."""
    wiring: ClassVar[bool] = False
    """Whether it is a wire only: it takes no place and no label."""

    def shape(self, arrives: Arrives) -> Shape:
        """The shape that it gives; refuses what it cannot take."""
        return arrives.one

    def channels(self, arrives: Arrives) -> str:
        """The channels that it gives, as a formula (see `Given`); of several inputs `in` is the first,
        `sum(in)` and `max(in)` take all."""
        return "in"

    def weights(self, arrives: Arrives) -> dict[str, tuple[int, ...]]:
        """Its parameters in PyTorch's order: name -> shape. The name "" puts a parameter under the label itself."""
        return {}

    def buffers(self, arrives: Arrives) -> dict[str, Stored]:
        """What the state dict holds besides parameters."""
        return {}

    def macs(self, arrives: Arrives) -> int:
        """Multiply-accumulates for one input: weight matrices times output positions; norms count nothing."""
        return 0

    def window(self, arrives: Arrives) -> Window | None:
        """What an output position sees; None for a layer that works on each position alone."""
        return None

    def torch(self, arrives: Arrives) -> Torch:
        """The PyTorch calls that do the same."""
        raise NotImplementedError

    def parameters(self, arrives: Arrives) -> int:
        """How many trained numbers it has."""
        return sum(prod(dims) for dims in self.weights(arrives).values())
