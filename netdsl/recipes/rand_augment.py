"""RandAugment: operations at random, all of one strength."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from netdsl.recipes.base import Augmentation, Batch
from netdsl.words.fields import Count, Numbers, Wanted

if TYPE_CHECKING:
    import torch

STRONGEST = 30
Magnitude = Annotated[float, Field(ge=0, le=STRONGEST), Wanted(f"a number from 0 to {STRONGEST}")]


class RandAugment(Augmentation):
    """Puts each image through `n` of fourteen operations, drawn anew each time (Cubuk et al. 2019, arXiv:1909.13719).

    They are identity, autocontrast, equalize, rotate, solarize, color, posterize, contrast, brightness, sharpness, and
    shear and translate along x and y. In a batch each is dealt equally often, and an image may get each with the same
    probability.
    """

    word = "rand_augment"
    positional = 2
    aliases = ("RandAug",)
    habits = {"num_ops": "n", "N": "n", "magnitude": "m", "M": "m", "num_magnitude_bins": "", "interpolation": ""}
    example = "augment = [random_resized_crop, flip, rand_augment(n=2, m=9)]"

    n: Count = 2
    """How many operations, one after the other."""
    m: Magnitude = 9.0
    """How strong they are; 30 is the strongest."""
    fill: Numbers = (0.5,)
    """What comes in where an image is moved away, from 0 to 1, for all channels or for each."""

    def apply(self, batch: Batch, random: torch.Generator) -> Batch:
        """Size and type stay."""
        from netdsl.recipes.pixels import per_channel

        images = batch.images
        for _ in range(self.n):
            images = _dealt(images, self.m / STRONGEST, per_channel(self.fill, images), random)
        return replace(batch, images=images)


def _dealt(images: torch.Tensor, strength: float, fill: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Each image after one operation.

    Images are shuffled and dealt to the operations, so that how many each gets is known without asking the device.
    Where they do not come out even, some are dealt twice, and what is made of them there is thrown away.
    """
    import torch

    from netdsl.recipes.operations import OPERATIONS

    count, device = len(images), images.device
    share = -(-count // len(OPERATIONS))
    cards = torch.randperm(share * len(OPERATIONS), generator=random, device=device)
    signs = torch.randint(2, (len(cards), 1, 1, 1), generator=random, device=device) * 2.0 - 1
    dealt = torch.split(images[cards % count], share)
    made = [
        operation(hand, strength, sign, fill)
        for operation, hand, sign in zip(OPERATIONS.values(), dealt, torch.split(signs, share), strict=True)
    ]
    return torch.cat(made)[cards.argsort()[:count]]
