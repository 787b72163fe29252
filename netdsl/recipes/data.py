"""The data formats: how the images lie on the disk that `--data` names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from netdsl.recipes.base import DataFormat
from netdsl.words.fields import Count, Natural, OptionalPair, Patterns, Wanted

if TYPE_CHECKING:
    from netdsl.datasets.base import Split, Stream

_HABITS = {"batch_size": "batch", "bs": "batch", "normalize": "mean", "image_size": "resize"}

OptionalName = Annotated[str | None, Wanted("a string")]
CifarLabels = Annotated[Literal["fine", "coarse"], Wanted('"fine" or "coarse"')]


class Parquet(DataFormat):
    """Parquet files as hubs of data sets give them: a column of encoded images, a column of class numbers.

    Read are `train.parquet` or `train-*.parquet`, and `test`, else `val` or `validation`, in the folder, in `data`
    below it, or in the one folder below that has some. More than 1 GiB of images is unpacked into a file in
    ~/.cache/netdsl (or where XDG_CACHE_HOME says), which all processes share and which may be removed at any time.
    """

    word = "parquet"
    aliases = ("hf", "huggingface", "load_dataset", "ParquetDataset", "arrow")
    habits = _HABITS | {"column": "image", "image_column": "image", "label_column": "label", "data_files": "train"}
    example = 'data = parquet(batch=128, mean=[0.491, 0.482, 0.447], std=[0.247, 0.243, 0.262], label="coarse_label")'

    image: OptionalName = None
    """The column of images, which holds their bytes or a structure with `bytes`; without it, `img` or `image`."""
    label: OptionalName = None
    """The column of class numbers; without it, `label`, `fine_label` or `labels`."""
    train: Patterns = ()
    """The files of training images, where they are called otherwise, with `*` for any letters."""
    test: Patterns = ()
    """The files of test images, where they are called otherwise."""

    def open(self, place: str, split: Literal["train", "test"], channels: int) -> Split:
        """The images in the rows of the files."""
        from netdsl.datasets.parquet import open_parquet

        patterns = self.train if split == "train" else self.test
        return open_parquet(place, split, channels, patterns, self.image, self.label)


class Cifar(DataFormat):
    """CIFAR-10 or CIFAR-100 in their binary version, whichever lies there.

    CIFAR-10 is `data_batch_*.bin` and `test_batch.bin`, CIFAR-100 `train.bin` and `test.bin`. The version for Python is
    a pickle and is never loaded.
    """

    word = "cifar"
    aliases = ("CIFAR10", "CIFAR100", "cifar_10", "cifar_100")
    habits = _HABITS
    example = "data = cifar(batch=20)"

    labels: CifarLabels = "fine"
    """Which labels of CIFAR-100: its 100 classes, or the 20 that they belong to."""

    def open(self, place: str, split: Literal["train", "test"], channels: int) -> Split:
        """The images in the records of the files."""
        from netdsl.datasets.cifar import open_cifar

        return open_cifar(place, split, channels, self.labels)


class Idx(DataFormat):
    """The files of MNIST, Fashion-MNIST and others in their format.

    They are `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, and the same with `t10k`; also compressed (`.gz`).
    """

    word = "idx"
    aliases = ("MNIST", "FashionMNIST", "KMNIST", "EMNIST", "ubyte")
    habits = _HABITS
    example = "data = idx(batch=64, mean=0.1307, std=0.3081)"

    def open(self, place: str, split: Literal["train", "test"], channels: int) -> Split:
        """The images of the one file with the labels of the other."""
        from netdsl.datasets.idx import open_idx

        return open_idx(place, split, channels)


class ImageFolder(DataFormat):
    """Image files in folders, one for each split, and in it one for each class.

    Folders are called `train` and `test`, else `val` or `validation`. Classes are numbered in the order of the names of
    the training folders.
    """

    word = "imagefolder"
    aliases = ("ImageFolder", "image_folder", "folder", "folders", "image_dataset_from_directory", "ImageNet")
    habits = _HABITS
    example = "data = imagefolder(batch=256, resize=232, mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])"

    def open(self, place: str, split: Literal["train", "test"], channels: int) -> Split:
        """The image files of a split."""
        from netdsl.datasets.folders import open_folders

        return open_folders(place, split, channels)


class WebDataset(DataFormat):
    """Shards, for what is larger than a disk: tar files of images and their class numbers.

    In a shard each image (`0001.jpg`, also png or webp) lies beside its class number (`0001.cls`). Read are
    `train*.tar` and `test*.tar`, else `val*.tar`, or those in folders of these names; also at an address (`--data https://...`).
    Each epoch has another order of shards, and each process its own.
    """

    word = "webdataset"
    flows = True
    aliases = ("WebDataset", "wds", "tar", "shards", "WebLoader")
    habits = _HABITS | {"urls": "train", "shuffle": "buffer", "shuffle_buffer": "buffer", "buffer_size": "buffer"}
    example = 'data = webdataset(batch=256, train="train-{000..146}.tar", test="val-{000..006}.tar", buffer=5000)'

    train: Patterns = ()
    """The shards of training images, with braces for numbers; at an address they must be given."""
    test: Patterns = ()
    """The shards of test images."""
    buffer: Natural = 1000
    """Of how many training samples in memory the next one is drawn; 0 leaves them as they lie in the shard."""

    def open(self, place: str, split: Literal["train", "test"], channels: int) -> Stream:
        """The images of the shards."""
        from netdsl.datasets.shards import open_shards

        return open_shards(place, split, channels, self.train if split == "train" else self.test, self.buffer)


class Synthetic(DataFormat):
    """Noise with random labels, for measuring speed: no files, and the same on every machine."""

    word = "synthetic"
    aliases = ("FakeData", "fake", "dummy", "random", "noise")
    habits = _HABITS | {"num_classes": "classes", "num_images": "images", "image_size": "size", "n": "images"}
    needs_place = False
    example = "data = synthetic(batch=256, images=10000, classes=1000, size=224x224)"

    images: Count
    """Images in a split."""
    classes: Count
    """Different labels."""
    size: OptionalPair = None
    """Height and width of an image; without it, `resize`, else 32x32."""

    def open(self, place: str, split: Literal["train", "test"], channels: int) -> Split:
        """Images that are made when they are read; `place` is not looked at."""
        from netdsl.datasets.synthetic import Noise

        side = self.resize or 32
        return Noise(split, self.images, self.classes, self.size or (side, side), channels)
