"""The loop of `netdsl train` against one written by hand over the same network: the small net, on a GPU ResNet-50 too.

Both take the same images in the same order from the device. Ours draws its line every 100 steps, as it does in use.
"""

import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
from timing import side_by_side, table, verdict
from torch import nn

from netdsl import compiler
from netdsl.recipes.base import Batch
from netdsl.source import SourceFile
from netdsl.training.engine import Engine, start
from netdsl.training.loop import Loop
from netdsl.training.run import Run
from netdsl.training.state import seeded
from netdsl.training.train import One, Options, Session
from netdsl.training.weights import started

OURS, BY_HAND = "netdsl train", "by hand"


@dataclass(frozen=True)
class Task:
    """What is trained, and how many steps are timed as one."""

    net: str
    file: str
    batch: int
    images: int
    steps: int
    limit: float
    more: str = ""

    def session(self, folder: Path) -> Session:
        """A run of the product that would go on for a long time."""
        recipe = (
            f"data = synthetic(batch={self.batch}, images={self.images}, classes=10, mean=0.5, std=0.25); "
            f"optimizer = sgd(lr=0.001, momentum=0.9); steps = 100000000; "
            f"evaluate = evaluation(every=100000000, images={self.batch}); {self.more}"
        )
        text = f'use "{self.file}"\ntrain measured for {self.net} {{ {recipe} }}\n'
        network = compiler.choose(SourceFile("measured.net", text), self.net)
        engine = start(network.trainings[0].recipe)
        return Session(Run(folder), network, network.trainings[0], engine, Options(""), str)


SMALL = Task("conv_net", "cifar10/conv.net", batch=20, images=2000, steps=100, limit=1.05)
LARGE = Task(
    *("resnet50", "resnet/resnet50.net"),
    *(256, 1024, 20, 1.01),
    'precision = "bf16"; channels_last = true; compile = true',
)


class Ours(One):
    """The training of one network that stops after some steps, and can go on."""

    def begin(self, steps: int) -> Callable[[], None]:
        """Gives what makes so many more steps."""
        session, engine = self.session, self.session.engine
        model = started(session.network, session.recipe, 0, session.seen).to(engine.device)
        if session.recipe.channels_last:
            model = model.to(memory_format=torch.channels_last)
        loop = self._loop(model, seeded(0, engine))
        self.log = self._log(loop)
        self.steps = steps

        def run() -> None:
            loop.run()
            wait(engine)

        return run

    def after(self, loop: Loop, batch: Batch) -> bool:
        """As in use, but that it stops."""
        return super().after(loop, batch) and loop.state.progress.step % self.steps != 0


def by_hand(session: Session, steps: int) -> Callable[[], None]:
    """The same in twenty lines."""
    engine, recipe = session.engine, session.recipe
    last = torch.channels_last if recipe.channels_last else torch.contiguous_format
    model = started(session.network, recipe, 0, session.seen).to(engine.device, memory_format=last)
    runs: nn.Module = torch.compile(model) if recipe.compile else model
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    held, size = session.images, recipe.data.batch
    order = torch.randperm(len(held), generator=torch.Generator().manual_seed(0)).to(engine.device)
    mixed = recipe.precision == "bf16"
    made = 0

    def run() -> None:
        nonlocal made
        for _ in range(steps):
            first = made * size % len(held)
            chosen = order[first : first + size]
            images = ((held.images[chosen].float() / 255 - 0.5) / 0.25).contiguous(memory_format=last)
            with torch.autocast(engine.device.type, torch.bfloat16) if mixed else nullcontext():
                loss = nn.functional.cross_entropy(runs(images), held.labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            made += 1
        wait(engine)

    return run


def wait(engine: Engine) -> None:
    """Until the device has done what it was given."""
    if engine.on_gpu:
        torch.cuda.synchronize()


def main() -> None:
    """Prints the medians, images in a second and the ratio; a number sets the rounds."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    torch.set_num_threads(1)
    for task in (SMALL, *([LARGE] if torch.cuda.is_available() else [])):
        with tempfile.TemporaryDirectory() as folder:
            session = task.session(Path(folder))
            ours = Ours(session, session.run.member(0, 1), 0).begin(task.steps)
            times = side_by_side({OURS: ours, BY_HAND: by_hand(session, task.steps)}, rounds)
        print(f"{task.net}, {task.batch} images in a step, {task.steps} steps, on {session.engine.device}")
        print(table(times))
        for name, seconds in times.items():
            print(f"  {name:<{len(OURS)}}  {task.steps * task.batch / seconds:10.0f} images/s")
        print(verdict(f"{OURS} / {BY_HAND}", times[OURS] / times[BY_HAND], task.limit))
    if not torch.cuda.is_available():
        print(f"no GPU here: {LARGE.net} is left out")


if __name__ == "__main__":
    main()
