"""`netdsl summary`."""

import click

from netdsl import compiler
from netdsl.budget import Budget
from netdsl.cli.options import InputShape, NetworkName, choosing
from netdsl.cli.report import warn
from netdsl.shapes import Shape
from netdsl.targets.summary.rows import summary
from netdsl.targets.summary.writers import WRITERS


@click.command("summary")
@click.argument("network", type=NetworkName())
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Show modules N scopes deep as one row each.")
@click.option("--input", "shape", type=InputShape(), help="Take an input of this shape instead of the net's own.")
@click.option("--format", "form", type=click.Choice(list(WRITERS)), default="text", show_default=True)
@choosing
def command(
    network: str,
    depth: int | None,
    shape: Shape | None,
    form: str,
    net: str | None,
    settings: dict[str, str],
    budget: Budget,
) -> None:
    """Show NETWORK as a table: each layer with its output, parameters, work and receptive field."""
    checked = compiler.check_one(compiler.find(network, budget), net, settings, shape, budget)
    warn(checked.problems)
    click.echo(WRITERS[form](summary(checked.networks[0], depth)).rstrip("\n"))
