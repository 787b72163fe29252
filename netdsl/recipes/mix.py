"""Augmentations that mix an image with another of the batch, and its class with the other's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdsl.recipes.base import Augmentation, Batch
from netdsl.words.fields import Positive, Rate

if TYPE_CHECKING:
    import torch


class Mixup(Augmentation):
    """Adds an image and its class to another (Zhang et al. 2017, arXiv:1710.09412)."""

    word = "mixup"
    positional = 1
    habits = {"prob": "p", "mixup_alpha": "alpha", "num_classes": ""}
    example = "augment = [random_resized_crop, flip, mixup(0.2)]"

    alpha: Positive
    """Shares are from Beta(alpha, alpha): 0.1 leaves most images nearly whole, 1 makes all shares equally likely."""
    p: Rate = 1.0
    """The probability for each image."""

    def apply(self, batch: Batch, random: torch.Generator) -> Batch:
        """Targets become probabilities."""
        import torch

        from netdsl.recipes.draws import beta, chosen

        images = batch.images
        share = beta(self.alpha, len(images), random)[:, None, None, None]
        share = torch.where(chosen(self.p, images, random), share, 1.0)
        order = _partners(images, random)
        mixed = images * share.to(images.dtype) + images[order] * (1 - share).to(images.dtype)
        return replace(batch, images=mixed, targets=_mixed(batch, order, share[:, 0, 0]))


class Cutmix(Augmentation):
    """Covers a rectangle with that of another image; classes count by area (Yun et al. 2019, arXiv:1905.04899)."""

    word = "cutmix"
    positional = 1
    habits = {"prob": "p", "cutmix_alpha": "alpha", "num_classes": ""}
    example = "augment = [random_crop(padding=4), flip, cutmix(1, p=0.5)]"

    alpha: Positive = 1.0
    """The share of the area is from Beta(alpha, alpha)."""
    p: Rate = 1.0
    """The probability for each image; the paper has 0.5 for CIFAR and 1 for ImageNet."""

    def apply(self, batch: Batch, random: torch.Generator) -> Batch:
        """Targets become probabilities; what the border cuts off the rectangle is counted as not covered."""
        import torch

        from netdsl.recipes.draws import anywhere, beta, chosen

        images = batch.images
        tall, wide = images.shape[2:]
        side = (1 - beta(self.alpha, len(images), random)).sqrt()
        sides = torch.stack([side * tall, side * wide], 1).long()
        mask = anywhere(sides, (tall, wide), random).mask((tall, wide)) & chosen(self.p, images, random)
        order = _partners(images, random)
        share = 1 - mask.float().mean((2, 3))
        return replace(batch, images=torch.where(mask, images[order], images), targets=_mixed(batch, order, share))


def _partners(images: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Which image each is mixed with: a permutation, so each is used once."""
    import torch

    return torch.randperm(len(images), generator=random, device=random.device)


def _mixed(batch: Batch, order: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
    """Probabilities (N, classes): `share` (N, 1) of an image's own, and the rest of its partner's."""
    import torch

    own = batch.targets
    if own.ndim == 1:
        own = (own[:, None] == torch.arange(batch.classes, device=own.device)).float()
    return own * share + own[order] * (1 - share)
