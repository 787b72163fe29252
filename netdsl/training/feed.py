"""What the workers that read shards do; it is imported where it is put to work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING, Literal

import torch
from torch.utils.data import IterableDataset, get_worker_info

from netdsl.datasets.base import Corrupt, Stream, Unusable
from netdsl.training.images import Canvas, complain

if TYPE_CHECKING:
    import numpy as np

    from netdsl.training.order import Order

Fed = tuple[torch.Tensor, torch.Tensor, int]
"""Images uint8 (N, channels, height, width), class numbers (N,), and how many were left out on the way."""


@dataclass(frozen=True)
class Feed(IterableDataset[Fed | Unusable]):
    """What a worker does, without end: reads its shards, epoch after epoch, and cuts the images into batches."""

    stream: Stream
    canvas: Canvas
    corrupt: Literal["stop", "skip"]
    order: Order
    workers: int
    start: int

    def __iter__(self) -> Iterator[Fed | Unusable]:
        info = get_worker_info()
        worker = ((info.id if info is not None else 0) + self.start) % self.workers  # the loader begins with number 0
        part, parts = self.order.rank * self.workers + worker, self.order.world * self.workers
        samples = _Samples(
            (self.stream.samples(epoch, self.order.seed, part, parts) for epoch in count()), self.corrupt
        )
        batches = samples.batches(self.canvas, self.order.batch // self.order.world)
        return _told(islice(batches, len(range(worker, self.start, self.workers)), None))


@dataclass(frozen=True)
class Once(IterableDataset[Fed | Unusable]):
    """The first images of the shards, one time."""

    stream: Stream
    canvas: Canvas
    corrupt: Literal["stop", "skip"]
    batch: int
    indices: range

    def __iter__(self) -> Iterator[Fed | Unusable]:
        samples = _Samples(iter([self.stream.samples(0, 0, self.indices.start, self.indices.step)]), self.corrupt)
        return _told(samples.batches(self.canvas, self.batch, len(self.indices)))


def _told(batches: Iterator[Fed]) -> Iterator[Fed | Unusable]:
    """The batches, and at their end what is wrong: an error that leaves a worker is buried in its traceback."""
    try:
        yield from batches
    except Unusable as broken:
        yield broken


@dataclass
class _Samples:
    """The samples of epoch after epoch, broken ones left out and counted."""

    epochs: Iterator[Iterator[tuple[np.ndarray, int, str]]]
    corrupt: Literal["stop", "skip"]
    skipped: int = 0

    def __iter__(self) -> Iterator[tuple[np.ndarray, int]]:
        for epoch in self.epochs:
            while True:
                try:
                    image, label, _ = next(epoch)
                except StopIteration:
                    break
                except Corrupt as broken:
                    complain(broken, self.corrupt)
                    self.skipped += 1
                except Unusable:
                    if self.corrupt == "stop":
                        raise
                    self.skipped += 1
                else:
                    yield image, label

    def batches(self, canvas: Canvas, size: int, most: int = -1) -> Iterator[Fed]:
        """Images uint8 (size, channels, height, width), class numbers (size,), how many were left out on the way."""
        images, labels = [], []
        for image, label in self:
            images.append(torch.from_numpy(canvas.cut(image)))
            labels.append(label)
            most -= 1
            if len(images) == size or not most:
                yield torch.stack(images), torch.tensor(labels), self.skipped
                images, labels, self.skipped = [], [], 0
            if not most:
                return
        if images:
            yield torch.stack(images), torch.tensor(labels), self.skipped
