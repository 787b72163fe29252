"""The binary version of CIFAR-10 and CIFAR-100: records of one or two labels and 3072 bytes, planes of 32x32.

The layout is that of https://www.cs.toronto.edu/~kriz/cifar.html (Krizhevsky 2009). The version for Python on the same
page is a pickle, which can run any code when it is loaded, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from netdsl.datasets.base import Unusable
from netdsl.datasets.decode import mode, recolour
from netdsl.datasets.libraries import needed_for
from netdsl.datasets.places import SplitName, check_labels, folder, missing
from netdsl.datasets.reopened import Reopened

if TYPE_CHECKING:
    import numpy as np

_PIXELS = 3 * 32 * 32
_HOMES = (".", "cifar-10-batches-bin", "cifar-100-binary")
"""Where the files lie below the place: they are packed in such folders."""
_PICKLED = ("", "cifar-10-batches-py", "cifar-100-python")
_LOOKED = {"train": ("data_batch_1.bin to data_batch_5.bin", "train.bin"), "test": ("test_batch.bin", "test.bin")}

Labels = Literal["fine", "coarse"]


class Cifar(Reopened["list[np.ndarray]"]):
    """The images of files of equal records, which are mapped into memory."""

    def __init__(self, files: Sequence[Path], label: int, labels_a_record: int, classes: int, channels: int) -> None:
        """`label` is the place of the label in a record."""
        self._paths = tuple(files)
        self._skipped = labels_a_record
        self._mode = mode(channels)
        self.labels = []
        self._where: list[tuple[int, int]] = []
        for number, (file, records) in enumerate(zip(files, self._open(), strict=True)):
            labels = records[:, label].tolist()
            check_labels(labels, classes, file.name, "record")
            self.labels += labels
            self._where += [(number, record) for record in range(len(labels))]
        self.classes = _names(files[0].parent, label, labels_a_record, classes)

    def image(self, index: int) -> np.ndarray:
        """The planes of a record put together."""
        number, record = self._where[index]
        planes = self._files()[number][record, self._skipped :].reshape(3, 32, 32)
        return recolour(planes.transpose(1, 2, 0).copy(), self._mode)

    def name(self, index: int) -> str:
        """The file, and the number of the record from 0."""
        number, record = self._where[index]
        return f"{self._paths[number].name}, record {record}"

    def _open(self) -> list[np.ndarray]:
        """The records of each file, uint8 (records, bytes)."""
        with needed_for("reading CIFAR"):
            import numpy as np
        length = self._skipped + _PIXELS
        found = []
        for file in self._paths:
            size = file.stat().st_size
            if size == 0 or size % length:
                raise Unusable(
                    f"{file} is cut off or of another kind: it has {size:,} bytes, and a record has {length:,}. "
                    "Fetch it again."
                )
            found.append(np.memmap(file, np.uint8, "r").reshape(-1, length))
        return found


def open_cifar(place: str, split: SplitName, channels: int, labels: Labels = "fine") -> Cifar:
    """The images of CIFAR-10 or CIFAR-100 at `place`, whichever lies there."""
    root = folder(place, "cifar")
    for home in (root / name for name in _HOMES):
        if files := _batches(home) if split == "train" else _present(home / "test_batch.bin"):
            return Cifar(files, label=0, labels_a_record=1, classes=10, channels=channels)
        if files := _present(home / f"{split}.bin"):
            fine = labels == "fine"
            return Cifar(files, label=int(fine), labels_a_record=2, classes=100 if fine else 20, channels=channels)
    _refuse_pickles(root)
    raise missing("cifar", split, root, _LOOKED[split])


def _present(file: Path) -> list[Path]:
    return [file] if file.is_file() else []


def _batches(home: Path) -> list[Path]:
    """The files of CIFAR-10's training images, of which none may be missing in between."""
    numbers = sorted(
        int(match[1]) for file in home.glob("data_batch_*.bin") if (match := re.fullmatch(r".*_(\d+)\.bin", file.name))
    )
    files = [home / f"data_batch_{number}.bin" for number in range(1, max(numbers, default=0) + 1)]
    for file in files:
        if not file.is_file():
            raise Unusable(f"{file} is missing, and {files[-1].name} is there: fetch it again")
    return files


def _refuse_pickles(root: Path) -> None:
    """Says why the version for Python is not read, where that is what lies there."""
    for home in (root / name for name in _PICKLED):
        for name in ("data_batch_1", "test_batch", "train", "test"):
            file = home / name
            if file.is_file():
                raise Unusable(
                    f"{file} is the version of CIFAR for Python, a pickle. Loading a pickle runs whatever code is in "
                    "it, so netdsl never does. Take the binary version from "
                    "https://www.cs.toronto.edu/~kriz/cifar.html: the same images."
                )


def _names(home: Path, label: int, labels_a_record: int, classes: int) -> tuple[str, ...]:
    """The names of the classes from the text file that comes with the records, where it is there and whole."""
    several = "fine_label_names.txt" if label else "coarse_label_names.txt"
    file = home / ("batches.meta.txt" if labels_a_record == 1 else several)
    names = tuple(file.read_text("utf-8").split()) if file.is_file() else ()
    return names if len(names) == classes else ()
