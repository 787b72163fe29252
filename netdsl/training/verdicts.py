"""What was judged, as a table for people, for pages, and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from netdsl.targets.columns import aligned

if TYPE_CHECKING:
    from netdsl.training.trained import Judgement, Verdict

Table = Sequence[Sequence[str]]
"""Rows of cells, first the heads of the columns; all but the first column are numbers."""


def text(judgement: Judgement) -> str:
    """Both tables, and between them what was judged."""
    scores, of_classes = _scores(judgement), _of_classes(judgement)
    parts = [_said(judgement), "", *_lines(scores), "", *_lines(of_classes)]
    return "\n".join(parts)


def markdown(judgement: Judgement) -> str:
    """The same as tables of Markdown."""
    tables = ("\n".join(_marked(table)) for table in (_scores(judgement), _of_classes(judgement)))
    return "\n\n".join([_said(judgement), *tables])


def as_json(judgement: Judgement) -> str:
    """Every number unrounded; shares go from 0 to 1, and that of a class without images is null."""
    found = {
        "data": judgement.data,
        "views": judgement.views,
        "skipped": judgement.skipped,
        "results": [_result(verdict, judgement.names) for verdict in judgement.verdicts],
    }
    return json.dumps(found, indent=2)


WRITERS: Mapping[str, Callable[[Judgement], str]] = {"text": text, "json": as_json, "markdown": markdown}


def named(number: int, names: Sequence[str]) -> str:
    """What class `number` is called: its name, else its number."""
    return names[number] if number < len(names) else str(number)


def _said(judgement: Judgement) -> str:
    views = {"one": "one view of each", "flip": "each and its mirror image", "ten_crop": "ten views of each"}
    left_out = f" ({judgement.skipped:,} could not be read)" if judgement.skipped else ""
    return f"{judgement.verdicts[-1].score.images:,} test images{left_out}, {views[judgement.views]}"


def _scores(judgement: Judgement) -> Table:
    rows = [
        (verdict.network, f"{verdict.score.loss:.5f}", f"{verdict.score.top1:.2%}", f"{verdict.score.top5:.2%}")
        for verdict in judgement.verdicts
    ]
    return [("network", "loss", "top-1", "top-5"), *rows]


def _of_classes(judgement: Judgement) -> Table:
    rows = [
        (named(number, judgement.names), f"{images:,}", f"{hits / images:.2%}" if images else "-")
        for number, (hits, images) in enumerate(judgement.verdicts[-1].classes)
    ]
    return [("class", "images", "top-1"), *rows]


def _lines(table: Table) -> list[str]:
    return aligned(table, right=range(1, len(table[0])))


def _marked(table: Table) -> list[str]:
    head, *rows = [[cell.replace("|", "\\|") for cell in row] for row in table]
    marks = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(row)} |" for row in (head, marks, *rows)]


def _result(verdict: Verdict, names: Sequence[str]) -> dict[str, Any]:
    score = verdict.score
    classes = [
        {"class": number, "name": named(number, names), "images": images, "top1": hits / images if images else None}
        for number, (hits, images) in enumerate(verdict.classes)
    ]
    found = {"network": verdict.network, "images": score.images, "loss": score.loss, "top1": score.top1}
    return {**found, "top5": score.top5, "classes": classes}
