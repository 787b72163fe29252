"""Everything that a training is made of at one moment, as it goes to the disk and comes back."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from netdsl.training.checkpoint import below
from netdsl.training.halted import Halted

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from netdsl.training.engine import Engine
    from netdsl.training.metrics import Tally


@dataclass
class Progress:
    """How far a training is."""

    step: int = 0
    losses: list[float] = field(default_factory=list)
    """The losses of the evaluations so far."""
    updates: int = 0
    """How often the average of the weights was updated."""
    skipped_steps: int = 0
    skipped_on_end: int = 0
    """How many steps were left out one after the other, up to now."""
    skipped_images: int = 0
    """How often an image could not be read and was left out, in this process."""


@dataclass
class State:
    """The parts that change while a network trains."""

    model: nn.Module
    average: nn.Module | None
    optimizer: torch.optim.Optimizer
    keys: list[str]
    """The keys of the parameters, in the order in which the optimizer counts them."""
    scaler: torch.amp.GradScaler
    chance: torch.Generator
    """What the augmentations draw from; dropout draws from PyTorch's own generators."""
    tally: Tally
    progress: Progress
    origin: Mapping[str, str]
    """What the state belongs to: the network and the recipe, setting by setting."""

    def tensors(self, engine: Engine) -> dict[str, Tensor]:
        """All tensors by name; all processes must ask together."""
        found = {f"model/{key}": tensor for key, tensor in self.model.state_dict().items()}
        if self.average is not None:
            found |= {f"average/{key}": tensor for key, tensor in self.average.state_dict().items()}
        for place, slots in self.optimizer.state_dict()["state"].items():
            for name, value in slots.items():
                found[f"optimizer/{self.keys[place]}/{name}"] = _tensor(value)
        for name, state in self._chances(engine).items():
            for rank, one in enumerate(engine.every_rank(state)):
                found[f"chance/{rank}/{name}"] = one
        for rank, sums in enumerate(engine.every_rank(self.tally.sums)):
            found[f"tally/{rank}"] = sums
        return found

    def facts(self, engine: Engine) -> dict[str, Any]:
        """All that is no tensor; all processes must ask together."""
        skipped = round(engine.sum(self.progress.skipped_images))
        return {
            "progress": asdict(self.progress) | {"skipped_images": skipped},
            "origin": dict(self.origin),
            "scaler": self.scaler.state_dict(),
            "world": engine.world,
        }

    def restore(self, tensors: dict[str, Tensor], facts: dict[str, Any], engine: Engine) -> None:
        """Takes over a state; raises `Halted` where it is that of another network or recipe."""
        self._refuse_others(facts)
        try:
            self.model.load_state_dict(below(tensors, "model/"))
            if self.average is not None:
                self.average.load_state_dict(below(tensors, "average/"))
            self._restore_optimizer(below(tensors, "optimizer/"))
            if facts["scaler"]:
                self.scaler.load_state_dict(facts["scaler"])
            self.progress.__dict__.update(facts["progress"])
            if facts["world"] == engine.world:
                self._restore_chances(below(tensors, f"chance/{engine.rank}/"))
                self.tally.sums.copy_(tensors[f"tally/{engine.rank}"])
        except (RuntimeError, KeyError, ValueError, TypeError) as error:
            raise Halted(f"the checkpoint is that of another network or recipe: {error}") from error
        if not engine.first:
            self.progress.skipped_images = 0

    def _refuse_others(self, facts: dict[str, Any]) -> None:
        """Raises `Halted` where the checkpoint tells of another origin; what only one of them states is let pass."""
        theirs = facts.get("origin", {})
        changed = [name for name, value in self.origin.items() if theirs.get(name, value) != value]
        if theirs.get("netdsl") != self.origin["netdsl"]:
            changed = [name for name in changed if name not in ("netdsl", "network")]
        if changed:
            lines = [f"  {name}: it was {theirs[name]}, and is {self.origin[name]}" for name in changed]
            raise Halted(
                "\n".join(["the checkpoint is that of another network or recipe:", *lines])
                + "\nPut run.net and what lies in source/ back as they were, or begin a new run with --init-from."
            )

    def _restore_optimizer(self, slots: dict[str, Tensor]) -> None:
        places = {key: place for place, key in enumerate(self.keys)}
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in slots.items():
            key, _, slot = name.rpartition("/")
            state.setdefault(places[key], {})[slot] = tensor
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})

    def _chances(self, engine: Engine) -> dict[str, Tensor]:
        import torch

        found = {"augment": self.chance.get_state(), "cpu": torch.get_rng_state()}
        if engine.on_gpu:
            found["cuda"] = torch.cuda.get_rng_state(engine.device)
        return found

    def _restore_chances(self, states: dict[str, Tensor]) -> None:
        import torch

        self.chance.set_state(states["augment"])
        torch.set_rng_state(states["cpu"])
        if "cuda" in states and torch.cuda.is_available():
            torch.cuda.set_rng_state(states["cuda"])


def seeded(seed: int, engine: Engine) -> torch.Generator:
    """Sets all sources of chance of this process, and gives the one that augmentations draw from."""
    import torch

    own = seed * 1_000_003 + engine.rank
    random.seed(own)
    torch.manual_seed(own)
    return torch.Generator(engine.device).manual_seed(own)


def _tensor(value: Any) -> Tensor:
    import torch

    return value if isinstance(value, torch.Tensor) else torch.tensor(value)
