"""What of an image is seen in evaluation: the middle, or several views whose predictions are averaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def centre(images: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """The middle window (N, channels, *size); smaller images are first enlarged until it fits, bilinearly."""
    images = enlarged(images, size)
    (height, width), (tall, wide) = size, images.shape[2:]
    return images[:, :, (tall - height) // 2 :, (wide - width) // 2 :][:, :, :height, :width]


def flipped(images: torch.Tensor) -> torch.Tensor:
    """The images and their mirror images: (2, N, channels, height, width)."""
    import torch

    return torch.stack([images, images.flip(3)])


def ten_crop(images: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Five windows, the corners and the middle, and their mirror images: (10, N, channels, *size).

    AlexNet averages the probabilities of these (Krizhevsky et al. 2012, section 4.1). The corners go by rows from the
    upper left; smaller images are first enlarged.
    """
    import torch

    images = enlarged(images, size)
    height, width = size
    corners = [
        rows[:, :, :, columns]
        for rows in (images[:, :, :height], images[:, :, -height:])
        for columns in (slice(width), slice(-width, None))
    ]
    five = torch.stack([*corners, centre(images, size)])
    return torch.cat([five, five.flip(4)])


def enlarged(images: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Images at least of this size: smaller ones are enlarged bilinearly, height and width by the same factor."""
    from torch.nn import functional

    tall, wide = images.shape[2:]
    factor = max(size[0] / tall, size[1] / wide)
    if factor <= 1:
        return images
    target = (max(size[0], round(tall * factor)), max(size[1], round(wide * factor)))
    return functional.interpolate(images, target, mode="bilinear", align_corners=False)
