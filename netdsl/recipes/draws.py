"""What augmentations draw, for all images at once and from the one generator they are given."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import torch

TRIES = 10
"""How often a window is drawn until it fits; torchvision's number."""


class Windows(NamedTuple):
    """A window in each image, in pixels, each value (N,) and whole."""

    top: torch.Tensor
    left: torch.Tensor
    height: torch.Tensor
    width: torch.Tensor

    def mask(self, size: tuple[int, int]) -> torch.Tensor:
        """Whether a pixel lies in its image's window: (N, 1, height, width)."""
        rows = _inside(self.top, self.height, size[0])
        columns = _inside(self.left, self.width, size[1])
        return (rows[:, :, None] & columns[:, None, :])[:, None]


def _inside(start: torch.Tensor, length: torch.Tensor, size: int) -> torch.Tensor:
    """Whether each place from 0 to `size` lies in the part: (N, size)."""
    import torch

    place = torch.arange(size, device=start.device)
    return (place >= start[:, None]) & (place < (start + length)[:, None])


def between(low: float, high: float, shape: tuple[int, ...], random: torch.Generator) -> torch.Tensor:
    """Numbers from `low` to `high`, all equally likely."""
    import torch

    return torch.rand(shape, generator=random, device=random.device) * (high - low) + low


def chosen(p: float, images: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Whether each image is changed, each with probability `p`: (N, 1, 1, 1)."""
    return between(0, 1, (len(images), 1, 1, 1), random) < p


def beta(alpha: float, count: int, random: torch.Generator) -> torch.Tensor:
    """Shares from Beta(alpha, alpha), as the ratio of two Gamma variables: (count,)."""
    import torch

    shape = torch.full((2, count), alpha, dtype=torch.float32, device=random.device)
    # The only Gamma variable of PyTorch that takes a generator; `torch.distributions` stands on it too.
    first, second = torch._standard_gamma(shape, generator=random).clamp_min(torch.finfo(torch.float32).tiny)
    share: torch.Tensor = first / (first + second)
    return share


def anywhere(sides: torch.Tensor, size: tuple[int, int], random: torch.Generator) -> Windows:
    """Windows of these heights and widths (N, 2) around a pixel that is anywhere in an image of this size.

    What reaches over the border is cut off.
    """
    import torch

    found = []
    for axis, length in enumerate(size):
        middle = torch.randint(length, (len(sides),), generator=random, device=random.device)
        start = middle - sides[:, axis] // 2
        end = (start + sides[:, axis]).clamp(0, length)
        found.append((start.clamp(0, length), end - start.clamp(0, length)))
    (top, height), (left, width) = found
    return Windows(top, left, height, width)


def windows(
    count: int,
    size: tuple[int, int],
    scale: tuple[float, float],
    ratio: tuple[float, float],
    random: torch.Generator,
) -> Windows:
    """Windows whose share of the area is from `scale` and whose width by height is from `ratio`, in the logarithm.

    Each is drawn until it fits into images of this size, `TRIES` times at most; then it is the largest in the middle
    whose ratio is allowed, which is torchvision's rule.
    """
    import torch

    tall, wide = size
    area = between(*scale, (count, TRIES), random) * (tall * wide)
    aspect = between(log(ratio[0]), log(ratio[1]), (count, TRIES), random).exp()
    heights, widths = (area / aspect).sqrt().round(), (area * aspect).sqrt().round()
    fits = (heights >= 1) & (heights <= tall) & (widths >= 1) & (widths <= wide)
    first = fits.byte().argmax(1, keepdim=True)
    found = fits.any(1)
    last = _largest(size, ratio)
    height = torch.where(found, heights.gather(1, first)[:, 0], last[0]).long()
    width = torch.where(found, widths.gather(1, first)[:, 0], last[1]).long()
    place = between(0, 1, (2, count), random)
    place = torch.where(found, place, 0.5)
    top, left = (place[0] * (tall - height + 1)).long(), (place[1] * (wide - width + 1)).long()
    return Windows(top, left, height, width)


def _largest(size: tuple[int, int], ratio: tuple[float, float]) -> tuple[int, int]:
    """Height and width of the largest window whose ratio is allowed."""
    tall, wide = size
    return min(tall, max(1, round(wide / ratio[0]))), min(wide, max(1, round(tall * ratio[1])))
