"""One training under each engine: the same network, images and optimizer, so that what differs is the engine.

Each engine trains some steps, saves with its own means, and goes on from what it saved.
"""

import logging
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from accelerate import Accelerator
from lightning.fabric import Fabric
from lightning.pytorch import LightningModule, Trainer
from torch import Tensor, nn
from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel

from netdsl import compiler
from netdsl.source import SourceFile
from netdsl.training.engine import start
from netdsl.training.order import Order
from netdsl.training.run import Run
from netdsl.training.splits import split
from netdsl.training.state import seeded
from netdsl.training.train import One, Options, Session
from netdsl.training.weights import started

RANK, WORLD = (int(os.environ.get(name, default)) for name, default in (("RANK", "0"), ("WORLD_SIZE", "1")))
"""The place of this process, where `torchrun` started it."""

RECIPE = """
train measured for {net} {{
  data = synthetic(batch={batch}, images={images}, classes=10)
  optimizer = adam(lr=0.001)
  steps = 1000000000
  evaluate = evaluation(every=1000000000)
}}
"""


@dataclass
class Work:
    """What is trained: a net of the language (its source, or a `use` of its file), and images that lie in memory."""

    text: str
    net: str
    batch: int
    images: int = 2048

    def __post_init__(self) -> None:
        text = self.text + RECIPE.format(net=self.net, batch=self.batch, images=self.images)
        self.network = compiler.choose(SourceFile("measured.net", text), self.net)
        self.training = self.network.trainings[0]
        self.held, _ = split(self.network, self.training.recipe, "", "train", torch.device("cpu"))
        self.order = Order(self.images, self.batch, 0, RANK, WORLD)

    def model(self) -> nn.Module:
        """The network with the weights that it begins with, and all sources of chance at their start."""
        model = started(self.network, self.training.recipe, 0, self.seen)
        torch.manual_seed(RANK)
        return model

    def seen(self, count: int) -> Iterator[Tensor]:
        """Images for an initialisation that looks at them."""
        for images, _ in self.held.in_turn(self.batch, range(count)):
            yield images.float().div_(255)

    def batches(self, step: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Those of each step from this one on, as the product makes them."""
        for images, labels in self.held.batches(self.order, step):
            yield images.float().div_(255), labels


@dataclass
class Plain:
    """A loop as one writes it by hand, with `torch.save`."""

    work: Work
    step: int = 0
    model: nn.Module = field(init=False)
    runs: Any = field(init=False)
    """The model as the engine gives it back."""
    optimizer: Any = field(init=False)

    def __post_init__(self) -> None:
        self.runs = self.model = self.work.model()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)
        self.prepare()
        self.runs.train()

    def prepare(self) -> None:
        """Hands model and optimizer to the engine."""

    def backward(self, loss: Tensor) -> None:
        """The gradients, as the engine wants them asked for."""
        loss.backward()

    def train(self, steps: int) -> None:
        """So many steps, from where it stands."""
        for images, labels in islice(self.work.batches(self.step), steps):
            self.optimizer.zero_grad()
            self.backward(cross_entropy(self.runs(images), labels))
            self.optimizer.step()
            self.step += 1

    def save(self, folder: Path) -> None:
        """Writes the state into a folder, over one that is there."""
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "step": self.step}
        torch.save(state, folder / "state.pt")

    def load(self, folder: Path) -> None:
        """Takes a state over."""
        state = torch.load(folder / "state.pt", weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]

    def tensors(self) -> dict[str, Tensor]:
        """Weights and the optimizer's state."""
        return {
            **self.model.state_dict(),
            **{
                f"{place}/{name}": value
                for place, slots in self.optimizer.state_dict()["state"].items()
                for name, value in slots.items()
            },
        }


class Ddp(Plain):
    """The plain loop with DistributedDataParallel and PyTorch's checkpoints for several processes."""

    def prepare(self) -> None:
        join()
        self.runs = DistributedDataParallel(self.model)

    def save(self, folder: Path) -> None:
        dcp.save(self._state(), checkpoint_id=folder)

    def load(self, folder: Path) -> None:
        state = self._state()
        dcp.load(state, checkpoint_id=folder)
        parts = {"model_state_dict": state["model"], "optim_state_dict": state["optimizer"]}
        set_state_dict(self.runs, self.optimizer, **parts)
        self.step = state["step"]

    def _state(self) -> dict[str, Any]:
        weights, slots = get_state_dict(self.runs, self.optimizer)
        return {"model": weights, "optimizer": slots, "step": self.step}


class Fsdp(Ddp):
    """The plain loop with FSDP2: each process holds its part of the weights."""

    def prepare(self) -> None:
        join()
        fully_shard(self.model, mesh=init_device_mesh("cpu", (WORLD,)))
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)

    def tensors(self) -> dict[str, Tensor]:
        return {name: getattr(value, "full_tensor", lambda v=value: v)() for name, value in super().tensors().items()}


class OnFabric(Plain):
    """Lightning Fabric."""

    def prepare(self) -> None:
        self.fabric = Fabric(accelerator="cpu", devices=WORLD, strategy="ddp" if WORLD > 1 else "auto")
        self.fabric.launch()
        self.runs, self.optimizer = self.fabric.setup(self.model, self.optimizer)

    def backward(self, loss: Tensor) -> None:
        self.fabric.backward(loss)

    def save(self, folder: Path) -> None:
        state = {"model": self.runs, "optimizer": self.optimizer, "step": self.step}
        self.fabric.save(folder / "state.ckpt", state)

    def load(self, folder: Path) -> None:
        state = {"model": self.runs, "optimizer": self.optimizer, "step": 0}
        self.fabric.load(folder / "state.ckpt", state)
        self.step = state["step"]


class OnAccelerate(Plain):
    """Hugging Face Accelerate."""

    def prepare(self) -> None:
        self.accelerator = Accelerator(cpu=True)
        self.runs, self.optimizer = self.accelerator.prepare(self.model, self.optimizer)
        self.accelerator.register_for_checkpointing(self)

    def backward(self, loss: Tensor) -> None:
        self.accelerator.backward(loss)

    def save(self, folder: Path) -> None:
        self.accelerator.save_state(str(folder))

    def load(self, folder: Path) -> None:
        self.accelerator.load_state(str(folder))

    def state_dict(self) -> dict[str, int]:
        """What is saved beside model, optimizer and chance."""
        return {"step": self.step}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Takes it over."""
        self.step = state["step"]


class Lit(LightningModule):
    """The smallest module that a Trainer takes."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        super().__init__()
        self.begins_at = 0
        self.model = model
        self.optimizer = optimizer

    def training_step(self, batch: tuple[Tensor, Tensor], index: int) -> Tensor:
        images, labels = batch
        return cross_entropy(self.model(images), labels)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return self.optimizer

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Where it goes on, so that the images that follow can be handed to it."""
        self.begins_at = checkpoint["global_step"]
        self.trainer.fit_loop.epoch_loop.max_steps += self.begins_at


@dataclass
class Feed:
    """Batches as a Trainer takes them, without end."""

    engine: Any

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        return self.engine.work.batches(self.engine.step or self.engine.lit.begins_at)


class OnTrainer(Plain):
    """Lightning Trainer, with all that is beside training turned off."""

    goes_on: Path | None = None
    """The checkpoint that the next steps begin from."""

    def prepare(self) -> None:
        quiet()
        self.lit = Lit(self.model, self.optimizer)

    def train(self, steps: int) -> None:
        """A fit of so many steps."""
        off = ("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary")
        self.trainer = Trainer(
            accelerator="cpu",
            devices=WORLD,
            strategy="ddp" if WORLD > 1 else "auto",
            max_epochs=-1,
            max_steps=steps,
            use_distributed_sampler=False,
            **dict.fromkeys(off, False),
        )
        self.trainer.fit(self.lit, Feed(self), ckpt_path=self.goes_on)
        self.goes_on = None
        self.step = (self.step or self.lit.begins_at) + steps

    def save(self, folder: Path) -> None:
        self.trainer.save_checkpoint(folder / "state.ckpt")

    def load(self, folder: Path) -> None:
        """A Trainer reads a checkpoint when it fits."""
        self.goes_on = folder / "state.ckpt"


class Ours(Plain):
    """The product: its loop with lines, judgements and checkpoints as `netdsl train` has them."""

    def prepare(self) -> None:
        recipe = self.work.training.recipe
        engine = start(recipe, "cpu")
        session = Session(Run(Path()), self.work.network, self.work.training, engine, Options(""), str)
        self.one = One(session, session.run.member(0, 1), 0)
        self.loop = self.one._loop(self.model, seeded(0, engine))
        self.loop.after = self.after
        self.runs, self.optimizer = self.loop.runs, self.loop.state.optimizer

    def train(self, steps: int) -> None:
        """Goes on for so many steps, lines counted but not written."""
        self.left = steps
        self.one.log = Unread()
        self.loop.run()
        self.step = self.loop.state.progress.step

    def after(self, loop: Any, batch: Any) -> bool:
        """What the product does after a step, then whether it was the last."""
        self.left -= 1
        return self.one.after(loop, batch) and self.left > 0

    def save(self, folder: Path) -> None:
        self.one.member = Run(folder).member(0, 1)
        self.one.save(self.loop)

    def load(self, folder: Path) -> None:
        self.one.member = Run(folder).member(0, 1)
        self.one._restore(self.loop, True)
        self.step = self.loop.state.progress.step


class Unread:
    """A log that nobody reads; lines are counted together, as always, and then dropped."""

    def stepped(self) -> None:
        pass

    def train(self, *numbers: object) -> None:
        pass


ENGINES: dict[str, type[Plain]] = {
    "plain loop": Plain,
    "netdsl": Ours,
    "DDP": Ddp,
    "FSDP2": Fsdp,
    "Fabric": OnFabric,
    "Accelerate": OnAccelerate,
    "Trainer": OnTrainer,
}


def join() -> None:
    """The group of processes, of this one alone where `torchrun` did not start it."""
    if not dist.is_initialized():
        alone = {} if WORLD > 1 else {"store": dist.HashStore(), "rank": 0, "world_size": 1}
        dist.init_process_group("gloo", **alone)


def quiet() -> None:
    """Lets the engines say nothing while they are measured."""
    warnings.filterwarnings("ignore")
    for name in ("lightning.pytorch", "lightning.fabric", "lightning.pytorch.utilities.rank_zero", "torch.distributed"):
        logging.getLogger(name).setLevel(logging.ERROR)
