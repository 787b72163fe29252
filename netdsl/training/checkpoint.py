"""A training's state on the disk: one safetensors file, which holds tensors and text and can run nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdsl.saving import save
from netdsl.training.halted import Halted

if TYPE_CHECKING:
    from torch import Tensor

KEY = "netdsl"
"""Under which the facts stand among the file's metadata."""


def write(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Puts tensors and facts at `path`; until all is on the disk, the file that was there stays. Raises `Halted`."""
    from safetensors.torch import save as packed

    held = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    data = packed(held, {KEY: json.dumps(facts, sort_keys=True)})
    try:
        save(path, data)
        _settle(path.parent)
    except OSError as error:
        kept = f"; the one before is whole: {path}" if path.exists() else ""
        raise Halted(f"the checkpoint cannot be written: {error.strerror or error}{kept}") from error


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and facts at `path`; raises `Halted` where there is no such file, or it is none of ours."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), "pt") as file:
            facts = json.loads((file.metadata() or {})[KEY])
            return {name: file.get_tensor(name) for name in file.keys()}, facts  # noqa: SIM118
    except FileNotFoundError:
        raise Halted(f"there is no checkpoint at {path}") from None
    except (SafetensorError, KeyError, ValueError, OSError) as error:
        reason = "it was not written by netdsl" if isinstance(error, KeyError) else error
        raise Halted(f"{path} is no checkpoint of a training, or not whole: {reason}") from error


def sweep(folder: Path) -> None:
    """Removes the half-written files of a process that was killed."""
    for draft in folder.glob(".*.tmp"):
        draft.unlink(missing_ok=True)


def below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Those whose names begin with `prefix`, under what follows it."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _settle(folder: Path) -> None:
    """Makes sure that the new name is on the disk as well."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
