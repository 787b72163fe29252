"""Groups: settings for some of the weights only."""

from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field

from netdsl.words.base import Word
from netdsl.words.fields import Amount, Patterns, Wanted

OptionalDecay = Annotated[float | None, Field(ge=0, allow_inf_nan=False), Wanted("a number from 0")]
"""A weight decay of their own."""


class Group(Word):
    """Weights that are trained with settings of their own; a weight is in the first group that names it."""

    word = "group"
    noun = "group"
    positional = 1
    example = 'groups = group(["norm", "bias"], weight_decay=0)'

    only: Patterns
    """Which weights: "norm" for those of normalisations, "bias" for biases, or their keys, with `*` for any letters."""
    lr: Amount = 1.0
    """What the learning rate is multiplied with; with 0 they stay as they began."""
    weight_decay: OptionalDecay = None
    """Their weight decay; without it, the optimizer's."""

    def names(self, key: str, *, norm: bool, bias: bool) -> bool:
        """Whether it is for the weight with this key, which may be one of a normalisation, or a bias."""
        return any(
            (name == "norm" and norm) or (name == "bias" and bias) or fnmatchcase(key, name) for name in self.only
        )
