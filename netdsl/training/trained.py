"""The networks of a run as it left them, ready to judge and to predict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netdsl.training import checkpoint
from netdsl.training.engine import Engine, start
from netdsl.training.evaluation import Eye, Judge
from netdsl.training.halted import Halted
from netdsl.training.metrics import ClassTally, Score
from netdsl.training.run import Member, Run
from netdsl.training.splits import canvas, classes, prepared, split

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from netdsl.graph.model import Network, Training
    from netdsl.training.images import Canvas


@dataclass(frozen=True)
class Trained:
    """A run whose weights are loaded: of an ensemble, those of all its networks."""

    run: Run
    network: Network
    training: Training
    engine: Engine
    models: list[nn.Module]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the classes, as far as the training knew them."""
        return tuple(self.run.read_facts().get("classes", ()))

    @property
    def eye(self) -> Eye:
        """What shows them images."""
        recipe = self.training.recipe
        return Eye(self.engine, recipe, prepared(self.network, recipe, self.engine.device))

    @property
    def canvas(self) -> Canvas:
        """What images are cut to first."""
        return canvas(self.network, self.training.recipe)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the test images say of a network, or of all networks of a run together."""

    network: str
    """`network 3`, `together`; of a single one, the name of the run."""
    score: Score
    classes: list[tuple[int, int]]
    """Of each class how many images were told right, and how many there are."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """All verdicts on a run, the last one on what it is used as."""

    data: str
    views: str
    names: tuple[str, ...]
    """Those of the classes; empty where nobody knows them."""
    skipped: int
    """How many test images could not be read and were left out."""
    verdicts: list[Verdict]


def load(folder: Path, device: str | None = None, views: str | None = None, images: int | None = None) -> Trained:
    """The networks of the run in `folder`; `views` and `images` take the place of what its recipe evaluates with.

    Raises `Halted` where this is no run, or one without weights yet.
    """
    run = Run(folder)
    network, training = run.read()
    changed = {name: value for name, value in (("views", views), ("images", images)) if value is not None}
    recipe = training.recipe
    recipe = recipe.model_copy(update={"evaluate": recipe.evaluate.model_copy(update=changed)})
    engine = start(recipe, device)
    models = [_model(network, member, run, engine, recipe.channels_last) for member in run.members(recipe.ensemble)]
    return Trained(run, network, replace(training, recipe=recipe), engine, models)


def judged(trained: Trained, data: str | None = None) -> Judgement:
    """What the test images at `data` say; without it, those of the training. Raises `Unusable` for the images."""
    place = trained.run.read_facts().get("data", "") if data is None else data
    recipe, engine, eye = trained.training.recipe, trained.engine, trained.eye
    tests, names = split(trained.network, recipe, place, "test", engine.device)
    judge = Judge(engine, recipe, eye.preparation, tests)

    def verdict(name: str, models: list[nn.Module]) -> Verdict:
        tally = ClassTally(engine.device, classes(trained.network))
        return Verdict(name, judge.score(models, tally), tally.classes(engine))

    several = trained.models if len(trained.models) > 1 else []
    found = [verdict(f"network {number}", [model]) for number, model in enumerate(several, 1)]
    found.append(verdict("together" if several else trained.run.folder.resolve().name, trained.models))
    return Judgement(place, recipe.evaluate.views, names or trained.names, tests.skipped, found)


def _model(network: Network, member: Member, run: Run, engine: Engine, channels_last: bool) -> nn.Module:
    """A network with its trained weights, as training judged it."""
    import torch

    from netdsl.targets.pytorch.module import build

    if not member.weights.is_file():
        raise Halted(f"{member.folder} has no weights yet: go on with netdsl train --resume {run.folder}")
    model = build(network)
    tensors, _ = checkpoint.read(member.weights)
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:
        raise Halted(f"the weights in {member.weights} are those of another network: {error}") from error
    model = model.to(engine.device)
    if channels_last:
        model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return model.eval()
