"""Losses: what training makes small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdsl.recipes.base import Loss
from netdsl.words.fields import Fraction

if TYPE_CHECKING:
    import torch


class CrossEntropy(Loss):
    """The negative logarithm of the probability given to the right class."""

    word = "cross_entropy"
    aliases = ("CrossEntropyLoss", "softmax_cross_entropy", "nll")
    habits = {"label_smoothing": "smoothing"}
    example = "loss = cross_entropy(smoothing=0.1)"

    smoothing: Fraction = 0.0
    """What part of the probability is spread over all classes (Szegedy et al. 2015, section 7)."""

    def value(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The mean over the batch."""
        from torch.nn.functional import cross_entropy

        return cross_entropy(scores, targets, label_smoothing=self.smoothing)


class BinaryCrossEntropy(Loss):
    """Each class by itself, present or not, added up over the classes (Wightman et al. 2021, section 4)."""

    word = "binary_cross_entropy"
    aliases = ("BCEWithLogitsLoss", "BCELoss", "bce")
    habits = {"label_smoothing": "smoothing"}
    example = "loss = binary_cross_entropy(smoothing=0.1)"

    smoothing: Fraction = 0.0
    """What part of each target is replaced by an even chance among the classes."""

    def value(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The mean over the batch of the sum over the classes."""
        from torch.nn.functional import binary_cross_entropy_with_logits, one_hot

        classes = scores.shape[1]
        wanted = one_hot(targets, classes) if targets.ndim == 1 else targets
        wanted = wanted.to(scores.dtype) * (1 - self.smoothing) + self.smoothing / classes
        return binary_cross_entropy_with_logits(scores, wanted, reduction="sum") / len(scores)


class SquaredError(Loss):
    """The squared distance to 1 for the right class and 0 for the others, as before cross-entropy."""

    word = "squared_error"
    aliases = ("MSELoss", "mse")
    example = "loss = squared_error"

    def value(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The mean over the batch of the sum over the classes."""
        from torch.nn.functional import mse_loss, one_hot

        wanted = one_hot(targets, scores.shape[1]) if targets.ndim == 1 else targets
        return mse_loss(scores, wanted.to(scores.dtype), reduction="sum") / len(scores)
