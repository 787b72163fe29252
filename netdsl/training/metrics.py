"""What is counted while training and evaluating: on the device, read only when a line is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from netdsl.training.engine import Engine


@dataclass(frozen=True, slots=True)
class Score:
    """Means over some images."""

    loss: float
    top1: float
    """The share of images whose class has the highest score."""
    top5: float
    """The share of images whose class is among the five highest."""
    images: int


class Tally:
    """Sums over images, on the device: losses, hits, hits among five, images."""

    def __init__(self, device: torch.device) -> None:
        import torch

        self.sums = torch.zeros(4, dtype=torch.float64, device=device)

    def add(self, loss: torch.Tensor, scores: torch.Tensor, targets: torch.Tensor, *, five: bool = False) -> None:
        """Counts a batch: its mean loss (), scores (N, classes), targets (N,) or (N, classes)."""
        import torch

        with torch.no_grad():
            right = targets if targets.ndim == 1 else targets.argmax(1)
            images = len(right)
            hits = (scores.argmax(1) == right).sum()
            among = (scores.topk(min(5, scores.shape[1])).indices == right[:, None]).any(1).sum() if five else hits
            self.sums += torch.stack([loss.detach().double() * images, hits, among, torch.full_like(hits, images)])

    def score(self, engine: Engine) -> Score:
        """The means over what was counted in all processes, which must ask together; raises `ZeroDivisionError`."""
        loss, hits, among, images = engine.total(self.sums.clone()).tolist()
        return Score(loss / images, hits / images, among / images, round(images))

    def clear(self) -> None:
        """Begins anew."""
        self.sums.zero_()


class ClassTally(Tally):
    """Counts for each class as well."""

    def __init__(self, device: torch.device, classes: int) -> None:
        import torch

        super().__init__(device)
        self.of_class = torch.zeros(2, classes, dtype=torch.float64, device=device)
        """Hits, and images."""

    def add(self, loss: torch.Tensor, scores: torch.Tensor, targets: torch.Tensor, *, five: bool = False) -> None:
        """Counts a batch with class numbers (N,)."""
        super().add(loss, scores, targets, five=five)
        hits = (scores.argmax(1) == targets).double()
        self.of_class[0].index_add_(0, targets, hits)
        self.of_class[1].index_add_(0, targets, hits.new_ones(len(targets)))

    def classes(self, engine: Engine) -> list[tuple[int, int]]:
        """For each class its hits and its images, in all processes, which must ask together."""
        hits, images = engine.total(self.of_class.clone()).tolist()
        return [(round(hit), round(image)) for hit, image in zip(hits, images, strict=True)]
