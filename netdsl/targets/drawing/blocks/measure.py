"""How much room a block's parts need."""

from collections.abc import Iterable
from dataclasses import field, replace

from netdsl.records import by_value
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
    begins,
)
from netdsl.targets.drawing.header import SIGNS
from netdsl.targets.drawing.metrics import CAP_HEIGHT, fitted, width
from netdsl.targets.drawing.scene import Cut

SIZES = (36.0, 32.0, 28.0, 26.0, 24.0, 22.0, 20.0, 18.0)
"""Of the words in an opened block, the preferred first."""
BAR = 16.0
FORK = 26.0
"""From where a wire forks to what stands behind it."""
TAGS_APART = 6.0
"""Between tags that enter a join together."""
LEAST_NOTE = 18.0
TAIL = 0.25
"""Of a size of text: how far its letters reach below their line."""
LONGEST_TAG = 20
"""So many letters m of a tag's words are shown."""


@by_value
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
    known: dict[Part | Series, "Extent"] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was measured so far: the room of a part is asked for by all that it stands in."""

    @property
    def box(self) -> float:
        """The height of an operator's box."""
        return self.text * self.tall

    @property
    def pill(self) -> float:
        """The height of a pill."""
        return self.text * 1.7

    @property
    def tag(self) -> float:
        """The height of a tag."""
        return self.text * 1.6

    @property
    def circle(self) -> float:
        """Across a sum's circle."""
        return self.text * 1.9

    @property
    def frame(self) -> float:
        """Between a container and what stands in it."""
        return self.text * 0.3


@by_value
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
    if part not in look.known:
        look.known[part] = _measured(part, look)
    return look.known[part]


def apart(look: Look, gap: float, parts: Iterable[Part]) -> Look:
    """The look with other gaps; those of the parts that hold none are as large in it."""
    other = replace(look, gap=gap)
    other.known.update((part, extent(part, look)) for part in parts if not isinstance(part, Lanes | Bypass))
    return other


def _measured(part: Part | Series, look: Look) -> Extent:
    match part:
        case Fused():
            return _fused(part, look)
        case Lanes():
            return _lanes(part, look)
        case Bypass():
            return _bypass(part, look)
        case Arrives():
            wide = sum(tag_width(tag, look) for tag in part.tags) + TAGS_APART * (len(part.tags) - 1)
            return Extent(wide, look.tag / 2, look.tag / 2)
        case Leaves():
            return _leaves(part, look)
        case Series():
            extents = [extent(inner, look) for inner in part.parts]
            wide = sum(one.width for one in extents) + look.gap * max(0, len(extents) - 1)
            least = look.text / 2
            up, down = (one.up for one in extents), (one.down for one in extents)
            return Extent(wide, max(up, default=least), max(down, default=least))


def tag_width(tag: Tag, look: Look) -> float:
    """The width of a tag, or of an end of the network."""
    return width(tag_words(tag), look.text, tag_cut(tag)) + look.text * 1.5


def tag_words(tag: Tag) -> str:
    """What a tag says: as much of its words as has room."""
    return fitted(tag.words, LONGEST_TAG, 1.0, tag_cut(tag))


def tag_cut(tag: Tag) -> Cut:
    """The font of a tag's words."""
    return Cut.SEMIBOLD if tag.port else Cut.REGULAR


def flag_height(look: Look) -> float:
    """How far above the line the tag of a value stands that goes on there as well."""
    return look.box / 2 + look.tag / 2


def _leaves(part: Leaves, look: Look) -> Extent:
    wide = tag_width(part.tag, look)
    if part.ends:
        return Extent(wide, look.tag / 2, look.tag / 2)
    return Extent(FORK + wide, flag_height(look) + look.tag / 2, 0.0)


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
    wide = lanes_start(part, look) + max(one.width for one in extents) + lanes_end(part, look)
    return Extent(wide, extents[0].up - middles[0], extents[-1].down + middles[-1])


def lanes_start(part: Lanes, look: Look) -> float:
    """What stands before lanes: the bar of a split, a fork; nothing where all begin elsewhere."""
    if begins(part):
        return 0.0
    return (BAR + FORK if part.split else 0) + FORK + look.gap


def lanes_end(part: Lanes, look: Look) -> float:
    """What stands behind lanes: the bar or the circle that joins them, if they are joined."""
    return look.gap + join_width(part.join, look) if part.join else 0.0


def join_width(join: str, look: Look) -> float:
    """The width of a bar or a circle."""
    return look.circle if join in SIGNS else BAR


def above_height(part: Bypass, look: Look) -> float:
    """How far above the line what goes around runs."""
    main, above = extent(part.main, look), extent(part.above, look)
    note = note_drop(look) + note_size(look) * TAIL if part.note else 0
    return max(main.up, look.circle / 2) + look.lane_gap + above.down + note


def note_size(look: Look) -> float:
    """The size of the note below what goes around."""
    return max(LEAST_NOTE, look.text * 0.8)


def note_drop(look: Look) -> float:
    """From what goes around down to the line of its note, clear of a dashed frame."""
    return look.frame * 3 + note_size(look) * CAP_HEIGHT


def _bypass(part: Bypass, look: Look) -> Extent:
    main, above = extent(part.main, look), extent(part.above, look)
    middle = max(main.width, above.width + 2 * look.gap if above.width else 0, 2 * look.gap)
    up = above_height(part, look) + above.up + (look.frame * 2 if part.above.parts and part.dashed else 0)
    return Extent(FORK + middle + 2 * look.gap + look.circle, up, max(main.down, look.circle / 2))
