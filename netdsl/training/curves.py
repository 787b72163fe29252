"""The losses and accuracies of runs as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from netdsl.saving import save
from netdsl.training.log import Row, rows
from netdsl.training.run import Member


def curves(folders: Sequence[Path], path: Path) -> bool:
    """Draws the runs over one another; the format goes by the suffix. False where matplotlib is not installed.

    Raises `OSError` where a table is missing or the picture cannot be written, `ValueError` for an unknown format.
    """
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        return False
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    losses, hits = figure.subplots(1, 2)
    for place, folder in enumerate(folders):
        colour = f"C{place % 10}"
        found = rows(Member(folder).table)
        for split, style in (("train", "-"), ("test", "o--")):
            own = [row for row in found if row.split == split]
            label = f"{folder.name}, {split}" if len(folders) > 1 else split
            shade = {"color": colour, "alpha": 0.35 if split == "train" else 1.0, "markersize": 3, "label": label}
            losses.plot([row.step for row in own], [row.loss for row in own], style, **shade)
            hits.plot([row.step for row in own], [100 * row.top1 for row in own], style, **shade)
    for axes, name in ((losses, "loss"), (hits, "top-1, percent")):
        axes.set(xlabel="step", ylabel=name)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    picture = BytesIO()
    figure.savefig(picture, format=path.suffix[1:] or "svg", metadata={"Date": None} if path.suffix == ".svg" else None)
    save(path, picture.getvalue())
    return True


def best(found: Sequence[Row]) -> Row | None:
    """The test row with the highest accuracy."""
    return max((row for row in found if row.split == "test"), key=lambda row: row.top1, default=None)
