"""The losses and accuracies of runs as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from netdsl.training.halted import Halted
from netdsl.training.log import Row, rows
from netdsl.training.pictures import drawing
from netdsl.training.run import Member

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

SMOOTHED = 20
"""A point of a smoothed curve is the mean of the points around it, together this part of all."""

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Of runs, in this order; people who see colours otherwise tell them apart (Okabe and Ito 2008)."""
DASHES: tuple[Literal["-", "--", ":", "-."], ...] = ("-", "--", ":", "-.")
"""Of runs, where there are more than colours."""


@dataclass(frozen=True, slots=True)
class Curves:
    """The numbers of a run: those of each network, where it is an ensemble."""

    name: str
    networks: list[list[Row]]


def curves(folders: Sequence[Path], path: Path) -> None:
    """Draws runs over one another, as SVG, PNG or PDF by the suffix: tests strong, trainings faint and smoothed.

    Runs whose steps have different numbers of images are laid over each other by epochs, all others by steps.

    Raises `Halted` for a folder that is no run or has no numbers yet, `Unusable` where
    matplotlib is missing, `OSError` where the picture cannot be written.
    """
    names = _told_apart(folders)
    runs = [Curves(name, _tables(folder)) for name, folder in zip(names, folders, strict=True)]
    parts = {_part_of_epoch(network[-1]) for run in runs for network in run.networks}
    by_epoch = len(parts) > 1 and 0 not in parts
    with drawing(path, 2) as (figure, (losses, hits)):
        for place, run in enumerate(runs):
            for network in run.networks:
                _draw(losses, hits, network, place, by_epoch)
        losses.set(ylabel="loss, mean of an image")
        hits.set(ylabel="top-1 accuracy, percent")
        for axes in (losses, hits):
            axes.set(xlabel="epoch" if by_epoch else "step")
            axes.xaxis.set_major_formatter(lambda time, _: f"{time:,g}")
        losses.legend(handles=_kinds())
        figure.legend(handles=_named(runs), loc="outside lower center", ncols=3)


def _part_of_epoch(row: Row) -> float:
    """What of an epoch a step is, as far as rounding leaves it; 0 where nobody knows how long an epoch is."""
    return float(f"{row.epoch / row.step:.3g}")


def smoothed(values: Sequence[float]) -> list[float]:
    """The means of the values around each, as many before as after; near the ends fewer."""
    reach = len(values) // (2 * SMOOTHED)
    found = []
    for place in range(len(values)):
        near = min(reach, place, len(values) - 1 - place)
        around = values[place - near : place + near + 1]
        found.append(sum(around) / len(around))
    return found


def _draw(losses: Axes, hits: Axes, network: list[Row], place: int, by_epoch: bool) -> None:
    colour, dash = COLOURS[place % len(COLOURS)], DASHES[place // len(COLOURS) % len(DASHES)]
    trained, tested = ([row for row in network if row.split == split] for split in ("train", "test"))
    at_trained, at_tested = ([row.epoch if by_epoch else row.step for row in part] for part in (trained, tested))
    for axes, faint, strong in (
        (losses, [row.loss for row in trained], [row.loss for row in tested]),
        (hits, [100 * row.top1 for row in trained], [100 * row.top1 for row in tested]),
    ):
        axes.plot(at_trained, smoothed(faint), dash, color=colour, alpha=0.35, linewidth=1)
        axes.plot(at_tested, strong, dash, color=colour, linewidth=2, marker="o", markersize=3.5)


def _named(runs: Sequence[Curves]) -> list[Line2D]:
    """A line for each run."""
    from matplotlib.lines import Line2D

    lines = []
    for place, run in enumerate(runs):
        count = f" ({len(run.networks)} networks)" if len(run.networks) > 1 else ""
        dash = DASHES[place // len(COLOURS) % len(DASHES)]
        colour = COLOURS[place % len(COLOURS)]
        lines.append(Line2D([], [], linestyle=dash, color=colour, linewidth=2, label=f"{run.name}{count}"))
    return lines


def _kinds() -> list[Line2D]:
    """What strong and faint lines are."""
    from matplotlib.lines import Line2D

    strong = Line2D([], [], color="#555555", linewidth=2, marker="o", markersize=3.5, label="test images")
    return [strong, Line2D([], [], color="#555555", alpha=0.35, linewidth=1, label="training images, smoothed")]


def _tables(folder: Path) -> list[list[Row]]:
    """The rows of each network of a run."""
    alone = Member(folder).table
    paths = [alone] if alone.is_file() else sorted(folder.glob("member*/metrics.csv"), key=_number)
    if not paths:
        raise Halted(f"{folder} is no folder of a run: it has no metrics.csv")
    found = [table for table in map(_rows, paths) if table]
    if not found:
        raise Halted(f"{folder} has no numbers yet: its recipe says with `log` when the first ones come")
    return found


def _rows(path: Path) -> list[Row]:
    try:
        return rows(path)
    except (KeyError, ValueError) as error:
        raise Halted(f"{path} is no table of a training: {error}") from error


def _number(path: Path) -> int:
    digits = path.parent.name.removeprefix("member")
    return int(digits) if digits.isdecimal() else -1


def _told_apart(folders: Sequence[Path]) -> list[str]:
    """The names of folders; of those that are called alike, as much of the path as tells them apart."""
    whole = [folder.resolve().parts for folder in folders]
    names = []
    for parts in whole:
        length = 1
        while length < len(parts) and sum(other[-length:] == parts[-length:] for other in set(whole)) > 1:
            length += 1
        names.append("/".join(parts[-length:]))
    return names
