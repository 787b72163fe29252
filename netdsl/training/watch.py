"""Gradients and activations, layer by layer: where they vanish, explode, or die."""

from __future__ import annotations

import csv
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdsl.saving import save

if TYPE_CHECKING:
    import torch

    from netdsl.recipes.base import Batch
    from netdsl.training.loop import Loop

COLUMNS = ("step", "depth", "layer", "kind", "activation_std", "dead", "gradient_norm", "weight_norm")


def watch(loop: Loop, batch: Batch, path: Path) -> None:
    """Adds a row for each layer to the table at `path`.

    A copy of the network takes the last batch once more, forward and backward, so nothing of the training changes:
    the standard deviation of what each layer gives, the share of its channels that are 0 for every image (dead units),
    the norm of its weights' gradient, the norm of its weights.
    """
    import torch

    with torch.random.fork_rng(devices=[loop.engine.device] if loop.engine.on_gpu else []):
        model = deepcopy(loop.state.model)
        seen: dict[str, tuple[float, float]] = {}
        layers = [(name, part) for name, part in model.named_modules() if not list(part.children())]
        for name, part in layers:
            part.register_forward_hook(_noting(seen, name))
        model.zero_grad()
        with loop.engine.autocast(loop.recipe):
            loss = loop.loss(model(batch.images), batch.targets)
        loss.backward()  # type: ignore[no-untyped-call]
    rows = [
        (loop.state.progress.step, depth, name, type(part).__name__, *seen[name], *_norms(part))
        for depth, (name, part) in enumerate((name, part) for name, part in layers if name in seen)
    ]
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([COLUMNS, *rows] if new else rows)


def trimmed(path: Path, step: int) -> None:
    """Takes the rows after `step` out of the table at `path`, where there is one."""
    if not path.exists():
        return
    lines = path.read_text("utf-8").splitlines(keepends=True)
    whole = [line for line in lines[1:] if line.endswith("\n") and int(line.partition(",")[0]) <= step]
    if len(whole) + 1 < len(lines):
        save(path, "".join([lines[0], *whole]))


def _noting(seen: dict[str, tuple[float, float]], name: str) -> Any:
    def note(part: torch.nn.Module, given: object, gives: torch.Tensor) -> None:
        values = gives.detach().float()
        others = [axis for axis in range(values.ndim) if axis != 1]
        dead = (values == 0).all(dim=others) if values.ndim > 1 else values == 0
        seen[name] = (float(values.std()), float(dead.float().mean()))

    return note


def _norms(part: torch.nn.Module) -> tuple[float | str, float | str]:
    """The norms of the gradient and of the weight; empty for a layer that has none."""
    weight = getattr(part, "weight", None)
    if weight is None or weight.grad is None:
        return "", ""
    return float(weight.grad.norm()), float(weight.detach().norm())


def depths(path: Path, picture: Path) -> bool:
    """Draws the last of the rows by depth: gradients, activations, dead units. False where matplotlib is missing."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        return False
    from io import BytesIO

    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    steps = sorted({int(row["step"]) for row in rows})
    shown = sorted({steps[0], steps[len(steps) // 2], steps[-1]})
    figure = Figure(figsize=(13, 4.2), layout="constrained")
    axes = figure.subplots(1, 3)
    for place, step in enumerate(shown):
        own = [row for row in rows if int(row["step"]) == step]
        for axis, column in zip(axes, ("gradient_norm", "activation_std", "dead"), strict=True):
            points = [(int(row["depth"]), float(row[column])) for row in own if row[column]]
            axis.plot(*zip(*points, strict=True), "o-", markersize=3, color=f"C{place}", label=f"step {step:,}")
    for axis, name in zip(
        axes, ("norm of the gradient", "deviation of what layers give", "share of dead units"), strict=True
    ):
        axis.set(xlabel="layer, by depth", title=name)
        axis.grid(alpha=0.3)
    axes[0].set_yscale("log")
    axes[1].set_yscale("log")
    axes[0].legend(frameon=False)
    data = BytesIO()
    figure.savefig(data, format="svg", metadata={"Date": None})
    save(picture, data.getvalue())
    return True
