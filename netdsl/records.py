"""Plain data whose fields nobody sets again: the type checker sees to that, so it costs nothing at run time."""

from dataclasses import dataclass, field
from typing import ClassVar, TypeVar, dataclass_transform, get_origin

T = TypeVar("T")


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """A class of frozen fields, each instance equal only to itself.

    `dataclass(frozen=True)` would check every assignment as well, which doubles the cost of making a class and of
    making an instance; there are a hundred such classes to make at the start, and trees and graphs are many instances.
    """
    return dataclass(slots=True, eq=False)(cls)


@dataclass_transform(kw_only_default=True, frozen_default=True)
class ByName:
    """The base of frozen classes whose annotations are fields, given by name; a value in the class is a default.

    For many classes with few instances: to define a dataclass takes forty times as long.
    """

    fields: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        cls.fields = cls.fields.union(name for name, kind in cls.__annotations__.items() if _is_field(kind))

    def __init__(self, **values: object) -> None:
        wrong = self.fields.symmetric_difference(values)
        if any(name in values or not hasattr(type(self), name) for name in wrong):
            raise TypeError(f"{type(self).__name__} takes {sorted(self.fields)}, not {sorted(values)}")
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")


def _is_field(kind: object) -> bool:
    return get_origin(kind) is not ClassVar
