"""What every format of labelled images gives: a split whose images are read by number, or one that flows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


class Unusable(Exception):
    """Data cannot be used: what is missing or broken, and the way out, in words for the user."""


class Corrupt(Exception):
    """One sample cannot be read."""

    def __init__(self, sample: str, reason: str) -> None:
        """`sample` names it so that a person finds it: the file, and the row or member in it."""
        super().__init__(f"{sample} cannot be read: {reason}")
        self.sample = sample
        self.reason = reason

    def __reduce__(self) -> tuple[type[Corrupt], tuple[str, str]]:
        """What a worker process hands on of it."""
        return type(self), (self.sample, self.reason)


class Split(ABC):
    """The labelled images of one split, read by number; safe to read from several processes."""

    labels: list[int]
    """The class number of each image, known without reading images."""
    classes: tuple[str, ...]
    """The names of the classes; empty where the format has none."""

    def __len__(self) -> int:
        return len(self.labels)

    @abstractmethod
    def image(self, index: int) -> np.ndarray:
        """Image `index` as uint8 (height, width, channels).

        Raises `Corrupt` where it cannot be read, and `Unusable` where its whole file cannot.
        """

    @abstractmethod
    def name(self, index: int) -> str:
        """What a person finds image `index` by: `train.parquet, row 17`."""


class Stream(ABC):
    """The labelled images of one split in shards, for what is larger than a disk: read in order, never by number."""

    classes: tuple[str, ...]
    """The names of the classes; empty where the format has none."""

    @abstractmethod
    def samples(self, epoch: int, seed: int, part: int, parts: int) -> Iterator[tuple[np.ndarray, int, str]]:
        """The images of an epoch: uint8 (height, width, channels), class number, name.

        The order is a function of `seed` and `epoch` alone, so that a run can be resumed. Of `parts` readers, the one
        with number `part` gets its own share. Raises `Corrupt` for a sample and `Unusable` for a broken shard; the
        next call of the iterator then goes on with the next sample or shard.
        """
