"""Where a command writes to."""

import os
from pathlib import Path

import click

from netdsl.diagnostics.cells import safe


def target(written: str | Path, sources: tuple[Path, ...]) -> Path:
    """The file that a path means, links followed; refuses a folder, a source, and what lies in no folder."""
    path = Path(written)
    real = path.resolve()
    if real.is_dir() or str(written).endswith(("/", os.sep)):
        raise click.UsageError(f"'{path}' is a folder; give the name of a file, as in -o {path}/net.py")
    if real.exists() and any(source.exists() and source.samefile(real) for source in sources):
        raise click.UsageError(f"'{path}' is the source itself; the output needs another name")
    if not real.parent.is_dir():
        raise click.ClickException(safe(f"{path} cannot be written: {path.parent} is no folder"))
    return real
