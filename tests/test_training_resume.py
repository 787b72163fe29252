"""Nothing is lost: a training that is killed or stopped goes on to the last bit as if it had never been."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from launches import IMAGES, Ended, Launcher, launcher
from safetensors.torch import load_file

NET = """
net small(classes=10) {
  input 3x32x32
  stem: conv(8, 3x3, stride=2, bias=false) -> batchnorm -> relu -> dropout(0.2)
  conv(8, 3x3, stride=2) -> relu -> flatten
  head: linear(classes)
}
train risen for small {
  data = parquet(batch=8)
  optimizer = adam(lr=0.01)
  augment = [random_crop(padding=4), flip, mixup(0.2)]
  schedule = [warmup(5), cosine]
  average = ema(0.9)
  steps = 24
  log = 4
  evaluate = evaluation(every=6)
  save = 2
}
train lowered for small {
  data = parquet(batch=8)
  optimizer = sgd(lr=0.05, momentum=0.9)
  augment = [random_crop(padding=4), flip, mixup(0.2)]
  schedule = plateau(patience=0)
  steps = 24
  log = 3
  evaluate = evaluation(every=2)
  save = 3
}
"""
PLACES = (
    ("netdsl.training.loop:Loop.step", 24),
    ("netdsl.training.loop:Loop._update", 24),
    ("netdsl.training.train:One.after", 24),
    ("netdsl.training.log:Log.train", 6),
    ("netdsl.training.log:Log.test", 4),
    ("netdsl.training.train:One.save", 12),
    ("netdsl.training.checkpoint:write", 24),
    ("netdsl.training.evaluation:Judge.score", 4),
)
"""Where a training is killed: a function, and how often it is called."""

SEVERAL = {
    "ensemble": ("--set", "train.ensemble=2", "--set", "train.steps=12"),
    "accumulate": ("--set", "train.accumulate=2"),
    "plateau": ("--recipe", "lowered"),
    "nesterov": ("--set", "train.optimizer=sgd(lr=0.1, momentum=0.9, nesterov=true)"),
    "muon": ("--set", "train.optimizer=muon(lr=0.05, rest=adamw(lr=0.01))"),
    "swa": ("--set", "train.average=swa(start=0.5)"),
    "unheld": ("--set", "train.augment=flip"),
    "scaled": ("--set", 'train.precision="fp16"'),
}
UNHELD = "import netdsl.training.images as images; images.FITS = 0"
"""As if the images did not fit on the device: worker processes read them ahead."""


@pytest.fixture(scope="module")
def launch() -> Iterator[Launcher]:
    with launcher() as found:
        yield found


@pytest.fixture(scope="module")
def whole(launch: Launcher, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs that were never stopped, made when they are asked for."""

    class Runs(dict[str, Path]):
        def __missing__(self, kind: str) -> Path:
            folder = tmp_path_factory.mktemp("whole") / "run"
            assert begun(launch, folder, kind).status == 0
            return self.setdefault(kind, folder)

    return Runs()


def begun(launch: Launcher, run: Path, kind: str = "", before: str = "", kill_after: float | None = None) -> Ended:
    """Starts a training."""
    file = run.with_name("small.net")
    file.write_text(NET)
    first = UNHELD if kind == "unheld" else ""
    before = f"import os; os.chdir({str(run.parent)!r})\n{first}\n{before}"
    return launch(
        "train", file, "--data", IMAGES, "--out", run, *SEVERAL.get(kind, ()), before=before, kill_after=kill_after
    )


def resumed(launch: Launcher, run: Path, kind: str = "", before: str = "") -> Ended:
    """Goes on with one that was killed; one that never began is begun anew."""
    if not (run / "run.net").exists():
        for file in sorted(run.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        return begun(launch, run, kind, before)
    first = UNHELD if kind == "unheld" else ""
    before = f"import os; os.chdir({str(run.parent)!r})\n{first}\n{before}"
    return launch("train", "--resume", run, before=before)


def killing(place: str, number: int, after: bool = False, action: str = "send(9)") -> str:
    return f"from launches import *\non_call({place!r}, {number}, {action}, {after})"


def assert_same(run: Path, other: Path) -> None:
    """The two hold the same weights, states and numbers, bit for bit."""
    files = sorted(path.relative_to(run) for path in run.rglob("*.safetensors"))
    assert files and files == sorted(path.relative_to(other) for path in other.rglob("*.safetensors"))
    for file in files:
        one, two = load_file(run / file), load_file(other / file)
        assert one.keys() == two.keys()
        assert [key for key in one if not torch.equal(one[key], two[key])] == []
    for table in run.rglob("metrics.csv"):
        assert numbers(table) == numbers(other / table.relative_to(run))
    assert not list(run.rglob("*.tmp")), "drafts of a killed process are left"


def numbers(table: Path) -> list[dict[str, str]]:
    with table.open(newline="") as file:
        found = list(csv.DictReader(file))
    for row in found:
        del row["images_per_second"]
    return found


def points() -> list[tuple[str, int, bool]]:
    """Sixteen random moments in the code of a training."""
    draw = random.Random(13)
    chosen = [PLACES[number % len(PLACES)] for number in range(16)]
    return [(place, draw.randint(1, calls), draw.random() < 0.5) for place, calls in chosen]


@pytest.mark.parametrize(("place", "number", "after"), points())
def test_killed_anywhere(
    launch: Launcher, whole: dict[str, Path], tmp_path: Path, place: str, number: int, after: bool
) -> None:
    run = tmp_path / "run"
    assert begun(launch, run, before=killing(place, number, after)).status == -9
    assert_checkpoints_whole(run)
    assert resumed(launch, run).status == 0
    assert_same(run, whole[""])


def assert_checkpoints_whole(run: Path) -> None:
    for file in run.rglob("*.safetensors"):
        assert load_file(file)


@pytest.mark.parametrize("share", [0.35, 0.6, 0.85])
def test_killed_at_any_time(launch: Launcher, whole: dict[str, Path], tmp_path: Path, share: float) -> None:
    run = tmp_path / "run"
    begun(launch, run, kill_after=share)
    assert_checkpoints_whole(run)
    assert resumed(launch, run).status == 0
    assert_same(run, whole[""])


@pytest.mark.parametrize("number", range(5, 11))
def test_killed_while_a_checkpoint_is_being_written(
    launch: Launcher, whole: dict[str, Path], tmp_path: Path, number: int
) -> None:
    run = tmp_path / "run"
    ended = begun(launch, run, before=killing("netdsl.saving:os.fsync", number, action="torn_write"))
    assert ended.status == -9
    torn = bool(list(run.glob(".*.tmp")))
    assert torn == bool(number % 2), "each second time it is the folder that is settled"
    assert_checkpoints_whole(run)
    assert resumed(launch, run).status == 0
    assert_same(run, whole[""])


def test_killed_again_and_again(launch: Launcher, whole: dict[str, Path], tmp_path: Path) -> None:
    run, draw = tmp_path / "run", random.Random(4)
    status = begun(launch, run, before=killing("netdsl.training.loop:Loop.step", 3)).status
    for _ in range(30):
        if status == 0:
            break
        assert status == -9
        status = resumed(launch, run, before=killing("netdsl.training.loop:Loop.step", draw.randint(2, 6), True)).status
    assert status == 0
    assert_same(run, whole[""])


@pytest.mark.parametrize("kind", list(SEVERAL))
@pytest.mark.parametrize("number", [7, pytest.param(17, marks=pytest.mark.slow)])
def test_killed_whatever_the_recipe_says(
    launch: Launcher, whole: dict[str, Path], tmp_path: Path, kind: str, number: int
) -> None:
    run = tmp_path / "run"
    assert begun(launch, run, kind, killing("netdsl.training.loop:Loop.step", number)).status == -9
    assert resumed(launch, run, kind).status == 0
    assert_same(run, whole[kind])


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_stopped_by_the_user(launch: Launcher, whole: dict[str, Path], tmp_path: Path, name: str) -> None:
    run = tmp_path / "run"
    ended = begun(launch, run, before=killing("netdsl.training.loop:Loop.step", 9, action=f"send(signal.{name})"))
    assert ended.status == 130
    assert f"netdsl train --resume {run}" in ended.said
    assert "Traceback" not in ended.said
    assert load_file(run / "model.safetensors")
    assert resumed(launch, run).status == 0
    assert_same(run, whole[""])


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", -15)])
def test_a_second_signal_ends_it_at_once(
    launch: Launcher, whole: dict[str, Path], tmp_path: Path, name: str, status: int
) -> None:
    run = tmp_path / "run"
    twice = f"send(signal.{name}, signal.{name})"
    ended = begun(launch, run, before=killing("netdsl.training.loop:Loop.step", 10, action=twice))
    assert ended.status == status
    assert "Traceback" not in ended.said
    assert resumed(launch, run).status == 0
    assert_same(run, whole[""])


def test_a_run_that_is_finished_stays_as_it_is(launch: Launcher, whole: dict[str, Path]) -> None:
    for kind in ("", "ensemble"):
        before = state(whole[kind])
        ended = launch("train", "--resume", whole[kind])
        assert ended.status == 0
        assert "finished" in ended.said
        assert state(whole[kind]) == before


def state(run: Path) -> dict[Path, tuple[int, bytes]]:
    """Every file with its time and what it holds."""
    return {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in run.rglob("*") if file.is_file()}


def test_a_run_holds_nothing_that_runs_when_it_is_read(launch: Launcher, whole: dict[str, Path]) -> None:
    for kind in ("", "ensemble"):
        files = [file for file in whole[kind].rglob("*") if file.is_file()]
        assert {file.suffix for file in files} <= {".safetensors", ".csv", ".json", ".net", ".svg"}
        assert [file for file in files if file.read_bytes().startswith((b"\x80", b"PK"))] == []


def test_weights_of_another_run_are_taken_over(launch: Launcher, whole: dict[str, Path], tmp_path: Path) -> None:
    """And when it is killed before its first checkpoint, they are taken over once more."""
    run, never = tmp_path / "run", tmp_path / "never"
    for folder in (run, never):
        file = folder.with_name("small.net")
        file.write_text(NET.replace("linear(classes)", "linear(20) -> linear(classes)"))
        first = killing("netdsl.training.loop:Loop.step", 2) if folder == run else ""
        ended = launch("train", file, "--data", IMAGES, "--out", folder, "--init-from", whole[""], before=first)
        assert ended.status == (-9 if folder == run else 0)
    assert "8 of 12 tensors are taken from" in ended.said
    assert launch("train", "--resume", run).status == 0
    assert_same(run, never)
