"""A drawing as data: shapes, words and wires in canvas units (pixels at full size), with roles instead of colours.

Nothing here or below knows what a layer is; nothing above knows a format.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cache
from typing import TypeAlias, overload

from netdsl.records import by_value

Point = tuple[float, float]


class CannotDraw(ValueError):
    """A picture cannot be drawn or written as asked; the message says how it can."""


class NoRoom(CannotDraw):
    """What is to be shown does not fit on its page without small print; the message says what does."""


@by_value
class Frame:
    """A rectangle: its top left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, size: Point) -> bool:
        """Whether it is as wide and as high."""
        return size[0] <= self.width and size[1] <= self.height

    def inset(self, by: float, down: float | None = None) -> "Frame":
        """The same, smaller by so much on each side; outwards where negative."""
        vertical = by if down is None else down
        return Frame(self.x + by, self.y + vertical, self.width - 2 * by, self.height - 2 * vertical)

    def moved(self, right: float, down: float) -> "Frame":
        """The same, somewhere else."""
        return Frame(self.x + right, self.y + down, self.width, self.height)


class Tone(StrEnum):
    """Which of the four colours of a role: full, words on it, pale, words on that."""

    SOLID = "solid"
    TEXT = "text"
    TINT = "tint"
    INK = "ink"


@by_value
class Paint:
    """A colour by what it is for; `fade` is the share of the ground that is mixed in (0 to 1)."""

    role: str
    """One of convolution, pooling, norm, join, dense, reshape, port, or of ground, panel, ink, muted, arrow, hairline,
    which have SOLID only."""
    tone: Tone = Tone.SOLID
    fade: float = 0.0


class Cut(StrEnum):
    """The fonts: their file's name."""

    REGULAR = "Inter-Regular"
    SEMIBOLD = "Inter-SemiBold"
    DISPLAY = "InterDisplay-Bold"


class Anchor(StrEnum):
    """Which point of a line of words stands at its place."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@by_value
class Words:
    """One line of text, at its baseline. `on` is the ground it must be legible on."""

    text: str
    x: float
    y: float
    size: float
    paint: Paint
    on: Paint
    cut: Cut = Cut.REGULAR
    anchor: Anchor = Anchor.MIDDLE


class Outline(StrEnum):
    """The form of a shape."""

    BOX = "box"
    NOTCHED = "notched"
    """A box with a notch in the middle of its upper and its lower edge, where it has them."""
    DISC = "disc"
    POLYGON = "polygon"


@by_value
class Shape:
    """A filled or outlined form with the words that stand in it."""

    frame: Frame
    fill: Paint | None = None
    stroke: Paint | None = None
    outline: Outline = Outline.BOX
    radius: tuple[float, float, float, float] = (0, 0, 0, 0)
    """Of the corners, from the top left one clockwise."""
    notches: tuple[bool, bool] = (True, True)
    """Whether there is a notch above, and below."""
    points: tuple[Point, ...] = ()
    """Of a polygon."""
    thickness: float = 2
    dashed: bool = False
    words: tuple[Words, ...] = ()


@by_value
class Wire:
    """A line through points, from node to node; corners are rounded by `bend`.

    `curved` means that the points are those of cubic curves: start, two controls, end, two controls, end …
    """

    points: tuple[Point, ...]
    paint: Paint = Paint("arrow")
    thickness: float = 3
    bend: float = 16
    arrow: bool = True
    dashed: bool = False
    curved: bool = False
    start: str = ""
    """The name of the node at whose border it starts; "" where it starts at none."""
    end: str = ""


@by_value
class Node:
    """What a reader takes for one thing: a card, an operator, a join. Nodes inside it are its parts."""

    name: str
    """Its own on the page."""
    frame: Frame
    items: tuple["Item", ...]
    notes: tuple[str, ...] = ()
    """What a tooltip says of it, a line each."""
    keys: tuple[str, ...] = ()
    """The modules that it stands for, by their names in the state dict."""


Item: TypeAlias = Shape | Words | Wire | Node


@by_value
class Scene:
    """One page."""

    width: float
    height: float
    title: str
    description: str
    """What the picture shows, in words, for those who cannot see it."""
    items: tuple[Item, ...]


class Pages(Sequence[Scene]):
    """Scenes that are drawn when they are asked for, each once."""

    def __init__(self, count: int, draw: Callable[[int], Scene]) -> None:
        self.places = range(count)
        self.draw = cache(draw)

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, at: int) -> Scene: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Scene, ...]: ...

    def __getitem__(self, at: int | slice) -> Scene | tuple[Scene, ...]:
        if isinstance(at, slice):
            return tuple(map(self.draw, self.places[at]))
        return self.draw(self.places[at])


def flat(items: tuple[Item, ...]) -> Iterator[Item]:
    """All items in the order in which they are painted, each node before its parts, shapes before their words."""
    for item in items:
        yield item
        if isinstance(item, Node):
            yield from flat(item.items)
        elif isinstance(item, Shape):
            yield from item.words


def moved(item: Item, right: float, down: float) -> Item:
    """The same item somewhere else."""
    match item:
        case Words():
            return replace(item, x=item.x + right, y=item.y + down)
        case Wire():
            return replace(item, points=tuple((x + right, y + down) for x, y in item.points))
        case Node():
            items = tuple(moved(inner, right, down) for inner in item.items)
            return replace(item, frame=item.frame.moved(right, down), items=items)
        case Shape():
            points = tuple((x + right, y + down) for x, y in item.points)
            words = tuple(replace(line, x=line.x + right, y=line.y + down) for line in item.words)
            return replace(item, frame=item.frame.moved(right, down), points=points, words=words)
