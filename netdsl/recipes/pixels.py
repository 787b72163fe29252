"""What augmentations do with pixels: images are (N, channels, height, width), from 0 to 1."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

LUMA = (0.299, 0.587, 0.114)
"""The shares of red, green and blue in brightness (ITU-R BT.601, as Pillow has them)."""


@cache
def constant(values: tuple[float, ...], device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    """Numbers that are brought to the device once and not in each step, where the step would wait for them."""
    import torch

    return torch.tensor(values, device=device, dtype=dtype)


def per_channel(values: tuple[float, ...], images: torch.Tensor) -> torch.Tensor:
    """One number for all channels or for each, to be set into `images`: (1, 1 or channels, 1, 1)."""
    return constant(values, images.device, images.dtype)[None, :, None, None]


def blend(other: torch.Tensor | float, images: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
    """`share` of the images and the rest of `other`; a share above 1 leads away from it."""
    return ((images - other) * share.to(images.dtype) + other).clamp(0, 1)


def grey(images: torch.Tensor) -> torch.Tensor:
    """The brightness: (N, 1, height, width); of what is not red, green and blue the mean."""
    if images.size(1) != len(LUMA):
        return images.mean(1, keepdim=True)
    return (images * per_channel(LUMA, images)).sum(1, keepdim=True)


def turned(images: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    """Colours with another hue, by a share of the circle (N, 1, 1, 1), in the HSV model (Smith 1978).

    Value and saturation stay. A channel that is `d` sixths behind the hue is value minus chroma times
    clamp(min(d, 4 - d), 0, 1), with d counted from 5 for red, 3 for green and 1 for blue.
    """
    import torch

    red, green, blue = images.chunk(3, 1)
    value, least = images.amax(1, keepdim=True), images.amin(1, keepdim=True)
    chroma = value - least
    part = torch.where(chroma > 0, chroma, torch.ones_like(chroma))
    hue = torch.where(
        value == red,
        (green - blue) / part,
        torch.where(value == green, (blue - red) / part + 2, (red - green) / part + 4),
    )
    behind = per_channel((5.0, 3.0, 1.0), images) + hue + 6 * turns.to(images.dtype)
    behind = behind.remainder(6)
    return (value - chroma * torch.minimum(behind, 4 - behind).clamp(0, 1)).clamp(0, 1)


def resampled(
    images: torch.Tensor,
    rows: tuple[torch.Tensor, torch.Tensor],
    columns: tuple[torch.Tensor, torch.Tensor],
    size: tuple[int, int],
) -> torch.Tensor:
    """A window of each image, where it begins and how long it is on either axis, brought to `size`.

    Bilinear, and as wide as the pixels of the source where it shrinks, which is antialiasing as Pillow and
    `torch.nn.functional.interpolate` do it: a product with one matrix for each axis.
    """
    import torch

    down = _weights(*rows, images.size(2), size[0]).to(images.dtype)
    across = _weights(*columns, images.size(3), size[1]).to(images.dtype)
    return torch.einsum("nyh,nchw,nxw->ncyx", down, images, across)


def _weights(start: torch.Tensor, length: torch.Tensor, source: int, target: int) -> torch.Tensor:
    """What each of `source` pixels gives to each of `target` ones: (N, target, source), rows with a sum of 1."""
    import torch

    place = torch.arange(source, device=start.device)
    scale = (length / target)[:, None, None]
    middle = start[:, None, None] + (torch.arange(target, device=start.device)[None, :, None] + 0.5) * scale
    weights = (1 - ((place + 0.5 - middle) / scale.clamp_min(1)).abs()).clamp_min(0)
    outside = (place < start[:, None]) | (place >= (start + length)[:, None])
    weights = weights.masked_fill(outside[:, None], 0)
    return weights / weights.sum(2, keepdim=True)
