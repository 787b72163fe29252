"""Every format of images gives the same pixels and labels, in any process, and says what is wrong with broken data."""

import gzip
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from image_files import (
    CIFAR10,
    copy_parquet,
    encoded,
    open_split,
    pixels,
    write_cifar10,
    write_folders,
    write_idx,
)

from netdsl.datasets.base import Corrupt, Split, Unusable
from netdsl.recipes.base import DataFormat
from netdsl.recipes.data import Cifar, Idx, ImageFolder, Parquet, Synthetic, WebDataset

WRITERS: dict[type[DataFormat], Callable[[Path], None]] = {
    Parquet: copy_parquet,
    Cifar: write_cifar10,
    Idx: write_idx,
    ImageFolder: write_folders,
}


def by_content(images: list[np.ndarray], labels: list[int]) -> list[tuple[bytes, tuple[int, ...], int]]:
    return sorted((image.tobytes(), image.shape, label) for image, label in zip(images, labels, strict=True))


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("kind", WRITERS)
def test_formats_give_the_same_images(kind: type[DataFormat], channels: int, split: str, tmp_path: Path) -> None:
    WRITERS[kind](tmp_path)
    found = open_split(kind, tmp_path, split, channels)
    grey = channels == 1 or kind is Idx
    images, labels = encoded(split)
    expected = [pixels(image, "L" if grey else "RGB") for image in images]
    if grey:
        expected = [image.repeat(channels, axis=2) for image in expected]
    read = [found.image(index) for index in range(len(found))]
    assert {image.dtype for image in read} == {np.dtype(np.uint8)}
    if kind is ImageFolder:  # has another order: by class
        assert by_content(read, found.labels) == by_content(expected, labels)
    else:
        assert found.labels == labels
        assert all(map(np.array_equal, read, expected))


@pytest.mark.parametrize("kind", [*WRITERS, Synthetic])
def test_a_split_travels_to_other_processes_without_its_images(kind: type[DataFormat], tmp_path: Path) -> None:
    fields = {"images": 40, "classes": 10} if kind is Synthetic else {}
    WRITERS.get(kind, lambda _: None)(tmp_path)
    found = open_split(kind, tmp_path, **fields)
    before = pickle.dumps(found)
    last = found.image(39)
    after = pickle.dumps(found)
    assert len(after) == len(before) < 5000
    assert np.array_equal(pickle.loads(after).image(39), last)


@pytest.mark.parametrize("kind", [Parquet, Cifar])
def test_workers_of_a_loader_read_the_same(kind: type[DataFormat], tmp_path: Path) -> None:
    from torch.utils.data import DataLoader

    WRITERS[kind](tmp_path)
    found = open_split(kind, tmp_path)
    found.image(0)  # opened here already, which must not matter there
    loader = DataLoader(Indexed(found), batch_size=8, num_workers=2, multiprocessing_context="spawn")
    batches = [batch.numpy() for batch in loader]
    assert np.array_equal(np.concatenate(batches), np.stack([found.image(index) for index in range(40)]))


class Indexed:
    """A split as PyTorch's loaders want it."""

    def __init__(self, split: Split) -> None:
        self.split = split

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, index: int) -> np.ndarray:
        return self.split.image(index)


@pytest.mark.parametrize("kind", WRITERS)
def test_opening_decodes_nothing(kind: type[DataFormat], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    WRITERS[kind](tmp_path)
    monkeypatch.setattr("netdsl.datasets.spool.encoded", None)
    monkeypatch.setattr("netdsl.datasets.parquet.encoded", None)
    monkeypatch.setattr("PIL.Image.open", None)
    assert len(open_split(kind, tmp_path)) == 40


def test_names_lead_to_the_image(tmp_path: Path) -> None:
    for write in (copy_parquet, write_cifar10, write_idx, write_folders):
        write(tmp_path)
    assert open_split(Parquet, tmp_path).name(17) == "train.parquet, row 17"
    assert open_split(Cifar, tmp_path).name(27) == "data_batch_2.bin, record 2"
    assert open_split(Idx, tmp_path, "test").name(3) == "t10k-images-idx3-ubyte, image 3"
    name = open_split(ImageFolder, tmp_path, "test").name(0)
    label, number = 0, encoded("test")[1].index(0)
    assert name == f"val/class{label}/{number:03}.JPG"
    assert (tmp_path / name).is_file()


# Binary formats


@pytest.mark.parametrize("labels", ["fine", "coarse"])
def test_cifar100_has_two_labels(labels: str, tmp_path: Path) -> None:
    home = tmp_path / "cifar-100-binary"
    home.mkdir()
    image = np.arange(3072, dtype=np.uint32).astype(np.uint8)
    (home / "train.bin").write_bytes(bytes([19, 99]) + image.tobytes())
    (home / "coarse_label_names.txt").write_text("".join(f"kin{number}\n" for number in range(20)))
    found = open_split(Cifar, tmp_path, labels=labels)
    assert found.labels == ([99] if labels == "fine" else [19])
    assert found.classes[-1:] == (() if labels == "fine" else ("kin19",))
    assert np.array_equal(found.image(0), image.reshape(3, 32, 32).transpose(1, 2, 0))


def test_broken_cifar_is_named(tmp_path: Path) -> None:
    write_cifar10(tmp_path)
    file = tmp_path / "data_batch_2.bin"
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    with pytest.raises(Unusable, match=r"data_batch_2\.bin is cut off or of another kind: it has 45,995 bytes"):
        open_split(Cifar, tmp_path)
    file.write_bytes(bytes([10]) + whole[1:])
    with pytest.raises(Unusable, match=r"data_batch_2\.bin, record 0 has the label 10"):
        open_split(Cifar, tmp_path)
    file.rename(tmp_path / "data_batch_3.bin")
    with pytest.raises(Unusable, match=r"data_batch_2\.bin is missing, and data_batch_3\.bin is there"):
        open_split(Cifar, tmp_path)


class Trap:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.file,)


@pytest.mark.parametrize("home", ["", "cifar-10-batches-py"])
def test_a_pickle_is_refused_and_never_loaded(home: str, tmp_path: Path) -> None:
    (tmp_path / home).mkdir(exist_ok=True)
    sprung = tmp_path / "sprung"
    (tmp_path / home / "data_batch_1").write_bytes(pickle.dumps(Trap(sprung)))
    with pytest.raises(Unusable, match=r"data_batch_1 is the version of CIFAR for Python, a pickle.*binary version"):
        open_split(Cifar, tmp_path)
    for kind in (Parquet, Idx, ImageFolder, WebDataset):
        with pytest.raises(Unusable):
            kind(batch=1).open(str(tmp_path), "train", 3)
    assert not sprung.exists()


@pytest.mark.parametrize("home", [".", "MNIST/raw"])
def test_compressed_idx_gives_the_same(home: str, tmp_path: Path) -> None:
    (tmp_path / home).mkdir(parents=True, exist_ok=True)
    write_idx(tmp_path / home, ".gz")
    found = open_split(Idx, tmp_path, "test", 1)
    images, labels = encoded("test")
    assert found.labels == labels
    assert all(np.array_equal(found.image(index), pixels(images[index], "L")) for index in range(20))


@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("what", ["images-idx3-ubyte", "labels-idx1-ubyte"])
def test_truncated_idx_is_named(what: str, end: str, tmp_path: Path) -> None:
    write_idx(tmp_path, end)
    file = tmp_path / f"train-{what}{end}"
    whole = file.read_bytes()
    for length in (0, 3, 10, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(Unusable, match=f"train-{what}{end} "):
            open_split(Idx, tmp_path)


def test_idx_of_another_kind_is_named(tmp_path: Path) -> None:
    write_idx(tmp_path)
    file = tmp_path / "train-images-idx3-ubyte"
    file.write_bytes(b"\x00\x00\x0d" + file.read_bytes()[3:])
    with pytest.raises(Unusable, match="it begins with 00 00 0d 03, and such a file with 00 00 08 03"):
        open_split(Idx, tmp_path)
    write_idx(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(struct.pack(">4BI", 0, 0, 8, 1, 39) + bytes(39))
    with pytest.raises(Unusable, match="has 40 images, and train-labels-idx1-ubyte 39 labels"):
        open_split(Idx, tmp_path)


def test_a_flipped_byte_in_compressed_idx_is_found(tmp_path: Path) -> None:
    write_idx(tmp_path, ".gz")
    file = tmp_path / "train-images-idx3-ubyte.gz"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(Unusable, match=r"train-images-idx3-ubyte\.gz cannot be unpacked"):
        open_split(Idx, tmp_path).image(0)


def test_compressed_files_of_another_kind_are_named(tmp_path: Path) -> None:
    write_idx(tmp_path, ".gz")
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"not labels"))
    with pytest.raises(Unusable, match="it begins with 6e 6f 74 20"):
        open_split(Idx, tmp_path)


# Folders


def test_classes_are_numbered_by_the_training_folders(tmp_path: Path) -> None:
    write_folders(tmp_path, "test")
    for number in (0, 3):
        for file in (tmp_path / "test" / f"class{number}").iterdir():
            file.unlink()
        (tmp_path / "test" / f"class{number}").rmdir()
    (tmp_path / "train" / ".cache").mkdir()
    found = open_split(ImageFolder, tmp_path, "test")
    assert found.classes == tuple(f"class{number}" for number in range(10))
    assert set(found.labels) == {1, 2, 4, 5, 6, 7, 8, 9}
    (tmp_path / "test" / "class1").rename(tmp_path / "test" / "unknown")
    with pytest.raises(Unusable, match="unknown is a class that the training images do not have"):
        open_split(ImageFolder, tmp_path, "test")


def test_a_class_without_images_is_refused(tmp_path: Path) -> None:
    write_folders(tmp_path)
    (tmp_path / "train" / "class99").mkdir()
    with pytest.raises(Unusable, match="class99 holds no images"):
        open_split(ImageFolder, tmp_path)


def test_an_image_file_that_vanished_is_named(tmp_path: Path) -> None:
    write_folders(tmp_path)
    found = open_split(ImageFolder, tmp_path)
    (tmp_path / found.name(3)).unlink()
    with pytest.raises(Corrupt, match=rf"{found.name(3)} cannot be read: No such file"):
        found.image(3)


# Where there is nothing


@pytest.mark.parametrize("kind", [*WRITERS, WebDataset])
@pytest.mark.parametrize("split", ["train", "test"])
def test_an_empty_folder_says_what_it_lacks_and_where_to_get_it(
    kind: type[DataFormat], split: str, tmp_path: Path
) -> None:
    with pytest.raises(Unusable) as caught:
        kind(batch=1).open(str(tmp_path), split, 3)  # type: ignore[arg-type]
    said = str(caught.value)
    assert f"no {split} images for `{kind.word}` in {tmp_path}: looked for " in said
    assert "The folder is empty." in said
    with pytest.raises(Unusable, match="there is no folder"):
        kind(batch=1).open(str(tmp_path / "nowhere"), split, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [*WRITERS, WebDataset])
@pytest.mark.parametrize("other", WRITERS)
def test_a_folder_of_another_format_says_which_word_fits(
    kind: type[DataFormat], other: type[DataFormat], tmp_path: Path
) -> None:
    WRITERS[other](tmp_path)
    if kind is other:
        return
    with pytest.raises(Unusable) as caught:
        kind(batch=1).open(str(tmp_path), "train", 3)
    assert str(caught.value).count("so write `data = ") == 1
    assert f"so write `data = {other.word}(batch=…)`" in str(caught.value)


def test_a_file_in_place_of_a_folder_says_so() -> None:
    with pytest.raises(Unusable, match=rf"is a file: give the folder in which it lies, {CIFAR10}"):
        open_split(Parquet, CIFAR10 / "train.parquet")


def test_a_missing_library_is_named(tmp_path: Path) -> None:
    copy_parquet(tmp_path)
    program = f"""
import sys
sys.modules["pyarrow"] = sys.modules["pyarrow.parquet"] = None
from netdsl.recipes.data import Parquet
try:
    Parquet(batch=1).open({str(tmp_path)!r}, "train", 3)
except Exception as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "Unusable reading parquet needs pyarrow: pip install 'netdsl[train]'\n"


def test_channels_that_images_do_not_have_are_refused() -> None:
    with pytest.raises(Unusable, match="the network takes 4"):
        open_split(Parquet, CIFAR10, channels=4)


# Noise


def test_noise_depends_on_its_number_alone() -> None:
    fields = {"images": 50, "classes": 7, "size": (5, 6)}
    first, second = (open_split(Synthetic, Path(), channels=3, **fields) for _ in range(2))
    assert first.labels == second.labels
    assert set(first.labels) == set(range(7))
    assert first.image(3).shape == (5, 6, 3)
    assert np.array_equal(first.image(3), second.image(3))
    assert not np.array_equal(first.image(3), first.image(4))
    test = open_split(Synthetic, Path(), "test", 3, **fields)
    assert not np.array_equal(test.image(3), first.image(3))
    assert open_split(Synthetic, Path(), images=1, classes=1, resize=9).image(0).shape == (9, 9, 3)
