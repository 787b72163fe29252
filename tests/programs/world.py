"""What holds at one place of a random program, worked out apart from netdsl's own elaboration.

Only the shape rules of the layer kinds are shared with netdsl; `test_layers_agree.py` compares them with PyTorch.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from math import ceil, floor, log
from types import CodeType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from netdsl.layers.base import Arrives, Layer, Refusal
from netdsl.layers.vocabulary import kinds
from netdsl.shapes import Shape

if TYPE_CHECKING:
    from programs.statements import Block

MOST_CHANNELS, MOST_FEATURES, LONGEST_SIDE, MOST_MODULES = 48, 384, 24, 60
"""What a test on a CPU has time for."""


class Invalid(Exception):
    """A statement that would be refused here, or that is too large."""


@dataclass(frozen=True)
class Sides:
    """A value as expressions see it."""

    shape: Shape

    @property
    def channels(self) -> int:
        return self.shape.channels

    @property
    def size(self) -> tuple[int, ...]:
        if not self.shape.space:
            raise Invalid
        return self.shape.space

    @property
    def height(self) -> int:
        return self.size[0]

    @property
    def width(self) -> int:
        return self.size[1]


@dataclass(frozen=True)
class Thing:
    """A layer or block with part of its arguments."""

    target: "type[Layer] | Block"
    fixed: tuple[tuple[str, Any], ...] = ()

    def __call__(self, *positional: Any, **named: Any) -> "Thing":
        fixed = dict(self.fixed)
        free = (name for name in self._order() if name not in fixed)
        for value in positional:
            fixed[next(free)] = value
        return Thing(self.target, tuple((fixed | named).items()))

    def _order(self) -> tuple[str, ...]:
        if isinstance(self.target, type):
            return tuple(self.target.model_fields)[: self.target.positional]
        return tuple(name for name, _ in self.target.parameters)

    @property
    def is_wire(self) -> bool:
        return isinstance(self.target, type) and self.target.wiring


@dataclass
class Keys:
    """The names taken in one scope of the state dict."""

    taken: dict[str, "Keys | None"] = field(default_factory=dict)

    def take(self, label: str | None) -> str:
        names = [str(len(self.taken))] if label is None else label.split(".")
        scope = self
        for name in names[:-1]:
            below = scope.taken.setdefault(name, Keys())
            if below is None:
                raise Invalid
            scope = below
        if names[-1] in scope.taken:
            raise Invalid
        scope.taken[names[-1]] = None
        return ".".join(names)


@dataclass(frozen=True)
class Module:
    """A layer in its place: key, word, the dimensions that it gives."""

    key: str
    word: str
    dims: tuple[int, ...]


def _round_to(value: float, step: int) -> int:
    rounded = max(step, int(value + step / 2) // step * step)
    return rounded + step if rounded < 0.9 * value else rounded


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{function.__name__: function for function in (min, max, round, ceil, floor, len, sum, log)},
    "round_to": _round_to,
    "range": lambda *bounds: tuple(range(*bounds)),
    "enumerate": lambda items, start=0: tuple(enumerate(items, start)),
    "zip": lambda *lists: tuple(zip(*lists, strict=False)),
    "reversed": lambda items: items[::-1],
}
MISFITS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, StopIteration, NameError)
"""What Python raises where the language refuses."""


@cache
def _compiled(text: str) -> CodeType:
    """Python's reading of an expression of the language."""
    text = re.sub(r"\b\d+(x\d+)+\b", lambda size: f"({size[0].replace('x', ', ')})", text)
    text = re.sub(r"\bin\.", "arriving.", text)
    text = re.sub(r"\btrue\b", "True", re.sub(r"\bfalse\b", "False", text))
    return compile(text, "<expression>", "eval")


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


class _Names(dict[str, Any]):
    """Functions, values, the names of the file, those of the body; else layers."""

    def __init__(self, world: "World") -> None:
        values = {name: Sides(shape) for name, shape in world.values.items()}
        arriving = {} if world.arriving is None else {"arriving": Sides(world.arriving)}
        super().__init__({**_FUNCTIONS, **values, **world.file, **world.numbers, **arriving})

    def __missing__(self, name: str) -> Thing:
        return Thing(kinds()[name])


@dataclass
class World:
    """What holds at one place of one use of a body; braces share all but what arrives, scopes have their own keys."""

    file: Mapping[str, Any]
    numbers: dict[str, Any]
    values: dict[str, Shape]
    arriving: Shape | None
    keys: Keys = field(default_factory=Keys)
    prefix: str = ""
    modules: list[Module] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    bound: list[str] = field(default_factory=list)

    def worth(self, text: str) -> Any:
        """The value of an expression."""
        try:
            return _frozen(eval(_compiled(text), {"__builtins__": {}}, _Names(self)))
        except MISFITS:
            raise Invalid from None

    def holds(self, text: str) -> bool:
        """Whether a condition does; one that is not written does."""
        value = not text or self.worth(text)
        if not isinstance(value, bool):
            raise Invalid
        return value

    def name(self, label: str) -> str:
        """What a label says once its `{ }` are filled."""
        if not label.startswith('"'):
            return label
        return re.sub(r"\{([^}]*)\}", lambda hole: str(self.worth(hole[1])), label[1:-1])

    def at(self, shape: Shape | None) -> "World":
        """The same place where something else arrives."""
        return replace(self, arriving=shape)

    def fork(self) -> "World":
        """A place where statements can be tried."""
        return replace(
            self,
            numbers=dict(self.numbers),
            values=dict(self.values),
            keys=deepcopy(self.keys),
            modules=list(self.modules),
            outputs=list(self.outputs),
            bound=list(self.bound),
        )

    def bind(self, name: str, shape: Shape) -> None:
        """Names a value."""
        if name in self.numbers:
            raise Invalid
        self.values[name] = shape
        self.bound.append(name)

    def number(self, name: str, value: Any) -> None:
        """Names a number."""
        if name in self.values:
            raise Invalid
        self.numbers[name] = value

    def here(self) -> Shape:
        """What arrives."""
        if self.arriving is None:
            raise Invalid
        return self.arriving

    def received(self, on: tuple[str, ...]) -> list[Shape]:
        """The values that a step takes."""
        names = [self.name(label) for label in on]
        if any(name not in self.values for name in names):
            raise Invalid
        return [self.values[name] for name in names] or [self.here()]

    def given(self, shape: Shape) -> None:
        """The flow goes on with a value of that shape."""
        too_wide = shape.channels > (MOST_CHANNELS if shape.positions > 1 else MOST_FEATURES)
        if too_wide or max(shape.space, default=0) > LONGEST_SIDE or len(self.modules) > MOST_MODULES:
            raise Invalid
        self.arriving = shape


def apply(layer: type[Layer], fields: Mapping[str, Any], inputs: list[Shape]) -> Shape:
    """What a layer gives; raises `Invalid`."""
    if (len(inputs) < 2) if layer.inputs is None else (len(inputs) != layer.inputs):
        raise Invalid
    try:
        return layer(**fields).shape(Arrives(tuple(inputs)))
    except (ValidationError, Refusal):
        raise Invalid from None
