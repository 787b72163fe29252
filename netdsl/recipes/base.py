"""What the words of a recipe state, kind by kind; torch is imported only where a word is put to work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from netdsl.words.base import Word
from netdsl.words.fields import Count, Numbers, OptionalCount, OptionalPositive, Patterns, Positive, Wanted

if TYPE_CHECKING:
    import torch

    from netdsl.datasets.base import Split, Stream

OnCorrupt = Annotated[Literal["stop", "skip"], Wanted('"stop" or "skip"')]
"""What happens to a sample that cannot be read."""


class Optimizer(Word):
    """How weights follow their gradients."""

    noun = "optimizer"

    lr: Positive
    """Learning rate, before the schedule's factor."""

    def torch(self, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
        """The optimizer over groups of parameters, each a dictionary with `params` and what it sets by itself."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a schedule, in the recipe's unit: steps or epochs."""

    time: float
    """Since the schedule began."""
    length: float
    """How long the schedule runs."""
    losses: Sequence[float] = ()
    """The losses of the evaluations so far."""


class Schedule(Word):
    """What the learning rate is multiplied with, as a function of time in the recipe's unit (steps or epochs)."""

    noun = "schedule"

    length: OptionalPositive = None
    """How long it runs, in the unit of the recipe's own length; without it, all that is left."""

    def factor(self, at: Moment) -> float:
        """What the learning rate is multiplied with at this moment."""
        raise NotImplementedError


class Loss(Word):
    """What is made small."""

    noun = "loss"

    def value(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The mean loss of scores (N, classes) against class numbers (N,) or probabilities (N, classes)."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Fresh:
    """A weight that is to be filled, in place, and what its numbers may be made from."""

    tensor: torch.Tensor
    fan_in: int
    """How many numbers a number is made of, in its own group."""
    fan_out: int
    """How many numbers a number goes into, in its own group."""
    images: Callable[[int], Iterator[torch.Tensor]]
    """Gives so many of the training images, not augmented, in batches (N, channels, height, width) for the network."""


class Init(Word):
    """What weights are before the first step."""

    noun = "initialisation"

    only: Patterns = ()
    """The keys it is for, `*` for any letters (`"layer4.*.weight"`); without it, the weights of convolutions and linear
    layers, whose biases it sets to 0."""

    def names(self, key: str, *, learns: bool) -> bool:
        """Whether it is for the weight with this key; `learns` tells that of a convolution or a linear layer."""
        return any(fnmatchcase(key, pattern) for pattern in self.only) if self.only else learns

    def unfit(self, dims: tuple[int, ...], channels: int) -> str:
        """Why a weight of these dimensions cannot be filled, in a network for images with so many channels; else ""."""
        return ""

    def fill(self, weight: Fresh) -> None:
        """Puts numbers into the weight; gradients are off."""
        raise NotImplementedError


@dataclass(slots=True)
class Batch:
    """What goes through the augmentations, on the device that trains."""

    images: torch.Tensor
    """Float (N, channels, height, width), from 0 to 1."""
    targets: torch.Tensor
    """Class numbers (N,), or probabilities (N, classes) once images are mixed."""
    classes: int
    size: tuple[int, int]
    """Height and width that the network takes; images may be larger."""


class Augmentation(Word):
    """A random change of the training images, drawn anew for each image."""

    noun = "augmentation"

    def apply(self, batch: Batch, random: torch.Generator) -> Batch:
        """The changed batch; `random` lives on the device of the images and is the only source of chance."""
        raise NotImplementedError


class DataFormat(Word):
    """How images lie on the disk; the place is given from outside, with `--data`."""

    noun = "data format"
    needs_place: ClassVar[bool] = True
    """Whether there is something on a disk to be found."""
    flows: ClassVar[bool] = False
    """Whether images only flow, so that nobody knows how many make an epoch."""

    batch: Count
    """Images in a step, over all processes."""
    mean: Numbers = (0.0,)
    """What is subtracted, for all channels or for each; images go from 0 to 1."""
    std: Numbers = (1.0,)
    """What is divided by then, for all channels or for each."""
    resize: OptionalCount = None
    """The side to which images are cut before augmentation: the shorter side is scaled to it, and the middle is taken;
    without it, the network's input. Crops take their windows from it."""
    corrupt: OnCorrupt = "stop"
    """What happens to an image that cannot be read: stop and name it, or leave it out and count it."""

    def open(self, place: str, split: Literal["train", "test"], channels: int) -> Split | Stream:
        """The images at `place`, with so many channels.

        Raises `netdsl.datasets.base.Unusable` where there are none, and says how to get them.
        """
        raise NotImplementedError


class Average(Word):
    """Averages of the weights over time, which are evaluated and saved in place of the last ones."""

    noun = "average"

    every: Count = 1
    """Steps from one update to the next."""

    def share(self, updates: int, moment: Moment) -> float:
        """How much of the average stays when weights are taken in, `updates` since it last began; 0 begins anew."""
        raise NotImplementedError
