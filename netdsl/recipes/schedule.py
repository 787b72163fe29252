"""Schedules: how the learning rate changes over time.

Times are in the unit of the recipe's own length: steps or epochs.
"""

from math import cos, exp, pi

from netdsl.recipes.base import Moment, Schedule
from netdsl.words.fields import Fraction, Natural, OptionalMoments, OptionalPositive, Positive


class Constant(Schedule):
    """The learning rate stays as it is."""

    word = "constant"
    example = "schedule = constant"

    def factor(self, at: Moment) -> float:
        """Always 1."""
        return 1.0


class Warmup(Schedule):
    """A straight line up to the full learning rate (Goyal et al. 2017, section 2.2)."""

    word = "warmup"
    positional = 1
    aliases = ("LinearLR", "linear_warmup")
    habits = {"start_factor": "start", "total_iters": "length", "warmup": "length"}
    example = "schedule = [warmup(5), cosine]"

    length: Positive
    """How long it rises."""
    start: Fraction = 0.0
    """The factor that it rises from."""

    def factor(self, at: Moment) -> float:
        """The line from `start` to 1."""
        return self.start + (1 - self.start) * at.time / at.length


class Step(Schedule):
    """Lowers the learning rate at certain times, as ResNet's training does at a half and three quarters."""

    word = "step"
    positional = 1
    aliases = ("MultiStepLR", "StepLR", "milestones")
    habits = {"milestones": "at", "step_size": "every", "gamma": "by"}
    example = "schedule = step([30, 60, 80], by=0.1)"

    at: OptionalMoments = None
    """The times at which it falls."""
    every: OptionalPositive = None
    """Or the time between one fall and the next."""
    by: Fraction = 0.1
    """What it is multiplied with at each fall."""

    def refusal(self) -> tuple[str, str]:
        """One of `at` and `every` says when."""
        if (self.at is None) != (self.every is None):
            return "", ""
        return "it falls at certain times, or every so often", "write `step([30, 60])`, or `step(every=30)`"

    def factor(self, at: Moment) -> float:
        """`by` to the power of the falls so far."""
        falls = sum(time <= at.time for time in self.at or ())
        return float(self.by ** (falls + (int(at.time // self.every) if self.every else 0)))


class Plateau(Schedule):
    """Lowers the learning rate when the loss of the evaluations stops falling, as AlexNet's authors did by hand."""

    word = "plateau"
    positional = 1
    aliases = ("ReduceLROnPlateau",)
    habits = {"factor": "by", "threshold": "least"}
    example = "schedule = plateau(by=0.1, patience=5)"

    by: Fraction = 0.1
    """What it is multiplied with each time."""
    patience: Natural = 3
    """How many evaluations in a row may bring no better loss."""
    least: Fraction = 0.0001
    """By what part a loss must be lower than the best before to be better."""

    def factor(self, at: Moment) -> float:
        """`by` to the power of the plateaus among the losses so far."""
        best, waited, falls = float("inf"), 0, 0
        for loss in at.losses:
            if loss < best * (1 - self.least):
                best, waited = loss, 0
            elif waited == self.patience:
                falls, waited = falls + 1, 0
            else:
                waited += 1
        return float(self.by**falls)


class Exponential(Schedule):
    """`exp(-rate * time)`."""

    word = "exponential"
    positional = 1
    aliases = ("ExponentialLR",)
    habits = {"k": "rate", "decay": "rate"}
    example = "schedule = exponential(0.05)"

    rate: Positive
    """What time is multiplied with."""

    def factor(self, at: Moment) -> float:
        """The exponential."""
        return exp(-self.rate * at.time)


class InverseTime(Schedule):
    """`1 / (1 + rate * time)`."""

    word = "inverse_time"
    positional = 1
    aliases = ("InverseTimeDecay",)
    habits = {"k": "rate", "decay": "rate", "decay_rate": "rate"}
    example = "schedule = inverse_time(0.1)"

    rate: Positive
    """What time is multiplied with."""

    def factor(self, at: Moment) -> float:
        """The fraction."""
        return 1 / (1 + self.rate * at.time)


class Polynomial(Schedule):
    """A straight line, or a power of it, down to `to` (Inception v1's Caffe recipe has the power 0.5)."""

    word = "polynomial"
    aliases = ("PolynomialLR", "linear", "triangle")
    habits = {"end_factor": "to", "end": "to"}
    example = "schedule = polynomial(power=0.5)"

    power: Positive = 1.0
    """1 is a straight line."""
    to: Fraction = 0.0
    """The factor at the end."""

    def factor(self, at: Moment) -> float:
        """From 1 down to `to`."""
        return float(self.to + (1 - self.to) * (1 - at.time / at.length) ** self.power)


class Cosine(Schedule):
    """Half a wave of the cosine, from 1 down to `to` (Loshchilov and Hutter 2017, equation 5)."""

    word = "cosine"
    aliases = ("CosineAnnealingLR", "cosine_annealing")
    habits = {"eta_min": "to", "T_max": "length"}
    example = "schedule = cosine"

    to: Fraction = 0.0
    """The factor at the end."""

    def factor(self, at: Moment) -> float:
        """The wave."""
        return self.to + (1 - self.to) * (1 + cos(pi * at.time / at.length)) / 2


class OneCycle(Schedule):
    """Up to the full learning rate and down to almost nothing, both along a cosine (Smith and Topin 2018)."""

    word = "one_cycle"
    aliases = ("OneCycleLR",)
    habits = {"pct_start": "rise"}
    example = "schedule = one_cycle(rise=0.25)"

    rise: Fraction = 0.3
    """The part of the time in which it rises."""
    start: Fraction = 0.04
    """The factor that it rises from."""
    to: Fraction = 0.000004
    """The factor at the end."""

    def factor(self, at: Moment) -> float:
        """The wave up or the wave down."""
        done = at.time / at.length
        if done < self.rise:
            return self.start + (1 - self.start) * (1 - cos(pi * done / self.rise)) / 2
        return self.to + (1 - self.to) * (1 + cos(pi * (done - self.rise) / (1 - self.rise))) / 2


def factor(schedules: tuple[Schedule, ...], at: Moment) -> float:
    """The factor at a moment of the whole training: that of the schedule whose turn it is, with its own time.

    A schedule without a length takes what the others leave, in equal shares; after the last one its end stays.
    """
    stated = sum(schedule.length or 0 for schedule in schedules)
    open_ones = sum(schedule.length is None for schedule in schedules)
    share = max(at.length - stated, 0) / open_ones if open_ones else 0
    time = at.time
    for schedule in schedules:
        length = share if schedule.length is None else schedule.length
        if time < length:
            return schedule.factor(Moment(time, length, at.losses))
        time -= length
    return schedules[-1].factor(Moment(length, length, at.losses)) if length else 0.0
