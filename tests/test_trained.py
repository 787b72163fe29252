"""What becomes of a run: its networks judged again, shown images, and drawn."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
import torch
from PIL import Image
from pyarrow import parquet
from trainings import IMAGES, netdsl, rows

from netdsl.training.curves import smoothed

NET = """
net small(classes=10) {
  input 3x32x32
  conv: conv(8, 3x3, stride=2) -> norm: batchnorm -> relu -> flatten
  head: linear(classes)
}
train alone for small {
  data      = parquet(batch=8, mean=[0.5, 0.4, 0.3], std=0.25, resize=36)
  optimizer = sgd(lr=0.05, momentum=0.9)
  groups    = group("bias", weight_decay=0)
  average   = ema(0.5)
  steps     = 12
  log       = 2
  evaluate  = evaluation(every=6, images=15, batch=4, views="flip")
}
train several for small {
  data      = parquet(batch=8)
  optimizer = adam(lr=0.01)
  steps     = 6
  log       = 2
  evaluate  = evaluation(every=3)
  ensemble  = 2
}
"""
NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


class Ran(NamedTuple):
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: Ran(netdsl(monkeypatch, *arguments), *capsys.readouterr())


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two runs, `alone` and `several`."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "small.net").write_text(NET, "utf-8")
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name in ("alone", "several"):
            where = ("--data", IMAGES, "--out", folder / name, "--recipe", name, "--watch", "--device", "cpu")
            assert netdsl(monkeypatch, "train", folder / "small.net", *where) == 0
    return folder


def pictures(folder: Path) -> list[Path]:
    """The test images as files in a folder."""
    found = []
    for number, image in enumerate(parquet.read_table(IMAGES / "test.parquet")["img"].to_pylist()):
        found.append(folder / f"{number}.jpg")
        found[-1].write_bytes(image["bytes"])
    return found


def test_a_run_knows_the_names_of_its_classes(runs: Path) -> None:
    assert json.loads((runs / "alone" / "run.json").read_text("utf-8"))["classes"] == NAMES


def test_a_run_is_judged_as_training_judged_it(run: Command, runs: Path) -> None:
    status, out, _ = run("evaluate", runs / "alone", "--format", "json", "--device", "cpu")
    (found,) = json.loads(out)["results"]
    last = rows(runs / "alone", "test")[-1]
    assert status == 0
    assert found["images"] == 15
    assert [found[name] for name in ("loss", "top1", "top5")] == [
        float(last[name]) for name in ("loss", "top1", "top5")
    ]
    assert [entry["name"] for entry in found["classes"]] == NAMES
    assert sum(entry["images"] for entry in found["classes"]) == 15
    hits = sum(entry["top1"] * entry["images"] for entry in found["classes"] if entry["images"])
    assert hits == pytest.approx(15 * found["top1"])


def test_each_network_of_an_ensemble_is_judged_then_all(run: Command, runs: Path) -> None:
    found = json.loads(run("evaluate", runs / "several", "--format", "json").out)["results"]
    assert [result["network"] for result in found] == ["network 1", "network 2", "together"]
    for number in (0, 1):
        assert found[number]["loss"] == float(rows(runs / "several" / f"member{number}", "test")[-1]["loss"])
    assert found[2]["loss"] < max(result["loss"] for result in found[:2])


def test_views_and_images_can_be_others(run: Command, runs: Path) -> None:
    results = [
        json.loads(run("evaluate", runs / "alone", "--images", 20, "--views", views, "--format", "json").out)["results"]
        for views in ("one", "flip", "ten_crop")
    ]
    assert {result["images"] for (result,) in results} == {20}
    assert len({result["loss"] for (result,) in results}) == 3


def test_a_verdict_is_a_table(run: Command, runs: Path) -> None:
    text = run("evaluate", runs / "several").out.splitlines()
    assert text[0] == "20 test images, one view of each"
    assert text[2].split() == ["network", "loss", "top-1", "top-5"]
    assert [line.split()[0] for line in text[-10:]] == NAMES
    markdown = run("evaluate", runs / "several", "--format", "markdown").out
    assert "| network | loss | top-1 | top-5 |\n| --- | ---: | ---: | ---: |\n| network 1 |" in markdown


def test_images_are_seen_as_the_test_images_are(run: Command, runs: Path, tmp_path: Path) -> None:
    files = pictures(tmp_path)
    status, out, err = run("predict", runs / "alone", *files[:15], "--top", 10, "--format", "json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    labels = parquet.read_table(IMAGES / "test.parquet")["label"].to_pylist()[:15]
    right = [
        next(c["probability"] for c in e["classes"] if c["class"] == i) for e, i in zip(found, labels, strict=True)
    ]
    loss = -torch.tensor(right, dtype=torch.float64).log().mean().item()
    assert loss == pytest.approx(float(rows(runs / "alone", "test")[-1]["loss"]), rel=1e-5)
    for entry in found:
        probabilities = [guess["probability"] for guess in entry["classes"]]
        assert probabilities == sorted(probabilities, reverse=True)
        assert sum(probabilities) == pytest.approx(1, abs=1e-5)


def test_an_image_of_any_size_and_colour_is_predicted(run: Command, runs: Path, tmp_path: Path) -> None:
    Image.new("L", (90, 50), 128).save(tmp_path / "grey.png")
    status, out, _ = run("predict", runs / "several", tmp_path / "grey.png", "--top", "3")
    head, *lines = out.splitlines()
    assert (status, head, len(lines)) == (0, str(tmp_path / "grey.png"), 3)
    assert {line.split()[0] for line in lines} <= set(NAMES)


def test_a_broken_image_is_named_and_the_others_are_predicted(run: Command, runs: Path, tmp_path: Path) -> None:
    good = pictures(tmp_path)[0]
    bad, missing = tmp_path / "bad.jpg", tmp_path / "missing.jpg"
    bad.write_bytes(good.read_bytes()[:200])
    status, out, err = run("predict", runs / "alone", bad, good, missing, tmp_path)
    assert status == 1
    assert out.startswith(f"{good}\n") and len(out.splitlines()) == 6
    assert [line.partition(" cannot be read: ")[0] for line in err.splitlines()] == [
        f"Error: {path}" for path in (bad, missing, tmp_path)
    ]
    status, out, _ = run("predict", runs / "alone", bad, good, "--format", "json")
    assert status == 1
    assert ["error" in entry for entry in json.loads(out)] == [True, False]


def words_of(svg: Path) -> list[str]:
    """The texts of a picture."""
    found = ElementTree.parse(svg).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(text.itertext()).strip() for text in found]


def test_runs_are_drawn_over_each_other(run: Command, runs: Path) -> None:
    assert run("curves", runs / "alone", runs / "several") == (0, "", "written to curves.svg\n")
    found = words_of(Path("curves.svg"))
    assert {"alone", "several (2 networks)", "test images", "step", "top-1 accuracy, percent"} <= set(found)
    first = Path("curves.svg").read_bytes()
    run("curves", runs / "alone", runs / "several")
    assert Path("curves.svg").read_bytes() == first


def test_a_run_draws_itself_and_what_was_watched(runs: Path) -> None:
    assert "test images" in words_of(runs / "alone" / "curves.svg")
    for folder in (runs / "alone", runs / "several" / "member1"):
        assert {"conv Conv2d", "step 2"} <= set(words_of(folder / "watch.svg"))


def test_runs_with_other_numbers_of_images_in_a_step_are_laid_over_each_other_by_epochs(
    run: Command, runs: Path, tmp_path: Path
) -> None:
    head, *lines = (runs / "alone" / "metrics.csv").read_text().splitlines()
    halved = [",".join((step, str(float(epoch) / 2), *rest)) for step, epoch, *rest in (s.split(",") for s in lines)]
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "metrics.csv").write_text("\n".join((head, *halved, "")))
    assert run("curves", "half", runs / "alone", "-o", "both.svg").status == 0
    assert "epoch" in words_of(Path("both.svg")) and "step" not in words_of(Path("both.svg"))


def test_runs_that_are_called_alike_are_told_apart(run: Command, runs: Path, tmp_path: Path) -> None:
    for home in ("one", "two"):
        (tmp_path / home / "run").mkdir(parents=True)
        (tmp_path / home / "run" / "metrics.csv").write_bytes((runs / "alone" / "metrics.csv").read_bytes())
    assert run("curves", "one/run", "two/run", "-o", "both.svg").status == 0
    assert {"one/run", "two/run"} <= set(words_of(Path("both.svg")))


def test_the_format_goes_by_the_suffix(run: Command, runs: Path) -> None:
    for name, begins in (("a.png", b"\x89PNG"), ("a.pdf", b"%PDF")):
        assert run("curves", runs / "alone", "-o", name).status == 0
        data = Path(name).read_bytes()
        assert data.startswith(begins)
        run("curves", runs / "alone", "-o", name)
        assert Path(name).read_bytes() == data
    assert Image.open(BytesIO(Path("a.png").read_bytes())).width > 1000


def test_watched_layers_are_drawn(run: Command, runs: Path) -> None:
    assert run("curves", runs / "alone", "--watch", "-o", "depth.svg").status == 0
    assert {"conv Conv2d", "norm BatchNorm2d", "head Linear", "step 12"} <= set(words_of(Path("depth.svg")))
    status, _, err = run("curves", runs / "several", "--watch")
    assert status == 1
    assert f"name one of its networks, as in {runs / 'several' / 'member0'}" in err
    assert run("curves", runs / "several" / "member1", "--watch").status == 0


@pytest.mark.parametrize("output", ["curves.jpg", "curves", "curves.SVG.gz"])
def test_an_unknown_format_is_refused(run: Command, runs: Path, output: str) -> None:
    status, _, err = run("curves", runs / "alone", "-o", output)
    assert status == 2
    assert f"'{output}' is no name of a picture: end it in .svg, .png or .pdf" in err
    assert not list(Path().iterdir())


def test_what_is_no_run_is_said(run: Command, runs: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for command in (("evaluate", empty), ("predict", empty, "image.jpg"), ("curves", empty)):
        status, out, err = run(*command)
        assert (status, out) == (1, "")
        assert err.startswith(f"Error: {empty} is no folder of a run: ")
    (empty / "metrics.csv").write_text("step,epoch,split,loss,top1,top5,lr,images_per_second\n", "utf-8")
    assert f"Error: {empty} has no numbers yet" in run("curves", empty).err
    (empty / "metrics.csv").write_text("a,b\n1,2\n", "utf-8")
    assert f"Error: {empty / 'metrics.csv'} is no table of a training" in run("curves", empty).err
    assert "train with --watch" in run("curves", empty, "--watch").err
    assert run("curves", empty, runs / "alone", "--watch").status == 2


def test_a_run_that_cannot_be_judged_says_why(run: Command, runs: Path, tmp_path: Path) -> None:
    status, _, err = run("evaluate", runs / "alone", "--data", tmp_path / "nowhere")
    assert status == 1 and "nowhere" in err and "Traceback" not in err
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(runs / "several"), str(copy)], check=True)
    (copy / "member1" / "model.safetensors").write_bytes((runs / "alone" / "model.safetensors").read_bytes()[:-9])
    assert f"Error: {copy / 'member1' / 'model.safetensors'} is no checkpoint" in run("evaluate", copy).err
    (copy / "member1" / "model.safetensors").unlink()
    assert f"go on with netdsl train --resume {copy}" in run("evaluate", copy).err


def test_without_matplotlib_it_is_said_what_to_install(
    run: Command, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    status, _, err = run("curves", runs / "alone")
    assert (status, err) == (1, "Error: drawing curves needs matplotlib: pip install 'netdsl[train]'\n")
    where = ("--data", IMAGES, "--out", "bare", "--recipe", "several", "--set", "train.ensemble=1")
    status, out, _ = run("train", runs / "small.net", *where)
    assert status == 0
    assert "There is no picture: drawing curves needs matplotlib" in out


def test_a_picture_that_cannot_be_written_leaves_the_old_one(
    run: Command, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    Path("curves.svg").write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    assert run("curves", runs / "alone") == (1, "", "Error: curves.svg cannot be written: No space left on device\n")
    assert [path.name for path in Path().iterdir()] == ["curves.svg"]
    assert Path("curves.svg").read_text() == "old"


def test_a_smoothed_curve_is_the_mean_around_each_point() -> None:
    values = [float(number % 2) for number in range(80)]
    found = smoothed(values)
    assert found[0] == values[0] and found[-1] == values[-1]
    assert found[40] == pytest.approx(sum(values[38:43]) / 5)
    assert smoothed([3.0, 1.0]) == [3.0, 1.0]


def test_a_step_that_was_taken_again_is_drawn_once(run: Command, runs: Path, tmp_path: Path) -> None:
    table = (runs / "alone" / "watch.csv").read_text("utf-8")
    _, *lines = list(csv.reader(table.splitlines()))
    again = tmp_path / "again"
    again.mkdir()
    (again / "watch.csv").write_text(table + "".join(f"{','.join(line)}\n" for line in lines), "utf-8")
    run("curves", runs / "alone", "--watch", "-o", "once.svg")
    run("curves", again, "--watch", "-o", "twice.svg")
    assert Path("once.svg").read_bytes() == Path("twice.svg").read_bytes()
