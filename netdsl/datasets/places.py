"""Where the files of a split are looked for, and what is said where they are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from netdsl.datasets.base import Unusable
from netdsl.datasets.decode import SUFFIXES

SplitName = Literal["train", "test"]

NAMES: Mapping[SplitName, Sequence[str]] = {"train": ("train",), "test": ("test", "val", "validation", "valid")}
"""What files and folders of a split are called; the first that is there is taken."""

_SIGNS: Mapping[str, Sequence[str]] = {
    "parquet": ("*.parquet", "*/*.parquet", "*/train/*.parquet"),
    "cifar": ("data_batch_*.bin", "*/data_batch_*.bin", "train.bin", "*/train.bin"),
    "idx": ("*idx3-ubyte*", "*/*idx3-ubyte*", "*/raw/*idx3-ubyte*"),
    "webdataset": ("*.tar", "*.tar.gz", "*/*.tar", "*/*.tar.gz"),
    "imagefolder": ("train/*", "test/*", "val/*", "validation/*", "valid/*"),
}
"""Word of a format -> by what a folder shows that it holds it: files, or folders of image files."""

_SOURCES: Mapping[str, str] = {
    "parquet": "Hubs of data sets give such files. CIFAR-10 for one: `hf download uoft-cs/cifar10 --repo-type dataset "
    "--local-dir DIR`, or the files train and test of https://huggingface.co/datasets/uoft-cs/cifar10 by hand.",
    "cifar": "CIFAR-10 and CIFAR-100: the binary version (cifar-10-binary.tar.gz, cifar-100-binary.tar.gz) from "
    "https://www.cs.toronto.edu/~kriz/cifar.html, unpacked.",
    "idx": "MNIST: the four files of https://ossci-datasets.s3.amazonaws.com/mnist/ (train-images-idx3-ubyte.gz and so "
    "on); Fashion-MNIST: those of https://github.com/zalandoresearch/fashion-mnist. They may stay compressed.",
    "imagefolder": "Make one folder for each split, and in it one for each class: train/cat/1.jpg, val/cat/2.jpg.",
    "webdataset": "A shard is a tar file with each image beside its class number, 0001.jpg and 0001.cls with `3` in "
    "it; `webdataset.TarWriter` writes such files.",
}
"""Word of a format -> how one gets such data."""


def folder(place: str, word: str) -> Path:
    """The folder at `place`."""
    path = Path(place).expanduser()
    if path.is_dir():
        return path
    if path.exists():
        raise Unusable(f"{place} is a file: give the folder in which it lies, {path.parent}")
    raise Unusable(f"there is no folder {place}. {_SOURCES[word]}")


def missing(word: str, split: SplitName, place: Path, looked: Sequence[str]) -> Unusable:
    """What is said where `place` has no files of a split: what was looked for, what lies there, and where to get it."""
    names = sorted(entry.name for entry in place.iterdir())
    held = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    lines = [
        f"no {split} images for `{word}` in {place}: looked for {', '.join(looked)}.",
        f"The folder holds {held}." if names else "The folder is empty.",
        *(f"There is {sign}, so write `data = {other}(batch=…)`." for other, sign in _fitting(place, word)),
        _SOURCES[word],
    ]
    return Unusable("\n".join(lines))


def _fitting(place: Path, word: str) -> list[tuple[str, str]]:
    """The other formats whose files lie at `place`, each with one of these files."""
    found = []
    for other, signs in _SIGNS.items():
        marks = (mark for sign in signs for mark in sorted(place.glob(sign)))
        files = (file for mark in marks if (file := _picture(mark) if other == "imagefolder" else mark))
        if other != word and (first := next(files, None)):
            found.append((other, first.relative_to(place).as_posix()))
    return found


def _picture(home: Path) -> Path | None:
    """An image file in the folder of a class."""
    files = sorted(home.iterdir()) if home.is_dir() else []
    return next((file for file in files if file.suffix.lower() in SUFFIXES), None)


def check_labels(labels: Sequence[int], classes: int | None, name: str, record: str, remedy: str = "") -> None:
    """Refuses the first label of the file `name` that is no class; `record` is what its parts are called: "row"."""
    for number, label in enumerate(labels):
        if label < 0 or (classes is not None and label >= classes):
            known = "classes are counted from 0" if classes is None else f"there are {classes} classes, from 0"
            raise Unusable(f"{name}, {record} {number} has the label {label}, and {known}{remedy}")
