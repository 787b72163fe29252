"""All layer kinds by their words. A new kind in a family is found by itself; a new family is a word here."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from netdsl.layers import activate, conv, dense, dropout, join, normalise, pool, resample, reshape, scale
from netdsl.layers.base import Layer
from netdsl.words.names import meant

FAMILIES = (conv, dense, normalise, activate, pool, dropout, reshape, resample, scale, join)


@cache
def kinds() -> Mapping[str, type[Layer]]:
    """Word -> kind, in the order of the families and of the classes in them."""
    found = (
        value
        for family in FAMILIES
        for value in vars(family).values()
        if isinstance(value, type) and issubclass(value, Layer) and value.__module__ == family.__name__
    )
    return MappingProxyType({kind.word: kind for kind in found})


def foreign(name: str) -> str | None:
    """Our word for a layer that others call `name` (`nn.Conv2d`, `BatchNormalization`); None where nobody does."""
    return meant(name, kinds())
