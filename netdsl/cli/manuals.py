"""What the commands that print manuals have in common: the completion of words, their lists, their pages."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

import click
from click.shell_completion import CompletionItem

from netdsl.diagnostics.suggest import nearest
from netdsl.targets.columns import aligned
from netdsl.words.base import Word
from netdsl.words.manual import manual, summary
from netdsl.words.names import meant

Kinds = Mapping[str, type[Word]]


class Known(click.ParamType[str]):
    """One of many words."""

    name = "word"

    def __init__(self, kinds: Callable[[], Kinds]) -> None:
        self.kinds = kinds

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Words that begin so."""
        found = self.kinds().items()
        return [CompletionItem(word, help=summary(kind)) for word, kind in found if word.startswith(incomplete)]


def page(word: str, kinds: Kinds, noun: str, command: str) -> str:
    """The manual of a word, by our name or one from elsewhere; refuses what is none, with the nearest."""
    found = meant(word, kinds)
    if found is None:
        near = nearest(word, kinds)
        hint = f"did you mean '{near}'?" if near else f"`netdsl {command}` lists them all."
        raise click.UsageError(f"There is no {noun} '{word}': {hint}")
    return manual(kinds[found])


def contents(parts: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> str:
    """Each part: its title, and its words with what they are."""
    lines = iter(aligned([(f"  {word}", said) for _, words in parts for word, said in words]))
    return "\n\n".join("\n".join([title, *islice(lines, len(words))]) for title, words in parts)
