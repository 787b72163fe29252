"""What goes wrong in a training is said in words, with what is kept and the way out; earlier work stays whole."""

import json
import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from launches import IMAGES, Ended, Launcher, launcher
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from netdsl.recipes.average import Swa
from netdsl.recipes.base import Moment

NET = """
net small(classes=10, width=8) {
  input 3x32x32
  stem: conv(width, 3x3, stride=4, bias=false) -> batchnorm -> relu -> dropout(0.2) -> flatten
  head: linear(classes)
}
train plain for small {
  data = parquet(batch=8)
  optimizer = sgd(lr=0.05, momentum=0.9)
  steps = 10
  log = 2
  evaluate = evaluation(every=5)
  save = 2
}
"""


@pytest.fixture(scope="module")
def launch() -> Iterator[Launcher]:
    with launcher() as found:
        yield found


@pytest.fixture(scope="module")
def stopped(launch: Launcher, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was killed in its seventh step, to be copied."""
    run = tmp_path_factory.mktemp("stopped") / "run"
    before = "from launches import *\non_call('netdsl.training.loop:Loop.step', 7, send(9))"
    assert train(launch, run, before=before).status == -9
    return run


@pytest.fixture
def halfway(stopped: Path, tmp_path: Path) -> Path:
    run = tmp_path / "run"
    shutil.copytree(stopped, run)
    return run


def train(launch: Launcher, run: Path, *arguments: object, data: Path = IMAGES, before: str = "") -> Ended:
    file = run.with_name("small.net")
    file.write_text(NET)
    return launch("train", file, "--data", data, "--out", run, *arguments, before=before)


def sets(*settings: str) -> list[str]:
    return [part for setting in settings for part in ("--set", f"train.{setting}")]


def assert_told(ended: Ended, *words: str, status: int = 1) -> None:
    """It ended with this status, and said all of this without a traceback."""
    assert ended.status == status, ended.said
    assert "Traceback" not in ended.said
    assert "internal error" not in ended.said
    assert [word for word in words if word not in ended.said] == [], ended.said


def facts(run: Path) -> dict[str, object]:
    with safe_open(str(run / "checkpoint.safetensors"), "pt") as file:
        found: dict[str, object] = json.loads(file.metadata()["netdsl"])
    return found


def progress(run: Path) -> dict[str, int]:
    found = facts(run)["progress"]
    assert isinstance(found, dict)
    return found


def assert_finite(run: Path) -> None:
    for file in run.rglob("*.safetensors"):
        tensors = load_file(file)
        assert tensors
        assert [name for name, one in tensors.items() if one.is_floating_point() and not one.isfinite().all()] == []


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1000])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def foreign(file: Path) -> None:
    save_file({"weight": torch.zeros(3)}, file)


def pickled(file: Path) -> None:
    torch.save({"weight": torch.zeros(3)}, file)


def weights_only(file: Path) -> None:
    shutil.copy(file.with_name("model.safetensors"), file)


@pytest.mark.parametrize("spoil", [cut, emptied, foreign, pickled, weights_only])
def test_a_checkpoint_that_is_none(launch: Launcher, halfway: Path, spoil: Callable[[Path], None]) -> None:
    file = halfway / "checkpoint.safetensors"
    spoil(file)
    before = {path: path.read_bytes() for path in halfway.rglob("*") if path.is_file()}
    assert_told(launch("train", "--resume", halfway), "checkpoint")
    assert {path: path.read_bytes() for path in halfway.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("net run = small", "net run = small(width=4)", "network"),
        ("sgd(", "adagrad(", "parse"),
        ("momentum=0.9", "momentum=0.5", "optimizer: it was sgd(momentum=0.9"),
        ("steps = 10", "steps = 20", "steps: it was 10, and is 20"),
        ("seed = 0", "seed = 1", "seed: it was 0, and is 1"),
    ],
)
def test_a_run_whose_file_was_changed(launch: Launcher, halfway: Path, old: str, new: str, said: str) -> None:
    file = halfway / "run.net"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    ended = launch("train", "--resume", halfway)
    assert_told(ended, "error" if said == "parse" else said)


def test_a_layer_without_weights_that_was_changed(launch: Launcher, halfway: Path) -> None:
    file = halfway / "source" / "small.net"
    file.write_text(file.read_text().replace("dropout(0.2)", "dropout(0.5)"))
    assert_told(launch("train", "--resume", halfway), "another network or recipe", "network", "--init-from")


def test_how_often_it_logs_and_saves_may_be_changed(launch: Launcher, halfway: Path) -> None:
    file = halfway / "run.net"
    file.write_text(file.read_text().replace("log = 2", "log = 1").replace("save = 2.0", "save = 5.0"))
    assert_told(launch("train", "--resume", halfway), "[Train] Step: 9", status=0)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda run: (run / "run.json").unlink(), "run.json"),
        (lambda run: (run / "run.json").write_text("[]"), "run.json"),
        (lambda run: (run / "run.net").unlink(), "no run.net"),
        (lambda run: (run / "metrics.csv").write_bytes(b"\0step,loss\n1,2\n"), "metrics.csv"),
        (lambda run: (run / "metrics.csv").write_text("step,loss\n1,2\n"), "metrics.csv"),
    ],
)
def test_a_run_folder_that_was_damaged(
    launch: Launcher, halfway: Path, spoil: Callable[[Path], object], said: str
) -> None:
    spoil(halfway)
    assert_told(launch("train", "--resume", halfway), said)


def test_a_run_goes_on_as_it_began(launch: Launcher, halfway: Path) -> None:
    ended = launch("train", "--resume", halfway, *sets("steps=20"))
    assert_told(ended, "--set does not go with --resume", status=2)


def images(folder: Path, split: str, change: Callable[[list[bytes], list[int]], None]) -> None:
    """The images of a split with a change."""
    table = pq.read_table(IMAGES / f"{split}.parquet")
    data, labels = [row["bytes"] for row in table["img"].to_pylist()], table["label"].to_pylist()
    change(data, labels)
    folder.mkdir(exist_ok=True)
    columns = {"img": [{"bytes": one, "path": None} for one in data], "label": labels}
    pq.write_table(pa.table(columns), folder / f"{split}.parquet")


def broken(*numbers: int) -> Callable[[list[bytes], list[int]], None]:
    def change(data: list[bytes], labels: list[int]) -> None:
        for number in numbers:
            data[number] = data[number][:40]

    return change


UNHELD = "import netdsl.training.images as images; images.FITS = 0"
"""As if the images did not fit on the device: worker processes read them."""


@pytest.mark.parametrize("before", ["", UNHELD])
def test_a_corrupt_image_stops_it(launch: Launcher, tmp_path: Path, before: str) -> None:
    data = tmp_path / "data"
    images(data, "train", broken(3))
    images(data, "test", broken())
    ended = train(launch, tmp_path / "run", data=data, before=before)
    assert_told(ended, "train.parquet, row 3 cannot be read", 'corrupt="skip"')


@pytest.mark.parametrize("before", ["", UNHELD])
def test_corrupt_images_are_left_out_and_counted(launch: Launcher, tmp_path: Path, before: str) -> None:
    data, run = tmp_path / "data", tmp_path / "run"
    images(data, "train", broken(3, 30))
    images(data, "test", broken(1))
    ended = train(launch, run, *sets('data.corrupt="skip"'), data=data, before=before)
    assert_told(ended, "of 19 test images", status=0)
    reads = 4 if before else 2  # ten steps of eight are forty images twice
    assert_told(ended, f"left out: {reads} images to train", status=0)
    assert progress(run)["skipped_images"] == reads
    if not before:
        assert_told(ended, "38 images (and 2 that cannot be read and are left out) to train", status=0)


def test_counts_of_what_was_left_out_survive_a_kill(launch: Launcher, tmp_path: Path) -> None:
    data, run = tmp_path / "data", tmp_path / "run"
    images(data, "train", broken(3, 30))
    images(data, "test", broken())
    before = UNHELD + "\nfrom launches import *\non_call('netdsl.training.loop:Loop.step', 8, send(9))"
    assert train(launch, run, *sets('data.corrupt="skip"'), data=data, before=before).status == -9
    assert_told(launch("train", "--resume", run, before=UNHELD), "left out: 4 images to train", status=0)


def test_a_truncated_file_of_images(launch: Launcher, tmp_path: Path) -> None:
    data, run = tmp_path / "data", tmp_path / "run"
    shutil.copytree(IMAGES, data)
    cut(data / "train.parquet")
    assert_told(train(launch, run, data=data), "train.parquet")
    assert not run.exists()


def test_a_worker_that_is_lost(launch: Launcher, tmp_path: Path) -> None:
    run = tmp_path / "run"
    before = (
        UNHELD
        + """
import os, signal
from launches import on_call
import torch.multiprocessing as processes
def kill():
    for child in processes.active_children():
        os.kill(child.pid, signal.SIGKILL)
on_call("netdsl.training.loop:Loop.step", 6, kill)
"""
    )
    ended = train(launch, run, *sets("steps=2000", "evaluate.every=2000"), before=before)
    assert_told(ended, "a process that reads images was lost", f"netdsl train --resume {run}")
    assert_finite(run)


def test_a_loss_that_is_no_number_stops_it(launch: Launcher, tmp_path: Path) -> None:
    run = tmp_path / "run"
    huge = sets("optimizer.lr=9e11", "log=3", "save=1")
    ended = train(launch, run, *huge)
    assert_told(ended, "no number", "step", "checkpoint of step", "Lower the learning rate")
    assert_finite(run)


def test_weights_that_are_no_numbers_are_not_saved(launch: Launcher, tmp_path: Path) -> None:
    """Though the log, which would tell of the loss, comes much later."""
    run = tmp_path / "run"
    before = """
from launches import on_call
import torch, netdsl.training.loop as loop
original, calls = loop.Loop.loss, 0
def loss(self, outputs, targets):
    global calls
    calls += 1
    return original(self, outputs, targets) * (float("nan") if calls == 5 else 1)
loop.Loop.loss = loss
"""
    ended = train(launch, run, *sets("log=100"), before=before)
    assert_told(ended, "no numbers any more, from a step up to 5 on", "The checkpoint of step 4 is kept.")
    assert progress(run)["step"] == 4
    assert_finite(run)


@pytest.mark.parametrize("what", ["loss", "gradient"])
@pytest.mark.parametrize("log", [1, 2])
def test_steps_without_a_number_are_left_out_and_counted(launch: Launcher, tmp_path: Path, what: str, log: int) -> None:
    run = tmp_path / "run"
    bad = "outputs * float('nan')" if what == "loss" else "torch.sqrt(outputs * 0) + outputs"  # whose slope is inf
    before = f"""
import torch, netdsl.training.loop as loop
original, calls = loop.Loop.loss, 0
def loss(self, outputs, targets):
    global calls
    calls += 1
    if calls in (4, 5):
        outputs = {bad}
    return original(self, outputs, targets)
loop.Loop.loss = loss
"""
    ended = train(launch, run, *sets('bad_loss="skip"', f"log={log}"), before=before)
    assert_told(ended, "left out: 2 of 10 steps", status=0)
    assert progress(run)["skipped_steps"] == 2
    assert_finite(run)


def test_when_no_step_has_a_number_it_stops(launch: Launcher, tmp_path: Path) -> None:
    run = tmp_path / "run"
    huge = sets("optimizer.lr=9e11", 'bad_loss="skip"', "steps=300", "evaluate.every=300", "save=200")
    ended = train(launch, run, *huge)
    assert_told(ended, "Lower the learning rate")
    assert_finite(run)


def test_normalisations_forget_a_step_that_is_left_out(launch: Launcher, tmp_path: Path) -> None:
    run = tmp_path / "run"
    before = """
import netdsl.training.batches as batches
original, calls = batches.Preparation.trained, 0
def trained(self, *given):
    global calls
    calls += 1
    batch = original(self, *given)
    if calls == 4:
        batch.images = batch.images * float("inf")
    return batch
batches.Preparation.trained = trained
"""
    assert_told(train(launch, run, *sets('bad_loss="skip"'), before=before), "left out: 1 of 10 steps", status=0)
    assert_finite(run)


@pytest.mark.parametrize("name", ["checkpoint.safetensors", "model.safetensors", "metrics.csv"])
def test_a_full_disk(launch: Launcher, halfway: Path, name: str) -> None:
    before = f"""
import errno, os
from pathlib import Path
import netdsl.saving as saving
original = Path.open
def full(self, mode="r", *given, **named):
    if {name!r} in self.name and mode in ("xb", "a"):
        if mode == "xb":
            original(self, mode).close()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
    return original(self, mode, *given, **named)
Path.open = full
"""
    earlier = (halfway / "checkpoint.safetensors").read_bytes()
    ended = launch("train", "--resume", halfway, before=before)
    assert_told(ended, "No space left on device")
    assert_finite(halfway)
    if name == "checkpoint.safetensors":
        assert (halfway / name).read_bytes() == earlier
        assert not list(halfway.glob(".*"))


def test_a_limit_to_the_size_of_files(launch: Launcher, halfway: Path) -> None:
    """The operating system refuses the second half of a checkpoint."""
    earlier = (halfway / "checkpoint.safetensors").read_bytes()
    before = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({len(earlier) // 2}, -1))"
    ended = launch("train", "--resume", halfway, before=before)
    assert_told(ended, "the checkpoint cannot be written", "the one before is whole")
    assert (halfway / "checkpoint.safetensors").read_bytes() == earlier
    assert not list(halfway.glob(".*"))


def test_places_where_no_run_can_be(launch: Launcher, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("a letter")
    assert_told(train(launch, file), f"{file} is a file")
    assert file.read_text() == "a letter"
    assert_told(launch("train", "cifar10/conv", "--data", IMAGES, "--out", file / "run"), "cannot be written")
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter").touch()
    assert_told(train(launch, full), "holds something already: choose another")
    if Path("/proc/self").is_dir():
        assert_told(launch("train", "cifar10/conv", "--data", IMAGES, "--out", "/proc/run"), "/proc/run cannot be")


def test_a_run_is_never_begun_over_another(launch: Launcher, halfway: Path) -> None:
    before = (halfway / "checkpoint.safetensors").read_bytes()
    assert_told(train(launch, halfway), "holds something already", f"netdsl train --resume {halfway}")
    assert (halfway / "checkpoint.safetensors").read_bytes() == before


def test_more_classes_than_the_network_tells_apart(launch: Launcher, tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert_told(train(launch, run, "--set", "classes=4"), "10 classes", "--set classes=10")
    assert not run.exists()


def test_fewer_images_than_a_batch(launch: Launcher, tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert_told(train(launch, run, *sets("data.batch=41")), "40 images are fewer than a batch of 41")
    assert not run.exists()


@pytest.mark.parametrize(
    ("arguments", "said", "status"),
    [
        ((), "--data DIR", 2),
        (("--data", "nowhere"), "there is no folder nowhere", 1),
        (("--data", IMAGES, "--recipe", "modern"), "modern", 1),
        (("--data", IMAGES, *sets("optimiser.lr=1")), "optimiser", 1),
        (("--data", IMAGES, *sets("optimizer.rate=1")), "rate", 1),
        (("--data", IMAGES, *sets("optimizer.lr=-1")), "lr", 1),
        (("--data", IMAGES, *sets("data.batch=8", "accumulate=3")), "cannot be cut into 3 equal parts", 1),
        (("--data", IMAGES, "--init-from", "nowhere"), "nowhere", 1),
    ],
)
def test_wrong_commands(
    launch: Launcher, tmp_path: Path, arguments: tuple[object, ...], said: str, status: int
) -> None:
    file, run = tmp_path / "small.net", tmp_path / "run"
    file.write_text(NET)
    assert_told(launch("train", file, "--out", run, *arguments), said, status=status)
    assert not run.exists()


def test_another_run_of_which_nothing_fits(launch: Launcher, stopped: Path, tmp_path: Path) -> None:
    run, file = tmp_path / "run", tmp_path / "other.net"
    file.write_text(NET.replace("width=8", "width=4").replace("head:", "top:"))
    ended = launch("train", file, "--data", IMAGES, "--out", run, "--init-from", stopped)
    assert_told(ended, f"no weight of {stopped} has the name and the shape of one here")
    assert not run.exists()


def test_a_plain_mean_of_weights_begins_at_its_start() -> None:
    """A weight that is always the number of steps: its mean is that of 4 to 10, all of the same worth."""
    mean, taken, average = 0.0, 0, Swa(start=0.4)
    for step in range(10):
        share = average.share(taken, Moment(step, 10))
        mean, taken = share * mean + (1 - share) * (step + 1), taken + 1 if share else 1
    assert math.isclose(mean, sum(range(4, 11)) / 7)
