"""The images of `tests/data` written in the other formats, and opened, for tests that read them."""

import gzip
import struct
import tarfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from PIL import Image

from netdsl.datasets.base import Split
from netdsl.recipes.base import DataFormat

CIFAR10 = Path(__file__).parent / "data" / "cifar10"


def encoded(split: str) -> tuple[list[bytes], list[int]]:
    """The image files and labels of a split, as they are shipped."""
    table = pq.read_table(CIFAR10 / f"{split}.parquet")
    return [row["bytes"] for row in table["img"].to_pylist()], table["label"].to_pylist()


def pixels(data: bytes, mode: str = "RGB") -> np.ndarray:
    """What Pillow gives for a whole image."""
    found = np.array(Image.open(BytesIO(data)).convert(mode))
    return found.reshape(32, 32, -1)


def png(array: np.ndarray) -> bytes:
    stream = BytesIO()
    Image.fromarray(array.squeeze()).save(stream, "PNG")
    return stream.getvalue()


def write_cifar10(folder: Path) -> None:
    """CIFAR-10's binary version: training images in two batches, test images in one."""
    images, labels = encoded("train")
    records = [bytes([label]) + planes(image) for image, label in zip(images, labels, strict=True)]
    (folder / "data_batch_1.bin").write_bytes(b"".join(records[:25]))
    (folder / "data_batch_2.bin").write_bytes(b"".join(records[25:]))
    images, labels = encoded("test")
    records = [bytes([label]) + planes(image) for image, label in zip(images, labels, strict=True)]
    (folder / "test_batch.bin").write_bytes(b"".join(records))


def planes(image: bytes) -> bytes:
    """Red, green, blue, each row by row."""
    return pixels(image).transpose(2, 0, 1).tobytes()


def write_idx(folder: Path, end: str = "") -> None:
    """MNIST's layout, of the images in grey; `end` is ".gz" for compressed files."""
    for split, stem in (("train", "train"), ("test", "t10k")):
        images, labels = encoded(split)
        grey = b"".join(pixels(image, "L").tobytes() for image in images)
        files = {
            f"{stem}-images-idx3-ubyte": struct.pack(">4B3I", 0, 0, 8, 3, len(images), 32, 32) + grey,
            f"{stem}-labels-idx1-ubyte": struct.pack(">4BI", 0, 0, 8, 1, len(labels)) + bytes(labels),
        }
        for name, data in files.items():
            (folder / (name + end)).write_bytes(gzip.compress(data) if end else data)


def write_folders(folder: Path, test: str = "val") -> None:
    """A folder for each class, called so that their order is that of the labels."""
    for split, name in (("train", "train"), ("test", test)):
        for number, (image, label) in enumerate(zip(*encoded(split), strict=True)):
            home = folder / name / f"class{label}"
            home.mkdir(parents=True, exist_ok=True)
            (home / f"{number:03}.JPG").write_bytes(image)


def write_shards(folder: Path, shards: int = 4, end: str = ".tar") -> None:
    """The images of each split in so many shards."""
    for split in ("train", "test"):
        images, labels = encoded(split)
        for shard in range(shards):
            members = {}
            for number in range(shard, len(images), shards):
                members[f"{number:03}.jpg"] = images[number]
                members[f"{number:03}.cls"] = b"%d\n" % labels[number]
            write_tar(folder / f"{split}-{shard:02}{end}", members)


def write_tar(file: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(file, "w:gz" if file.suffix == ".gz" else "w") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, BytesIO(data))


def copy_parquet(folder: Path) -> None:
    for split in ("train", "test"):
        (folder / f"{split}.parquet").write_bytes((CIFAR10 / f"{split}.parquet").read_bytes())


def open_split(kind: type[DataFormat], place: Path, split: str = "train", channels: int = 3, **fields: object) -> Split:
    found = kind(batch=4, **fields).open(str(place), split, channels)  # type: ignore[arg-type]
    assert isinstance(found, Split)
    return found
