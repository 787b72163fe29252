"""`netdsl verify`."""

from collections.abc import Iterator

import click

from netdsl import compiler
from netdsl.cli.options import NetworkName
from netdsl.published import Comparison, NotInstalled, compared


@click.command("verify")
@click.argument("networks", nargs=-1, type=NetworkName())
@click.option("--all", "every", is_flag=True, help="Compare every shipped network that has a published model.")
def command(networks: tuple[str, ...], every: bool) -> int:
    """Compare shipped NETWORKS with the models that torchvision and timm publish under the same names.

    A published model's random weights are loaded strictly, with no map of keys, and the outputs are compared.
    """
    if bool(networks) == every:
        raise click.UsageError("name some networks, or say --all")
    for network in networks:
        compiler.find(network)
    right = True
    try:
        for comparison in _comparisons(networks, every):
            click.echo(_line(comparison))
            right = right and bool(comparison.library) and not comparison.reason
    except NotInstalled:
        raise click.ClickException(
            "there is nothing to compare with: pip install torchvision, or pip install timm"
        ) from None
    return 0 if right else 1


def _comparisons(networks: tuple[str, ...], every: bool) -> Iterator[Comparison]:
    if not every:
        yield from map(compared, networks)
        return
    for name, path in compiler.library().items():
        if compiler.check(compiler.find(str(path))).networks:
            comparison = compared(name)
            if comparison.library:
                yield comparison


def _line(comparison: Comparison) -> str:
    name, library, reason = comparison.name, comparison.library, comparison.reason
    if not library:
        return f"{name}: no published model has this name"
    outcome = reason or f"equal: strict load, outputs within {comparison.difference:.0e}"
    return f"{name}: {library}, {comparison.parameters:,} parameters, {outcome}"
