"""A run from its first step, or from where it was left, to its end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from netdsl.datasets.base import Unusable
from netdsl.graph.model import AuxRun, Network, Training
from netdsl.training import checkpoint
from netdsl.training.batches import Preparation
from netdsl.training.engine import Engine
from netdsl.training.evaluation import AT_ONCE, Judge
from netdsl.training.halted import Halted
from netdsl.training.images import Held, Loaded
from netdsl.training.log import Log, trimmed
from netdsl.training.loop import Loop
from netdsl.training.lost import lost
from netdsl.training.metrics import Score, Tally
from netdsl.training.order import Order
from netdsl.training.origin import origin, taken_over
from netdsl.training.run import Member, Run
from netdsl.training.splits import prepared, split
from netdsl.training.state import Progress, State, seeded
from netdsl.training.streams import Flowing
from netdsl.training.watch import trimmed as trimmed_watch
from netdsl.training.weights import grouped, started

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netdsl.recipes.base import Batch
    from netdsl.recipes.recipe import Recipe


TOO_MANY = 100
"""Steps that may be left out one after the other; from then on nothing would come of going on."""


@dataclass(frozen=True)
class Options:
    """What is said on the command line and not in the recipe."""

    data: str
    """Where the images lie."""
    resume: bool = False
    init_from: Path | None = None
    """A run whose weights are taken where names and shapes agree."""
    watch: bool = False
    """Whether gradients and activations are written down."""
    tensorboard: bool = False


@dataclass
class Session:
    """What all networks of an ensemble share: the images, the engine, the recipe."""

    run: Run
    network: Network
    training: Training
    engine: Engine
    options: Options
    say: Callable[[str], None]
    """Tells the user a sentence."""
    stopped: bool = False
    """Whether the user asked to stop."""
    stepped: bool = False
    """Whether a step was made."""
    images: Held | Loaded | Flowing = field(init=False)
    names: tuple[str, ...] = field(init=False)
    """Those of the classes, where the data has some."""
    judge: Judge = field(init=False)
    preparation: Preparation = field(init=False)

    def __post_init__(self) -> None:
        recipe, data, device = self.recipe, self.recipe.data, self.engine.device
        if data.batch % (self.engine.world * recipe.accumulate):
            raise Halted(
                f"a batch of {data.batch} cannot be shared evenly by "
                f"{self.engine.world} processes times {recipe.accumulate} parts of a step (`accumulate`)"
            )
        self.preparation = prepared(self.network, recipe, device)
        self.images, self.names = split(self.network, recipe, self.options.data, "train", device)
        tests, _ = split(self.network, recipe, self.options.data, "test", device)
        self.judge = Judge(self.engine, recipe, self.preparation, tests)
        found = (self.images, tests)
        counts = ["shards" if isinstance(one, Flowing) else f"{len(one):,} images{_left_out(one)}" for one in found]
        self.say(f"{counts[0]} to train, {counts[1]} to test")
        if len(self.images) < data.batch:
            raise Unusable(f"{len(self.images)} images are fewer than a batch of {data.batch}")

    @property
    def recipe(self) -> Recipe:
        """What the network is trained by."""
        return self.training.recipe

    def seen(self, count: int) -> Iterator[torch.Tensor]:
        """So many of the images to train with, as they go into the network, the same for all processes."""
        for images, _ in self.images.in_turn(AT_ONCE, range(min(count, len(self.images)))):
            yield self.preparation.plain(images)

    def go(self) -> Score | None:
        """Trains all networks and gives the score of them together; None where the user stopped it.

        Raises `Halted` where it cannot go on, also because another process is gone.
        """
        try:
            return self._go()
        except RuntimeError as error:
            words = lost(error, self.engine)
            if words is None:
                raise
            raise Halted(f"{words}\nGo on with: netdsl train --resume {quote(str(self.run.folder))}") from error

    def _go(self) -> Score | None:
        models: list[nn.Module] = []
        for number in range(self.recipe.ensemble):
            member = self.run.member(number, self.recipe.ensemble)
            if self.recipe.ensemble > 1:
                self.say(f"network {number + 1} of {self.recipe.ensemble}")
            one = One(self, member, self.recipe.seed + number)
            models.append(one.go())
            if one.stopped:
                return None
        return self.judge.score(models)

    def finish(self, score: Score) -> None:
        """Says what came of it, and draws it."""
        if not self.engine.first:
            return
        drawn = self._drawn() if self.stepped or not self.run.curves.exists() else ""
        if not self.stepped:
            self.say("it was finished already")
        self.say(f"top-1 {score.top1:.2%}, top-5 {score.top5:.2%} of {score.images:,} test images")
        self.say(f"weights, numbers and curves are in {self.run.folder}{drawn}")

    def _drawn(self) -> str:
        """Draws the curves, and what was watched; tells why where that cannot be done."""
        from netdsl.training.curves import curves
        from netdsl.training.watch import depths

        try:
            curves([self.run.folder], self.run.curves)
            for member in self.run.members(self.recipe.ensemble):
                if self.options.watch and member.watched.exists():
                    depths(member.watched, member.depths)
        except (Unusable, Halted, OSError) as error:
            return f"\nThere is no picture: {error}"
        return ""


def _left_out(source: Held | Loaded) -> str:
    return f" (and {source.skipped:,} that cannot be read and are left out)" if source.skipped else ""


@dataclass
class One:
    """The training of one network."""

    session: Session
    member: Member
    seed: int
    saved: int = -1
    """The step of the last checkpoint."""
    stopped: bool = False
    """Whether it ended before its time, because the user asked for that."""

    def go(self) -> nn.Module:
        """Trains to the end, or to where the user stops it; gives the network that is to be judged."""
        session, recipe, engine = self.session, self.session.recipe, self.session.engine
        model = started(session.network, recipe, self.seed, session.seen).to(engine.device)
        if recipe.channels_last:
            import torch

            model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        found = session.options.resume and self._found()
        if session.options.init_from is not None and not found:
            session.say(taken_over(model, session.options.init_from))
        loop = self._loop(model, seeded(self.seed, engine))
        if session.options.resume:
            self._restore(loop, found)
        self.log = self._log(loop)
        try:
            loop.run()
        finally:
            self.log.close()
        self._tell_skipped(loop)
        return loop.state.average or loop.state.model

    def _found(self) -> bool:
        """Whether there is a checkpoint to go on from."""
        there, engine = self.member.checkpoint.exists(), self.session.engine
        if engine.agreed(there) and engine.agreed(not there):
            raise Halted(f"{self.member.checkpoint} is not there for every process: put the run on a disk that all see")
        return there

    def _restore(self, loop: Loop, found: bool) -> None:
        """Takes over the checkpoint, and takes back what was written after it."""
        member, progress = self.member, loop.state.progress
        if found:
            loop.state.restore(*checkpoint.read(member.checkpoint), loop.engine)
            self.saved = progress.step
        if not loop.engine.first:
            return
        checkpoint.sweep(member.folder)
        trimmed(member.table, progress.step)
        trimmed_watch(member.watched, progress.step)
        if found and not (member.weights.exists() and checkpoint.read(member.weights)[1]["step"] == progress.step):
            self._save_weights(loop.state)

    def _tell_skipped(self, loop: Loop) -> None:
        """What was left out, as the recipe wants it."""
        progress, say = loop.state.progress, self.session.say
        images = round(loop.engine.sum(progress.skipped_images))
        if images:
            say(f"left out: {images:,} images to train that cannot be read")
        if progress.skipped_steps:
            say(
                f"left out: {progress.skipped_steps:,} of {progress.step:,} steps, whose loss or gradient was no number"
            )

    def _loop(self, model: nn.Module, chance: Any) -> Loop:
        import torch

        session, recipe, engine = self.session, self.session.recipe, self.session.engine
        groups, keys = grouped(model, session.network, recipe)
        average = None if recipe.average is None else deepcopy(model)
        order = Order(len(session.images), recipe.data.batch, self.seed, engine.rank, engine.world)
        state = State(
            model=model,
            average=average,
            optimizer=recipe.optimizer.torch(groups),
            keys=keys,
            scaler=torch.amp.GradScaler(engine.device.type, enabled=recipe.precision == "fp16"),
            chance=chance,
            tally=Tally(engine.device),
            progress=Progress(),
            origin=origin(session.network, session.training),
        )
        if isinstance(session.images, Held) and engine.first:
            state.progress.skipped_images = session.images.skipped
        length = recipe.steps or math.ceil((recipe.epochs or 0) * order.steps)
        weights = tuple(run.weight for run in session.network.root.trace if isinstance(run, AuxRun))[::-1]
        runs = engine.wrapped(model, recipe)
        return Loop(
            engine, recipe, state, runs, weights, session.images, order, session.preparation, length, self.after
        )

    def _log(self, loop: Loop) -> Log:
        board = None
        if self.session.options.tensorboard and self.session.engine.first:
            from torch.utils.tensorboard import SummaryWriter

            board = SummaryWriter(str(self.member.board), purge_step=loop.state.progress.step)
        start = loop.state.progress.step
        return Log(self.member.table, loop.length, start, not self.session.engine.first, board)

    def after(self, loop: Loop, batch: Batch) -> bool:
        """What follows a step: lines, judgements, checkpoints; tells whether to go on."""
        recipe, progress, engine = loop.recipe, loop.state.progress, loop.engine
        self.session.stepped = True
        self.log.stepped()
        last = progress.step == loop.length
        lines = progress.step % recipe.log == 0
        if lines:
            self._report(loop, batch)
        judged = last or due(progress.step, (recipe.evaluate.every or self._epoch(loop)) * loop.per_unit)
        saves = judged if recipe.save is None else last or due(progress.step, recipe.save * loop.per_unit)
        asked = self.session.stopped if engine.world == 1 else lines and engine.agreed(self.session.stopped)
        self.stopped = asked and not last
        if judged or saves or self.stopped:
            self._refuse_no_numbers(loop)
        if judged:
            self._judge(loop)
        if saves or self.stopped:
            self.save(loop)
        return not self.stopped

    def _epoch(self, loop: Loop) -> float:
        """An epoch in the recipe's unit."""
        return 1 if loop.recipe.epochs else loop.order.steps

    def _report(self, loop: Loop, batch: Batch) -> None:
        progress, tally = loop.state.progress, loop.state.tally
        if progress.skipped_on_end >= TOO_MANY:
            raise self._no_number(f"no loss was a number in {progress.skipped_on_end} steps up to {progress.step}")
        try:
            score = tally.score(loop.engine)
        except ZeroDivisionError:
            return
        tally.clear()
        if not math.isfinite(score.loss):
            raise self._no_number(f"the loss is no number any more, from a step up to {progress.step} on")
        rate = loop.state.optimizer.param_groups[0]["lr"]
        self.log.train(progress.step, progress.step / loop.order.steps, score, rate)
        if self.session.options.watch and loop.engine.first:
            from netdsl.training.watch import watch

            watch(loop, batch, self.member.watched)

    def _refuse_no_numbers(self, loop: Loop) -> None:
        """Weights that are no numbers are worth nothing: they are neither judged nor put over those that are."""
        import torch

        state = loop.state
        tensors = [*state.model.state_dict().values(), *(state.average.state_dict().values() if state.average else ())]
        finite = torch.stack([tensor.isfinite().all() for tensor in tensors if tensor.is_floating_point()]).all()
        if loop.engine.agreed(not bool(finite)):
            raise self._no_number(f"the weights are no numbers any more, from a step up to {state.progress.step} on")

    def _no_number(self, what: str) -> Halted:
        recipe = self.session.recipe
        skip = "" if recipe.bad_loss == "skip" else ', or leave such steps out: `bad_loss = "skip"`'
        clip = "" if recipe.clip_norm else ", add `clip_norm = 1.0`"
        return Halted(f"{what}\n{self._kept()}\nLower the learning rate{clip}{skip}.")

    def _judge(self, loop: Loop) -> None:
        progress = loop.state.progress
        score = self.session.judge.score([loop.state.average or loop.state.model])
        progress.losses.append(score.loss)
        self.log.test(progress.step, progress.step / loop.order.steps, score)

    def _kept(self) -> str:
        """What is not lost."""
        return f"The checkpoint of step {self.saved} is kept." if self.saved >= 0 else "There is no checkpoint yet."

    def save(self, loop: Loop) -> None:
        """Writes a checkpoint, and the weights that are judged."""
        state, engine = loop.state, loop.engine
        tensors, facts = state.tensors(engine), state.facts(engine)
        if engine.first:
            checkpoint.write(self.member.checkpoint, tensors, facts)
            self._save_weights(state)
        self.saved = state.progress.step

    def _save_weights(self, state: State) -> None:
        weights = (state.average or state.model).state_dict()
        checkpoint.write(self.member.weights, weights, {"step": state.progress.step})


def due(step: int, every: float) -> bool:
    """Whether something that happens each `every` steps happens after this one."""
    return math.floor(step / every) > math.floor((step - 1) / every)
