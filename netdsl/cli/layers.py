"""`netdsl layers`."""

import click

from netdsl.cli.manuals import Known, contents, page
from netdsl.layers.vocabulary import FAMILIES, kinds
from netdsl.words.manual import summary


@click.command("layers")
@click.argument("word", type=Known(kinds), required=False)
def command(word: str | None) -> None:
    """List the layers, or print the manual of the one called WORD, here or elsewhere (Conv2d)."""
    click.echo(_list() if word is None else page(word, kinds(), "layer", "layers"))


def _list() -> str:
    """Each family with its layers."""
    found = kinds().items()
    return contents(
        [
            (
                family.__doc__ or "",
                [(word, summary(kind)) for word, kind in found if kind.__module__ == family.__name__],
            )
            for family in FAMILIES
        ]
    )
