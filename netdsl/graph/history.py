"""Names bound one after the other, and what they stood for at any moment."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class History(Generic[T]):
    """Bindings in order. Binding and taking a snapshot cost the same however many names there are."""

    def __init__(self) -> None:
        self.moment = 0
        self.bound: dict[str, tuple[list[int], list[T]]] = {}
        self._now = Snapshot(self, 0)

    def bind(self, name: str, value: T) -> None:
        """From now on `name` stands for `value`."""
        self.moment += 1
        moments, values = self.bound.setdefault(name, ([], []))
        moments.append(self.moment)
        values.append(value)
        self._now = Snapshot(self, self.moment)

    def fork(self) -> "History[T]":
        """A history that begins with what all names stand for now, and goes its own way."""
        copy: History[T] = History()
        for name, value in self.now().items():
            copy.bind(name, value)
        return copy

    def now(self) -> "Snapshot[T]":
        """What all names stand for at this moment; the same object until one is bound."""
        return self._now


class Snapshot(Mapping[str, T]):
    """A history as it stood at one moment."""

    __slots__ = ("_history", "_moment")

    def __init__(self, history: History[T], moment: int) -> None:
        self._history = history
        self._moment = moment

    def __contains__(self, name: object) -> bool:
        bound = self._history.bound.get(name)  # type: ignore[call-overload]
        return bound is not None and bound[0][0] <= self._moment

    def __getitem__(self, name: str) -> T:
        moments, values = self._history.bound[name]
        if moments[-1] <= self._moment:
            return values[-1]
        place = bisect_right(moments, self._moment)
        if place == 0:
            raise KeyError(name)
        return values[place - 1]

    def __iter__(self) -> Iterator[str]:
        return (name for name, (moments, _) in self._history.bound.items() if moments[0] <= self._moment)

    def __len__(self) -> int:
        return sum(1 for _ in self)
