"""Plain data whose fields nobody sets again: the type checker sees to that, so it costs nothing at run time."""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """A class of frozen fields, each instance equal only to itself.

    `dataclass(frozen=True)` would check every assignment as well, which doubles the cost of making a class and of
    making an instance; there are a hundred such classes to make at the start, and trees and graphs are many instances.
    """
    return dataclass(slots=True, eq=False)(cls)
