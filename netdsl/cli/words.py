"""`netdsl words`."""

from collections.abc import Mapping
from textwrap import dedent
from typing import get_args

import click

from netdsl.cli.manuals import Known, contents, page
from netdsl.recipes.recipe import Recipe
from netdsl.recipes.vocabulary import FILES, words
from netdsl.words.base import Word
from netdsl.words.manual import argument, describe, signature, summary
from netdsl.words.names import meant


def known() -> Mapping[str, type[Word]]:
    """All words of recipes, and `train` itself."""
    return {**words(), Recipe.word: Recipe}


@click.command("words")
@click.argument("word", type=Known(known), required=False)
def command(word: str | None) -> None:
    """List the words of recipes, or print the manual of the one called WORD, here or elsewhere (CosineAnnealingLR).

    `netdsl words train` tells what every key of a recipe takes.
    """
    if word is None:
        click.echo(_list())
    elif word in Recipe.arguments() and meant(word, known()) is None:
        click.echo(_key(word))
    else:
        click.echo(page(word, known(), "word of recipes", "words"))


def _key(key: str) -> str:
    """A key of a recipe, and the words that it takes."""
    annotation = Recipe.model_fields[key].annotation
    takes = [each for each in (annotation, *get_args(annotation)) if isinstance(each, type) and issubclass(each, Word)]
    found = [(word, summary(kind)) for word, kind in words().items() if issubclass(kind, tuple(takes))]
    entry = dedent("\n".join(argument(Recipe, key)))
    return contents(
        [(f"A key of a recipe, `{signature(Recipe)}`.\n\n{entry}", []), *([("Words:", found)] if found else [])]
    )


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
