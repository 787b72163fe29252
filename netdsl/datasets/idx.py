"""The IDX files of MNIST and its kin: a header of big-endian numbers, then bytes; also compressed.

The header (http://yann.lecun.com/exdb/mnist): two zeros, the type of numbers (8: bytes), the number of dimensions, and
the size of each as 4 bytes.
"""

from __future__ import annotations

import gzip
import zlib
from math import prod
from pathlib import Path
from struct import unpack
from typing import TYPE_CHECKING

from netdsl.datasets.base import Unusable
from netdsl.datasets.decode import mode, recolour
from netdsl.datasets.libraries import needed_for
from netdsl.datasets.places import SplitName, folder, missing
from netdsl.datasets.reopened import Reopened

if TYPE_CHECKING:
    import numpy as np

_HOMES = (".", "raw", "MNIST/raw", "FashionMNIST/raw", "KMNIST/raw")
"""Where the files lie below the place; torchvision puts them into such folders."""
_STEMS = {"train": ("train",), "test": ("t10k", "test")}


class Idx(Reopened["np.ndarray"]):
    """The images of one file, with the labels of another."""

    def __init__(self, images: Path, labels: Path, channels: int) -> None:
        self._path = images
        self._mode = mode(channels)
        self._shape = _shape(images, 3)
        self.labels = _content(labels, _shape(labels, 1)).tolist()
        self.classes = ()
        if len(self.labels) != self._shape[0]:
            raise Unusable(f"{images} has {self._shape[0]:,} images, and {labels.name} {len(self.labels):,} labels")

    def image(self, index: int) -> np.ndarray:
        """The bytes of an image, grey; the same in each channel where there are three."""
        return recolour(self._files()[index][:, :, None].copy(), self._mode)

    def name(self, index: int) -> str:
        """The file, and the number of the image from 0."""
        return f"{self._path.name}, image {index}"

    def _open(self) -> np.ndarray:
        return _content(self._path, self._shape)


def open_idx(place: str, split: SplitName, channels: int) -> Idx:
    """The images of MNIST, Fashion-MNIST or others in their format at `place`."""
    root = folder(place, "idx")
    for home in (root / name for name in _HOMES):
        for stem in _STEMS[split]:
            if (images := _one(home, stem, "images", 3)) and (labels := _one(home, stem, "labels", 1)):
                return Idx(images, labels, channels)
    stem = _STEMS[split][0]
    raise missing("idx", split, root, [f"{stem}-images-idx3-ubyte", f"{stem}-labels-idx1-ubyte", "the same with .gz"])


def _one(home: Path, stem: str, what: str, dimensions: int) -> Path | None:
    """The file of a split; one that is not compressed is taken where it lies there both ways."""
    found = {}
    for file in sorted(home.glob(f"*{stem}-{what}?idx{dimensions}-ubyte*"), reverse=True):
        if file.name.removesuffix(".gz").endswith("ubyte"):
            found[file.name.removesuffix(".gz")] = file  # without .gz it sorts first, so it comes last
    if len(found) > 1:
        raise Unusable(f"{home} holds several data sets, {', '.join(sorted(found))}: put each into its own folder")
    return next(iter(found.values()), None)


def _shape(file: Path, dimensions: int) -> tuple[int, ...]:
    """The sizes that the header states, held against the length of the file."""
    length = 4 + 4 * dimensions
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
            header = stream.read(length)
    except (OSError, EOFError, zlib.error) as error:
        raise Unusable(f"{file} cannot be read: {error}. Fetch it again.") from error
    if header[:4] != bytes((0, 0, 8, dimensions)):
        raise Unusable(
            f"{file} is no IDX file of bytes with {dimensions} dimensions: it begins with {header[:4].hex(' ')}, "
            f"and such a file with 00 00 08 0{dimensions}"
        )
    if len(header) < length:
        raise Unusable(f"{file} is cut off in its header. Fetch it again.")
    shape = unpack(f">{dimensions}I", header[4:])
    expected = length + prod(shape)
    if not _has_length(file, expected):
        raise Unusable(f"{file} is cut off or too long: its header needs {expected:,} bytes. Fetch it again.")
    return shape


def _has_length(file: Path, expected: int) -> bool:
    """Whether the file holds so many bytes; gzip keeps how many in its last 4, modulo 2**32."""
    if file.suffix != ".gz":
        return file.stat().st_size == expected
    with file.open("rb") as stream:
        stream.seek(-4, 2)
        return int.from_bytes(stream.read(4), "little") == expected % (1 << 32)


def _content(file: Path, shape: tuple[int, ...]) -> np.ndarray:
    """The numbers behind the header: mapped into memory, or unpacked whole where the file is compressed."""
    with needed_for("reading IDX"):
        import numpy as np
    offset = 4 + 4 * len(shape)
    if file.suffix != ".gz":
        return np.memmap(file, np.uint8, "r", offset, shape) if prod(shape) else np.zeros(shape, np.uint8)
    try:
        with gzip.open(file) as stream:
            return np.frombuffer(stream.read(), np.uint8, offset=offset).reshape(shape)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise Unusable(f"{file} cannot be unpacked: {error}. Fetch it again.") from error
