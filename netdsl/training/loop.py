"""The loop: a step, and what follows one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netdsl.recipes.base import Moment
from netdsl.training.averaging import follow

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netdsl.recipes.base import Batch
    from netdsl.recipes.recipe import Recipe
    from netdsl.training.batches import Preparation
    from netdsl.training.engine import Engine
    from netdsl.training.images import Source
    from netdsl.training.order import Order
    from netdsl.training.state import State


@dataclass
class Loop:
    """A training under way."""

    engine: Engine
    recipe: Recipe
    state: State
    runs: nn.Module
    """The model as it runs on this engine."""
    weights: tuple[float, ...]
    """Those of the auxiliary results, in the order in which the model gives them."""
    source: Source
    order: Order
    preparation: Preparation
    length: int
    """Steps in all."""
    after: Callable[[Loop, Batch], bool]
    """Called after each step; tells whether to go on."""
    rates: list[float] = field(init=False)
    """The learning rate of each group, before the schedule's factor."""
    last_factor: float = -1.0

    def __post_init__(self) -> None:
        self.rates = [group["lr"] * group.get("share", 1) for group in self.state.optimizer.param_groups]

    @property
    def per_unit(self) -> float:
        """Steps in a unit of the recipe's time."""
        return self.order.steps if self.recipe.epochs else 1

    def moment(self) -> Moment:
        """Where the training is, in the recipe's unit."""
        progress = self.state.progress
        return Moment(progress.step / self.per_unit, self.length / self.per_unit, progress.losses)

    def run(self) -> None:
        """Trains to the end, or until `after` says no."""
        progress = self.state.progress
        self.runs.train()
        batches = self.source.batches(self.order, progress.step)
        while progress.step < self.length:
            before = self.source.skipped
            images, labels = next(batches)
            progress.skipped_images += self.source.skipped - before
            batch = self.preparation.trained(images, labels, self.state.chance)
            self.step(batch)
            progress.step += 1
            if not self.after(self, batch):
                return

    def step(self, batch: Batch) -> None:
        """One update of the weights."""
        self._set_rate()
        state, parts = self.state, self.recipe.accumulate
        size = len(batch.images) // parts
        buffers = self._buffers()
        good = True
        for part in range(parts):
            cut = slice(part * size, None if part == parts - 1 else (part + 1) * size)
            images, targets = batch.images[cut], batch.targets[cut]
            with self._together(part == parts - 1):
                with self.engine.autocast(self.recipe):
                    outputs = self.runs(images)
                    scores = outputs[0] if isinstance(outputs, tuple) else outputs
                    loss = self.loss(outputs, targets)
                state.scaler.scale(loss / parts if parts > 1 else loss).backward()  # type: ignore[no-untyped-call]
            good = self._count(loss, scores, targets) and good
        if good and self._finite():
            self._update()
            state.progress.skipped_on_end = 0
        else:
            state.progress.skipped_steps += 1
            state.progress.skipped_on_end += 1
            for buffer, kept in zip(state.model.buffers(), buffers, strict=True):
                buffer.copy_(kept)
        state.optimizer.zero_grad()

    def _buffers(self) -> list[torch.Tensor]:
        """What a step changes even where it is left out: the means of normalisations."""
        return [buffer.clone() for buffer in self.state.model.buffers()] if self.recipe.bad_loss == "skip" else []

    def _finite(self) -> bool:
        """Whether the gradients are numbers, where that matters; a scaler looks by itself."""
        import torch

        if self.recipe.bad_loss != "skip" or self.state.scaler.is_enabled():
            return True
        gradients = [parameter.grad for parameter in self.state.model.parameters() if parameter.grad is not None]
        return bool(torch.stack(torch._foreach_norm(gradients, float("inf"))).isfinite().all())

    def _together(self, last: bool) -> AbstractContextManager[object]:
        """The processes share their gradients after the last part of a step alone."""
        if last or self.engine.world == 1:
            return nullcontext()
        whole: AbstractContextManager[object] = self.runs.no_sync()  # type: ignore[operator]
        return whole

    def loss(self, outputs: torch.Tensor | tuple[torch.Tensor, ...], targets: torch.Tensor) -> torch.Tensor:
        """The loss of the main result, and of the auxiliary ones with their weights."""
        value = self.recipe.loss.value
        if not isinstance(outputs, tuple):
            return value(outputs, targets)
        loss = value(outputs[0], targets)
        for weight, scores in zip(self.weights, outputs[len(outputs) - len(self.weights) :], strict=True):
            loss = loss + weight * value(scores, targets)
        return loss

    def _count(self, loss: torch.Tensor, scores: torch.Tensor, targets: torch.Tensor) -> bool:
        """Counts a part of a step; tells whether its update is to be made."""
        if self.recipe.bad_loss == "skip" and self.engine.agreed(not bool(loss.isfinite())):
            return False
        self.state.tally.add(loss, scores, targets)
        return True

    def _update(self) -> None:
        from torch.nn.utils import clip_grad_norm_, clip_grad_value_

        state, recipe = self.state, self.recipe
        if recipe.clip_norm or recipe.clip_value:
            state.scaler.unscale_(state.optimizer)
            if recipe.clip_value:
                clip_grad_value_(state.model.parameters(), recipe.clip_value)
            if recipe.clip_norm:
                clip_grad_norm_(state.model.parameters(), recipe.clip_norm)
        state.scaler.step(state.optimizer)
        state.scaler.update()
        if recipe.average is not None and state.average is not None and state.progress.step % recipe.average.every == 0:
            share = recipe.average.share(state.progress.updates, self.moment())
            follow(state.average, state.model, share)
            state.progress.updates = state.progress.updates + 1 if share else 1

    def _set_rate(self) -> None:
        moment = self.moment()
        factor = self.recipe.factor(moment.time, moment.length, moment.losses)
        if factor != self.last_factor:
            for group, rate in zip(self.state.optimizer.param_groups, self.rates, strict=True):
                group["lr"] = rate * factor
            self.last_factor = factor
