"""Trainings as a user starts them, on the few images that come with the tests."""

import csv
import sys
from pathlib import Path

import pytest

from netdsl.cli import main as cli

IMAGES = Path(__file__).parent / "data" / "cifar10"
"""40 images to train and 20 to test."""


def netdsl(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Runs a command in this process; gives its exit status."""
    monkeypatch.setattr(sys, "argv", ["netdsl", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def rows(run: Path, split: str) -> list[dict[str, str]]:
    """The rows of a run's table, without what time they took."""
    with (run / "metrics.csv").open(newline="") as file:
        found = [row for row in csv.DictReader(file) if row["split"] == split]
    for row in found:
        del row["images_per_second"]
    return found
