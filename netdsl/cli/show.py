"""`netdsl show`."""

import sys

import click

from netdsl import compiler
from netdsl.cli.options import NetworkName
from netdsl.diagnostics.cells import safe


@click.command("show")
@click.argument("network", type=NetworkName())
def command(network: str) -> None:
    """Print the source of NETWORK, a .net file or the name of a shipped network."""
    lines = compiler.find(network).text.splitlines()
    if sys.stdout.isatty():
        lines = [safe(line.expandtabs()) for line in lines]
    click.echo("\n".join(lines))
