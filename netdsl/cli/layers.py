"""`netdsl layers`."""

from itertools import islice

import click
from click.shell_completion import CompletionItem

from netdsl.diagnostics.suggest import nearest
from netdsl.layers.vocabulary import FAMILIES, foreign, kinds
from netdsl.targets.columns import aligned
from netdsl.words.manual import manual, summary


class Word(click.ParamType[str]):
    """The word of a layer."""

    name = "word"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Words that begin so."""
        return [
            CompletionItem(word, help=summary(kind)) for word, kind in kinds().items() if word.startswith(incomplete)
        ]


@click.command("layers")
@click.argument("word", type=Word(), required=False)
def command(word: str | None) -> None:
    """List the layers, or print the manual of the one called WORD, here or elsewhere (Conv2d)."""
    if word is None:
        click.echo(contents())
        return
    found = foreign(word)
    if found is None:
        near = nearest(word, kinds())
        hint = f"did you mean '{near}'?" if near else "`netdsl layers` lists them all."
        raise click.UsageError(f"There is no layer '{word}': {hint}")
    click.echo(manual(kinds()[found]))


def contents() -> str:
    """Each family with its layers."""
    lines = iter(aligned([(f"  {word}", summary(kind)) for word, kind in kinds().items()]))
    homes = [kind.__module__ for kind in kinds().values()]
    parts = ("\n".join([family.__doc__ or "", *islice(lines, homes.count(family.__name__))]) for family in FAMILIES)
    return "\n\n".join(parts)
