"""What people see of a training: lines, a bar, a table of numbers, TensorBoard."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdsl.saving import save
from netdsl.training.halted import Halted

if TYPE_CHECKING:
    from netdsl.training.metrics import Score

COLUMNS = ("step", "epoch", "split", "loss", "top1", "top5", "lr", "images_per_second")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; `split` is "train" or "test"."""

    step: int
    epoch: float
    split: str
    loss: float
    top1: float
    top5: float | None
    lr: float | None
    images_per_second: float | None


def rows(path: Path) -> list[Row]:
    """The rows of a table, as far as they are whole; raises `OSError` where there is none."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(_whole(csv.DictReader(file)))


def _whole(lines: csv.DictReader[str]) -> Iterator[Row]:
    """The rows up to one that a process was killed at."""
    for line in lines:
        if None in line or None in line.values():
            return
        numbers = {name: float(line[name]) if line[name] else None for name in COLUMNS if name not in ("step", "split")}
        yield Row(step=int(line["step"]), split=line["split"], **numbers)  # type: ignore[arg-type]


def trimmed(path: Path, step: int) -> None:
    """Takes the rows after `step` out of a table: a training that goes on from there writes them again.

    Where there is nothing to take out, the file stays as it is. Raises `Halted` where it is no such table.
    """
    if not path.exists():
        return
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    try:
        writer.writerows(_cells(row) for row in rows(path) if row.step <= step)
        if text.getvalue() != path.read_text("utf-8"):
            save(path, text.getvalue())
    except (KeyError, ValueError, csv.Error) as error:
        raise Halted(f"{path} is no table of a training: {error}; put it elsewhere, and a new one is begun") from error
    except OSError as error:
        raise Halted(f"{path} cannot be read and written: {error.strerror or error}") from error


def _cells(row: Row) -> list[object]:
    return ["" if getattr(row, name) is None else getattr(row, name) for name in COLUMNS]


@dataclass
class Log:
    """Writes what happens; of several processes only the first does."""

    table: Path
    length: int
    start: int = 0
    quiet: bool = False
    """Whether this process says nothing."""
    board: Any = None
    """A `SummaryWriter` of TensorBoard, where one is asked for."""
    bar: Any = field(init=False, default=None)
    since: float = field(init=False, default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        if self.quiet:
            return
        if not self.table.exists():
            save(self.table, ",".join(COLUMNS) + "\n")
        from tqdm import tqdm

        self.bar = tqdm(
            total=self.length, initial=self.start, unit=" steps", disable=not sys.stderr.isatty(), dynamic_ncols=True
        )

    def stepped(self) -> None:
        """One step more on the bar."""
        if self.bar is not None:
            self.bar.update()

    def train(self, step: int, epoch: float, score: Score, lr: float) -> None:
        """What the last steps gave on training images."""
        now = time.perf_counter()
        rate, self.since = score.images / (now - self.since), now
        self._line(f"[Train] Step: {step}, loss: {score.loss:.5f}, acc: {score.top1:.5f}")
        self._row(Row(step, epoch, "train", score.loss, score.top1, None, lr, round(rate, 1)))
        if self.bar is not None:
            said = f"loss {score.loss:.3f}, acc {score.top1:.1%}, {rate:,.0f} images/s"
            self.bar.set_postfix_str(said, refresh=False)

    def test(self, step: int, epoch: float, score: Score) -> None:
        """What the network gives on test images; the time that took is not that of training."""
        self._line(f"[Test ] Step: {step}, loss: {score.loss:.5f}, acc: {score.top1:.5f}")
        self._row(Row(step, epoch, "test", score.loss, score.top1, score.top5, None, None))
        self.since = time.perf_counter()

    def note(self, text: str) -> None:
        """A sentence."""
        self._line(text)

    def close(self) -> None:
        """Ends the bar."""
        if self.bar is not None:
            self.bar.close()
        if self.board is not None:
            self.board.close()

    def _line(self, text: str) -> None:
        if not self.quiet:
            self.bar.write(text, file=sys.stdout)
            sys.stdout.flush()

    def _row(self, row: Row) -> None:
        if self.quiet:
            return
        try:
            with self.table.open("a", newline="", encoding="utf-8") as file:
                csv.writer(file, lineterminator="\n").writerow(_cells(row))
        except OSError as error:
            reason = error.strerror or error
            raise Halted(f"{self.table} cannot be written: {reason}; the checkpoint beside it is whole") from error
        if self.board is not None:
            self.board.add_scalar(f"loss/{row.split}", row.loss, row.step)
            self.board.add_scalar(f"top1/{row.split}", row.top1, row.step)
            if row.lr is not None:
                self.board.add_scalar("lr", row.lr, row.step)
