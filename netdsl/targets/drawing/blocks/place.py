"""Where a block's parts stand, and the wires between them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from netdsl.records import by_value
from netdsl.targets.drawing.blocks.measure import (
    BAR,
    FORK,
    TAGS_APART,
    Extent,
    Look,
    above_height,
    channel_width,
    extent,
    flag_height,
    join_width,
    lane_middles,
    lanes_end,
    note_drop,
    note_size,
    operator_width,
    tag_cut,
    tag_width,
    tag_words,
)
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
)
from netdsl.targets.drawing.header import SIGNS
from netdsl.targets.drawing.metrics import centred
from netdsl.targets.drawing.scene import Cut, Frame, Item, Node, Outline, Paint, Point, Shape, Tone, Wire, Words

CLEAR = 4.0
SHAFT = 20.0
"""So long at least a line must be for its arrow to be seen to come from above or below."""
ARM = 0.2
"""Of a circle: half the length of the strokes of its sign."""


@by_value
class Source:
    """Where a wire comes from: a node, and the way it has gone since."""

    name: str
    points: tuple[Point, ...]

    def through(self, *points: Point) -> "Source":
        """The same, gone on."""
        return Source(self.name, (*self.points, *points))


@dataclass(slots=True)
class Placing:
    """Places parts from left to right; `surface` is what they stand on."""

    look: Look
    surface: Paint
    prefix: str
    notes: Callable[[Tag], tuple[str, ...]] = lambda tag: tag.notes
    """What a tooltip says of a tag."""
    items: list[Item] = field(default_factory=list)
    names: Iterator[int] = field(default_factory=lambda: iter(range(10**6)))

    def series(self, series: Series, x: float, y: float, source: Source, faint: bool = False) -> Source:
        """A series that begins at `x` on the line `y`; gives where its wire goes on."""
        for part in series.parts:
            source = self.part(part, x, y, source, faint)
            x += extent(part, self.look).width + self.look.gap
        return source

    def part(self, part: Part, x: float, y: float, source: Source, faint: bool) -> Source:
        """One part, with the wire that leads to it."""
        match part:
            case Fused():
                return self._fused(part, x, y, source, faint)
            case Lanes():
                return self._lanes(part, x, y, source, faint)
            case Bypass():
                return self._bypass(part, x, y, source)
            case Arrives():
                return self._arrives(part, x, y)
            case Leaves():
                return self._leaves(part, x, y, source)

    def wire(self, source: Source, end: Point, name: str, dashed: bool = False) -> None:
        """A wire with its arrow a little before a border."""
        before = source.points[-1]
        aside, down = end[0] - before[0], end[1] - before[1]
        tip = (end[0] - CLEAR, end[1]) if abs(aside) > abs(down) else (end[0], end[1] - (CLEAR if down > 0 else -CLEAR))
        self.items.append(Wire((*source.points, tip), dashed=dashed, start=source.name, end=name))

    def node(
        self, frame: Frame, items: list[Item], notes: tuple[str, ...] = (), operators: tuple[Operator, ...] = ()
    ) -> str:
        """A node with a name of its own."""
        name = f"{self.prefix} {next(self.names)}"
        notes = (*notes, *(line for operator in operators for line in operator.notes))
        keys = tuple(operator.key for operator in operators if operator.key)
        self.items.append(Node(name, frame, tuple(items), notes, keys))
        return name

    def _fused(self, part: Fused, x: float, y: float, source: Source, faint: bool) -> Source:
        room = extent(part, self.look)
        frame = Frame(x, y - room.up, room.width, room.height)
        items: list[Item] = []
        at = x
        if len(part.operators) > 1:
            if not faint:
                items.append(Shape(frame, Paint("ground"), Paint("hairline"), radius=(14,) * 4))
            at += self.look.frame
        for operator in part.operators:
            wide = operator_width(operator, self.look)
            items += self._operator(operator, at, y, wide, faint)
            at += wide + self.look.frame
        name = self.node(frame, items, operators=part.operators)
        self.wire(source, (x, y), name)
        return Source(name, ((frame.right, y),))

    def _operator(self, operator: Operator, x: float, y: float, wide: float, faint: bool) -> list[Item]:
        look = self.look
        high = look.box if operator.main else look.pill
        frame = Frame(x, y - high / 2, wide, high)
        fill = Paint(operator.paint, Tone.TINT if faint else Tone.SOLID)
        ink = Paint(operator.paint, Tone.INK if faint else Tone.TEXT)
        side = channel_width(operator, look)
        cut = Cut.SEMIBOLD if operator.main else Cut.REGULAR
        words = Words(operator.words, x + (wide - side) / 2, centred(y, look.text), look.text, ink, fill, cut)
        outline, corner = Outline.BOX, 8.0 if operator.main else high / 2
        if operator.paint == "pooling":
            outline = Outline.NOTCHED
        corner = 0 if operator.paint == "dense" else corner
        items: list[Item] = [Shape(frame, fill, outline=outline, radius=(corner,) * 4, words=(words,))]
        if side:
            middle = x + wide - side / 2
            line = Shape(Frame(x + wide - side, frame.y + 6, 2, high - 12), Paint(operator.paint, ink.tone, 0.5))
            number = str(operator.channels)
            baseline = centred(y, look.text)
            items += [line, Words(number, middle, baseline, look.text, ink, fill, Cut.SEMIBOLD)]
        return items

    def _arrives(self, part: Arrives, x: float, y: float) -> Source:
        """Values from afar; only the last has a wire of its own, for they enter a join together."""
        for tag in part.tags:
            frame = Frame(x, y - self.look.tag / 2, tag_width(tag, self.look), self.look.tag)
            name = self._tag(tag, frame)
            x = frame.right + TAGS_APART
        return Source(name, ((frame.right, y),))

    def _leaves(self, part: Leaves, x: float, y: float, source: Source) -> Source:
        look = self.look
        wide = tag_width(part.tag, look)
        if part.ends:
            name = self._tag(part.tag, Frame(x, y - look.tag / 2, wide, look.tag))
            self.wire(source, (x, y), name)
            return Source(name, ((x + wide, y),))
        level = y - flag_height(look)
        name = self._tag(part.tag, Frame(x + FORK, level - look.tag / 2, wide, look.tag))
        self.wire(source.through((x, y), (x, level)), (x + FORK, level), name)
        return source

    def _tag(self, tag: Tag, frame: Frame) -> str:
        """A sign that points to the right, or the rounded end of a network."""
        size, (x, y) = self.look.text, frame.middle
        role, tone, ink = ("port", Tone.SOLID, Tone.TEXT) if tag.port else ("join", Tone.TINT, Tone.INK)
        neck = frame.right - size * 0.6
        middle = x if tag.port else (frame.x + neck) / 2 + size * 0.1
        fill = Paint(role, tone)
        said = Words(tag_words(tag), middle, centred(y, size), size, Paint(role, ink), fill, tag_cut(tag))
        if tag.port:
            shape = Shape(frame, fill, Paint("arrow"), radius=(frame.height / 2,) * 4, words=(said,))
        else:
            left, top, bottom = frame.x, frame.y, frame.bottom
            corners = ((left, top), (neck, top), (frame.right, y), (neck, bottom), (left, bottom))
            shape = Shape(frame, fill, Paint(role), Outline.POLYGON, points=corners, thickness=1.5, words=(said,))
        return self.node(frame, [shape], self.notes(tag))

    def _lanes(self, part: Lanes, x: float, y: float, source: Source, faint: bool) -> Source:
        look, room = self.look, extent(part, self.look)
        if part.split:
            name = self._bar(x, y, room)
            self.wire(source, (x, y), name)
        start = x + (BAR if part.split else 0)
        end = x + room.width - lanes_end(part, look)
        outs = []
        for lane, middle in zip(part.lanes, lane_middles(part, look), strict=True):
            level = y + middle
            if part.split:
                into = Source(name, ((start, level),))
            elif abs(middle) < 1:
                into = source
            else:
                into = source.through((x, y), (x, level))
            outs.append((self.series(lane, end - extent(lane, look).width, level, into, faint), level))
        if not part.join:
            return source
        return self._joined(part.join, x + room.width - join_width(part.join, look), y, room, outs)

    def _bar(self, x: float, y: float, room: Extent) -> str:
        frame = Frame(x, y - room.up, BAR, room.height)
        return self.node(frame, [Shape(frame, Paint("join"), radius=(5,) * 4)])

    def _joined(self, join: str, x: float, y: float, room: Extent, outs: list[tuple[Source, float]]) -> Source:
        """The bar or circle at the end of lanes."""
        if join not in SIGNS:
            name = self._bar(x, y, room)
            for source, level in outs:
                self.wire(source, (x, level), name)
            return Source(name, ((x + BAR, y),))
        name, out = self._circle(join, x, y)
        middle, half = x + self.look.circle / 2, self.look.circle / 2
        for source, level in outs:
            if abs(level - y) < 1:
                self.wire(source, (x, y), name)
            elif abs(level - y) < half + SHAFT:
                before = x - self.look.gap * 0.6
                self.wire(source.through((before, level), (before, y)), (x, y), name)
            else:
                self.wire(source.through((middle, level)), (middle, y - half if level < y else y + half), name)
        return out

    def _circle(self, join: str, x: float, y: float) -> tuple[str, Source]:
        size = self.look.circle
        frame = Frame(x, y - size / 2, size, size)
        strokes = SIGNS[join](x + size / 2, y, size * ARM, 3)
        name = self.node(frame, [Shape(frame, Paint("join"), outline=Outline.DISC), *strokes])
        return name, Source(name, ((frame.right, y),))

    def _bypass(self, part: Bypass, x: float, y: float, source: Source) -> Source:
        look, room = self.look, extent(part, self.look)
        main, above = extent(part.main, look), extent(part.above, look)
        circle = x + room.width - look.circle
        left, right = x + FORK, circle - look.gap
        start = left + (right - left - main.width) / 2
        out = self.series(part.main, start, y, source)
        name, after = self._circle(part.join, circle, y)
        self.wire(out, (circle, y), name)
        level = y - above_height(part, look)
        first = (left + right - above.width) / 2
        around = source.through((x, y), (x, level))
        top = (circle + look.circle / 2, y - look.circle / 2)
        self._around(part, first, level, around, (top[0], level), top, name)
        return after

    def _around(
        self, part: Bypass, x: float, level: float, source: Source, corner: Point, top: Point, name: str
    ) -> None:
        """What goes around, down to the circle, with its note below."""
        look, room = self.look, extent(part.above, self.look)
        if part.dashed and part.above.parts:
            frame = Frame(x, level - room.up, room.width, room.height).inset(-look.frame * 2)
            self.items.append(
                Shape(frame, Paint("ground", fade=0), Paint("arrow"), radius=(16,) * 4, thickness=2, dashed=True)
            )
        out = self.series(part.above, x, level, source, part.dashed)
        self.wire(out.through(corner), top, name, part.dashed and not part.above.parts)
        if part.note:
            y = level + room.down + note_drop(look)
            self.items.append(Words(part.note, x + room.width / 2, y, note_size(look), Paint("muted"), self.surface))
