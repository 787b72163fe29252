"""Judging a network on the test images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdsl.recipes.views import ten_crop
from netdsl.training.metrics import Score, Tally

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netdsl.recipes.recipe import Recipe
    from netdsl.training.batches import Preparation
    from netdsl.training.engine import Engine
    from netdsl.training.images import Held, Loaded
    from netdsl.training.streams import Flowing

AT_ONCE = 500
"""Images in a batch where the recipe does not say."""


@dataclass(frozen=True)
class Eye:
    """How networks are shown images."""

    engine: Engine
    recipe: Recipe
    preparation: Preparation

    def log_probabilities(self, models: Sequence[nn.Module], images: torch.Tensor) -> torch.Tensor:
        """For uint8 images (N, channels, height, width) the logarithms of the averaged probabilities (N, classes)."""
        import torch

        views = self._views(images.float().div_(255))
        found = []
        for model in models:
            for view in views:
                with self.engine.autocast(self.recipe):
                    outputs = model(self.preparation.normalised(view))
                scores = outputs[0] if isinstance(outputs, tuple) else outputs
                found.append(scores.float().log_softmax(1))
        return found[0] if len(found) == 1 else torch.stack(found).logsumexp(0) - float(torch.tensor(len(found)).log())

    def _views(self, images: torch.Tensor) -> list[torch.Tensor]:
        views = self.recipe.evaluate.views
        if views == "ten_crop":
            return list(ten_crop(images, self.preparation.size))
        middle = self.preparation.cut(images)
        return [middle, middle.flip(3)] if views == "flip" else [middle]


@dataclass(frozen=True)
class Judge(Eye):
    """The test images, and how networks are shown them."""

    source: Held | Loaded | Flowing

    def score(self, models: Sequence[nn.Module], tally: Tally | None = None) -> Score:
        """The score of the models together, whose probabilities are averaged over models and views.

        The loss is the cross-entropy of the averaged probabilities. A `tally` that counts more may be given. All
        processes must ask together.
        """
        import torch

        was = [model.training for model in models]
        tally = tally or Tally(self.engine.device)
        for model in models:
            model.eval()
        wanted = self.recipe.evaluate.images or len(self.source)
        mine = range(self.engine.rank, min(wanted, len(self.source)), self.engine.world)
        with torch.inference_mode():
            for images, labels in self.source.in_turn(self.recipe.evaluate.batch or AT_ONCE, mine):
                logs = self.log_probabilities(models, images)
                loss = torch.nn.functional.nll_loss(logs, labels)
                tally.add(loss, logs, labels, five=True)
        for model, training in zip(models, was, strict=True):
            model.train(training)
        return tally.score(self.engine)
