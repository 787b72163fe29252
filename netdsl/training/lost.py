"""What is said where another process of a training is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdsl.training.engine import Engine

_BROKEN = ("gloo", "nccl", "connection closed", "connection reset", "broken pipe", "timed out", "tcpstore")
"""What PyTorch's errors about other processes speak of; they have no class of their own in gloo."""


def lost(error: RuntimeError, engine: Engine) -> str | None:
    """The error in words, where it is about another process; None where it is not."""
    from torch.distributed import DistError

    first = next(iter(str(error).splitlines()), "")
    if first.startswith("DataLoader worker"):
        return f"a process that reads images was lost, maybe for want of memory: {first}"
    if engine.world > 1 and (isinstance(error, DistError) or any(word in first.lower() for word in _BROKEN)):
        return (
            f"process {engine.rank} of {engine.world} has lost another one, which ended or cannot be reached: {first}"
        )
    return None
