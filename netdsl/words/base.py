"""A word of the language that takes arguments: a layer, an optimizer, an augmentation."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Word(BaseModel):
    """The base of all words. Fields are the word's arguments, in the order they may be given by position.

    A word is final: it subclasses the base of its kind (`Layer`, `Optimizer`), and nothing subclasses it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True, protected_namespaces=())

    word: ClassVar[str]
    """What it is called in a `.net` file."""
    noun: ClassVar[str]
    """What its kind is called: "layer", "optimizer"."""
    positional: ClassVar[int] = 0
    """How many of the fields may be given by position."""
    aliases: ClassVar[tuple[str, ...]] = ()
    """What people from elsewhere call it (`Conv2d`)."""
    habits: ClassVar[Mapping[str, str]] = {}
    """What people from elsewhere call its arguments -> the field (`kernel_size` -> `kernel`); "" for what is
    never written, because it is known (`in_channels`) or decided by the compiler (`inplace`)."""
    inside: ClassVar[Mapping[str, str]] = {}
    """What people look for among its arguments -> the argument in which it is said (`lr` -> `optimizer`)."""
    apart: ClassVar[Mapping[str, str]] = {}
    """What people look for among its arguments -> how it is said beside the call (`activation` -> `-> relu`)."""
    meanings: ClassVar[Mapping[str, str]] = {}
    """Strings that people from elsewhere give to arguments -> what is written here (`"valid"` -> `0`)."""
    called: ClassVar[str] = ""
    """How it is called, where that is no list of arguments."""
    example: ClassVar[str]
    """How a file would use it."""

    def refusal(self) -> tuple[str, str]:
        """Why its arguments do not go together, and what to write instead; both empty where they do."""
        return "", ""

    @classmethod
    def arguments(cls) -> tuple[str, ...]:
        """The names of its arguments: its own in the order of the class, then those that its kind has."""
        own = cls.__annotations__
        return tuple(sorted(cls.model_fields, key=lambda name: name not in own))
