"""Several processes train as one does, speak with one voice, and know when one of them is gone."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from launches import IMAGES
from safetensors.torch import load_file

NET = """
net small(classes=10) {
  input 3x32x32
  conv(8, 3x3, stride=4) -> relu -> flatten
  head: linear(classes)
}
train plain for small {
  data = parquet(batch=8)
  optimizer = sgd(lr=0.05, momentum=0.9)
  accumulate = 2
  steps = 12
  log = 2
  evaluate = evaluation(every=4)
  save = 2
}
train drawn for small {
  data = parquet(batch=8)
  optimizer = adam(lr=0.01)
  augment = [random_crop(padding=4), flip, mixup(0.2)]
  average = ema(0.9)
  steps = 12
  log = 3
  evaluate = evaluation(every=4, images=19)
  save = 2
}
"""
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}


def command(processes: int, *arguments: object) -> list[str]:
    several = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    return [sys.executable, *(several if processes > 1 else []), "-m", "netdsl", "train", *map(str, arguments)]


def run(processes: int, *arguments: object) -> str:
    """Trains, and gives what was said."""
    done = subprocess.run(
        command(processes, *arguments, "--device", "cpu"), env=ENVIRONMENT, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "metrics.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    for row in found:
        del row["images_per_second"]
    return found


@pytest.fixture
def net(tmp_path: Path) -> Path:
    file = tmp_path / "small.net"
    file.write_text(NET)
    return file


def begin(net: Path, folder: Path, *arguments: object) -> tuple[object, ...]:
    return (net, "--data", IMAGES, "--out", folder, *arguments)


def test_two_processes_are_one(net: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    odd = ("--set", "train.evaluate.images=19")
    alone, together = run(1, *begin(net, one, *odd)), run(2, *begin(net, two, *odd))
    mine, theirs = load_file(one / "model.safetensors"), load_file(two / "model.safetensors")
    for key, weight in mine.items():
        assert torch.allclose(weight, theirs[key], rtol=1e-5, atol=1e-6)
    assert len(rows(one)) == len(rows(two)) == 9
    for row, other in zip(rows(one), rows(two), strict=True):
        assert (row["step"], row["split"], row["lr"]) == (other["step"], other["split"], other["lr"])
        assert float(row["top1"]) == float(other["top1"])
        assert float(row["loss"]) == pytest.approx(float(other["loss"]), rel=1e-5)
    assert "of 19 test images" in together
    assert alone.replace(str(one), "").splitlines()[2:] == together.replace(str(two), "").splitlines()[2:]


def start(processes: int, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(processes, *arguments, "--device", "cpu"),
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def saved(folder: Path, started: subprocess.Popen[str]) -> None:
    """Waits for the first checkpoint."""
    for _ in range(1500):
        if (folder / "model.safetensors").exists():
            return
        assert started.poll() is None, started.communicate()[0]
        time.sleep(0.1)
    raise AssertionError("there is no checkpoint")


def children(parent: int) -> list[int]:
    """The processes that `torchrun` started, in the order of their ranks."""
    return [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


LONG = ("--recipe", "drawn", "--set", "train.steps=100000", "--set", "train.evaluate.every=100000")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are found in /proc")
@pytest.mark.parametrize("rank", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_the_others_end_when_one_is_killed(net: Path, tmp_path: Path, rank: int) -> None:
    folder = tmp_path / "run"
    started = start(2, *begin(net, folder, *LONG))
    try:
        saved(folder, started)
        os.kill(children(started.pid)[rank], signal.SIGKILL)
        said, _ = started.communicate(timeout=60)
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
    assert started.returncode == 1
    assert f"process {1 - rank} of 2 has lost another one" in said
    assert f"netdsl train --resume {folder}" in said
    assert "internal error" not in said
    assert load_file(folder / "checkpoint.safetensors")


@pytest.mark.slow
def test_two_processes_that_are_stopped_go_on_as_if_they_had_not_been(net: Path, tmp_path: Path) -> None:
    """The terminal sends Ctrl-C to all, and `torchrun` sends it on."""
    folder, whole = tmp_path / "run", tmp_path / "whole"
    steps = ("--recipe", "drawn", "--set", "train.steps=600", "--set", "train.evaluate.every=600")
    started = start(2, *begin(net, folder, *steps))
    try:
        saved(folder, started)
        os.killpg(started.pid, signal.SIGINT)
        said, _ = started.communicate(timeout=60)
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
    assert said.count(f"stopped; go on with: netdsl train --resume {folder}") == 1, said
    run(2, "--resume", folder)
    run(2, *begin(net, whole, *steps))
    for file in ("checkpoint.safetensors", "model.safetensors"):
        mine, other = load_file(folder / file), load_file(whole / file)
        assert mine.keys() == other.keys()
        assert [key for key in mine if not torch.equal(mine[key], other[key])] == []
    assert rows(folder) == rows(whole)
