"""The author of a random program: the choices, the expressions and the labels that come to mind at one place.

A body is written for several uses at once, each a `World`: together they are a column.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from keyword import iskeyword
from random import Random
from typing import Any, TypeVar

from netdsl.shapes import Shape
from netdsl.syntax.lexer import keywords
from programs.statements import Block, Body
from programs.world import Invalid, Thing, World

T = TypeVar("T")
Column = list[World]
"""The same place in every use."""

ODD_LABELS = (
    *('"conv-1"', '"if"', '"class"', '"lambda"', '"self"', '"a b"', '"import os"', '"é"', '"0"', '"7"', '"None"'),
    *('"net"', '"in"', '"it\'s"', '"\\\\"', '"in_channels"', '"torch"', '"nn"', '"super"', '"1x1"', '"%s"', '"#"'),
    *("x", "y", "F", "Tensor", "relu", "residual_", "layers", "blocks", "out", "shortcut_", "print", "width_"),
)
LABELS = {
    **{"conv": ("conv", "proj", "reduce"), "depthwise": ("depthwise", "dw"), "linear": ("fc", "head")},
    **{"batchnorm": ("bn", "norm"), "layer_scale": ("gamma", "layer_scale"), "scope": ("block", "layer", "stage")},
}


@dataclass
class Parameter:
    """A parameter of a block: what it is for, and its default, "" where it has none."""

    name: str
    kind: str
    default: str = ""


@dataclass(eq=False)
class Written:
    """A block with what its author had in mind: the arguments of the uses that it was written for."""

    block: Block
    parameters: list[Parameter]
    used_with: list[dict[str, str]]


@dataclass
class Manner:
    """How a body is written."""

    chain: bool = False
    """No labels and no values, so that it becomes an `nn.Sequential`."""
    free: bool = True
    """The places of unlabelled modules may differ between uses."""
    labels: set[str] = field(default_factory=set)
    turns: list[str] = field(default_factory=list)
    """What counts the trips of the loops around, "" where nothing does."""
    varied: bool = False
    """An `if` or a loop stands before, so places may differ between uses."""
    level: int = 0


def quoted(name: str) -> str:
    """A name as it is written as a label."""
    return name if name.isidentifier() and name.isascii() and name not in keywords() else f'"{name}"'


def whole(value: Any) -> bool:
    """Whether a value is a list of whole numbers."""
    return isinstance(value, tuple) and bool(value) and all(type(v) is int for v in value)


def fitting(column: Column, text: str, fits: Callable[[World, Any], bool]) -> bool:
    """Whether an expression has a value that fits in every use."""
    try:
        return all(fits(world, world.worth(text)) for world in column)
    except Invalid:
        return False


@dataclass
class Author:
    """Writes one file; `write` writes a body of so many statements."""

    random: Random
    size: int
    write: "Callable[[Author, Column, int, bool], Body]"
    blocks: list[Written] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    file: dict[str, Any] = field(default_factory=dict)
    manner: Manner = field(default_factory=Manner)

    def one(self, options: Sequence[T]) -> T:
        """One of the options; raises `Invalid` where there is none."""
        if not options:
            raise Invalid
        return options[self.between(0, len(options) - 1)]

    def between(self, low: int, high: int) -> int:
        """A number from `low` to `high`."""
        return self.random.randint(low, high)

    def chance(self, percent: int) -> bool:
        """True so many times of a hundred."""
        return self.between(0, 99) < percent

    def body(self, column: Column, size: int, keep: bool = False) -> Body:
        """Statements that fit every use; with `keep`, most leave height and width alone."""
        return self.write(self, column, size, keep)

    def numbers(self, column: Column, kind: type) -> list[str]:
        """The names that stand for a number of that kind in every use."""
        first = column[0].numbers if column else ()
        return [n for n in first if all(type(world.numbers.get(n)) is kind for world in column)]

    def lists(self, column: Column) -> list[str]:
        """The names of lists of whole numbers."""
        return [n for n in self.numbers(column, tuple) if all(whole(world.numbers[n]) for world in column)]

    def small(self, column: Column) -> list[str]:
        """The names that may be a stride in every use."""
        return [n for n in self.numbers(column, int) if all(world.numbers[n] in (1, 2) for world in column)]

    def values(self, column: Column, fits: Callable[[Shape, Shape], bool] = lambda value, here: True) -> list[str]:
        """The values that every use has and that fit what arrives, as they are written after `on`."""

        def fit(world: World, name: str) -> bool:
            shape = world.values.get(name)
            return shape is not None and (world.arriving is None or fits(shape, world.arriving))

        return [quoted(name) for name in column[0].values if all(fit(world, name) for world in column)]

    def sides(self, column: Column) -> list[str]:
        """The channels of what arrives and of every value."""
        named = [f"{name}.channels" for name in self.values(column) if name.isidentifier() and not iskeyword(name)]
        return ["in.channels"] * (column[0].arriving is not None) + named

    def arithmetic(self, column: Column) -> str:
        """An expression for a whole number."""
        atoms = [*self.numbers(column, int), *self.sides(column), "8", "4", "12", "16"]
        a, b = self.one(atoms), self.one(atoms)
        if self.chance(40):
            return a
        flag = self.one(self.numbers(column, bool) or ["true"])
        forms = [f"2 * {a}", f"{a} // 2", f"{a} + {b}", f"max({a}, {b})", f"{a} if {flag} else {b}", f"{a} * 2 ** 1"]
        forms += [f"round_to(1.5 * {a}, 4)", f"min({a}, 8)", f"({a} + {b}) // 2 * 2", f"{a} * {b} // 8", f"{a} - 2"]
        for xs in self.lists(column):
            forms += [f"{xs}[0]", f"{xs}[-1]", f"sum({xs}) // len({xs})", f"max({xs})", f"2 * len({xs}[:2])"]
        return self.one(forms)

    def count(
        self, column: Column, low: int = 1, high: int = 24, fits: Callable[[World, int], bool] = lambda world, n: True
    ) -> str:
        """An expression for a whole number from `low` to `high` in every use."""
        for _ in range(3):
            text = self.arithmetic(column)
            if fitting(column, text, lambda world, n: type(n) is int and low <= n <= high and fits(world, n)):
                return text
        return self.one([str(n) for n in range(low, high + 1) if all(fits(world, n) for world in column)])

    def channels(self, column: Column, wanted: Sequence[int]) -> str:
        """An expression that is worth `wanted`, one for each use; raises `Invalid` where none comes to mind."""
        atoms = [*self.sides(column), *self.numbers(column, int)]
        options = [text for a in atoms for text in (a, f"2 * {a}", f"{a} // 2", f"4 * {a}")]
        options += [str(wanted[0])] * (len(set(wanted)) == 1)
        pairs = list(zip(column, wanted, strict=True))
        return self.one([t for t in options if all(fitting([w], t, lambda _, v, n=n: v == n) for w, n in pairs)])

    def condition(self, column: Column) -> str:
        """An expression that is true or false in every use."""
        ints, flags = self.numbers(column, int), self.numbers(column, bool)
        options = [text for f in flags for text in (f, f"not {f}")]
        options += [text for n in ints for text in (f"{n} == 0", f"{n} > 1", f"{n} != 1", f"{n} % 2 == 0", f"{n} >= 8")]
        options += [f"len({xs}) > 1" for xs in self.lists(column)]
        if column[0].arriving is not None:
            options += ["in.channels > 8", "in.channels == 8"]
            options += [f"in.channels {op} {n}" for n in ints[:3] for op in ("==", "!=")]
            if all(world.arriving is not None and world.arriving.space for world in column):
                options += ["in.height > 4", "in.width >= in.height"]
        text = self.one(options or ["true"])
        if self.chance(20):
            text = f"{text} {self.one(['and', 'or'])} {self.one(options or ['false'])}"
        if not fitting(column, text, lambda _, value: isinstance(value, bool)):
            raise Invalid
        return text

    def number_name(self, base: str, column: Column) -> str:
        """A new name for a number."""
        taken = {name for world in column for name in (*world.numbers, *world.values)}
        return next(n for n in (base, *(f"{base}{i}" for i in range(2, 99))) if n not in taken)

    def fresh(self, base: str) -> str:
        """A new label."""
        taken = self.manner.labels
        found = next(f"{base}{i}" for i in range(1, 999) if f"{base}{i}" not in taken)
        taken.add(found)
        return found

    def label(self, kind: str, weighty: bool, column: Column) -> str:
        """A label, or "" where none is needed and wanted; raises `Invalid` where it is needed and cannot be."""
        manner = self.manner
        must = weighty and manner.varied and not manner.free
        if "" in manner.turns and must:
            raise Invalid
        if manner.chain or "" in manner.turns or (not must and not self.chance(60)):
            return ""
        if not manner.turns and self.chance(6):
            return self._odd()
        base = self.fresh(self.one(LABELS.get(kind, (kind, "branch", "path"))))
        if manner.turns:
            dot, plus = "s." if self.chance(20) else "_", self.one(["", " + 1"])
            return f'"{base}{dot}{"_".join(f"{{{turn}{plus}}}" for turn in manner.turns)}"'
        words = self.numbers(column, str)
        if words and self.chance(30):
            return f'"{base}_{{{self.one(words)}}}"'
        return f'"{base}.a"' if self.chance(4) else f'"{base}"' if self.chance(5) else base

    def _odd(self) -> str:
        found = self.one(ODD_LABELS)
        if found in self.manner.labels:
            raise Invalid
        self.manner.labels.add(found)
        return found

    def things(self, column: Column) -> list[str]:
        """The names of layers and blocks that were given as arguments, and of constants."""
        return [*self.numbers(column, Thing), *self.constants]
