"""The images of a recipe, as its network takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from netdsl.datasets.base import Stream, Unusable
from netdsl.training.batches import Preparation, preparation
from netdsl.training.images import Canvas, Held, Loaded, source
from netdsl.training.streams import Flowing

if TYPE_CHECKING:
    import torch

    from netdsl.graph.model import Network
    from netdsl.recipes.recipe import Recipe


def classes(network: Network) -> int:
    """How many scores the network gives."""
    return network.root.gives.shape.channels


def canvas(network: Network, recipe: Recipe) -> Canvas:
    """What images are cut to before they go to the device."""
    side = recipe.data.resize
    return Canvas(network.input.channels, *((side, side) if side else _size(network)))


def prepared(network: Network, recipe: Recipe, device: torch.device) -> Preparation:
    """What happens to them on the device."""
    return preparation(recipe, _size(network), classes(network), device)


def split(
    network: Network, recipe: Recipe, place: str, name: Literal["train", "test"], device: torch.device
) -> tuple[Held | Loaded | Flowing, tuple[str, ...]]:
    """The images of a split at `place`, and the names of their classes, where the data has some.

    Raises `Unusable` where there are none, or some whose class the network does not know.
    """
    opened = recipe.data.open(place, name, network.input.channels)
    side, corrupt = canvas(network, recipe), recipe.data.corrupt
    if isinstance(opened, Stream):
        return Flowing(opened, side, device, corrupt), opened.classes
    _check_classes(opened.labels, network)
    return source(opened, side, device, corrupt), opened.classes


def _size(network: Network) -> tuple[int, int]:
    height, width = network.input.space
    return height, width


def _check_classes(labels: list[int], network: Network) -> None:
    most = max(labels, default=-1)
    if most >= classes(network):
        raise Unusable(
            f"the images have {most + 1} classes, and {network.name} tells {classes(network)} apart\n"
            f"Give it as many: --set classes={most + 1}"
        )
