"""Which images make which step, from the seed alone, so that a training can go on at any step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Order:
    """All images in a new order for each epoch, cut into steps; what is left at the end of an epoch is not used."""

    count: int
    batch: int
    """Images in a step, over all processes."""
    seed: int
    rank: int = 0
    world: int = 1

    @property
    def steps(self) -> int:
        """Steps in an epoch."""
        return self.count // self.batch

    def epoch(self, number: int) -> torch.Tensor:
        """The images of an epoch in their order, a permutation of 0 to count - 1."""
        import torch

        return torch.randperm(self.count, generator=torch.Generator().manual_seed(self.seed * 1_000_003 + number))

    def shares(self, start: int) -> Iterator[torch.Tensor]:
        """The images of this process in each step from `start` on, without end."""
        share = self.batch // self.world
        epoch, place = divmod(start, self.steps)
        while True:
            permutation = self.epoch(epoch)
            for step in range(place, self.steps):
                first = step * self.batch + self.rank * share
                yield permutation[first : first + share]
            epoch, place = epoch + 1, 0
