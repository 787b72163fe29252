"""The table as text, JSON, CSV and Markdown."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from io import StringIO

from netdsl.diagnostics.cells import safe
from netdsl.graph.reach import Reach
from netdsl.targets.columns import aligned
from netdsl.targets.summary.rows import Row, Summary

COLUMNS = ("name", "layer", "output", "parameters", "MACs", "receptive field")
NUMBERS = range(3, 6)
"""Columns that are set to the right."""

WIDEST = 60
"""Longer cells of the text are cut."""


def text(table: Summary) -> str:
    """Aligned columns; numbers with separators, none where they are 0."""
    lines = aligned([COLUMNS, *map(_cells, table.rows), _total(table)], right=NUMBERS)
    rule = "─" * max(map(len, lines))
    return "\n".join([_heading(table), "", lines[0], rule, *lines[1:-1], rule, lines[-1], "", _footer(table), ""])


def markdown(table: Summary) -> str:
    """A table as GitHub and others show it."""
    rows = [_cells(row) for row in table.rows] + [_total(table)]
    marks = ["---:" if place in NUMBERS else "---" for place in range(len(COLUMNS))]
    lines = map(_piped, [COLUMNS, marks, *map(_code, rows)])
    return "\n".join([_heading(table), "", *lines, "", _footer(table), ""])


def as_json(table: Summary) -> str:
    """One object; counts are numbers, shapes and receptive fields lists."""
    network = table.network
    return json.dumps(
        {
            "name": network.name,
            "title": _title(table),
            "input": network.input.dims,
            "output": network.output.dims,
            "parameters": table.total.parameters,
            "macs": table.total.macs,
            "activations": table.total.activations,
            "rows": [_record(table, row) for row in table.rows],
        },
        indent=2,
    )


def as_csv(table: Summary) -> str:
    """A header and a line for each row; no totals, so that a column can be added up."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("name", "layer", "output", "parameters", "macs", "receptive_field"))
    for row in table.rows:
        writer.writerow((row.key, row.words, row.output, row.cost.parameters, row.cost.macs, _seen(row.reach)))
    return out.getvalue()


WRITERS: Mapping[str, Callable[[Summary], str]] = {
    "text": text,
    "json": as_json,
    "csv": as_csv,
    "markdown": markdown,
}


def _cells(row: Row) -> tuple[str, ...]:
    words = safe(row.words)
    words = words if len(words) <= WIDEST else words[: WIDEST - 1] + "…"
    return safe(row.key), words, str(row.output), *map(_count, (row.cost.parameters, row.cost.macs)), _seen(row.reach)


def _total(table: Summary) -> tuple[str, ...]:
    total = table.total
    return "total", "", str(table.network.output), f"{total.parameters:,}", f"{total.macs:,}", ""


def _piped(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _code(cells: tuple[str, ...]) -> list[str]:
    return [f"`{cell}`" if place == 1 and cell else cell for place, cell in enumerate(cells)]


def _heading(table: Summary) -> str:
    title = _title(table)
    return safe(f"{table.network.name}: {title}" if title else table.network.name)


def _title(table: Summary) -> str:
    return table.network.doc.strip().partition("\n")[0]


def _footer(table: Summary) -> str:
    total = table.total
    size = (
        f"input {table.network.input}; in float32 {_bytes(4 * total.parameters)} of parameters, "
        f"{_bytes(4 * total.activations)} of activations for one input"
    )
    heads = sorted({row.key.partition(".")[0] for row in table.rows if row.auxiliary})
    return f"{size}\nin training only: {', '.join(map(safe, heads))}" if heads else size


def _bytes(number: int) -> str:
    return f"{number / 2**20:,.1f} MiB" if number >= 2**20 else f"{number / 2**10:.1f} KiB"


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _seen(reach: Reach) -> str:
    height, width = reach.size
    return "all" if reach.whole else str(height) if height == width else f"{height}x{width}"


def _record(table: Summary, row: Row) -> dict[str, object]:
    return {
        "name": row.key,
        "layer": row.words,
        "output": row.output.dims,
        "parameters": row.cost.parameters,
        "macs": row.cost.macs,
        "receptive_field": table.network.input.space if row.reach.whole else row.reach.size,
    }
