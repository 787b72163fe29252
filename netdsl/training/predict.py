"""What the networks of a run say of single images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.datasets.base import Corrupt
from netdsl.datasets.decode import decode, mode
from netdsl.training.verdicts import named

if TYPE_CHECKING:
    from netdsl.training.trained import Trained


@dataclass(frozen=True, slots=True)
class Guess:
    """A class, and how probable it is."""

    number: int
    name: str
    """Its number where nobody knows its name."""
    probability: float


def predicted(trained: Trained, path: Path, top: int) -> list[Guess]:
    """The `top` most probable classes of an image, prepared as the run's test images are; the first is the likeliest.

    Raises `Corrupt` where the file cannot be read.
    """
    import torch

    try:
        data = path.read_bytes()
    except OSError as error:
        raise Corrupt(str(path), error.strerror or str(error)) from error
    pixels = trained.canvas.cut(decode(data, mode(trained.network.input.channels), str(path)))
    with torch.inference_mode():
        image = torch.from_numpy(pixels)[None].to(trained.engine.device)
        shares = trained.eye.log_probabilities(trained.models, image)[0].exp()
        probabilities, numbers = shares.topk(min(top, len(shares)))
    names = trained.names
    found = zip(numbers.tolist(), probabilities.tolist(), strict=True)
    return [Guess(number, named(number, names), probability) for number, probability in found]
