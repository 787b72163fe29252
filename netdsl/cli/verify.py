"""`netdsl verify`."""

from collections.abc import Iterator
from importlib.metadata import version

import click

from netdsl import compiler
from netdsl.cli.options import NetworkName
from netdsl.published import Comparison, NotInstalled, Unusable, compared


@click.command("verify")
@click.argument("networks", nargs=-1, type=NetworkName())
@click.option("--all", "every", is_flag=True, help="Compare every shipped network that has a published model.")
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
def command(networks: tuple[str, ...], every: bool, form: str) -> int:
    """Compare shipped NETWORKS with the models that torchvision and timm publish under the same names.

    A published model's random weights are loaded strictly, with no map of keys, and the outputs are compared.
    """
    if bool(networks) == every:
        raise click.UsageError("name some networks, or say --all")
    for network in networks:
        compiler.find(network)
        if network not in compiler.shipped_files():
            raise click.UsageError(
                f"'{network}' is no network of the library, and only these have a published model of their name. "
                "For a checkpoint of your own: netdsl.load(…).load_state_dict(…), as docs/checkpoints.md shows"
            )
    right = True
    if form == "markdown":
        click.echo("| network | published by | parameters | largest difference |\n| --- | --- | ---: | ---: |")
    try:
        for comparison in _comparisons(networks, every):
            click.echo(_row(comparison) if form == "markdown" else _line(comparison))
            right = right and not comparison.reason
    except NotInstalled:
        raise click.ClickException(
            "the published models come with torchvision and timm, and neither is installed:\n"
            "pip install torchvision, or pip install timm"
        ) from None
    except Unusable as error:
        raise click.ClickException(f"{error}\nInstall the version that goes with torch {version('torch')}.") from error
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
    name, library = comparison.name, comparison.library
    if not comparison.parameters:
        return f"{name}: {comparison.reason}"
    outputs = f"outputs within {comparison.difference:.0e}" if comparison.difference else "outputs to the last bit"
    outcome = comparison.reason or f"equal: strict load, {outputs}"
    return f"{name}: {library}, {comparison.parameters:,} parameters, {outcome}"


def _row(comparison: Comparison) -> str:
    """The same as a row of a table."""
    outcome = comparison.reason or f"{comparison.difference:.0e}".removesuffix("e+00")
    parameters = f"{comparison.parameters:,}" if comparison.parameters else ""
    return f"| {comparison.name} | {comparison.library} | {parameters} | {outcome} |"
