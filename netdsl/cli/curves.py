"""`netdsl curves`."""

from pathlib import Path

import click

from netdsl.cli.output import target
from netdsl.datasets.base import Unusable
from netdsl.training.halted import Halted
from netdsl.training.pictures import FORMATS


@click.command("curves")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--watch", is_flag=True, help="Draw gradients and activations of one run by depth instead.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A name that ends in .svg, .png or .pdf.  [default: curves.svg, or watch.svg]",
)
def command(runs: tuple[Path, ...], watch: bool, output: Path | None) -> None:
    """Draw the losses and accuracies of RUNS, folders that `netdsl train` made, over each other.

    With --watch: what `netdsl train --watch` wrote down of one run, layer by layer.
    """
    from netdsl.training.curves import curves
    from netdsl.training.watch import watched

    if watch and len(runs) > 1:
        raise click.UsageError("--watch draws one run")
    path = output or Path("watch.svg" if watch else "curves.svg")
    real = target(path, ())
    if path.suffix[1:] not in FORMATS:
        raise click.UsageError(f"'{path}' is no name of a picture: end it in .svg, .png or .pdf")
    try:
        if watch:
            watched(runs[0], real)
        else:
            curves(runs, real)
    except (Halted, Unusable) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror or error}") from error
    click.echo(f"written to {path}", err=True)
