"""Images of noise, for measuring speed: made from their numbers, the same on every machine, no files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdsl.datasets.base import Split
from netdsl.datasets.libraries import needed_for
from netdsl.datasets.places import SplitName

if TYPE_CHECKING:
    import numpy as np


class Noise(Split):
    """`images` images of `size` (height, width), each of random bytes, with random labels."""

    def __init__(self, split: SplitName, images: int, classes: int, size: tuple[int, int], channels: int) -> None:
        with needed_for("making images"):
            import numpy as np
        self._key = int(split == "test")
        self._shape = (*size, channels)
        self.labels = np.random.default_rng(self._key).integers(classes, size=images).tolist()
        self.classes = ()

    def image(self, index: int) -> np.ndarray:
        """Noise that depends on the split and the number of the image alone."""
        import numpy as np

        random = np.random.Generator(np.random.SFC64((self._key, index)))
        return random.integers(256, size=self._shape, dtype=np.uint8)

    def name(self, index: int) -> str:
        """There is no file to name."""
        return f"synthetic image {index}"
