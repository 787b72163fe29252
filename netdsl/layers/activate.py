"""Activations: functions of each number, and softmax over the channels."""

from typing import Annotated, Literal

from netdsl.layers.base import Arrives, Layer, Refusal, Role
from netdsl.layers.torch_call import Given, Torch, module
from netdsl.shapes import Shape
from netdsl.words.fields import Count, Number, Positive, Wanted

_HABITS = {"inplace": "", "in_place": ""}


class ReLU(Layer):
    """max(0, x)."""

    word = "relu"
    role = Role.ACTIVATE
    aliases = ("rectifier",)
    habits = _HABITS
    example = "relu"

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.ReLU`."""
        return module("nn.ReLU", inplace=True)


class ReLU6(Layer):
    """min(max(0, x), 6) (Krizhevsky 2010)."""

    word = "relu6"
    role = Role.ACTIVATE
    habits = _HABITS
    example = "relu6"

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.ReLU6`."""
        return module("nn.ReLU6", inplace=True)


class LeakyReLU(Layer):
    """x where it is positive, else `negative_slope * x` (Maas et al. 2013)."""

    word = "leaky_relu"
    role = Role.ACTIVATE
    positional = 1
    aliases = ("lrelu",)
    habits = _HABITS | {"slope": "negative_slope", "alpha": "negative_slope"}
    example = "leaky_relu(0.2)"

    negative_slope: Number = 0.01
    """Slope below 0."""

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.LeakyReLU`."""
        slope = Given(self.negative_slope, "negative_slope", "negative_slope", 0.01)
        return module("nn.LeakyReLU", slope, inplace=self.negative_slope >= 0)


class PReLU(Layer):
    """x where it is positive, else a learned slope times x (He et al. 2015, arXiv:1502.01852)."""

    word = "prelu"
    role = Role.ACTIVATE
    positional = 1
    aliases = ("parametric_relu",)
    habits = _HABITS | {"channels": "num_parameters", "init": ""}
    example = "prelu(in.channels)"

    num_parameters: Count = 1
    """1 for one slope, or the channels for a slope each."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses other numbers of slopes; slopes per channel need the channels first."""
        if self.num_parameters == 1:
            return arrives.one
        x = arrives.channels_first
        if self.num_parameters != x.channels:
            raise Refusal(
                f"{self.num_parameters} slopes do not fit {x.channels} channels",
                "write `prelu` for one slope, or `prelu(in.channels)` for one per channel",
            )
        return x

    def weights(self, arrives: Arrives) -> dict[str, tuple[int, ...]]:
        """The slopes."""
        return {"weight": (self.num_parameters,)}

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.PReLU`."""
        return module("nn.PReLU", Given(self.num_parameters, "num_parameters", "num_parameters", 1))


class ELU(Layer):
    """x where it is positive, else `alpha * (exp(x) - 1)` (Clevert et al. 2015, arXiv:1511.07289)."""

    word = "elu"
    role = Role.ACTIVATE
    positional = 1
    habits = _HABITS
    example = "elu"

    alpha: Number = 1.0
    """Minus the limit far below 0."""

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.ELU`."""
        return module("nn.ELU", Given(self.alpha, "alpha", "alpha", 1.0), inplace=self.alpha >= 0)


class SELU(Layer):
    """An ELU whose outputs keep mean 0 and variance 1 (Klambauer et al. 2017, arXiv:1706.02515)."""

    word = "selu"
    role = Role.ACTIVATE
    habits = _HABITS
    example = "selu"

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.SELU`."""
        return module("nn.SELU", inplace=True)


class GELU(Layer):
    """x times the normal distribution's share below x (Hendrycks and Gimpel 2016, arXiv:1606.08415)."""

    word = "gelu"
    role = Role.ACTIVATE
    habits = _HABITS
    example = "gelu"

    approximate: Annotated[Literal["none", "tanh"], Wanted('"none" or "tanh"')] = "none"
    """"tanh" for the paper's quick formula."""

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.GELU`."""
        return module("nn.GELU", Given(self.approximate, "approximate", "approximate", "none"))


class SiLU(Layer):
    """x * sigmoid(x), also called swish (Elfwing et al. 2017, arXiv:1702.03118)."""

    word = "silu"
    role = Role.ACTIVATE
    aliases = ("swish",)
    habits = _HABITS
    example = "silu"

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.SiLU`."""
        return module("nn.SiLU", inplace=True)


class Mish(Layer):
    """x * tanh(softplus(x)) (Misra 2019, arXiv:1908.08681)."""

    word = "mish"
    role = Role.ACTIVATE
    habits = _HABITS
    example = "mish"

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Mish`."""
        return module("nn.Mish", inplace=True)


class Hardswish(Layer):
    """x * relu6(x + 3) / 6 (Howard et al. 2019, arXiv:1905.02244)."""

    word = "hardswish"
    role = Role.ACTIVATE
    aliases = ("hswish", "h_swish")
    habits = _HABITS
    example = "hardswish"

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Hardswish`."""
        return module("nn.Hardswish", inplace=True)


class Hardsigmoid(Layer):
    """relu6(x + 3) / 6, PyTorch's; Keras divides by 5 (Howard et al. 2019, arXiv:1905.02244)."""

    word = "hardsigmoid"
    role = Role.ACTIVATE
    aliases = ("hsigmoid", "h_sigmoid")
    habits = _HABITS
    example = "hardsigmoid"

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Hardsigmoid`."""
        return module("nn.Hardsigmoid", inplace=True)


class Sigmoid(Layer):
    """1 / (1 + exp(-x))."""

    word = "sigmoid"
    role = Role.ACTIVATE
    aliases = ("logistic",)
    habits = _HABITS
    example = "sigmoid"

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Sigmoid`."""
        return module("nn.Sigmoid")


class Tanh(Layer):
    """The hyperbolic tangent."""

    word = "tanh"
    role = Role.ACTIVATE
    habits = _HABITS
    example = "tanh"

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Tanh`."""
        return module("nn.Tanh")


class Softmax(Layer):
    """Exponentials, divided by their sum over the channels: a distribution at each position."""

    word = "softmax"
    role = Role.ACTIVATE
    aliases = ("Softmax2d",)
    habits = _HABITS | {"dim": "", "axis": ""}
    example = "softmax"

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Softmax` over the channels."""
        return module("nn.Softmax", Given(-1 if arrives.one.channels_last else 1, keyword="dim"))


class Softplus(Layer):
    """log(1 + exp(beta * x)) / beta: a smooth ReLU."""

    word = "softplus"
    role = Role.ACTIVATE
    habits = _HABITS
    example = "softplus"

    beta: Positive = 1.0
    """How sharp the bend is."""
    threshold: Number = 20.0
    """Where `beta * x` is above it, x itself is given: the same in floating point."""

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Softplus`."""
        beta = Given(self.beta, "beta", "beta", 1.0)
        return module("nn.Softplus", beta, Given(self.threshold, "threshold", "threshold", 20.0))
