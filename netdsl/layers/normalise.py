"""Layers that bring numbers to a common mean and spread. By convention their window is one position."""

from netdsl.layers.base import Arrives, Layer, Refusal, Role, Stored
from netdsl.layers.sliding import check_groups
from netdsl.layers.torch_call import Given, Torch, module
from netdsl.shapes import Shape
from netdsl.words.fields import Count, Flag, Number, Positive, Rate

_HABITS = {"epsilon": "eps", "num_features": "", "num_channels": "", "inplace": ""}


class BatchNorm(Layer):
    """Normalises each channel over the batch (Ioffe and Szegedy 2015, arXiv:1502.03167)."""

    word = "batchnorm"
    role = Role.NORM
    aliases = ("BatchNorm2d", "BatchNorm1d", "SyncBatchNorm", "BatchNormalization", "bn")
    habits = _HABITS
    example = "batchnorm(eps=1e-3)"

    eps: Positive = 1e-5
    """Added to the variance, against division by zero."""
    momentum: Rate = 0.1
    """The share of each batch in the running mean and variance."""
    affine: Flag = True
    """Whether each channel has a learned scale and shift."""
    track_running_stats: Flag = True
    """Whether running mean and variance are kept and used in evaluation."""

    def shape(self, arrives: Arrives) -> Shape:
        """A map CxHxW or a vector."""
        return arrives.channels_first

    def weights(self, arrives: Arrives) -> dict[str, tuple[int, ...]]:
        """Scale and shift."""
        return _affine(arrives.one.channels) if self.affine else {}

    def buffers(self, arrives: Arrives) -> dict[str, Stored]:
        """The running statistics."""
        return _running(arrives.one.channels) if self.track_running_stats else {}

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.BatchNorm2d` for maps, `nn.BatchNorm1d` for vectors."""
        x = arrives.one
        return module(
            "nn.BatchNorm2d" if x.space else "nn.BatchNorm1d",
            Given(x.channels, "in"),
            Given(self.eps, "eps", "eps", 1e-5),
            Given(self.momentum, "momentum", "momentum", 0.1),
            Given(self.affine, "affine", "affine", True),
            Given(self.track_running_stats, "track_running_stats", "track_running_stats", True),
        )


class LayerNorm(Layer):
    """Normalises all channels of a position together (Ba et al. 2016, arXiv:1607.06450; on maps as ConvNeXt does)."""

    word = "layernorm"
    role = Role.NORM
    aliases = ("LayerNorm2d", "LayerNormalization", "ln")
    habits = _HABITS | {"affine": "elementwise_affine", "use_bias": "bias", "normalized_shape": ""}
    example = "layernorm(eps=1e-6)"

    eps: Positive = 1e-5
    """Added to the variance, against division by zero."""
    elementwise_affine: Flag = True
    """Whether each channel has a learned scale and shift."""
    bias: Flag = True
    """Whether there is a shift beside the scale."""

    def weights(self, arrives: Arrives) -> dict[str, tuple[int, ...]]:
        """Scale and shift."""
        both = _affine(arrives.one.channels) if self.elementwise_affine else {}
        return both if self.bias else {name: dims for name, dims in both.items() if name == "weight"}

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.LayerNorm`; for a map CxHxW a helper that turns it round."""
        x = arrives.one
        return module(
            "LayerNorm2d" if x.space and not x.channels_last else "nn.LayerNorm",
            Given(x.channels, "in"),
            Given(self.eps, "eps", "eps", 1e-5),
            Given(self.elementwise_affine, "elementwise_affine", "elementwise_affine", True),
            Given(self.bias, "bias", "bias", True),
        )


class GroupNorm(Layer):
    """Normalises the channels of each group together (Wu and He 2018, arXiv:1803.08494)."""

    word = "groupnorm"
    role = Role.NORM
    positional = 1
    aliases = ("GroupNormalization", "gn")
    habits = _HABITS | {"num_groups": "groups"}
    example = "groupnorm(32)"

    groups: Count
    """How many groups; it divides the channels."""
    eps: Positive = 1e-5
    """Added to the variance, against division by zero."""
    affine: Flag = True
    """Whether each channel has a learned scale and shift."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses groups that do not divide the channels."""
        x = arrives.channels_first
        check_groups(self.groups, input=x.channels)
        return x

    def weights(self, arrives: Arrives) -> dict[str, tuple[int, ...]]:
        """Scale and shift."""
        return _affine(arrives.one.channels) if self.affine else {}

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.GroupNorm`."""
        return module(
            "nn.GroupNorm",
            Given(self.groups, "groups"),
            Given(arrives.one.channels, "in"),
            Given(self.eps, "eps", "eps", 1e-5),
            Given(self.affine, "affine", "affine", True),
        )


class InstanceNorm(Layer):
    """Normalises each channel of each sample (Ulyanov et al. 2016, arXiv:1607.08022)."""

    word = "instancenorm"
    role = Role.NORM
    aliases = ("InstanceNorm2d", "InstanceNormalization")
    habits = _HABITS
    example = "instancenorm(affine=true)"

    eps: Positive = 1e-5
    """Added to the variance, against division by zero."""
    momentum: Rate = 0.1
    """The share of each batch in the running mean and variance."""
    affine: Flag = False
    """Whether each channel has a learned scale and shift."""
    track_running_stats: Flag = False
    """Whether running mean and variance are kept and used in evaluation."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses maps of one position: every number would become 0."""
        x = arrives.map
        if x.positions == 1:
            raise Refusal(
                f"it needs several positions to normalise over, and {x} has one",
                "write `layernorm` or `groupnorm`, or put it before the pooling",
            )
        return x

    def weights(self, arrives: Arrives) -> dict[str, tuple[int, ...]]:
        """Scale and shift."""
        return _affine(arrives.one.channels) if self.affine else {}

    def buffers(self, arrives: Arrives) -> dict[str, Stored]:
        """The running statistics."""
        return _running(arrives.one.channels) if self.track_running_stats else {}

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.InstanceNorm2d`."""
        return module(
            "nn.InstanceNorm2d",
            Given(arrives.one.channels, "in"),
            Given(self.eps, "eps", "eps", 1e-5),
            Given(self.momentum, "momentum", "momentum", 0.1),
            Given(self.affine, "affine", "affine", False),
            Given(self.track_running_stats, "track_running_stats", "track_running_stats", False),
        )


class GlobalResponseNorm(Layer):
    """Weighs each channel by its norm beside those of the others (Woo et al. 2023, section 3, arXiv:2301.00808)."""

    word = "grn"
    role = Role.NORM
    aliases = ("GlobalResponseNorm", "GlobalResponseNormMlp", "global_response_norm")
    habits = _HABITS
    example = "grn(eps=1e-6)"

    eps: Positive = 1e-6
    """Added to the mean of the norms, against division by zero."""

    def shape(self, arrives: Arrives) -> Shape:
        """A map, in either order."""
        x = arrives.one
        if not x.space:
            raise Refusal(f"it needs a map to take norms over, and {x} is a vector", "put it before `flatten`")
        return x

    def weights(self, arrives: Arrives) -> dict[str, tuple[int, ...]]:
        """Scale and shift."""
        return _affine(arrives.one.channels)

    def torch(self, arrives: Arrives) -> Torch:
        """A helper; for a map CxHxW another that turns it round."""
        x = arrives.one
        return module(
            "GlobalResponseNorm" if x.channels_last else "GlobalResponseNorm2d",
            Given(x.channels, "in"),
            Given(self.eps, "eps", "eps", 1e-6),
        )


class LocalResponseNorm(Layer):
    """Divides each number by (k + alpha / size * sum of squares)^beta over `size` neighbouring channels.

    Krizhevsky et al. 2012, section 3.3; the division of alpha by size is PyTorch's.
    """

    word = "lrn"
    role = Role.NORM
    positional = 1
    aliases = ("LocalResponseNorm", "local_response_norm", "response_norm")
    habits = {"n": "size", "depth_radius": "size", "bias": "k"}  # noqa: RUF012
    example = "lrn(5, alpha=1e-4, beta=0.75, k=2)"

    size: Count
    """How many neighbouring channels are summed."""
    alpha: Number = 1e-4
    """Weight of the sum of squares."""
    beta: Number = 0.75
    """The exponent."""
    k: Number = 1.0
    """Added to the sum."""

    def shape(self, arrives: Arrives) -> Shape:
        """A map CxHxW."""
        return arrives.map

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.LocalResponseNorm`."""
        return module(
            "nn.LocalResponseNorm",
            Given(self.size, "size"),
            Given(self.alpha, "alpha", "alpha", 1e-4),
            Given(self.beta, "beta", "beta", 0.75),
            Given(self.k, "k", "k", 1.0),
        )


def _affine(channels: int) -> dict[str, tuple[int, ...]]:
    """A scale and a shift per channel."""
    return {"weight": (channels,), "bias": (channels,)}


def _running(channels: int) -> dict[str, Stored]:
    """Running mean and variance per channel, and how many batches they saw."""
    each = Stored((channels,))
    return {"running_mean": each, "running_var": each, "num_batches_tracked": Stored((), "int64")}
