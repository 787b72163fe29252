"""A recipe whole: every key that `train NAME for NET { … }` may have."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator

from netdsl.recipes.base import Augmentation, Average, DataFormat, Init, Loss, Moment, Optimizer, Schedule
from netdsl.recipes.evaluation import Evaluation
from netdsl.recipes.group import Group
from netdsl.recipes.loss import CrossEntropy
from netdsl.recipes.schedule import Constant, factor
from netdsl.words.base import Word
from netdsl.words.fields import Count, Flag, Natural, OptionalCount, OptionalPositive, Wanted, several

Precision = Annotated[
    Literal["fp32", "tf32", "bf16", "fp16"], Wanted('"fp32", "tf32", "bf16" or "fp16", which scales its gradients')
]
OnBadLoss = Annotated[Literal["stop", "skip"], Wanted('"stop" or "skip"')]


class Recipe(Word):
    """How a network is trained."""

    word = "train"
    noun = "recipe"
    called = "train NAME for NET { KEY = VALUE; … }"
    example = "train plain for conv_net { data = parquet(batch=20); optimizer = adam(lr=0.001); steps = 10000 }"
    habits = {
        "dataset": "data",
        "scheduler": "schedule",
        "lr_schedule": "schedule",
        "criterion": "loss",
        "transforms": "augment",
        "augmentation": "augment",
        "initializer": "init",
        "max_epochs": "epochs",
        "num_epochs": "epochs",
        "max_steps": "steps",
        "iterations": "steps",
        "ema": "average",
        "amp": "precision",
        "grad_clip": "clip_norm",
        "max_grad_norm": "clip_norm",
        "workers": "",
        "num_workers": "",
        "device": "",
        "shuffle": "",
    }
    inside = {
        "lr": "optimizer",
        "learning_rate": "optimizer",
        "momentum": "optimizer",
        "weight_decay": "optimizer",
        "batch": "data",
        "batch_size": "data",
        "mean": "data",
        "std": "data",
        "label_smoothing": "loss",
    }

    data: Annotated[DataFormat, Wanted("a data format, as in `parquet(batch=128)`")]
    """How the images lie on the disk, and how many make a step."""
    optimizer: Annotated[Optimizer, Wanted("an optimizer, as in `sgd(lr=0.1, momentum=0.9)`")]
    """How weights follow their gradients."""
    steps: OptionalCount = None
    """How long it trains, in updates of the weights."""
    epochs: OptionalPositive = None
    """Or in times that it sees all images; then this is the unit of all times in the recipe."""
    schedule: Annotated[
        tuple[Schedule, ...], BeforeValidator(several), Wanted("a schedule, as in `cosine`, or a list of some")
    ] = (Constant(),)
    """What the learning rate is multiplied with over time; of a list, one after the other."""
    loss: Annotated[Loss, Wanted("a loss, as in `cross_entropy(smoothing=0.1)`")] = CrossEntropy()
    """What is made small; auxiliary results are added with the weights that the network states."""
    augment: Annotated[
        tuple[Augmentation, ...], BeforeValidator(several), Wanted("a list of augmentations, as in `[flip]`")
    ] = ()
    """Random changes of the training images, in this order."""
    init: Annotated[
        tuple[Init, ...], BeforeValidator(several), Wanted("an initialisation, as in `kaiming`, or a list of some")
    ] = ()
    """What weights are before the first step, later ones over earlier ones; without it, as PyTorch makes them."""
    zero_last_norm: Flag = False
    """Whether the last normalisation in each residual starts at 0, so that at first nothing is added
    (Goyal et al. 2017, section 5.1)."""
    groups: Annotated[
        tuple[Group, ...], BeforeValidator(several), Wanted('a list of groups, as in `[group("bias", weight_decay=0)]`')
    ] = ()
    """Settings for some of the weights."""
    accumulate: Count = 1
    """How many parts a step's images are cut into, one after the other; the update is that of them all."""
    clip_norm: OptionalPositive = None
    """The largest norm that all gradients together may have; longer ones are shortened (Pascanu et al. 2013)."""
    clip_value: OptionalPositive = None
    """The largest magnitude that a single gradient may have."""
    average: Annotated[Average | None, Wanted("an average of weights, as in `ema(0.999)`")] = None
    """An average of the weights over time, which is evaluated and kept in place of the last ones."""
    precision: Precision = "fp32"
    """What the network computes in; the weights stay in 32 bits."""
    channels_last: Flag = False
    """Whether images lie in memory with their channels last, which tensor cores like."""
    compile: Flag = False
    """Whether the network goes through `torch.compile`."""
    evaluate: Annotated[Evaluation, Wanted("`evaluation(…)`")] = Evaluation()
    """How the network is judged while it trains."""
    log: Count = 100
    """Steps from one line of the log to the next."""
    save: OptionalPositive = None
    """Time from one checkpoint to the next, in the recipe's unit; without it, one at each evaluation."""
    ensemble: Count = 1
    """How many networks are trained, with seeds from `seed` on, whose probabilities are averaged."""
    seed: Natural = 0
    """What all chance comes from."""
    deterministic: Flag = False
    """Whether only operations are used that give the same bits each time; slower on GPUs."""
    bad_loss: OnBadLoss = "stop"
    """What happens when a loss is no number: stop, or leave the step out and count it."""

    def factor(self, time: float, length: float, losses: Sequence[float]) -> float:
        """What the learning rate is multiplied with, `time` after the start of a training of this length."""
        return factor(self.schedule, Moment(time, length, losses))
