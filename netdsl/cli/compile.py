"""`netdsl compile`."""

from pathlib import Path

import click

from netdsl import compiler
from netdsl.budget import Budget
from netdsl.cli.options import NetworkName, choosing
from netdsl.cli.output import target
from netdsl.cli.report import warn
from netdsl.diagnostics.cells import safe
from netdsl.graph.cost import cost
from netdsl.graph.model import Network
from netdsl.saving import save


@click.command("compile")
@click.argument("network", type=NetworkName())
@click.option("-o", "--output", metavar="FILE", help="Where to write; - is standard output.  [default: NET.py]")
@choosing
def command(network: str, output: str | None, net: str | None, settings: dict[str, str], budget: Budget) -> None:
    """Write NETWORK, a .net file or the name of a shipped network, as PyTorch source."""
    source = compiler.find(network, budget)
    checked = compiler.check_one(source, net, settings, budget=budget)
    warn(checked.problems)
    chosen = checked.networks[0]
    text = compiler.emit(chosen)
    if output == "-":
        click.echo(text.encode(), nl=False)
        report(chosen, "standard output")
        return
    path = Path(output or f"{chosen.name}.py")
    real = target(output or path, (source.path,) if source.path else ())
    try:
        save(real, text)
    except OSError as error:
        raise click.ClickException(f"{safe(str(path))} cannot be written: {error.strerror}") from error
    report(chosen, str(path))


def report(network: Network, place: str) -> None:
    """What was compiled, in a few lines on standard error."""
    total = cost(network.root)
    title = network.doc.strip().partition("\n")[0]
    click.echo(safe(f"{network.name}: {title}" if title else network.name), err=True)
    for name, value in (
        ("input", str(network.input)),
        ("output", str(network.output)),
        ("parameters", f"{total.parameters:,}"),
        ("multiply-accumulates", f"{total.macs:,}"),
        ("written to", safe(place)),
    ):
        click.echo(f"  {name:<20}  {value}", err=True)
