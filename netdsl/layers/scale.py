"""Multiplication by numbers, fixed and learned."""

from netdsl.layers.base import Arrives, Layer, Role
from netdsl.layers.torch_call import Given, Torch, TorchCall
from netdsl.words.fields import Number

_HABITS = {"init_values": "value", "init": "value", "layer_scale_init_value": "value", "dim": ""}


class Scale(Layer):
    """Multiplies everything by a fixed number."""

    word = "scale"
    role = Role.SHAPE
    positional = 1
    aliases = ("rescale",)
    habits = {"scale": "factor", "value": "factor"}  # noqa: RUF012
    example = "scale(0.17)"

    factor: Number
    """The number."""

    def torch(self, arrives: Arrives) -> Torch:
        """A product."""
        return Torch(function=TorchCall("{factor} * {}", (Given(self.factor, "factor", "factor"),)))


class LayerScale(Layer):
    """Multiplies each channel by a learned number (Touvron et al. 2021, arXiv:2103.17239)."""

    word = "layer_scale"
    role = Role.SHAPE
    positional = 1
    habits = _HABITS
    example = "layer_scale(1e-6)"

    value: Number
    """What the numbers are before training."""

    def weights(self, arrives: Arrives) -> dict[str, tuple[int, ...]]:
        """A number per channel, under the label itself."""
        x = arrives.one
        return {"": (x.channels,) if x.channels_last else (x.channels, *(1 for _ in x.space))}

    def torch(self, arrives: Arrives) -> Torch:
        """A parameter, and a product."""
        dims = self.weights(arrives)[""]
        formula = f"[{', '.join(['in'] + ['1'] * (len(dims) - 1))}]"
        return Torch(
            function=TorchCall("{self} * {}"),
            parameter=TorchCall("torch.full", (Given(dims, formula), Given(self.value, "value"))),
        )
