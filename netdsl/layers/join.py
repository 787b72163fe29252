"""Wiring: layers that bring values together, and the wire itself. They take no place and no label."""

from collections.abc import Callable

from netdsl.layers.base import Arrives, Layer, Refusal, Role
from netdsl.layers.torch_call import Torch, TorchCall
from netdsl.shapes import Shape

_HABITS = {"dim": "", "axis": ""}

_SAME_SIZE = (
    "give each the same strides and padding, or fit one to another by its name: "
    "`crop(a.size)` for a larger map, `upsample(size=a.size)` for a smaller one"
)


class Concat(Layer):
    """Stacks the channels of its inputs, in their order."""

    word = "concat"
    called = "concat { ... } or concat on a, b"
    role = Role.JOIN
    inputs = None
    wiring = True
    aliases = ("cat", "concatenate")
    habits = _HABITS
    example = "concat { conv(8, 1x1); conv(8, 3x3) }"

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses inputs of different heights or widths."""
        first = arrives.several[0]
        _check(
            arrives.shapes,
            lambda shape: (shape.space, shape.channels_last) == (first.space, first.channels_last),
            "it needs inputs of one height and width",
            _SAME_SIZE,
        )
        return Shape(sum(shape.channels for shape in arrives.shapes), first.space, first.channels_last)

    def channels(self, arrives: Arrives) -> str:
        """All of them."""
        return "sum(in)"

    def torch(self, arrives: Arrives) -> Torch:
        """`torch.cat` over the channels."""
        dim = -1 if arrives.shapes[0].channels_last else 1
        return Torch(function=TorchCall(f"torch.cat([{{*}}], dim={dim})"))


class Add(Layer):
    """Adds its inputs, number by number."""

    word = "add"
    called = "add { ... } or add on a, b"
    role = Role.JOIN
    inputs = None
    wiring = True
    aliases = ("sum", "plus")
    example = "add { identity; conv(in.channels, 3x3) }"

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses inputs of different shapes."""
        first = arrives.several[0]
        _check(arrives.shapes, lambda shape: shape == first, "it needs inputs of one shape", _fit(arrives.shapes))
        return first

    def torch(self, arrives: Arrives) -> Torch:
        """`+` between the inputs."""
        return Torch(function=TorchCall(" + ".join(["{}"] * len(arrives.shapes))))


class Mul(Layer):
    """Multiplies its inputs, number by number; what has one channel, one row or one column is applied to all."""

    word = "mul"
    called = "mul { ... } or mul on a, b"
    role = Role.JOIN
    inputs = None
    wiring = True
    aliases = ("multiply", "product", "times")
    example = "mul { identity; conv(in.channels, 1x1) -> sigmoid }"

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses inputs whose dimensions differ and are not 1; torch broadcasts them the same way."""
        first = arrives.several[0]
        whole = tuple(map(max, *(_sizes(shape) for shape in arrives.shapes)))
        _check(
            arrives.shapes,
            lambda shape: (
                (len(shape.space), shape.channels_last) == (len(first.space), first.channels_last)
                and all(n in (1, most) for n, most in zip(_sizes(shape), whole, strict=False))
            ),
            "it needs inputs of one shape, or 1 where they differ",
            _fit(arrives.shapes),
        )
        return Shape(whole[0], whole[1:], first.channels_last)

    def channels(self, arrives: Arrives) -> str:
        """All have the same, but for one that has a single channel for all."""
        return "in" if len({shape.channels for shape in arrives.shapes}) == 1 else "max(in)"

    def torch(self, arrives: Arrives) -> Torch:
        """`*` between the inputs."""
        return Torch(function=TorchCall(" * ".join(["{}"] * len(arrives.shapes))))


class Identity(Layer):
    """The wire itself: gives what arrives, and takes no place."""

    word = "identity"
    role = Role.JOIN
    wiring = True
    aliases = ("noop", "passthrough")
    example = "identity"

    def torch(self, arrives: Arrives) -> Torch:
        """The input; as a module `nn.Identity`."""
        return Torch(module=TorchCall("nn.Identity"), function=TorchCall("{}"))


def _check(shapes: tuple[Shape, ...], fits: Callable[[Shape], bool], need: str, remedy: str) -> None:
    """Refuses the first input that does not fit, and shows all."""
    for i, shape in enumerate(shapes):
        if not fits(shape):
            listed = ", ".join(_described(each) for each in shapes)
            raise Refusal(f"{need}, and {listed} arrive; input {i + 1} differs", remedy, culprit=i)


def _sizes(shape: Shape) -> tuple[int, ...]:
    """Channels, height, width."""
    return shape.channels, *shape.space


def _described(shape: Shape) -> str:
    """The shape, and where its channels are if that is not first."""
    return f"{shape} (channels last)" if shape.channels_last else str(shape)


def _fit(shapes: tuple[Shape, ...]) -> str:
    """What makes the inputs alike."""
    first = shapes[0]
    if all(shape.space == first.space and not shape.channels_last for shape in shapes) and first.space:
        return f"give each the same channels, for example by `conv({first.channels}, 1x1)`, or write `concat`"
    return _SAME_SIZE
