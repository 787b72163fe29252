"""Ctrl-C while something runs that wants to save first."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

SAME = 1.0
"""Seconds within which two signals are taken for one under `torchrun`, which hands on what a terminal sent."""


class Stoppable(Protocol):
    """What can be asked to stop soon."""

    stopped: bool


@contextmanager
def stopping(session: Stoppable) -> Iterator[None]:
    """While it runs, the first Ctrl-C or SIGTERM asks `session` to stop, and a second one ends it at once."""

    first, handed_on = 0.0, "TORCHELASTIC_RUN_ID" in os.environ

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal first
        session.stopped, now = True, time.monotonic()
        first = first or now
        if handed_on and now - first < SAME:
            return
        for kind, handler in before.items():
            signal.signal(kind, handler)
        if handed_on:
            signal.raise_signal(number)

    before = {kind: signal.signal(kind, ask) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
