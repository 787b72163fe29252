"""`netdsl list`."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click

from netdsl import compiler
from netdsl.graph.cost import cost
from netdsl.targets.columns import aligned


@dataclass(frozen=True)
class Shipped:
    """A network of the library."""

    name: str
    title: str
    year: int | None
    input: str
    parameters: int


@click.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(form: str) -> None:
    """List the networks that come with netdsl."""
    networks = sorted(shipped(), key=lambda network: (network.year or 0, by_number(network.name)))
    if form == "json":
        click.echo(json.dumps([asdict(network) for network in networks], indent=2))
        return
    rows = [("name", "year", "input", "parameters", "title")]
    rows += [(n.name, str(n.year or ""), n.input, f"{n.parameters:,}", n.title) for n in networks]
    click.echo("\n".join(aligned(rows, right=(3,))))


def by_number(name: str) -> list[tuple[str, int]]:
    """A key that puts `resnet34` before `resnet101`."""
    return [(word, int(digits or 0)) for word, digits in re.findall(r"(\D*)(\d*)", name)]


def shipped() -> Iterator[Shipped]:
    """Every file of the library that is a network of its own; families and blocks are not."""
    for path in sorted(set(compiler.shipped_files().values())):
        checked = compiler.check(compiler.find(str(path)))
        for network in checked.networks:
            if network.name == path.stem or len(checked.networks) == 1:
                year = re.search(r"\b(19|20)\d\d\b", network.doc)
                title = network.doc.strip().partition("\n")[0]
                parameters = cost(network.root).parameters
                yield Shipped(path.stem, title, int(year[0]) if year else None, str(network.input), parameters)
