"""All words of recipes. A new word in one of these files is found by itself; a new file is a word here."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from netdsl.recipes import (
    average,
    colour,
    crop,
    data,
    erase,
    evaluation,
    group,
    init,
    loss,
    mix,
    optimizer,
    rand_augment,
    schedule,
)
from netdsl.words.base import Word

FILES = (data, optimizer, schedule, loss, crop, colour, erase, mix, rand_augment, init, group, average, evaluation)


@cache
def words() -> Mapping[str, type[Word]]:
    """Word -> class, in the order of the files and of the classes in them."""
    found = (
        value
        for file in FILES
        for value in vars(file).values()
        if isinstance(value, type) and issubclass(value, Word) and value.__module__ == file.__name__
    )
    return MappingProxyType({kind.word: kind for kind in found})
