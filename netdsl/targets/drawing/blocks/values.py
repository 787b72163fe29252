"""The values of a walk: which are read from afar, and what they are called there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, count

from netdsl.graph.model import LayerRun
from netdsl.layers.base import Arrives as Incoming
from netdsl.layers.base import Role
from netdsl.shapes import Shape
from netdsl.targets.drawing.blocks.parts import (
    Arrives,
    Bypass,
    Fused,
    Lanes,
    Leaves,
    Operator,
    Part,
    Series,
    Tag,
    every,
)
from netdsl.targets.drawing.words import OPERATORS, PAINTS, caption, detail, dims
from netdsl.targets.summary.words import layer_words

MIXES = {Role.MIX, Role.DENSE}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(slots=True)
class Values:
    """What is known of values, each by its number in the order in which they are made.

    A walk learns `read`, `ports` and `operators`, and what it draws shows which values arrive from `far`. So a second
    walk knows them, and which values are `dead`, for nothing reads them.
    """

    far: frozenset[int] = frozenset()
    dead: frozenset[int] = frozenset()
    read: set[int] = field(default_factory=set)
    ports: dict[int, list[str]] = field(default_factory=dict)
    operators: dict[LayerRun, Operator] = field(default_factory=dict)
    """What a layer is drawn as, wherever it stands; the uses of a block often share their layers."""
    shapes: list[Shape] = field(default_factory=list)
    names: dict[int, "Names"] = field(default_factory=dict)

    def new(self, shape: Shape) -> int:
        """The number of a value that is made now."""
        self.shapes.append(shape)
        return len(self.shapes) - 1

    def operator(self, run: LayerRun, key: str) -> Operator:
        """What a layer is drawn as that stands in a module of this name."""
        known = self.operators.get(run)
        if known is None:
            known = self.operators[run] = _drawn(run)
        shown = known.words, known.channels, known.paint, known.main
        return Operator(*shown, key, known.output, (key, *known.notes))

    def tag(self, value: int) -> Tag:
        """The tag of a value, before it has words."""
        return Tag(value, "", self.shapes[value])

    def leaving(self, value: int) -> list[Leaves]:
        """The tags at which a value leaves the line on which it was made."""
        ports = [Tag(value, words, self.shapes[value], port=True) for words in self.ports.get(value, ())]
        return [Leaves(tag) for tag in ([self.tag(value)] if value in self.far else []) + ports]


def _drawn(run: LayerRun) -> Operator:
    """What a layer is drawn as, before it has a name."""
    arrives = run.arrives[0].shape
    main = run.layer.role in OPERATORS
    words = " ".join(filter(None, (caption(run.layer), detail(run.layer, (arrives,)) if main else "")))
    decides = run.layer.role in MIXES and run.layer.channels(Incoming((arrives,))) != "in"
    channels = run.gives.shape.channels if decides else None
    notes = (layer_words(run.layer), f"gives {dims(run.gives.shape)}")
    return Operator(words, channels, PAINTS[run.layer.role], main, "", run.gives.shape, notes)


@dataclass(slots=True)
class Names:
    """What the file calls a value."""

    modules: list[str] = field(default_factory=list)
    """Those that give it, from the innermost outwards."""
    targets: list[str] = field(default_factory=list)
    """The names that it was given."""
    inputs: list[str] = field(default_factory=list)
    """What blocks call it that take it."""

    def candidates(self) -> Iterator[str]:
        """What it may be called, the preferred first: a module of the net's own body is known to every reader."""
        yield from (key for key in self.modules if "." not in key and not key.isdecimal())
        yield from self.targets
        lasts = (key.rpartition(".")[2] for key in reversed(self.modules))
        yield from (last for last in lasts if not last.isdecimal())
        yield from self.inputs
        yield from (key for key in reversed(self.modules) if "." in key)


def arriving(lines: Iterable[Series]) -> frozenset[int]:
    """The values that arrive from afar."""
    found = (part for line in lines for part in every(line) if isinstance(part, Arrives))
    return frozenset(tag.value for part in found for tag in part.tags if not tag.port)


def named(lines: tuple[Series, ...], values: Values) -> tuple[Series, ...]:
    """The lines with words on their tags: never the same for two values while both are still to arrive."""
    words = _words(lines, values)
    return tuple(_with_words(line, words) for line in lines)


def _words(lines: tuple[Series, ...], values: Values) -> dict[int, str]:
    leaves: dict[int, int] = {}
    last: dict[int, int] = {}
    for at, part in enumerate(part for line in lines for part in every(line)):
        if isinstance(part, Leaves) and not part.tag.port:
            leaves[part.tag.value] = at
        elif isinstance(part, Arrives):
            last |= dict.fromkeys((tag.value for tag in part.tags if not tag.port), at)
    found: dict[int, str] = {}
    living: dict[str, int] = {}
    for value, at in sorted(leaves.items(), key=lambda item: item[1]):
        living = {word: end for word, end in living.items() if end > at}
        names = values.names.get(value, Names())
        found[value] = next(word for word in chain(names.candidates(), _letters()) if word not in living)
        living[found[value]] = last[value]
    return found


def _letters() -> Iterator[str]:
    """A, B, … Z, A2, B2 …"""
    yield from LETTERS
    for number in count(2):
        yield from (f"{letter}{number}" for letter in LETTERS)


def _with_words(line: Series, words: dict[int, str]) -> Series:
    return Series(tuple(_worded(part, words) for part in line.parts))


def _worded(part: Part, words: dict[int, str]) -> Part:
    match part:
        case Arrives():
            return Arrives(tuple(_said(tag, words) for tag in part.tags))
        case Leaves():
            return replace(part, tag=_said(part.tag, words))
        case Lanes():
            return replace(part, lanes=tuple(_with_words(lane, words) for lane in part.lanes))
        case Bypass():
            return replace(part, main=_with_words(part.main, words), above=_with_words(part.above, words))
        case Fused():
            return part


def _said(tag: Tag, words: dict[int, str]) -> Tag:
    if tag.port:
        return tag
    word = words[tag.value]
    return replace(tag, words=word, notes=(word, dims(tag.shape)))
