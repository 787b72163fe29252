"""Gradients and activations, layer by layer: where they vanish, explode, or die."""

from __future__ import annotations

import csv
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdsl.saving import save
from netdsl.training.halted import Halted
from netdsl.training.pictures import drawing
from netdsl.training.run import Member

if TYPE_CHECKING:
    import torch
    from matplotlib.axes import Axes

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


def watched(folder: Path, picture: Path) -> None:
    """Draws what was watched in the run in `folder`, or of a network of an ensemble; raises like `depths`."""
    member = Member(folder)
    several = sorted(folder.glob("member*/watch.csv"))
    if several and not member.watched.exists():
        raise Halted(f"{folder} is an ensemble: name one of its networks, as in {several[0].parent}")
    depths(member.watched, picture)


def depths(path: Path, picture: Path) -> None:
    """Draws the rows at `path` by depth, at the first step, in the middle and at the last: gradients, activations, dead
    units.

    Raises `Halted` where there are no rows, `Unusable` where matplotlib is
    missing, `OSError` where the picture cannot be written.
    """
    steps = _steps(path)
    numbers = sorted(steps)
    shown = sorted({numbers[0], numbers[len(numbers) // 2], numbers[-1]})
    with drawing(picture, 3) as (figure, axes):
        for axis, (column, title) in zip(axes, _DRAWN.items(), strict=True):
            for shade, step in zip(_SHADES[-len(shown) :], shown, strict=True):
                points = [(int(row["depth"]), float(row[column])) for row in steps[step] if row[column]]
                axis.plot(*zip(*points, strict=True), "o-", markersize=3.5, color=shade, label=f"step {step:,}")
            axis.set(title=title)
            _name_layers(axis, steps[numbers[-1]])
        for axis in axes[:2]:
            axis.set_yscale("log", nonpositive="clip")
        axes[2].set(ylim=(-0.03, 1.03))
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)


_DRAWN = {
    "gradient_norm": "norm of the gradient of the weights",
    "activation_std": "standard deviation of what a layer gives",
    "dead": "share of channels that are 0 for all images",
}
_SHADES = ("#9ecae1", "#4292c6", "#08306b")
"""From the first step to the last."""
_NAMED = 30
"""Of more layers only the depth is written."""


def _name_layers(axis: Axes, rows: list[dict[str, str]]) -> None:
    if len(rows) > _NAMED:
        axis.set(xlabel="depth, in layers")
        return
    places = [int(row["depth"]) for row in rows]
    axis.set_xticks(places, [f"{row['layer']} {row['kind']}" for row in rows], rotation=90, fontsize=8)


def _steps(path: Path) -> dict[int, list[dict[str, str]]]:
    """The rows of each step; of a step that was taken again after a stop, the last ones."""
    found: dict[int, dict[str, dict[str, str]]] = {}
    try:
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if None not in row.values():
                    found.setdefault(int(row["step"]), {})[row["layer"]] = row
    except FileNotFoundError:
        raise Halted(f"there is no {path}: train with --watch") from None
    except (KeyError, ValueError) as error:
        raise Halted(f"{path} is no table of what was watched: {error}") from error
    if not found:
        raise Halted(f"{path} has no rows yet")
    return {step: list(rows.values()) for step, rows in found.items()}
