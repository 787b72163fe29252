"""Averages of the weights over time, which are judged and kept in place of the last ones."""

from netdsl.recipes.base import Average, Moment
from netdsl.words.fields import Fraction


class Ema(Average):
    """An average in which older weights fade exponentially (Polyak; as in Szegedy et al. 2015, section 8)."""

    word = "ema"
    positional = 1
    aliases = ("ExponentialMovingAverage", "ModelEma", "moving_average")
    example = "average = ema(0.999)"

    decay: Fraction = 0.999
    """What part of the average stays at each update; in the beginning less, (1 + n) / (10 + n) after n updates."""

    def share(self, updates: int, moment: Moment) -> float:
        """`decay`, or less in the beginning."""
        return min(self.decay, (1 + updates) / (10 + updates))


class Swa(Average):
    """The plain mean of the weights from a certain part of the training on (Izmailov et al. 2018)."""

    word = "swa"
    aliases = ("SWA", "AveragedModel", "stochastic_weight_averaging")
    habits = {"swa_start": "start"}
    example = "average = swa(start=0.75)"

    start: Fraction = 0.75
    """The part of the training after which weights are taken in."""

    def share(self, updates: int, moment: Moment) -> float:
        """n / (n + 1), and 0 before the start."""
        return updates / (updates + 1) if moment.time >= self.start * moment.length else 0.0
