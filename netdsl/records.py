"""Plain data whose fields nobody sets again: the type checker sees to that, so it costs nothing at run time."""

from dataclasses import dataclass, field
from reprlib import recursive_repr
from typing import Any, ClassVar, TypeVar, dataclass_transform, get_origin

T = TypeVar("T")


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """A class of frozen fields, each instance equal only to itself.

    `dataclass(frozen=True)` would check every assignment as well and write a `__repr__` for each class, which makes a
    class three times and an instance twice as dear; there are a hundred such classes to make at the start, and trees
    and graphs are many instances.
    """
    return _shown(dataclass(slots=True, eq=False, repr=False)(cls))


@dataclass_transform(eq_default=True, frozen_default=True, field_specifiers=(field,))
def by_value(cls: type[T]) -> type[T]:
    """The same, but equal where all fields are."""
    return _shown(dataclass(slots=True, unsafe_hash=True, repr=False)(cls))


def _shown(cls: type[T]) -> type[T]:
    cls.__repr__ = _repr  # type: ignore[method-assign]
    return cls


@recursive_repr()
def _repr(self: Any) -> str:
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({fields})"


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
