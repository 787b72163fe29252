"""Folders of image files: one for each split, in it one for each class."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.datasets.base import Corrupt, Split, Unusable
from netdsl.datasets.decode import SUFFIXES, decode, mode
from netdsl.datasets.places import NAMES, SplitName, folder, missing

if TYPE_CHECKING:
    import numpy as np


class Folders(Split):
    """The image files below the folders of classes, in the order of their names."""

    def __init__(self, home: Path, classes: tuple[str, ...], channels: int) -> None:
        """`classes` are the folders of the training images, whose order numbers the classes."""
        self._home = home
        self._mode = mode(channels)
        self.classes = classes
        self.labels = []
        self._names: list[str] = []
        for name in _folders(home):
            if name not in classes:
                raise Unusable(f"{home / name} is a class that the training images do not have")
            files = sorted(_images(home / name, name))
            if not files:
                raise Unusable(f"{home / name} holds no images ({', '.join(SUFFIXES)})")
            self._names += files
            self.labels += [classes.index(name)] * len(files)

    def image(self, index: int) -> np.ndarray:
        """Reads and decodes the file."""
        name = self.name(index)
        try:
            data = (self._home / self._names[index]).read_bytes()
        except OSError as error:
            raise Corrupt(name, error.strerror or str(error)) from error
        return decode(data, self._mode, name)

    def name(self, index: int) -> str:
        """The file, from the folder of the split on."""
        return f"{self._home.name}/{self._names[index]}"


def open_folders(place: str, split: SplitName, channels: int) -> Folders:
    """The images in the folders train, and test or val, at `place`."""
    root = folder(place, "imagefolder")
    home = _home(root, split)
    if home is None:
        raise missing("imagefolder", split, root, [f"{name}/CLASS/IMAGE" for name in NAMES[split]])
    return Folders(home, _folders(_home(root, "train") or home), channels)


def _home(root: Path, split: SplitName) -> Path | None:
    """The folder of a split: the first that has folders, since ImageNet's test images lie there without classes."""
    return next((root / name for name in NAMES[split] if (root / name).is_dir() and _folders(root / name)), None)


def _folders(home: Path) -> tuple[str, ...]:
    """The folders of classes; those with a dot are left by editors and file systems."""
    with os.scandir(home) as entries:
        return tuple(sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(".")))


def _images(home: Path, name: str) -> Iterator[str]:
    """The image files in a folder of a class and below, each with its folders from the class `name` on."""
    with os.scandir(home) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                yield from _images(home / entry.name, f"{name}/{entry.name}")
            elif entry.name.lower().endswith(SUFFIXES):
                yield f"{name}/{entry.name}"
