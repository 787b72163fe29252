"""`netdsl list`."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click

from netdsl import compiler
from netdsl.cli.options import Amount
from netdsl.graph.cost import cost
from netdsl.targets.columns import aligned


@dataclass(frozen=True)
class Shipped:
    """A network of the library."""

    name: str
    family: str
    """The folder that it stands in."""
    title: str
    year: int | None
    paper: str
    """`arXiv:1512.03385`, or what else the title has in parentheses."""
    input: str
    parameters: int
    macs: int


COLUMNS = ("name", "year", "paper", "input", "parameters", "MACs", "title")
NUMBERS = (4, 5)
"""The columns of numbers."""


@click.command("list")
@click.option("--family", metavar="NAME", help="Only those of one family: a folder of the library.")
@click.option("--max-params", "most", type=Amount(), metavar="N", help="Only those of N parameters at most: 2.5M.")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
def command(family: str | None, most: int | None, form: str) -> None:
    """List the networks that come with netdsl, oldest first."""
    families = sorted({path.parent.name for path in compiler.library().values()} - {"blocks"})
    if family is not None and family not in families:
        raise click.BadParameter(
            f"there is no family '{family}'; there are {', '.join(families)}", param_hint="--family"
        )
    networks = sorted(shipped(family), key=lambda network: (network.year or 0, network.family, by_number(network.name)))
    networks = [network for network in networks if most is None or network.parameters <= most]
    if form == "json":
        click.echo(json.dumps([asdict(network) for network in networks], indent=2))
        return
    rows = [
        (n.name, str(n.year or ""), n.paper, n.input, f"{n.parameters:,}", f"{n.macs:,}", n.title) for n in networks
    ]
    if form == "markdown":
        marks = ["---:" if place in NUMBERS else "---" for place in range(len(COLUMNS))]
        click.echo("\n".join(f"| {' | '.join(row)} |" for row in (COLUMNS, marks, *rows)))
        return
    click.echo("\n".join(aligned([COLUMNS, *rows], right=NUMBERS)))


def by_number(name: str) -> list[tuple[str, int]]:
    """A key that puts `resnet34` before `resnet101`."""
    return [(word, int(digits or 0)) for word, digits in re.findall(r"(\D*)(\d*)", name)]


def shipped(family: str | None = None) -> Iterator[Shipped]:
    """Every file of the library, or of one family, that is a network of its own; families and blocks are not."""
    for name, path in compiler.library().items():
        if family in (None, path.parent.name):
            for network in compiler.check(compiler.find(str(path))).networks:
                whole = network.doc.strip().partition("\n")[0]
                title, year = whole.partition(",")[0], re.search(r"\b(19|20)\d\d\b", whole)
                paper = re.search(r"\((arXiv:[\d.]+|doi:[^)]+|NIPS \d+)\)", whole)
                total = cost(network.root)
                yield Shipped(
                    name,
                    path.parent.name,
                    title,
                    int(year[0]) if year else None,
                    paper[1] if paper else "",
                    str(network.input),
                    total.parameters,
                    total.macs,
                )
