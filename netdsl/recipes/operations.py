"""The fourteen operations of RandAugment on images (N, channels, height, width) from 0 to 1.

Each takes the images, a strength from 0 to 1, a sign for each image (N, 1, 1, 1) in which it may go either way, and
what comes in where an image is moved away (1, 1 or channels, 1, 1). What is defined on the 256 values of a pixel gives
what Pillow's `ImageOps` and `ImageEnhance` give. The ranges are AutoAugment's (Cubuk et al. 2018, arXiv:1805.09501,
table 6) as torchvision reads them: more strength is always more change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import pi
from types import MappingProxyType
from typing import TYPE_CHECKING

from netdsl.recipes.pixels import blend, grey

if TYPE_CHECKING:
    from torch import Tensor

    Operation = Callable[[Tensor, float, Tensor, Tensor], Tensor]

SHEAR = 0.3
"""Pixels aside per pixel."""
SHIFT = 150 / 331
"""Of the side: 150 pixels of the paper's images."""
ROTATION = pi / 6
"""In radians."""
ENHANCEMENT = 0.9
"""How far the factor of an enhancement goes away from 1."""
BITS = 4
"""How many of a pixel's eight are left out."""


def identity(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """Nothing changes."""
    return images


def autocontrast(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """Each channel is stretched from 0 to 1."""
    import torch

    least, most = images.amin((2, 3), keepdim=True), images.amax((2, 3), keepdim=True)
    flat = most <= least
    return torch.where(flat, images, (images - least) / torch.where(flat, 1, most - least)).clamp(0, 1)


def equalize(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """Each channel's values are spread so that all are equally frequent, by Pillow's rounding.

    The histogram is read off the sorted pixels, since adding into its places goes in no certain order on a GPU.
    """
    import torch

    levels = (images.flatten(2) * 255).round().long()
    ordered = levels.sort(2).values
    values = torch.arange(256, device=images.device).expand(*levels.shape[:2], 256).contiguous()
    below = torch.searchsorted(ordered, values)
    step = below.gather(2, ordered[:, :, -1:]) // 255
    table = ((below + step // 2) // step.clamp_min(1)).clamp_max(255)
    spread = (table.gather(2, levels) / 255).to(images.dtype)
    return torch.where(step > 0, spread, images.flatten(2)).view_as(images)


def solarize(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """What is brighter than a threshold is inverted."""
    import torch

    return torch.where(images < 1 - strength, images, 1 - images)


def posterize(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """The last bits of pixels are left out."""
    step = float(2 ** round(strength * BITS))
    return ((images * 255).round() / step).floor() * step / 255


def brightness(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """Away from black or towards it."""
    return blend(0.0, images, 1 + sign * strength * ENHANCEMENT)


def color(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """Away from grey or towards it."""
    return blend(grey(images), images, 1 + sign * strength * ENHANCEMENT)


def contrast(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """Away from the image's mean brightness or towards it."""
    return blend(grey(images).mean((2, 3), keepdim=True), images, 1 + sign * strength * ENHANCEMENT)


def sharpness(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """Away from the smoothed image or towards it."""
    return blend(_smooth(images), images, 1 + sign * strength * ENHANCEMENT)


def shear_x(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """Rows slide along, the further down the more."""
    amount = sign * strength * SHEAR
    return _moved(images, fill, lambda x, y: (x + amount[:, 0] * y, y))


def shear_y(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """Columns slide along, the further right the more."""
    amount = sign * strength * SHEAR
    return _moved(images, fill, lambda x, y: (x, y + amount[:, 0] * x))


def translate_x(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """Left or right."""
    amount = sign * strength * SHIFT * images.size(3)
    return _moved(images, fill, lambda x, y: (x + amount[:, 0], y))


def translate_y(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """Up or down."""
    amount = sign * strength * SHIFT * images.size(2)
    return _moved(images, fill, lambda x, y: (x, y + amount[:, 0]))


def rotate(images: Tensor, strength: float, sign: Tensor, fill: Tensor) -> Tensor:
    """Around the middle; anticlockwise where the sign is positive."""
    angle = sign[:, 0] * strength * ROTATION
    cos, sin = angle.cos(), angle.sin()
    middle_y, middle_x = images.size(2) / 2, images.size(3) / 2

    def source(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        x, y = x - middle_x, y - middle_y
        return cos * x - sin * y + middle_x, sin * x + cos * y + middle_y

    return _moved(images, fill, source)


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        operation.__name__: operation
        for operation in (
            *(identity, autocontrast, equalize, rotate, solarize, color, posterize),
            *(contrast, brightness, sharpness, shear_x, shear_y, translate_x, translate_y),
        )
    }
)


def _moved(images: Tensor, fill: Tensor, source: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]) -> Tensor:
    """Images whose pixels come from elsewhere, from the nearest one.

    `source` says for places x (width,) and y (height, 1), in pixels from the upper left corner, where they come from.
    """
    import torch

    tall, wide = images.shape[2:]
    x = torch.arange(wide, device=images.device) + 0.5
    y = torch.arange(tall, device=images.device)[:, None] + 0.5
    columns, rows = (place.floor().long().expand(len(images), tall, wide) for place in source(x, y))
    inside = (columns >= 0) & (columns < wide) & (rows >= 0) & (rows < tall)
    places = (rows.clamp(0, tall - 1) * wide + columns.clamp(0, wide - 1)).flatten(1)
    found = images.flatten(2).gather(2, places[:, None].expand(-1, images.size(1), -1)).view_as(images)
    return torch.where(inside[:, None], found, fill)


def _smooth(images: Tensor) -> Tensor:
    """Pillow's `SMOOTH`: the mean of nine pixels, the middle one counted five times; the border stays."""
    from torch.nn import functional

    if min(images.shape[2:]) < 3:
        return images
    smooth = images.clone()
    inner = images[:, :, 1:-1, 1:-1]
    smooth[:, :, 1:-1, 1:-1] = (functional.avg_pool2d(images, 3, stride=1) * 9 + inner * 4) / 13
    return smooth
