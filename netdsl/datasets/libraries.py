"""The libraries that formats are read with: asked for only where they are used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from netdsl.datasets.base import Unusable

_CALLED = {"PIL": "pillow"}
"""Package -> the library that it comes with, where it is called otherwise."""


@contextmanager
def needed_for(purpose: str) -> Iterator[None]:
    """Imports inside of it that fail become `Unusable`, which says what to install; `purpose`: "reading parquet"."""
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        library = _CALLED.get(package, package)
        raise Unusable(f"{purpose} needs {library}: pip install 'netdsl[train]'") from error
