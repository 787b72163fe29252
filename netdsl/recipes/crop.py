"""Augmentations that choose what of an image is seen; they bring images to the size that the network takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from netdsl.recipes.base import Augmentation, Batch
from netdsl.words.fields import Natural, Range, Rate, Shares, Wanted

if TYPE_CHECKING:
    import torch

PaddingMode = Annotated[Literal["zero", "reflect"], Wanted('"zero" or "reflect"')]


class RandomCrop(Augmentation):
    """A window of the network's size at a random place (Krizhevsky et al. 2012; with padding Lin et al. 2013)."""

    word = "random_crop"
    positional = 1
    habits = {"size": "", "pad": "padding", "padding_mode": "mode"}
    example = "augment = [random_crop(padding=4), flip]"

    padding: Natural = 0
    """How many pixels are added on each side before; 4 is usual for CIFAR-10, 0 where images are larger anyway."""
    mode: PaddingMode = "zero"
    """What is added: black, or the image mirrored at its border."""

    def apply(self, batch: Batch, random: torch.Generator) -> Batch:
        """Raises `ValueError` where images are smaller than the network's input."""
        import torch
        from torch.nn import functional

        images = batch.images
        if self.padding:
            mode = "constant" if self.mode == "zero" else "reflect"
            images = functional.pad(images, (self.padding,) * 4, mode)
        (height, width), (tall, wide) = batch.size, images.shape[2:]
        if tall < height or wide < width:
            raise ValueError(f"a window of {height}x{width} does not fit into images of {tall}x{wide}")
        tops, lefts = (
            torch.randint(room + 1, (len(images),), generator=random, device=random.device)
            for room in (tall - height, wide - width)
        )
        views = images.unfold(2, height, 1).unfold(3, width, 1)
        return replace(batch, images=views[torch.arange(len(images), device=images.device), :, tops, lefts])


class RandomResizedCrop(Augmentation):
    """A window of random size, form and place, resized to the network's size (Szegedy et al. 2014)."""

    word = "random_resized_crop"
    aliases = ("inception_crop",)
    habits = {"size": "", "interpolation": "", "antialias": ""}
    example = "augment = [random_resized_crop(scale=[0.35, 1]), flip]"

    scale: Shares = (0.08, 1.0)
    """The window's share of the area, from and to."""
    ratio: Range = (3 / 4, 4 / 3)
    """Its width by its height, from and to."""

    def apply(self, batch: Batch, random: torch.Generator) -> Batch:
        """Bilinear and antialiased."""
        from netdsl.recipes.draws import windows
        from netdsl.recipes.pixels import resampled

        tall, wide = batch.images.shape[2:]
        found = windows(len(batch.images), (tall, wide), self.scale, self.ratio, random)
        rows, columns = (found.top, found.height), (found.left, found.width)
        return replace(batch, images=resampled(batch.images, rows, columns, batch.size))


class Flip(Augmentation):
    """Mirrors images left to right."""

    word = "flip"
    positional = 1
    aliases = ("RandomHorizontalFlip", "horizontal_flip", "hflip", "random_flip")
    habits = {"prob": "p", "probability": "p"}
    example = "augment = flip"

    p: Rate = 0.5
    """The probability for each image."""

    def apply(self, batch: Batch, random: torch.Generator) -> Batch:
        """Size and colours stay."""
        import torch

        from netdsl.recipes.draws import chosen

        flipped = torch.where(chosen(self.p, batch.images, random), batch.images.flip(3), batch.images)
        return replace(batch, images=flipped)
