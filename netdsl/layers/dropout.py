"""Layers that leave numbers out at random while training, and do nothing in evaluation."""

from netdsl.layers.base import Arrives, Layer, Role
from netdsl.layers.torch_call import Given, Torch, module
from netdsl.shapes import Shape
from netdsl.words.fields import Rate

_HABITS = {"rate": "p", "drop": "p", "drop_rate": "p", "prob": "p", "inplace": ""}


class Dropout(Layer):
    """Sets single numbers to 0 and enlarges the others (Srivastava et al. 2014)."""

    word = "dropout"
    role = Role.DROP
    positional = 1
    habits = _HABITS
    example = "dropout(0.5)"

    p: Rate = 0.5
    """The probability of 0."""

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Dropout`."""
        return module("nn.Dropout", Given(self.p, "p"))


class Dropout2d(Layer):
    """Sets whole channels to 0 and enlarges the others (Tompson et al. 2014, arXiv:1411.4280)."""

    word = "dropout2d"
    role = Role.DROP
    positional = 1
    aliases = ("SpatialDropout2D", "spatial_dropout", "feature_dropout")
    habits = _HABITS
    example = "dropout2d(0.2)"

    p: Rate = 0.5
    """The probability of 0."""

    def shape(self, arrives: Arrives) -> Shape:
        """A map CxHxW."""
        return arrives.map

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Dropout2d`."""
        return module("nn.Dropout2d", Given(self.p, "p"))


class AlphaDropout(Layer):
    """Dropout after `selu`: keeps mean and variance (Klambauer et al. 2017, arXiv:1706.02515)."""

    word = "alpha_dropout"
    role = Role.DROP
    positional = 1
    habits = _HABITS
    example = "alpha_dropout(0.1)"

    p: Rate = 0.5
    """The probability that a number is left out."""

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.AlphaDropout`."""
        return module("nn.AlphaDropout", Given(self.p, "p"))


class FeatureAlphaDropout(Layer):
    """`alpha_dropout` of whole channels."""

    word = "feature_alpha_dropout"
    role = Role.DROP
    positional = 1
    habits = _HABITS
    example = "feature_alpha_dropout(0.1)"

    p: Rate = 0.5
    """The probability that a channel is left out."""

    def shape(self, arrives: Arrives) -> Shape:
        """A map CxHxW or a vector."""
        return arrives.channels_first

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.FeatureAlphaDropout`."""
        return module("nn.FeatureAlphaDropout", Given(self.p, "p"))
