"""Augmentations of colour; results stay from 0 to 1."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from netdsl.recipes.base import Augmentation, Batch
from netdsl.words.fields import Amount, Wanted

if TYPE_CHECKING:
    import torch

_Triple = tuple[float, float, float]
Triple = Annotated[_Triple, Wanted("a list of three numbers")]
Triples = Annotated[tuple[_Triple, _Triple, _Triple], Wanted("a list of three lists of three numbers")]
HalfTurn = Annotated[float, Field(ge=0, le=0.5), Wanted("a number from 0 to 0.5")]


class PcaJitter(Augmentation):
    """Light of another colour, the same for all pixels of an image (Krizhevsky et al. 2012, section 4.1).

    Random multiples of the principal components of colours are added. Images without three channels stay as they are.
    """

    word = "pca_jitter"
    positional = 1
    aliases = ("Lighting", "FancyPCA", "pca_noise", "pca_lighting", "color_pca")
    habits = {"alphastd": "std", "sigma": "std", "eigval": "values", "eigvec": "vectors"}
    example = "augment = [random_crop, flip, pca_jitter(0.1)]"

    std: Amount = 0.1
    """The standard deviation of the multiples."""
    values: Triple = (0.2175, 0.0188, 0.0045)
    """The eigenvalues, for pixels from 0 to 1; ImageNet's, as fb.resnet.torch publishes them."""
    vectors: Triples = ((-0.5675, 0.7192, 0.4009), (-0.5808, -0.0045, -0.8140), (-0.5836, -0.6948, 0.4203))
    """The eigenvectors: a row for each of red, green and blue, a column for each value."""

    def apply(self, batch: Batch, random: torch.Generator) -> Batch:
        """Adds `vectors` · (multiples · `values`)."""
        import torch

        from netdsl.recipes.pixels import constant

        images = batch.images
        if images.size(1) != len(self.values):
            return batch
        multiples = torch.randn((len(images), len(self.values)), generator=random, device=random.device) * self.std
        scaled = multiples * constant(self.values, images.device, multiples.dtype)
        rows = [constant(row, images.device, multiples.dtype) for row in self.vectors]
        shift = (scaled[:, None] * torch.stack(rows)).sum(2)
        return replace(batch, images=(images + shift[:, :, None, None].to(images.dtype)).clamp(0, 1))


class ColorJitter(Augmentation):
    """Changes brightness, contrast, saturation and hue, in this order (Howard 2013, arXiv:1312.5402)."""

    word = "color_jitter"
    aliases = ("colour_jitter", "random_color", "ColorDistort")
    example = "augment = color_jitter(brightness=0.4, contrast=0.4, saturation=0.4)"

    brightness: Amount = 0.0
    """Pixels are multiplied with a number from 1 - brightness to 1 + brightness."""
    contrast: Amount = 0.0
    """The distance to the image's mean brightness is, likewise."""
    saturation: Amount = 0.0
    """The distance to the pixel's own brightness is, likewise; without colours nothing changes."""
    hue: HalfTurn = 0.0
    """The hue turns by up to this share of the circle, either way; without three channels nothing changes."""

    def apply(self, batch: Batch, random: torch.Generator) -> Batch:
        """What is 0 draws nothing."""
        from netdsl.recipes.draws import between
        from netdsl.recipes.pixels import blend, grey, turned

        images = batch.images
        each = (len(images), 1, 1, 1)
        if self.brightness:
            images = blend(0.0, images, between(max(0, 1 - self.brightness), 1 + self.brightness, each, random))
        if self.contrast:
            mean = grey(images).mean((2, 3), keepdim=True)
            images = blend(mean, images, between(max(0, 1 - self.contrast), 1 + self.contrast, each, random))
        if self.saturation:
            images = blend(
                grey(images), images, between(max(0, 1 - self.saturation), 1 + self.saturation, each, random)
            )
        if self.hue and images.size(1) == 3:
            images = turned(images, between(-self.hue, self.hue, each, random))
        return replace(batch, images=images)
