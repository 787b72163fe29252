"""Columns of encoded images out of parquet: read in pieces, and kept in a file that processes share.

Parquet is compressed in large groups of rows, so it cannot be read by number. Arrow's own format can, without copying,
and a file of it is in memory once for all processes; what is larger than memory stays on the disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from shutil import disk_usage
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from netdsl.datasets.base import Unusable
from netdsl.datasets.libraries import needed_for

if TYPE_CHECKING:
    import pyarrow.parquet as pq

IN_MEMORY = 1 << 30
"""Bytes of encoded images that each process may hold in its own memory."""

_ROWS = 1024
"""Rows that are read at once."""


@contextmanager
def broken(path: Path) -> Iterator[None]:
    """What Arrow says about a broken file becomes `Unusable`."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise Unusable(f"{path} cannot be read: {error}. Fetch it again.") from error


def opened(path: Path) -> pq.ParquetFile:
    """The file with its footer read."""
    with needed_for("reading parquet"):
        import pyarrow.parquet as pq
    with broken(path):
        return pq.ParquetFile(path, memory_map=True, page_checksum_verification=True)


def leaf(file: pq.ParquetFile, column: str) -> str:
    """The path of the bytes of images: the column itself, or `bytes` in it."""
    import pyarrow as pa

    return f"{column}.bytes" if pa.types.is_struct(file.schema_arrow.field(column).type) else column


def column_size(file: pq.ParquetFile, column: str) -> int:
    """Bytes of encoded images in the file, unpacked."""
    groups = (file.metadata.row_group(number) for number in range(file.num_row_groups))
    columns = (group.column(number) for group in groups for number in range(group.num_columns))
    return sum(found.total_uncompressed_size for found in columns if found.path_in_schema == leaf(file, column))


def encoded(path: Path, column: str) -> Iterator[Any]:
    """Arrays of encoded images, one after the other."""
    import pyarrow as pa

    file = opened(path)
    with broken(path):
        for batch in file.iter_batches(_ROWS, columns=[leaf(file, column)], use_threads=False):
            array = batch.column(0)
            yield array.field("bytes") if pa.types.is_struct(array.type) else array


def spooled(paths: Sequence[Path], column: str) -> list[Any]:
    """The arrays of the shared file, mapped into memory; the file is written again where it was removed."""
    import pyarrow as pa

    size = sum(column_size(opened(path), column) for path in paths)
    file = spool(paths, column, size)
    with broken(file):
        reader = pa.ipc.open_file(pa.memory_map(str(file)))
        return [reader.get_batch(number).column(0) for number in range(reader.num_record_batches)]


def spool(paths: Sequence[Path], column: str, size: int) -> Path:
    """The shared file for these files as they are now; written where it is not there yet, `size` bytes of images."""
    facts = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    file = _cache() / f"{sha256(repr((facts, column)).encode()).hexdigest()[:24]}.arrow"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        free = disk_usage(file.parent).free
        if free < size * 1.05:
            raise Unusable(
                f"{file.parent} has {free / 1e9:.1f} GB free, and {size / 1e9:.1f} GB of images are to be unpacked "
                "there: set XDG_CACHE_HOME to a folder with more room, or store the images as shards (`webdataset`)"
            )
        _write(paths, column, file)
    return file


def _write(paths: Sequence[Path], column: str, file: Path) -> None:
    """Writes the file beside its place and moves it there whole, as several processes may be at it."""
    import pyarrow as pa

    with NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
        try:
            writer = None
            for path in paths:
                for array in encoded(path, column):
                    batch = pa.record_batch([array], names=["bytes"])
                    writer = writer or pa.ipc.new_file(part, batch.schema)
                    writer.write_batch(batch)
            if writer:
                writer.close()
            part.close()
            Path(part.name).replace(file)
        except BaseException:
            with suppress(OSError):
                Path(part.name).unlink()
            raise


def _cache() -> Path:
    """Where programs keep what they can make again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "netdsl"
