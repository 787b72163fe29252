"""Where a training runs: device, processes, precision. Everything that PyTorch does for us is asked for here."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from netdsl.datasets.libraries import needed_for
from netdsl.training.halted import Halted

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netdsl.recipes.recipe import Recipe


@dataclass(frozen=True)
class Engine:
    """The device of this process, and its place among all processes."""

    device: torch.device
    rank: int
    world: int

    @property
    def first(self) -> bool:
        """Whether this is the process that writes."""
        return self.rank == 0

    @property
    def on_gpu(self) -> bool:
        """Whether the device is a GPU."""
        return self.device.type == "cuda"

    def wrapped(self, model: nn.Module, recipe: Recipe) -> nn.Module:
        """The model as it runs here: compiled where the recipe says so, its gradients shared among the processes."""
        import torch
        from torch.nn.parallel import DistributedDataParallel

        runs: nn.Module = torch.compile(model) if recipe.compile else model  # type: ignore[assignment]
        if self.world == 1:
            return runs
        return DistributedDataParallel(runs, device_ids=[self.device.index] if self.on_gpu else None)

    def autocast(self, recipe: Recipe) -> AbstractContextManager[object]:
        """The context in which the network computes."""
        import torch

        kinds = {"bf16": torch.bfloat16, "fp16": torch.float16}
        if recipe.precision not in kinds:
            return nullcontext()
        return torch.autocast(self.device.type, kinds[recipe.precision])

    def total(self, values: torch.Tensor) -> torch.Tensor:
        """The sum of `values` over all processes."""
        if self.world > 1:
            from torch.distributed import all_reduce

            all_reduce(values)
        return values

    def sum(self, value: float) -> float:
        """The sum of a number over all processes."""
        import torch

        return value if self.world == 1 else float(self.total(torch.tensor(float(value), device=self.device)))

    def agreed(self, yes: bool) -> bool:
        """Whether it holds in any of the processes."""
        return self.sum(yes) > 0

    def every_rank(self, state: torch.Tensor) -> list[torch.Tensor]:
        """The tensors of all processes, equal in shape, in the order of their ranks."""
        import torch

        if self.world == 1:
            return [state]
        from torch.distributed import all_gather

        here = state.to(self.device)
        found = [torch.empty_like(here) for _ in range(self.world)]
        all_gather(found, here)
        return [one.cpu() for one in found]

    def close(self) -> None:
        """Takes leave of the other processes."""
        if self.world > 1:
            from torch.distributed import destroy_process_group

            destroy_process_group()


def start(recipe: Recipe, device: str | None = None) -> Engine:
    """The engine for this process: one of several where `torchrun` started it, else alone.

    Without a `device` the GPU of this process is taken, where there is one. Raises `Halted` for a device that is not
    there, `netdsl.datasets.base.Unusable` for a library that is not.
    """
    import torch

    with needed_for("training"):
        for library in ("numpy", "safetensors", "tqdm"):
            import_module(library)
    rank, world, local = (int(os.environ.get(name, default)) for name, default in _PLACE)
    kind = device or ("cuda" if torch.cuda.is_available() else "cpu")
    if kind.startswith("cuda") and not torch.cuda.is_available():
        raise Halted("there is no GPU that PyTorch can use here: leave --device out, or say --device cpu")
    found = torch.device("cuda", local) if kind == "cuda" else torch.device(kind)
    if found.type == "cuda":
        torch.cuda.set_device(found)
    if world > 1:
        torch.distributed.init_process_group("nccl" if found.type == "cuda" else "gloo")
    _set_precision(recipe)
    return Engine(found, rank, world)


_PLACE = (("RANK", "0"), ("WORLD_SIZE", "1"), ("LOCAL_RANK", "0"))
"""What `torchrun` says of a process, and what holds without it."""


def _set_precision(recipe: Recipe) -> None:
    import torch

    torch.set_float32_matmul_precision("highest" if recipe.precision == "fp32" else "high")
    torch.backends.cudnn.allow_tf32 = recipe.precision != "fp32"
    if recipe.deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True)
        torch.backends.cudnn.benchmark = False
    else:
        torch.backends.cudnn.benchmark = True
