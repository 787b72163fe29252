"""`netdsl words`."""

from collections.abc import Mapping

import click

from netdsl.cli.manuals import Known, contents, page
from netdsl.recipes.recipe import Recipe
from netdsl.recipes.vocabulary import FILES, words
from netdsl.words.base import Word
from netdsl.words.manual import describe, signature, summary


def known() -> Mapping[str, type[Word]]:
    """All words of recipes, and `train` itself."""
    return {**words(), Recipe.word: Recipe}


@click.command("words")
@click.argument("word", type=Known(known), required=False)
def command(word: str | None) -> None:
    """List the words of recipes, or print the manual of the one called WORD, here or elsewhere (CosineAnnealingLR).

    `netdsl words train` tells what every key of a recipe takes.
    """
    click.echo(_list() if word is None else page(word, known(), "word of recipes", "words"))


def _list() -> str:
    """The words by what they are for, and the keys of a recipe."""
    found = words().items()
    parts = [
        (
            (file.__doc__ or "").splitlines()[0],
            [(w, summary(kind)) for w, kind in found if kind.__module__ == file.__name__],
        )
        for file in FILES
    ]
    keys = [(key, describe(Recipe, key).partition("; ")[0].removesuffix(".") + ".") for key in Recipe.arguments()]
    return contents([*parts, (f"The keys of a recipe, `{signature(Recipe)}`.", keys)])
