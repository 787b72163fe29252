"""Parquet: where hubs put it, what its columns are called, and what is said when it is broken."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from image_files import (
    CIFAR10,
    encoded,
    open_split,
    pixels,
)

from netdsl.datasets import spool
from netdsl.datasets.base import Corrupt, Unusable
from netdsl.recipes.data import Parquet


def write_rows(file: Path, images: list[bytes | None], labels: list[int | None], **options: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"bytes": image, "path": None} for image in images]
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    table = pa.table({"image": pa.array(rows, kind), "label": pa.array(labels, pa.int64())})
    pq.write_table(table, file, **options)  # type: ignore[arg-type]


def test_classes_have_the_names_of_the_schema(tmp_path: Path) -> None:
    assert open_split(Parquet, CIFAR10).classes[:3] == ("airplane", "automobile", "bird")
    write_rows(tmp_path / "train.parquet", encoded("train")[0], encoded("train")[1])
    assert open_split(Parquet, tmp_path).classes == ()


@pytest.mark.parametrize(
    "files",
    [
        ["train-00000-of-00002.parquet", "train-00001-of-00002.parquet"],
        ["data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet"],
        ["plain_text/train-00000-of-00001.parquet"],
        ["default/train/0000.parquet", "default/train/0001.parquet"],
    ],
)
def test_parquet_lies_where_hubs_put_it(files: list[str], tmp_path: Path) -> None:
    images, labels = encoded("train")
    cut = 25 if len(files) == 2 else 40
    for file, part in zip(files, (slice(0, cut), slice(cut, 40)), strict=False):
        write_rows(tmp_path / file, images[part], labels[part], row_group_size=7)
    found = open_split(Parquet, tmp_path)
    assert found.labels == labels
    assert all(np.array_equal(found.image(index), pixels(images[index])) for index in range(40))
    if len(files) == 2:
        assert found.name(24) == f"{Path(files[0]).name}, row 24"
        assert found.name(25) == f"{Path(files[1]).name}, row 0"


def test_a_part_that_was_not_fetched_is_named(tmp_path: Path) -> None:
    write_rows(tmp_path / "train-00000-of-00003.parquet", *encoded("train"))
    write_rows(tmp_path / "train-00002-of-00003.parquet", *encoded("train"))
    with pytest.raises(Unusable, match=r"train-00001-of-00003\.parquet is missing"):
        open_split(Parquet, tmp_path)
    assert len(open_split(Parquet, tmp_path, train="train-*")) == 80


def test_columns_and_files_can_be_named(tmp_path: Path) -> None:
    images, labels = encoded("test")
    table = pa.table({"picture": pa.array(images, pa.binary()), "kind": labels, "label": [0] * 20})
    pq.write_table(table, tmp_path / "holdout.parquet")
    found = open_split(Parquet, tmp_path, "test", test="hold*.parquet", image="picture", label="kind")
    assert found.labels == labels
    assert np.array_equal(found.image(5), pixels(images[5]))
    with pytest.raises(Unusable, match=r'no column img or image but picture, kind, label: write `parquet\(image="COLU'):
        open_split(Parquet, tmp_path, "test", test="hold*.parquet")


def test_much_parquet_is_shared_through_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netdsl.datasets.parquet.IN_MEMORY", 0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    images, labels = encoded("train")
    write_rows(tmp_path / "train-0.parquet", images[:25], labels[:25], row_group_size=7)
    write_rows(tmp_path / "train-1.parquet", images[25:], labels[25:])
    found = open_split(Parquet, tmp_path)
    (file,) = (tmp_path / "cache" / "netdsl").iterdir()
    written = file.stat().st_mtime_ns
    again = open_split(Parquet, tmp_path)
    assert all(np.array_equal(again.image(index), pixels(images[index])) for index in range(40))
    assert file.stat().st_mtime_ns == written
    file.unlink()
    assert np.array_equal(found.image(39), pixels(images[39]))
    monkeypatch.setattr(spool, "disk_usage", lambda _: type("Usage", (), {"free": 10_000}))
    file.unlink()
    with pytest.raises(Unusable, match="GB free"):
        open_split(Parquet, tmp_path)


def test_broken_parquet_is_named(tmp_path: Path) -> None:
    data = (CIFAR10 / "train.parquet").read_bytes()
    (tmp_path / "train.parquet").write_bytes(data[: len(data) // 2])
    with pytest.raises(Unusable, match=r"train\.parquet cannot be read"):
        open_split(Parquet, tmp_path)
    flipped = bytearray(data)
    flipped[len(data) // 3] ^= 0xFF
    (tmp_path / "train.parquet").write_bytes(flipped)
    with pytest.raises(Unusable, match=r"train\.parquet cannot be read"):
        open_split(Parquet, tmp_path).image(0)


def test_a_row_that_cannot_be_read_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    images, labels = encoded("train")
    write_rows(tmp_path / "train.parquet", [images[0], None, b"", images[3][:300], images[4]], labels[:5])
    found = open_split(Parquet, tmp_path)
    for row, reason in ((1, "holds no bytes"), (2, "no image"), (3, "truncated")):
        with pytest.raises(Corrupt, match=rf"train\.parquet, row {row} cannot be read: .*(?i:{reason})"):
            found.image(row)
    assert np.array_equal(found.image(4), pixels(images[4]))


@pytest.mark.parametrize(("label", "said"), [(-1, "has the label -1"), (None, "has no label")])
def test_labels_that_are_none_are_refused(label: int | None, said: str, tmp_path: Path) -> None:
    images, labels = encoded("test")
    write_rows(tmp_path / "test.parquet", images, [*labels[:7], label, *labels[8:]])
    with pytest.raises(Unusable, match=rf"test\.parquet, row 7 {said}"):
        open_split(Parquet, tmp_path, "test")


def test_labels_beyond_the_named_classes_are_refused(tmp_path: Path) -> None:
    table = pq.read_table(CIFAR10 / "train.parquet")
    wrong = table.set_column(1, "label", pa.array([10] * 40)).replace_schema_metadata(table.schema.metadata)
    pq.write_table(wrong, tmp_path / "train.parquet")
    with pytest.raises(Unusable, match="row 0 has the label 10, and there are 10 classes"):
        open_split(Parquet, tmp_path)
