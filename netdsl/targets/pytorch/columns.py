"""Something of every use of a class, side by side."""

from collections.abc import Callable, Iterable
from typing import Any

from netdsl.targets.pytorch.saying import Unsaid
from netdsl.targets.pytorch.terms import Lane


class Column(list[tuple[Lane, Any]]):
    """A run of the same node in each lane, or what these runs have, take or give."""

    @property
    def lanes(self) -> list[Lane]:
        """Its lanes."""
        return [lane for lane, _ in self]

    @property
    def cells(self) -> list[Any]:
        """What stands in it, from lane to lane."""
        return [cell for _, cell in self]

    def map(self, change: Callable[[Any], Any]) -> "Column":
        """What `change` makes of each cell."""
        return Column((lane, change(cell)) for lane, cell in self)

    def of(self, name: str) -> "Column":
        """An attribute of each cell."""
        return Column((lane, getattr(cell, name)) for lane, cell in self)

    def at(self, place: Any) -> "Column":
        """An element of each cell."""
        return Column((lane, cell[place]) for lane, cell in self)

    def where(self, holds: Callable[[Any], bool]) -> "Column":
        """The lanes for whose cells something holds."""
        return Column((lane, cell) for lane, cell in self if holds(cell))

    def rows(self) -> "Iterable[Column]":
        """The cells are sequences: their first elements, their second ones; raises `Unsaid` where lengths differ."""
        if len({len(cell) for cell in self.cells}) > 1:
            raise Unsaid
        return map(self.at, range(len(self.cells[0])))
