"""The shape of one value, without the batch."""

from math import prod

from netdsl.records import by_value


@by_value
class Shape:
    """`channels` at each position of `space`: (height, width) for a map, () for a vector.

    `channels_last` says in which order PyTorch holds the dimensions: (H, W, C) instead of (C, H, W).
    """

    channels: int
    space: tuple[int, ...] = ()
    channels_last: bool = False

    @property
    def dims(self) -> tuple[int, ...]:
        """The dimensions as PyTorch orders them, without the batch."""
        return (*self.space, self.channels) if self.channels_last else (self.channels, *self.space)

    @property
    def elements(self) -> int:
        """How many numbers a value of this shape holds."""
        return self.channels * prod(self.space)

    @property
    def positions(self) -> int:
        """How many places there are in space; 1 for a vector."""
        return prod(self.space)

    def __str__(self) -> str:
        return "x".join(map(str, self.dims))
