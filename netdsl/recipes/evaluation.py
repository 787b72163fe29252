"""Evaluation: how a network is judged while it trains, and after."""

from typing import Annotated, Literal

from netdsl.words.base import Word
from netdsl.words.fields import OptionalCount, OptionalPositive, Wanted

Views = Annotated[Literal["one", "flip", "ten_crop"], Wanted('"one", "flip" or "ten_crop"')]
"""What is shown of a test image; scores of several views are averaged as probabilities."""


class Evaluation(Word):
    """How a network is judged."""

    word = "evaluation"
    noun = "evaluation"
    example = "evaluate = evaluation(every=500, images=2000)"
    habits = {"interval": "every", "tta": "views", "limit": "images", "batch_size": "batch"}

    every: OptionalPositive = None
    """Time from one evaluation to the next, in the recipe's unit; without it, an epoch. One always follows the last
    step."""
    images: OptionalCount = None
    """How many test images are taken, the first ones; without it, all."""
    batch: OptionalCount = None
    """Images at once; without it, 500."""
    views: Views = "one"
    """What is shown of an image: its middle, also its mirror image, or four corners and the middle with their mirror
    images (Krizhevsky et al. 2012, section 4.1)."""
