"""A training does what its recipe says: the plain one is the loop that one writes by hand."""

import io
from pathlib import Path

import handmade
import numpy as np
import pytest
import torch
from PIL import Image
from pyarrow import parquet
from safetensors.torch import load_file
from torch import Tensor, nn
from trainings import IMAGES, netdsl, rows

import netdsl as package
from netdsl import compiler
from netdsl.graph.weights import weights


def images(split: str) -> tuple[Tensor, Tensor]:
    table = parquet.read_table(IMAGES / f"{split}.parquet")
    pixels = [np.asarray(Image.open(io.BytesIO(row["bytes"])).convert("RGB")) for row in table["img"].to_pylist()]
    return torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2).contiguous(), torch.tensor(table["label"].to_pylist())


@pytest.mark.parametrize("name", list(handmade.NETS))
def test_the_plain_recipe_is_the_loop_by_hand(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, steps, batch = tmp_path / "run", 200, 4
    changed = {"steps": steps, "data.batch": batch, "log": 1, "evaluate.every": steps, "seed": 3}
    settings = [part for key, value in changed.items() for part in ("--set", f"train.{key}={value}")]
    assert netdsl(monkeypatch, "train", f"cifar10/{name}", "--data", IMAGES, "--out", run, *settings) == 0
    found = [float(row["loss"]) for row in rows(run, "train")]
    expected = handmade.losses(name, *images("train"), steps, batch, seed=3)
    assert len(found) == steps
    assert found == pytest.approx(expected, abs=1e-5)


def test_a_run_is_a_file_of_the_language_that_says_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    settings = ["--set", "train.data.batch=8", "--set", "train.steps=10", "--set", "train.evaluate.every=5"]
    settings += ["--set", "depths=[1, 1, 1]", "--set", "train.optimizer.lr=0.002"]
    assert netdsl(monkeypatch, "train", "cifar10/resnet", "--data", IMAGES, "--out", first, *settings) == 0
    assert netdsl(monkeypatch, "train", first / "run.net", "--data", IMAGES, "--out", again) == 0
    one, other = load_file(first / "model.safetensors"), load_file(again / "model.safetensors")
    assert all(torch.equal(one[key], other[key]) for key in one)
    assert rows(first, "test") == rows(again, "test")


def test_trained_weights_load_strictly_and_judge_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "run"
    settings = ["--set", "train.data.batch=8", "--set", "train.steps=20", "--set", "train.evaluate.images=15"]
    settings += ["--set", "train.evaluate.every=20"]
    assert netdsl(monkeypatch, "train", "cifar10/conv", "--data", IMAGES, "--out", run, *settings) == 0
    model = package.load("cifar10/conv")
    model.load_state_dict(load_file(run / "model.safetensors"), strict=True)
    pixels, labels = images("test")
    with torch.no_grad():
        scores = model.eval()((pixels[:15].float() / 255 - handmade.MEAN) / handmade.STD)
    (row,) = rows(run, "test")
    assert float(row["loss"]) == pytest.approx(nn.functional.cross_entropy(scores, labels[:15]).item(), rel=1e-5)
    assert float(row["top1"]) == (scores.argmax(1) == labels[:15]).double().mean().item()
    among = (scores.topk(5).indices == labels[:15, None]).any(1).double().mean().item()
    assert float(row["top5"]) == among


def test_groups_accumulation_and_schedules_are_those_of_a_loop_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "small.net"
    file.write_text("""
net small(classes=10) {
  input 3x32x32
  conv: conv(8, 3x3, stride=2) -> norm: groupnorm(2) -> relu -> flatten
  head: linear(classes)
}
train careful for small {
  data       = parquet(batch=8, mean=[0.5, 0.4, 0.3], std=0.25)
  optimizer  = sgd(lr=0.05, momentum=0.9, weight_decay=0.01)
  groups     = [group(["norm", "bias"], weight_decay=0), group("head.*", lr=0.1)]
  schedule   = [warmup(5), cosine]
  loss       = cross_entropy(smoothing=0.1)
  accumulate = 2
  clip_norm  = 0.5
  steps      = 15
  log        = 1
  seed       = 5
}
""")
    run = tmp_path / "run"
    assert netdsl(monkeypatch, "train", file, "--data", IMAGES, "--out", run) == 0
    torch.manual_seed(5)
    model = package.load(file)
    named = dict(model.named_parameters())
    free = [named[key] for key in ("conv.bias", "norm.weight", "norm.bias", "head.bias")]
    optimizer = torch.optim.SGD(
        [
            {"params": [named["conv.weight"]]},
            {"params": free, "weight_decay": 0},
            {"params": [named["head.weight"]], "lr": 0.005},
        ],
        lr=0.05,
        momentum=0.9,
        weight_decay=0.01,
    )
    rates = [group["lr"] for group in optimizer.param_groups]
    pixels, labels = images("train")
    mean = torch.tensor([0.5, 0.4, 0.3]).view(1, 3, 1, 1)
    expected = []
    for step in range(15):
        order = torch.randperm(40, generator=torch.Generator().manual_seed(5 * 1_000_003 + step // 5))
        chosen = order[step % 5 * 8 : step % 5 * 8 + 8]
        factor = step / 5 if step < 5 else (1 + np.cos(np.pi * (step - 5) / 10)) / 2
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * factor
        inputs = (pixels[chosen].float() / 255 - mean) / 0.25
        loss = nn.functional.cross_entropy(model(inputs), labels[chosen], label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        expected.append(loss.item())
    assert [float(row["loss"]) for row in rows(run, "train")] == pytest.approx(expected, abs=1e-5)


def test_auxiliary_results_are_added_with_their_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "heads.net"
    file.write_text("""
net heads(classes=10) {
  input 3x32x32
  conv(8, 3x3, stride=2) -> relu
  aux(weight=0.5) { first: head(classes) }
  conv(8, 3x3, stride=2) -> relu
  aux(weight=0.25) { second: head(classes) }
  main: head(classes)
}
block head(classes) { global_avgpool -> flatten -> linear(classes) }
train plain for heads { data = parquet(batch=8); optimizer = adam(lr=0.001); steps = 1; log = 1 }
""")
    run = tmp_path / "run"
    assert netdsl(monkeypatch, "train", file, "--data", IMAGES, "--out", run) == 0
    torch.manual_seed(0)
    model = package.load(file)
    pixels, labels = images("train")
    chosen = torch.randperm(40, generator=torch.Generator().manual_seed(0))[:8]
    main, second, first = (nn.functional.cross_entropy(y, labels[chosen]) for y in model(pixels[chosen].float() / 255))
    (row,) = rows(run, "train")
    assert float(row["loss"]) == pytest.approx((main + 0.25 * second + 0.5 * first).item(), rel=1e-6)


def test_weights_without_a_learning_rate_stay_as_they_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "still.net"
    file.write_text("""
net still(classes=10) {
  input 3x32x32
  first: conv(24, 2x2, padding=0) -> gelu
  second: conv(8, 3x3, stride=2) -> gelu -> global_avgpool -> flatten
  head: linear(classes)
}
train fast for still {
  data      = parquet(batch=8, mean=0.5, std=0.25)
  init      = whiten(only="first.weight")
  groups    = group("first.weight", lr=0)
  optimizer = muon(lr=0.1, rest=sgd(lr=0.05, weight_decay=0.1))
  steps     = 7
}
""")
    run = tmp_path / "run"
    assert netdsl(monkeypatch, "train", file, "--data", IMAGES, "--out", run) == 0
    torch.manual_seed(0)
    began, ended = package.load(file).state_dict(), load_file(run / "model.safetensors")
    assert all(not torch.equal(began[key], ended[key]) for key in began)
    seen = nn.functional.conv2d((images("train")[0].float() / 255 - 0.5) / 0.25, ended["first.weight"][:12])
    rows = seen.transpose(0, 1).flatten(1)
    variances = (rows @ rows.T / rows.size(1)).diagonal()
    assert variances[:4].min() > 0.9 and variances.max() < 1.01  # later directions hardly vary in photographs


COMPUTED = {
    "bf16": ('precision="bf16"', 0.02),
    "fp16": ('precision="fp16"', 0.005),
    "tf32": ('precision="tf32"', 1e-5),
    "channels last": ("channels_last=true", 1e-4),
    "compiled": ("compile=true", 1e-4),
}
"""Ways to compute the same, each with how far a loss may lie from that in 32 bits, as a share of it."""


@pytest.mark.parametrize("way", [pytest.param(way, marks=[pytest.mark.slow] * (way == "compiled")) for way in COMPUTED])
def test_a_training_computed_otherwise_is_the_same(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, _, value = COMPUTED[way][0].partition("=")
    settings = ["train.data.batch=8", "train.steps=12", "train.log=1", "train.evaluate.every=6"]
    plain, other = tmp_path / "plain", tmp_path / "other"
    for run, more in ((plain, []), (other, [f"train.{key}={value}"])):
        said = [part for setting in settings + more for part in ("--set", setting)]
        assert netdsl(monkeypatch, "train", "cifar10/conv", "--data", IMAGES, "--out", run, *said) == 0
    for split in ("train", "test"):
        expected = [float(row["loss"]) for row in rows(plain, split)]
        assert [float(row["loss"]) for row in rows(other, split)] == pytest.approx(expected, rel=COMPUTED[way][1])
    model = package.load("cifar10/conv")
    model.load_state_dict(load_file(other / "model.safetensors"), strict=True)


def test_fans_are_counted_within_a_group() -> None:
    network = compiler.choose(compiler.find("cifar10/mobilenet"))
    fans = {weight.key: weight.fans for weight in weights(network.root) if weight.fans}
    assert fans["3.0.weight"] == (9, 9)  # depthwise: one channel makes one channel
    assert fans["3.2.weight"] == (32, 32)
