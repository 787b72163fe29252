"""Ctrl-C while something runs that wants to save first."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol


class Stoppable(Protocol):
    """What can be asked to stop soon."""

    stopped: bool


@contextmanager
def stopping(session: Stoppable) -> Iterator[None]:
    """While it runs, the first Ctrl-C or SIGTERM asks `session` to stop, and a second one ends it at once."""

    def ask(number: int, frame: FrameType | None) -> None:
        session.stopped = True
        for kind, handler in before.items():
            signal.signal(kind, handler)

    before = {kind: signal.signal(kind, ask) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
