"""A recipe against its network: what can be known to fail before any image is read."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from netdsl.diagnostics.recipes import Unfit
from netdsl.diagnostics.suggest import nearest
from netdsl.graph.model import Use
from netdsl.graph.state import entries
from netdsl.graph.weights import weights
from netdsl.layers.base import Role
from netdsl.records import record
from netdsl.shapes import Shape
from netdsl.source import Span
from netdsl.tree.expressions import Apply, Expr, List, Literal
from netdsl.tree.statements import Train
from netdsl.tree.walk import parts

if TYPE_CHECKING:
    from netdsl.recipes.recipe import Recipe

KINDS = ("norm", "bias")
"""What a group may name besides keys."""

PER_CHANNEL = ("mean", "std", "fill")
"""Arguments that have a number for each channel, or one for all."""


@record
class Fitting:
    """A recipe held against the net it is for."""

    train: Train
    recipe: "Recipe"
    net: str
    use: Use
    input: Shape

    def faults(self) -> Iterator[Unfit]:
        """Everything that does not fit."""
        yield from self._shapes()
        yield from self._channels()
        yield from self._data()
        yield from self._times()
        yield from self._keys()
        yield from self._starts()
        yield from self._still()

    def _fault(self, key: str, reason: str, remedy: str, part: str | int = "") -> Unfit:
        return Unfit(span=self._place(key, part), net=self.net, reason=reason, remedy=remedy)

    def _place(self, key: str, part: str | int) -> Span:
        """Where a setting stands, or in it the argument or the string that is called `part`, or the item of a list."""
        found = next((setting for setting in self.train.settings if setting.name == key), None)
        if found is None:
            return self.train.name_span
        if isinstance(part, int):
            return found.value.items[part].span if isinstance(found.value, List) else found.value.span
        return next(_called(found.value, part), found.value.span) if part else found.value.span

    def _shapes(self) -> Iterator[Unfit]:
        if len(self.input.space) != 2 or self.input.channels not in (1, 3):
            reason = f"images have 1 or 3 channels, height and width, and it takes {self.input}"
            yield self._fault("data", reason, "write `input 3x224x224`")
        if self.use.gives.shape.space:
            reason = f"it gives a map of {self.use.gives.shape}, and an image has one class"
            yield self._fault("data", reason, "end it with `global_avgpool -> flatten -> linear(classes)`")

    def _data(self) -> Iterator[Unfit]:
        data = self.recipe.data
        if data.resize is not None and data.resize < max(self.input.space, default=0):
            reason = f"images of {data.resize} are smaller than its input of {self.input}"
            yield self._fault("data", reason, f"write `resize={max(self.input.space)}`, or leave it out", "resize")
        if data.batch % self.recipe.accumulate:
            reason = f"{data.batch} images cannot be cut into {self.recipe.accumulate} equal parts"
            yield self._fault("accumulate", reason, "write a number that divides the batch")

    def _channels(self) -> Iterator[Unfit]:
        """Numbers for each channel where there are other channels."""
        words = [("data", self.recipe.data), *(("augment", augmentation) for augmentation in self.recipe.augment)]
        for key, word in words:
            for name in PER_CHANNEL:
                values = getattr(word, name, ())
                if isinstance(values, tuple) and values and len(values) not in (1, self.input.channels):
                    reason = f"`{name}` has {len(values)} numbers, and its input has {self.input.channels} channels"
                    yield self._fault(key, reason, "give one number for each channel, or one for all", name)

    def _times(self) -> Iterator[Unfit]:
        length = self.recipe.epochs or self.recipe.steps or 0
        unit = "epochs" if self.recipe.epochs else "steps"
        if self.recipe.epochs and self.recipe.data.flows:
            reason = f"nobody knows how long an epoch of `{self.recipe.data.word}` is"
            yield self._fault("epochs", reason, "give the length in steps: `steps = 100000`")
        stated = sum(schedule.length or 0 for schedule in self.recipe.schedule)
        if stated > length:
            reason = f"its schedules take {stated:g} {unit}, and it trains for {length:g}"
            yield self._fault("schedule", reason, f"times are in {unit}, like the length of the recipe")
        every = self.recipe.evaluate.every
        if every is not None and every > length:
            reason = f"it would be judged every {every:g} {unit}, and trains for {length:g}"
            yield self._fault("evaluate", reason, f"times are in {unit}, like the length of the recipe")

    def _keys(self) -> Iterator[Unfit]:
        keys = [entry.key for entry in entries(self.use) if not entry.buffer]
        asked = [("groups", name) for group in self.recipe.groups for name in group.only if name not in KINDS]
        asked += [("init", name) for init in self.recipe.init for name in init.only]
        for setting, pattern in asked:
            if not any(fnmatchcase(key, pattern) for key in keys):
                near = nearest(pattern, (*keys, *(KINDS if setting == "groups" else ())))
                remedy = f'did you mean "{near}"?' if near else f'its weights are called "{keys[0]}" and so on'
                yield self._fault(setting, f'no weight is called "{pattern}"', remedy, pattern)

    def _starts(self) -> Iterator[Unfit]:
        """The first weight that an initialisation cannot fill."""
        dims = {entry.key: entry.dims for entry in entries(self.use)}
        for place, init in enumerate(self.recipe.init):
            for weight in weights(self.use):
                named = init.names(weight.key, learns=weight.fans is not None)
                reason = init.unfit(dims[weight.key], self.input.channels) if named else ""
                if reason:
                    found = f'{reason}, and "{weight.key}" is {"x".join(map(str, dims[weight.key]))}'
                    remedy = f'name the weights it is for: `{init.word}(only="KEY")`, with `*` for any letters'
                    yield self._fault("init", found, remedy, place)
                    break

    def _still(self) -> Iterator[Unfit]:
        """Groups that leave nothing to be trained."""
        groups = self.recipe.groups
        for weight in weights(self.use):
            norm = weight.role is Role.NORM
            group = next((g for g in groups if g.names(weight.key, norm=norm, bias=weight.bias)), None)
            if group is None or group.lr:
                return
        if groups:
            yield self._fault("groups", "no weight is left that has a learning rate", "leave a group out")


def _called(expr: Expr, name: str) -> Iterator[Span]:
    """The places in an expression of arguments and strings of this name."""
    if isinstance(expr, Apply):
        yield from (argument.value.span for argument in expr.arguments if argument.name == name)
    if isinstance(expr, Literal) and expr.value == name:
        yield expr.span
    for part in parts(expr):
        yield from _called(part, name)
