"""How much room a block's parts need."""

from dataclasses import dataclass

from netdsl.targets.drawing.blocks.tree import Bypass, Fused, Lanes, Operator, Part, Series
from netdsl.targets.drawing.header import SIGNS
from netdsl.targets.drawing.metrics import width
from netdsl.targets.drawing.scene import Cut

SIZES = (36.0, 32.0, 28.0, 26.0, 24.0, 22.0, 20.0, 18.0)
"""Of the words in an opened block, the preferred first."""
BAR = 16.0
FORK = 26.0
"""From where a wire forks to what stands behind it."""


@dataclass(frozen=True, slots=True)
class Look:
    """The sizes of one picture of a block."""

    text: float
    channels: bool = True
    """Whether boxes hold the number of channels that they give."""
    gap: float = 32.0
    """Between parts, for the arrow."""
    pad: float = 12.0
    """Between the words of a box and its border."""
    lane_gap: float = 16.0
    tall: float = 2.3
    """The height of an operator's box, in sizes of the text."""

    @property
    def box(self) -> float:
        """The height of an operator's box."""
        return self.text * self.tall

    @property
    def pill(self) -> float:
        """The height of a pill."""
        return self.text * 1.7

    @property
    def circle(self) -> float:
        """Across a sum's circle."""
        return self.text * 1.9

    @property
    def frame(self) -> float:
        """Between a container and what stands in it."""
        return self.text * 0.3


@dataclass(frozen=True, slots=True)
class Extent:
    """The room of a part: its width, and its height above and below the line of the data."""

    width: float
    up: float
    down: float

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.up + self.down


def operator_width(operator: Operator, look: Look) -> float:
    """The width of a box or pill."""
    cut = Cut.SEMIBOLD if operator.main else Cut.REGULAR
    return width(operator.words, look.text, cut) + 2 * look.pad + channel_width(operator, look)


def channel_width(operator: Operator, look: Look) -> float:
    """The width of the part of a box that holds the channels; nothing where there are none."""
    if operator.channels is None or not look.channels:
        return 0.0
    return width(str(operator.channels), look.text, Cut.SEMIBOLD) + 2 * look.pad * 0.8


def extent(part: Part | Series, look: Look) -> Extent:
    """The room of a part."""
    match part:
        case Fused():
            return _fused(part, look)
        case Lanes():
            return _lanes(part, look)
        case Bypass():
            return _bypass(part, look)
        case Series():
            extents = [extent(inner, look) for inner in part.parts]
            wide = sum(one.width for one in extents) + look.gap * max(0, len(extents) - 1)
            least = look.text / 2
            up, down = (one.up for one in extents), (one.down for one in extents)
            return Extent(wide, max(up, default=least), max(down, default=least))


def _fused(part: Fused, look: Look) -> Extent:
    widths = [operator_width(operator, look) for operator in part.operators]
    high = look.box if any(operator.main for operator in part.operators) else look.pill
    if len(widths) == 1:
        return Extent(widths[0], high / 2, high / 2)
    half = high / 2 + look.frame
    return Extent(sum(widths) + look.frame * (len(widths) + 1), half, half)


def lane_middles(part: Lanes, look: Look) -> list[float]:
    """How far below the line the middle of each lane runs; negative above it.

    Of an odd number of lanes the middle one runs straight into the sign of a sum.
    """
    extents = [extent(lane, look) for lane in part.lanes]
    total = sum(one.height for one in extents) + look.lane_gap * (len(extents) - 1)
    middles, y = [], -total / 2
    for one in extents:
        middles.append(y + one.up)
        y += one.height + look.lane_gap
    at_sign = middles[len(middles) // 2] if part.join in SIGNS and len(middles) % 2 else 0
    return [middle - at_sign for middle in middles]


def _lanes(part: Lanes, look: Look) -> Extent:
    extents = [extent(lane, look) for lane in part.lanes]
    middles = lane_middles(part, look)
    join = look.circle if part.join in SIGNS else BAR
    start = BAR + FORK if part.split else 0
    wide = start + FORK + look.gap + max(one.width for one in extents) + look.gap + join
    return Extent(wide, extents[0].up - middles[0], extents[-1].down + middles[-1])


def above_height(part: Bypass, look: Look) -> float:
    """How far above the line what goes around runs."""
    main, above = extent(part.main, look), extent(part.above, look)
    note = look.text * 1.3 if part.note else 0
    return max(main.up, look.circle / 2) + look.lane_gap + above.down + note


def _bypass(part: Bypass, look: Look) -> Extent:
    main, above = extent(part.main, look), extent(part.above, look)
    middle = max(main.width, above.width + 2 * look.gap if above.width else 0, 2 * look.gap)
    up = above_height(part, look) + above.up + (look.frame * 2 if part.dashed else 0)
    return Extent(FORK + middle + 2 * look.gap + look.circle, up, max(main.down, look.circle / 2))
