"""What a command says to a person: diagnostics, on a terminal in colour."""

import os
import sys
from collections.abc import Iterable
from typing import IO, Any

import click

from netdsl.diagnostics.model import Diagnostic, Problems
from netdsl.diagnostics.paint import Paint
from netdsl.diagnostics.render import ROOM, render, tally

MOST = 500
"""More diagnostics than these are counted, but not shown; `check --format json` has them all."""


def warn(problems: Problems) -> None:
    """The warnings about a network that is used all the same, to standard error."""
    if problems.found:
        complain(problems)


def complain(diagnostics: Iterable[Diagnostic], err: bool = True) -> None:
    """All diagnostics as text, and how many there are; to standard error, or to standard output."""
    found = list(diagnostics)
    stream = sys.stderr if err else sys.stdout
    paint, room = Paint(coloured(stream)), columns(stream)
    for diagnostic in found[:MOST]:
        click.echo(render(diagnostic, paint, room) + "\n", err=err, color=True)
    if len(found) > MOST:
        click.echo(f"… and {len(found) - MOST:,} more; `netdsl check --format json` has them all\n", err=err)
    if found:
        click.echo(tally(found), err=err)


def coloured(stream: IO[Any]) -> bool:
    """Whether colour is wanted there: on a terminal, unless NO_COLOR (no-color.org) or TERM=dumb say otherwise."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def columns(stream: IO[Any]) -> int:
    """How many columns of a source line fit there."""
    try:
        return max(40, min(os.get_terminal_size(stream.fileno()).columns - 8, 2 * ROOM))
    except (OSError, ValueError):
        return ROOM
