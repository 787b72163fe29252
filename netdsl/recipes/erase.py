"""Augmentations that take a part of an image away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdsl.recipes.base import Augmentation, Batch
from netdsl.words.fields import Count, Numbers, Range, Rate, Shares

if TYPE_CHECKING:
    import torch


class Cutout(Augmentation):
    """Covers a square whose middle is anywhere in the image (DeVries and Taylor 2017, arXiv:1708.04552)."""

    word = "cutout"
    positional = 1
    habits = {"length": "size", "mask_size": "size", "n_holes": ""}
    example = "augment = [random_crop(padding=4), flip, cutout(16)]"

    size: Count
    """The side of the square in pixels; the paper has 16 for CIFAR-10 and 8 for CIFAR-100."""
    fill: Numbers = (0.5,)
    """What covers it, from 0 to 1, for all channels or for each; the paper has the mean of the data."""

    def apply(self, batch: Batch, random: torch.Generator) -> Batch:
        """What of the square lies beyond the border is lost."""
        import torch

        from netdsl.recipes.draws import anywhere
        from netdsl.recipes.pixels import per_channel

        images = batch.images
        tall, wide = images.shape[2:]
        sides = torch.full((len(images), 2), self.size, device=images.device)
        mask = anywhere(sides, (tall, wide), random).mask((tall, wide))
        return replace(batch, images=torch.where(mask, per_channel(self.fill, images), images))


class Erase(Augmentation):
    """Fills a rectangle with noise (Zhong et al. 2017, arXiv:1708.04896)."""

    word = "erase"
    positional = 1
    aliases = ("RandomErasing", "random_erase")
    habits = {"prob": "p", "probability": "p", "value": "", "inplace": ""}
    example = "augment = [random_resized_crop, flip, erase(0.25)]"

    p: Rate = 0.5
    """The probability for each image."""
    scale: Shares = (0.02, 0.4)
    """The rectangle's share of the area, from and to."""
    ratio: Range = (0.3, 1 / 0.3)
    """Its width by its height, from and to."""

    def apply(self, batch: Batch, random: torch.Generator) -> Batch:
        """Each pixel of the rectangle gets a colour of its own, all equally likely, which the paper finds best."""
        import torch

        from netdsl.recipes.draws import between, chosen, windows

        images = batch.images
        tall, wide = images.shape[2:]
        mask = windows(len(images), (tall, wide), self.scale, self.ratio, random).mask((tall, wide))
        noise = between(0, 1, tuple(images.shape), random).to(images.dtype)
        return replace(batch, images=torch.where(mask & chosen(self.p, images, random), noise, images))
