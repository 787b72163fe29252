"""A stream of shards: the same images as elsewhere, each exactly once, in an order that can be repeated."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from image_files import encoded, pixels, write_shards, write_tar

from netdsl.datasets.base import Corrupt, Stream, Unusable
from netdsl.recipes.data import WebDataset

Sample = tuple[np.ndarray, int, str]


def open_stream(place: object, split: str = "train", channels: int = 3, **fields: object) -> Stream:
    found = WebDataset(batch=4, **fields).open(str(place), split, channels)  # type: ignore[arg-type]
    assert isinstance(found, Stream)
    return found


def names(stream: Stream, epoch: int = 0, seed: int = 0, part: int = 0, parts: int = 1) -> list[str]:
    return [name for _, _, name in stream.samples(epoch, seed, part, parts)]


def until_the_end(samples: Iterator[Sample]) -> tuple[list[str], list[Exception]]:
    """The names of samples that were read, and what was raised in between."""
    read, raised = [], []
    while True:
        try:
            read.append(next(samples)[2])
        except StopIteration:
            return read, raised
        except (Corrupt, Unusable) as error:
            raised.append(error)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("end", [".tar", ".tar.gz"])
def test_shards_give_the_images_of_the_other_formats(end: str, split: str, channels: int, tmp_path: Path) -> None:
    write_shards(tmp_path, end=end)
    images, labels = encoded(split)
    samples = list(open_stream(tmp_path, split, channels).samples(0, 0, 0, 1))
    assert len(samples) == len(images)
    for image, label, name in samples:
        number = int(name.rpartition(", ")[2])
        assert name == f"{split}-{number % 4:02}{end}, {number:03}"
        assert label == labels[number]
        assert np.array_equal(image, pixels(images[number], "L" if channels == 1 else "RGB"))


@pytest.mark.parametrize("buffer", [0, 7, 1000])
def test_the_order_follows_from_seed_and_epoch(buffer: int, tmp_path: Path) -> None:
    write_shards(tmp_path, 8)
    first, second = (open_stream(tmp_path, buffer=buffer) for _ in range(2))
    assert names(first, 3, 5) == names(second, 3, 5) == names(pickle.loads(pickle.dumps(first)), 3, 5)
    assert len({tuple(names(first, epoch, seed)) for epoch in range(3) for seed in range(3)}) == 9
    assert sorted(names(first)) == sorted(names(first, 1))


def test_shuffling_without_a_buffer_is_of_shards_alone(tmp_path: Path) -> None:
    write_shards(tmp_path)
    shards = [name.partition(",")[0] for name in names(open_stream(tmp_path, buffer=0))]
    assert [shard for shard, before in zip(shards, ["", *shards], strict=False) if shard != before] != sorted({*shards})
    assert sum(map(str.__ne__, shards, shards[1:])) == 3
    mixed = [name.partition(",")[0] for name in names(open_stream(tmp_path))]
    assert sum(map(str.__ne__, mixed, mixed[1:])) > 15


def test_test_images_keep_their_order(tmp_path: Path) -> None:
    write_shards(tmp_path)
    stream = open_stream(tmp_path, "test")
    assert names(stream, 1, 1) == names(stream, 2, 2) == sorted(names(stream))


@pytest.mark.parametrize("shards", [1, 3, 4, 8])
@pytest.mark.parametrize("parts", [1, 2, 3, 5, 9])
def test_parts_share_all_images_and_none_twice(shards: int, parts: int, tmp_path: Path) -> None:
    write_shards(tmp_path, shards)
    stream = open_stream(tmp_path)
    found = [names(stream, 1, 1, part, parts) for part in range(parts)]
    together = [name for part in found for name in part]
    assert len(together) == len(set(together)) == 40
    assert all(found)


def test_workers_of_a_loader_take_their_shares(tmp_path: Path) -> None:
    from torch.utils.data import DataLoader

    write_shards(tmp_path)
    stream = open_stream(tmp_path)
    shares = [
        list(DataLoader(Share(stream, part), batch_size=None, num_workers=1, multiprocessing_context="spawn"))
        for part in range(2)
    ]
    assert shares == [names(stream, 0, 0, part, 2) for part in range(2)]


class Share:
    """A share of a stream as PyTorch's loaders can ask for it, sample by sample."""

    def __init__(self, stream: Stream, part: int) -> None:
        self.stream, self.part = stream, part

    def __len__(self) -> int:
        return 20

    def __getitem__(self, index: int) -> str:
        if not hasattr(self, "samples"):
            self.samples = self.stream.samples(0, 0, self.part, 2)
        return next(self.samples)[2]


@pytest.mark.parametrize("end", [".tar", ".tar.gz"])
def test_a_truncated_shard_is_named_and_the_others_are_read(end: str, tmp_path: Path) -> None:
    write_shards(tmp_path, end=end)
    file = tmp_path / f"train-02{end}"
    whole = file.read_bytes()
    complete = set(names(open_stream(tmp_path)))
    elsewhere = {name for name in complete if not name.startswith("train-02")}
    for length in range(0, len(whole.rstrip(b"\0")), 512):
        file.write_bytes(whole[:length])
        read, raised = until_the_end(open_stream(tmp_path).samples(0, 0, 0, 1))
        assert elsewhere <= set(read) <= complete
        assert [type(error) for error in raised] == [Unusable]
        assert f"the shard {file} is cut off" in str(raised[0])
        assert " object at " not in str(raised[0])


def test_a_sample_that_cannot_be_read_is_named_and_the_next_one_comes(tmp_path: Path) -> None:
    images, _ = encoded("train")
    members = {
        "a.jpg": images[0], "a.cls": b"3",
        "b.jpg": images[1][:200], "b.cls": b"3",
        "c.jpg": images[2],
        "d.cls": b"4",
        "e.jpg": images[3], "e.cls": b"cat",
        "f.jpg": images[4], "f.cls": b"-1",
        "g.jpg": images[5], "g.cls": b"5",
    }  # fmt: skip
    write_tar(tmp_path / "train.tar", members)
    read, raised = until_the_end(open_stream(tmp_path, buffer=0).samples(0, 0, 0, 1))
    assert read == ["train.tar, a", "train.tar, g"]
    assert all(isinstance(error, Corrupt) for error in raised)
    assert [error.sample for error in raised] == [f"train.tar, {name}" for name in "bcdef"]  # type: ignore[attr-defined]
    assert "it has no .cls" in str(raised[1])
    assert "it has no image" in str(raised[2])
    assert "its class number (.cls) is 'cat'" in str(raised[3])


class Trap:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> object:
        return Path.touch, (self.file,)


def test_pickles_in_shards_are_never_loaded(tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    trap = pickle.dumps(Trap(sprung))
    image = encoded("train")[0][0]
    write_tar(tmp_path / "train.tar", {"a.jpg": image, "a.cls": b"1", "a.pyd": trap, "a.pkl": trap, "a.pth": trap})
    assert names(open_stream(tmp_path)) == ["train.tar, a"]
    assert not sprung.exists()


def test_shards_can_be_named_and_lie_in_folders(tmp_path: Path) -> None:
    for split in ("train", "validation"):
        (tmp_path / split).mkdir()
    write_shards(tmp_path)
    for file in tmp_path.glob("*.tar"):
        file.rename(tmp_path / ("train" if "train" in file.name else "validation") / file.name[-6:])
    assert len(names(open_stream(tmp_path))) == 40
    assert len(names(open_stream(tmp_path, "test"))) == 20
    assert len(names(open_stream(tmp_path, train="train/{00..01}.tar"))) == 20
    assert len(names(open_stream(tmp_path, train=("train/00.tar", "validation/*.tar")))) == 30
    with pytest.raises(Unusable, match=r"the shard .*train/04\.tar is missing"):
        open_stream(tmp_path, train="train/{03..04}.tar")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which the files of a folder can be fetched."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_shards_are_read_from_an_address(tmp_path: Path) -> None:
    write_shards(tmp_path)
    with served(tmp_path) as address:
        stream = open_stream(address, train="train-{00..03}.tar")
        assert names(stream, 1, 1) == names(open_stream(tmp_path), 1, 1)
        (tmp_path / "train-01.tar").unlink()
        read, raised = until_the_end(stream.samples(0, 0, 0, 1))
        assert len(read) == 30
        assert f"the shard {address}/train-01.tar" in str(raised[0])
        with pytest.raises(Unusable, match="name the shards at"):
            open_stream(address)
