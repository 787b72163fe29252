"""Parquet files in the layout of the hubs of data sets: a column of encoded images, a column of class numbers."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdsl.datasets.base import Corrupt, Unusable
from netdsl.datasets.decode import decode, mode
from netdsl.datasets.places import NAMES, SplitName, check_labels, folder, missing
from netdsl.datasets.reopened import Reopened
from netdsl.datasets.spool import IN_MEMORY, broken, column_size, encoded, opened, spool, spooled

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

_IMAGES = ("img", "image")
_SECRET = '; where the labels are kept secret, name other files: `parquet(test="validation-*.parquet")`'
_LABELS = ("label", "fine_label", "labels")


class Encoded:
    """Encoded images by their number, in arrays that follow each other."""

    def __init__(self, arrays: Sequence[Any]) -> None:
        self._arrays = tuple(array for array in arrays if len(array))
        self._ends = tuple(accumulate(map(len, self._arrays)))

    def __getitem__(self, number: int) -> pa.Buffer | None:
        """The bytes of an image without a copy; None where there are none."""
        array = bisect_right(self._ends, number)
        value = self._arrays[array][number - self._ends[array]]  # counted from the array's end
        return value.as_buffer() if value.is_valid else None


class Parquet(Reopened[Encoded]):
    """The rows of files that follow each other.

    Encoded images are held in memory; where they are many, in a file of Arrow's that all processes map into theirs.
    """

    def __init__(self, files: Sequence[Path], image: str | None, label: str | None, channels: int) -> None:
        """`image` and `label` are names of columns; None for the usual ones."""
        self._paths = tuple(files)
        self._mode = mode(channels)
        self.labels = []
        rows, size = [], 0
        for path in files:
            file = opened(path)
            self._image = _column(path, file, image, _IMAGES, "image")
            column = _column(path, file, label, _LABELS, "label")
            self.classes = _classes(file, column)
            labels = _labels(path, file, column)
            check_labels(labels, len(self.classes) or None, path.name, "row", _SECRET)
            self.labels += labels
            rows.append(len(labels))
            size += column_size(file, self._image)
        self._ends = tuple(accumulate(rows))
        self._spooled = size > IN_MEMORY
        if self._spooled:
            spool(self._paths, self._image, size)

    def image(self, index: int) -> np.ndarray:
        """Decodes the bytes of a row."""
        data = self._files()[index]
        if data is None:
            raise Corrupt(self.name(index), f"its column `{self._image}` holds no bytes")
        return decode(data, self._mode, self.name(index))

    def name(self, index: int) -> str:
        """The file, and the number of the row in it from 0."""
        file = bisect_right(self._ends, index)
        return f"{self._paths[file].name}, row {index - (self._ends[file - 1] if file else 0)}"

    def _open(self) -> Encoded:
        if self._spooled:
            return Encoded(spooled(self._paths, self._image))
        return Encoded([array for path in self._paths for array in encoded(path, self._image)])


def open_parquet(
    place: str,
    split: SplitName,
    channels: int,
    patterns: Sequence[str] = (),
    image: str | None = None,
    label: str | None = None,
) -> Parquet:
    """The images in the files of a split at `place`; `patterns` name the files where they are not called as usual."""
    root = folder(place, "parquet")
    files = _named(root, patterns) if patterns else _usual(root, split)
    if not files:
        usual = [f"{name}{end}" for name in NAMES[split] for end in (".parquet", "-*.parquet", "/*.parquet")]
        raise missing("parquet", split, root, patterns or [*usual, "the same one folder below"])
    if not patterns:
        _refuse_gaps(files)
    return Parquet(files, image, label, channels)


def _named(root: Path, patterns: Sequence[str]) -> list[Path]:
    return sorted({file for pattern in patterns for file in root.glob(pattern)})


def _usual(root: Path, split: SplitName) -> list[Path]:
    """The files of a split, at the place itself, in `data`, or in the one folder that has some."""
    below = sorted(entry for entry in root.iterdir() if entry.is_dir() and entry.name != "data")
    for name in NAMES[split]:
        for home in (root, root / "data"):
            if files := _split_files(home, name):
                return files
        homes = [home for home in below if _split_files(home, name)]
        if len(homes) > 1:
            raise Unusable(f"several folders hold {name} images: give one of them, {', '.join(map(str, homes))}")
        if homes:
            return _split_files(homes[0], name)
    return []


def _split_files(home: Path, name: str) -> list[Path]:
    found = [*home.glob(f"{name}.parquet"), *home.glob(f"{name}-*.parquet")]
    return sorted(found or (home / name).glob("*.parquet"))


def _refuse_gaps(files: Sequence[Path]) -> None:
    """Refuses files of which their names say that some are missing: `train-00001-of-00005.parquet` alone."""
    for file in files:
        if match := re.fullmatch(r"(.*-)(\d+)(-of-)(\d+)(\.parquet)", file.name):
            before, number, of, total, end = match.groups()
            for other in range(int(total)):
                path = file.with_name(f"{before}{other:0{len(number)}}{of}{total}{end}")
                if path not in files:
                    raise Unusable(f"{path} is missing: fetch it, or name the files that shall be read")


def _column(path: Path, file: pq.ParquetFile, name: str | None, usual: Sequence[str], what: str) -> str:
    """The name of the column of images or of labels."""
    there = file.schema_arrow.names
    found = next((column for column in ([name] if name else usual) if column in there), None)
    if found is None:
        looked = name or " or ".join(usual)
        raise Unusable(f'{path} has no column {looked} but {", ".join(there)}: write `parquet({what}="COLUMN")`')
    return found


def _labels(path: Path, file: pq.ParquetFile, column: str) -> list[int]:
    import pyarrow as pa

    kind = file.schema_arrow.field(column).type
    if not pa.types.is_integer(kind):
        raise Unusable(f"the labels of {path} in column {column} are {kind}: they must be whole numbers from 0")
    with broken(path):
        labels = file.read([column], use_threads=False).column(0)
    if labels.null_count:
        row = labels.is_null().to_pylist().index(True)
        raise Unusable(f"{path.name}, row {row} has no label in column {column}")
    found: list[int] = labels.to_pylist()
    return found


def _classes(file: pq.ParquetFile, column: str) -> tuple[str, ...]:
    """The names of the classes from what the library `datasets` leaves in the schema; none where it was not used."""
    written = (file.schema_arrow.metadata or {}).get(b"huggingface", b"{}")
    try:
        feature = json.loads(written)["info"]["features"][column]
        names = feature["names"] if isinstance(feature["names"], list) else feature["names"].values()
        return tuple(map(str, names))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()
