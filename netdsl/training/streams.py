"""Images that flow from shards, for what is larger than a disk: read ahead by workers, never by number."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from netdsl.datasets.base import Stream, Unusable
from netdsl.training.images import Canvas, Pair, moved

if TYPE_CHECKING:
    import torch
    from torch.utils.data import IterableDataset

    from netdsl.training.feed import Fed
    from netdsl.training.order import Order

ENDLESS = 1 << 62
"""Stands for the number of images of a stream, which nobody knows before its end."""


@dataclass
class Flowing:
    """Where batches come from when images only flow."""

    stream: Stream
    canvas: Canvas
    device: torch.device
    corrupt: Literal["stop", "skip"]
    workers: int = field(default_factory=lambda: min(os.cpu_count() or 1, 16))
    skipped: int = 0

    def __len__(self) -> int:
        return ENDLESS

    def batches(self, order: Order, start: int) -> Iterator[Pair]:
        """Each worker of each process has shards of its own; what came before `start` is read and dropped."""
        from netdsl.training.feed import Feed

        feed = Feed(self.stream, self.canvas, self.corrupt, order, max(self.workers, 1), start)
        yield from self._taken(feed, self.workers)

    def in_turn(self, batch: int, indices: range) -> Iterator[Pair]:
        """As many images as `indices` has, in the order of the shards, each process its own."""
        from netdsl.training.feed import Once

        once = Once(self.stream, self.canvas, self.corrupt, batch, indices)
        yield from self._taken(once, 0)

    def _taken(self, feed: IterableDataset[Fed | Unusable], workers: int) -> Iterator[Pair]:
        import torch
        from torch.utils.data import DataLoader

        loader: Iterable[Fed | Unusable] = DataLoader(
            feed,
            batch_size=None,
            num_workers=workers,
            generator=torch.Generator(),  # else it draws from the one that dropout draws from
        )
        for fed in loader:
            if isinstance(fed, Unusable):
                raise fed
            images, labels, skipped = fed
            self.skipped += int(skipped)
            yield moved(images, labels, self.device)
