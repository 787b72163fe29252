"""Images as the network takes them: augmented or cut to its size, normalised, in its order of memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdsl.recipes.base import Batch
from netdsl.recipes.views import centre

if TYPE_CHECKING:
    import torch

    from netdsl.recipes.recipe import Recipe


@dataclass(frozen=True)
class Preparation:
    """What a recipe does to images between their place on the device and the network."""

    recipe: Recipe
    size: tuple[int, int]
    classes: int
    mean: torch.Tensor | None
    """(1, channels, 1, 1), on the device; None where nothing is to be subtracted and divided."""
    std: torch.Tensor | None

    def trained(self, images: torch.Tensor, labels: torch.Tensor, random: torch.Generator) -> Batch:
        """A batch for a step: uint8 (N, channels, height, width) and class numbers (N,), augmented and normalised."""
        batch = Batch(_unit(images), labels, self.classes, self.size)
        for augmentation in self.recipe.augment:
            batch = augmentation.apply(batch, random)
        batch.images = self.normalised(self.cut(batch.images))
        return batch

    def plain(self, images: torch.Tensor) -> torch.Tensor:
        """Images uint8 (N, channels, height, width) that nothing random is done to, cut and normalised."""
        return self.normalised(self.cut(_unit(images)))

    def cut(self, images: torch.Tensor) -> torch.Tensor:
        """The middle of images that are larger than the network's input."""
        return images if images.shape[2:] == self.size else centre(images, self.size)

    def normalised(self, images: torch.Tensor) -> torch.Tensor:
        """Images with the recipe's mean and deviation, in the network's order of memory."""
        import torch

        if self.mean is not None and self.std is not None:
            images = (images - self.mean) / self.std
        return images.contiguous(memory_format=torch.channels_last) if self.recipe.channels_last else images


def _unit(images: torch.Tensor) -> torch.Tensor:
    """Bytes as numbers from 0 to 1."""
    return images.float().div_(255)


def preparation(recipe: Recipe, size: tuple[int, int], classes: int, device: torch.device) -> Preparation:
    """The preparation that `recipe` asks for, for a network with this input and so many classes."""
    import torch

    numbers = (recipe.data.mean, recipe.data.std)
    mean, std = (torch.tensor(values, device=device).view(1, -1, 1, 1) for values in numbers)
    plain = not mean.any() and bool((std == 1).all())
    return Preparation(recipe, size, classes, None if plain else mean, None if plain else std)
