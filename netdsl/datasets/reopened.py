"""Splits whose files are opened when the first image is read, once in each process."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Generic, TypeVar

from netdsl.datasets.base import Split

Opened = TypeVar("Opened")


class Reopened(Split, Generic[Opened]):
    """A split that travels to other processes without what it opened; there it opens its files again."""

    _opened: Opened | None = None

    @abstractmethod
    def _open(self) -> Opened:
        """Opens the files; raises `Unusable` where they changed or broke since the split was made."""

    def _files(self) -> Opened:
        """What `_open` gave in this process."""
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_opened"}
