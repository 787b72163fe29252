"""The view `overview`: the strip of volumes, at most nine, for the first slide of a lecture."""

from itertools import pairwise

from netdsl.records import by_value
from netdsl.shapes import Shape as Size
from netdsl.targets.drawing.cards import Card, Head, Stages
from netdsl.targets.drawing.few import Part, fewer, joined
from netdsl.targets.drawing.header import BOTTOM, MARGIN, header
from netdsl.targets.drawing.metrics import centred, width
from netdsl.targets.drawing.scene import Cut, Frame, Item, Node, NoRoom, Paint, Scene, Shape, Tone, Wire, Words
from netdsl.targets.drawing.strip.card import notes, said
from netdsl.targets.drawing.strip.links import CLEAR, Skip, mark
from netdsl.targets.drawing.views.stages import subtitle
from netdsl.targets.drawing.volumes import SLOPE, TALLEST, Volume, faces, measured, pill
from netdsl.targets.drawing.words import dims

SIZE = (1920.0, 1080.0)
MOST, FEWEST = 9, 4
FLOOR = 0.775
"""Of the page's height."""
GAP, BRANCH, MARK = 26.0, 14.0, 48.0
"""Between volumes; how far behind a volume a branch rises; what a join needs in its gap."""
LEAST = 24.0
SIZES = ((36.0, 28.0), (32.0, 26.0), (28.0, 24.0), (24.0, 24.0))
SQUEEZES = (1.0, 0.8, 0.65, 0.5)
HEIGHTS = (1.0, 0.85, 0.7, 0.55, 0.4)
ARROW_UP = 26.0
"""How far above the floor the arrows run."""
LANE, TOWERS, ASIDE = 34.0, 16.0, 1.7
"""Between a skip and what it passes above; between a tower's name and the tower above it; in sizes of the text, the
height of an operator on a skip."""


@by_value
class Label:
    """What stands below a volume, a line each: name, what it is, its shape."""

    lines: tuple[str, ...]
    strong: int
    """How many lines are the name."""

    def width(self, name: float, text: float) -> float:
        """How wide it is in these sizes of the name and the rest."""
        strong, rest = self.lines[: self.strong], self.lines[self.strong :]
        return max([*(width(line, name, Cut.SEMIBOLD) for line in strong), *(width(line, text) for line in rest)])


def overview(found: Stages, size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True) -> Scene:
    """One slide that shows a network as at most nine volumes. Text is never smaller than 24 pixels.

    The height of a volume is proportional to the map's side to the power 0.4, its thickness to the root of the
    channels. Raises `NoRoom`.
    """
    parts, items = _fitted(found, size)
    cards = [part.card for part in parts]
    roles = {card.paint for card in cards} | {cards[skip.target].join for skip in joined(parts, found)}
    shown = "" if len(parts[0].places) == 1 else f", input {dims(found.network.input)}"
    heading, brief = title or found.title, subtitle(found, brief=True)
    top = header(heading, subtitle(found) + shown, roles, size, legend, LEAST, brief)
    return Scene(*size, heading, " → ".join(said(card) for card in cards), (*top, *items))


def _fitted(found: Stages, size: tuple[float, float]) -> tuple[list[Part], list[Item]]:
    """The cards as volumes, as many as the page has room for, in the first way that has it."""
    for most in range(MOST, FEWEST, -1):
        parts = fewer(found, most)
        for full in (3, 2):
            for sizes in SIZES:
                for squeeze in SQUEEZES:
                    strip = _Strip(found, parts, size, sizes, squeeze, full)
                    if strip.spare >= 0:
                        return parts, strip.items()
    raise NoRoom("the volumes have no room on this page: take --size 16:9")


@by_value
class _Stand:
    """Where a part stands: its node, the left end of its foot, where the line leaves it, and its right end."""

    node: Node
    left: float
    leaves: float
    right: float
    others: tuple[tuple[float, float], ...]
    """For the towers above the first: where the line leaves them, and how high their floor is above this one."""
    names: tuple[Words, ...]
    """Of towers, above each."""

    @property
    def branch(self) -> float:
        """Where skips and heads rise from the line."""
        return self.right + BRANCH


class _Strip:
    """Parts on the floor, in one size of words and one thickness."""

    def __init__(
        self,
        found: Stages,
        parts: list[Part],
        size: tuple[float, float],
        sizes: tuple[float, float],
        squeeze: float,
        full: int,
    ) -> None:
        self.found = found
        self.parts = parts
        self.size = size
        self.sizes = sizes
        self.squeeze = squeeze
        self.skips = sorted(joined(parts, found), key=lambda skip: skip.target - skip.source)
        self.heads = [(at, head) for head in found.heads for at, part in enumerate(parts) if head.after in part.places]
        self.labels = [_label(part.card, full) for part in parts]
        self.columns = [self._column(at, stack) for at, stack in enumerate(self._stacks(TALLEST))]
        self.gaps = [self._gap(at) for at in range(1, len(parts))]
        self.spare = size[0] - 2 * MARGIN - sum(self.columns) - sum(self.gaps)

    def items(self) -> list[Item]:
        """All below the header; volumes are lower where skips and heads need room above them."""
        for share in HEIGHTS:
            items, top = self._drawn(TALLEST * share)
            if top >= BOTTOM:
                break
        return items

    def _stacks(self, tallest: float) -> list[list[Volume]]:
        """The volumes of each part: one, or one for each of its towers."""
        shapes = [_shapes(part.card) for part in self.parts]
        volumes = iter(measured([shape for one in shapes for shape in one], self.squeeze, tallest))
        return [[next(volumes) for _ in one] for one in shapes]

    def _column(self, at: int, stack: list[Volume]) -> float:
        name, text = self.sizes
        towers = [width(tower, text, Cut.SEMIBOLD) for tower, _ in self.parts[at].card.towers]
        return max([*(volume.width for volume in stack), *towers, self.labels[at].width(name, text)])

    def _gap(self, at: int) -> float:
        """What must be free before a part."""
        branched = {skip.source for skip in self.skips} | {head for head, _ in self.heads}
        towers = any(len(self.parts[place].card.towers) > 1 for place in (at - 1, at))
        return GAP + (at - 1 in branched or towers) * BRANCH + any(skip.target == at for skip in self.skips) * MARK

    def _drawn(self, tallest: float) -> tuple[list[Item], float]:
        """The items, and how high they reach."""
        floor = self.size[1] * FLOOR
        items: list[Item] = [Shape(Frame(MARGIN, floor, self.size[0] - 2 * MARGIN, 2), Paint("hairline"))]
        stands: list[_Stand] = []
        strong, x = max(label.strong for label in self.labels), MARGIN
        more = self.spare / max(1, len(self.gaps))
        for at, (part, stack) in enumerate(zip(self.parts, self._stacks(tallest), strict=True)):
            stand = _stand(part, stack, x + self.columns[at] / 2, floor, f"stage {at}", self.sizes[1])
            stands.append(stand)
            items += [stand.node, *stand.names]
            items += _label_items(self.labels[at], strong, x + self.columns[at] / 2, floor, self.sizes)
            x += self.columns[at] + more + (self.gaps[at] if at < len(self.gaps) else 0)
        tops = [(item.frame.x, item.frame.right, item.frame.y) for stand in stands for item in _with_pill(stand.node)]
        line = floor - ARROW_UP
        return [*items, *self._line(stands, line), *self._above(stands, line, tops)], min(top for _, _, top in tops)

    def _line(self, stands: list[_Stand], y: float) -> list[Item]:
        """The arrows along the floor, with the joins that skips lead to."""
        items: list[Item] = []
        targets = {skip.target for skip in self.skips}
        for at, (one, other) in enumerate(pairwise(stands), 1):
            start, end = (one.leaves + 6, y), (other.left - 6, y)
            if at in targets:
                node = self._mark(stands, at, y)
                into = Wire((start, (node.frame.x, y)), arrow=False, start=one.node.name, end=node.name)
                items += [node, into, Wire(((node.frame.right, y), end), start=node.name, end=other.node.name)]
            elif end[0] - start[0] > 28:
                items.append(Wire((start, end), start=one.node.name, end=other.node.name))
            items += _to_towers(one, other, y)
        return items

    def _mark(self, stands: list[_Stand], at: int, y: float) -> Node:
        return mark(self.parts[at].card, stands[at].node.name, (stands[at].left - MARK * 0.75, y))

    def _above(self, stands: list[_Stand], y: float, tops: list[tuple[float, float, float]]) -> list[Item]:
        """Auxiliary heads, then skips, the shortest first, each above all that it passes; `tops` grows with them."""
        items: list[Item] = []
        for at, head in self.heads:
            stand = stands[at]
            box = self._head(head, stand.branch, tops)
            up = ((stand.leaves + 6, y), (stand.branch, y), (stand.branch, box.frame.bottom + CLEAR))
            items += [box, Wire(up, thickness=2.5, start=stand.node.name, end=box.name)]
            tops.append((box.frame.x, box.frame.right, box.frame.y))
        for skip in self.skips:
            one, node = stands[skip.source], self._mark(stands, skip.target, y)
            end = node.frame.middle[0]
            room = self.sizes[1] * ASIDE / 2 if skip.through is not None else 0.0
            below = min((top for x, right, top in tops if x < end and right > one.branch), default=y - LANE)
            lane = below - max(LANE, room + 12)
            tops.append((one.branch, end, lane - room))
            items += self._skip(skip, one, node, y, lane)
        return items

    def _head(self, head: Head, x: float, tops: list[tuple[float, float, float]]) -> Node:
        """An auxiliary head as a box above the line that it reads."""
        text = self.sizes[1]
        lines = head.name, "training only"
        half = max(width(lines[0], text, Cut.SEMIBOLD), width(lines[1], text)) / 2 + 16
        x = min(max(x, MARGIN + half), self.size[0] - MARGIN - half)
        bottom = min(top for left, right, top in tops if left < x + half and right > x - half) - LANE
        frame = Frame(x - half, bottom - 3 * text, 2 * half, 3 * text)
        tint, ink = Paint("dense", Tone.TINT), Paint("dense", Tone.INK)
        words = tuple(
            Words(line, x, centred(frame.y + text * (0.9 + 1.2 * at), text), text, ink, tint, cut)
            for at, (line, cut) in enumerate(zip(lines, (Cut.SEMIBOLD, Cut.REGULAR), strict=True))
        )
        said = (head.name, "auxiliary, in training only", f"{head.cost.parameters:,} parameters")
        return Node(f"head {head.name}", frame, (Shape(frame, tint, words=words),), said, head.keys)

    def _skip(self, skip: Skip, one: _Stand, node: Node, y: float, lane: float) -> list[Item]:
        """A skip in its lane; an operator on its way stands there as a box."""
        start, end = one.branch, node.frame.middle[0]
        into = ((one.leaves + 6, y), (start, y), (start, lane))
        out = ((end, lane), (end, node.frame.y - CLEAR))
        box = self._aside(skip.through, (start + end) / 2, lane) if skip.through is not None else None
        if box is None or box.frame.width > end - start - 80:
            return [Wire((*into, *out), thickness=2.5, start=one.node.name, end=node.name)]
        return [
            box,
            Wire((*into, (box.frame.x - CLEAR, lane)), thickness=2.5, start=one.node.name, end=box.name),
            Wire(((box.frame.right, lane), *out), thickness=2.5, start=box.name, end=node.name),
        ]

    def _aside(self, at: int, x: float, y: float) -> Node:
        card, text = self.found.cards[at], self.sizes[1]
        wide, high = width(card.name, text) + 28, text * ASIDE
        frame = Frame(x - wide / 2, y - high / 2, wide, high)
        tint = Paint(card.paint, Tone.TINT)
        words = Words(card.name, x, centred(y, text), text, Paint(card.paint, Tone.INK), tint)
        shape = Shape(frame, tint, Paint(card.paint), radius=(8,) * 4, words=(words,))
        return Node(f"aside {at}", frame, (shape,), notes(card), card.keys)


def _shapes(card: Card) -> list[Size]:
    return [shape for _, shape in card.towers] or [card.output]


def _with_pill(node: Node) -> list[Node | Shape]:
    """A node, and the pill that stands above it."""
    return [node, *(item for item in node.items if isinstance(item, Shape) and item.frame.y < node.frame.y)]


def _stand(part: Part, stack: list[Volume], x: float, floor: float, name: str, text: float) -> _Stand:
    """A part with the middle of its foot at `x`; towers stand one above the other."""
    card = part.card
    wide = max(volume.width for volume in stack)
    left = x - wide / 2
    items: list[Item] = []
    names = [tower for tower, _ in card.towers] or [""]
    feet: list[tuple[float, float]] = []
    tower_names: list[Words] = []
    y = floor
    for volume, tower in zip(stack, names, strict=True):
        feet.append((y, left + volume.thick + min(volume.aside, ARROW_UP / SLOPE)))
        items += faces(volume, card.paint, card.count, left, y)
        y -= volume.height + volume.rise
        if tower.strip("…"):
            tower_names.append(Words(tower, x, y - 10, text, Paint("ink"), Paint("ground"), Cut.SEMIBOLD))
            y -= text + TOWERS
    high = floor - y
    frame = Frame(left, y, wide, high)
    if card.count > 1:
        items.append(_pill(card, frame, text))
    (_, leaves), *others = feet
    ups = tuple((end, floor - foot) for foot, end in others)
    right = max([left + wide, *(x + width(words.text, text, Cut.SEMIBOLD) / 2 for words in tower_names)])
    return _Stand(Node(name, frame, tuple(items), notes(card), card.keys), left, leaves, right, ups, tuple(tower_names))


def _to_towers(one: _Stand, other: _Stand, y: float) -> list[Item]:
    """The line's ways to and from the towers that stand above others."""
    x = one.branch
    into = [
        Wire(
            ((one.leaves + 6, y), (x, y), (x, y - up), (other.left - 6, y - up)),
            start=one.node.name,
            end=other.node.name,
        )
        for _, up in other.others
    ]
    out = [
        Wire(((leaves + 6, y - up), (x, y - up), (x, y)), arrow=False, start=one.node.name) for leaves, up in one.others
    ]
    return [*into, *out]


def _pill(card: Card, below: Frame, text: float) -> Shape:
    words = f"×{card.count}"
    wide = width(words, text, Cut.SEMIBOLD) + 28
    middle = below.middle[0], below.y - text * 1.3
    shape, tint, ink = pill(words, text, wide, middle, card.paint)
    line = Words(words, middle[0], centred(middle[1], text), text, ink, tint, Cut.SEMIBOLD)
    return Shape(shape, tint, radius=(shape.height / 2,) * 4, words=(line,))


def _label(card: Card, full: int) -> Label:
    name = card.caption[0] if card.towers else card.name
    what = " ".join(word for word in card.caption if word and word != name)
    names = _two_lines(name)
    lines = [*names, *([what] if full > 2 else []), dims(card.output)]
    return Label(tuple(lines), len(names))


def _two_lines(name: str) -> tuple[str, ...]:
    """A long name broken at a space or after `_`."""
    breaks = [at for at in range(1, len(name)) if name[at - 1] in " _"]
    if len(name) < 12 or not breaks:
        return (name,)
    at = min(breaks, key=lambda place: abs(2 * place - len(name)))
    return name[:at].rstrip(), name[at:]


def _label_items(label: Label, strong: int, x: float, floor: float, sizes: tuple[float, float]) -> list[Item]:
    name, text = sizes
    ground, items = Paint("ground"), list[Item]()
    y = floor + 24 + name
    y += (strong - label.strong) * name * 0.6
    for at, line in enumerate(label.lines):
        is_name = at < label.strong
        paint = Paint("ink") if at < len(label.lines) - 1 else Paint("muted")
        cut = Cut.SEMIBOLD if is_name else Cut.REGULAR
        items.append(Words(line, x, y, name if is_name else text, paint, ground, cut))
        if at == label.strong - 1:
            y = floor + 24 + name * 1.2 * strong + text * 1.3
        else:
            y += name * 1.2 if is_name else text * 1.45
    return items
