"""The cells of a network in several lines, and the ways between them."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection
from copy import copy
from dataclasses import replace
from itertools import pairwise

from netdsl.targets.drawing.cards import Card, Stages
from netdsl.targets.drawing.flow import Vertex
from netdsl.targets.drawing.folding.mesh import mesh
from netdsl.targets.drawing.folding.naming import spoken
from netdsl.targets.drawing.streams.model import Cell, Link, Module, Streams
from netdsl.targets.drawing.streams.places import placed
from netdsl.targets.drawing.streams.repeated import repeated
from netdsl.targets.drawing.words import dims, scaled

POSITIONS = re.compile(r"(\.\d+)+$")
"""At the end of a name: which of its kind it is. Its row says that."""


def streams(found: "Lines", brief: bool = False, entered: bool = False, headless: bool = False) -> Streams:
    """The lines in rows and columns; briefly, the first operators are a stem and pools join what follows.

    Where modules are `entered`, what leads into one is a part of it; what is headless has no input. Raises `NoGrid`
    where they do not lie so.
    """
    whole = copy(found)
    whole.throughs()
    whole.beside()
    if entered:
        whole.entries()
    if brief:
        whole.stem()
        whole.pools()
    if headless:
        whole.behead()
    return placed(list(whole.cells.values()), whole.links, whole.modules)


class Lines:
    """Cells and links, which become fewer: equal cells in a row are one, and so are repeats of a module."""

    def __init__(self, found: Stages) -> None:
        whole = mesh(found)
        cards = {card.keys[0]: card for card in found.cards if card.keys}
        ends = [vertex for vertex in whole.vertices if vertex.paint == "port" and vertex.name != "input"]
        hidden = {ends[0].name} if len(ends) == 1 else set()
        apart = {vertex.name for vertex in whole.vertices if vertex.name not in cards}
        self.cells = {
            vertex.name: _cell(vertex, cards.get(vertex.name), apart)
            for vertex in whole.vertices
            if vertex.name not in hidden
        }
        self.links = [Link(edge.start, edge.end) for edge in whole.edges if edge.end not in hidden]
        self.modules: list[Module] = []
        self.chains()
        self.unroll(found)

    @property
    def links(self) -> list[Link]:
        """The ways between cells."""
        return self._links

    @links.setter
    def links(self, links: list[Link]) -> None:
        self._links = links
        self._into: dict[str, list[Link]] = defaultdict(list)
        self._from: dict[str, list[Link]] = defaultdict(list)
        for link in links:
            self._into[link.end].append(link)
            self._from[link.start].append(link)

    def __copy__(self) -> "Lines":
        other = Lines.__new__(Lines)
        other.cells, other.links, other.modules = dict(self.cells), list(self.links), list(self.modules)
        return other

    def unroll(self, found: Stages) -> None:
        """Repeats of a module become one, if lines feed each other in it: maps made smaller and maps made larger."""
        for repeats in repeated(found.network, found.costs):
            first, *others = repeats.keys
            own = [name for name in self.cells if _inside(name, first)]
            sizes = {self.cells[name].output.positions for name in own}
            fed = {self._turn(name) for name in own if self._is_through(name)}
            if len(sizes) < 2 or not fed.issuperset((-1, 1)):
                continue
            home = {name: first + name.removeprefix(key) for key in others for name in self.cells if _inside(name, key)}
            if not all(same in self.cells for same in home.values()):
                continue
            between = list(pairwise(repeats.keys))
            self.links = [
                Link(home.get(link.start, link.start), home.get(link.end, link.end))
                for link in self.links
                if not any(_inside(link.start, one) and _inside(link.end, other) for one, other in between)
            ]
            self.links = list(dict.fromkeys(self.links))
            for name, same in home.items():
                gone = self.cells.pop(name)
                kept = self.cells[same]
                self.cells[same] = replace(kept, keys=(*kept.keys, *gone.keys))
            for name in own:
                cell = self.cells[name]
                self.cells[name] = replace(cell, module=first, title=spoken(cell.block) or cell.title)
            name = first.rpartition(".")[0] if first.rpartition(".")[2].isdecimal() else first
            self.modules.append(Module(first, name or first, len(repeats.keys), repeats.parameters))

    def throughs(self) -> None:
        """What changes the size of a map on its way to a join stands on that way."""
        through = [name for name in self.cells if self._is_through(name)]
        gone = {(link.start, link.end) for name in through for link in (*self._into[name], *self._from[name])}
        ways = [Link(self._into[name][0].start, self._from[name][0].end, self.cells.pop(name)) for name in through]
        self.links = [*(link for link in self.links if (link.start, link.end) not in gone), *ways]

    def chains(self) -> None:
        """Equal cells in a row become one."""
        home: dict[str, str] = {}
        for name in list(self.cells):
            last = name
            while name not in home and len(out := self._from[last]) == 1 and self._repeats(last, out[0].end):
                last = out[0].end
                home[last] = name
                one, other = self.cells[name], self.cells[last]
                both = replace(one, parameters=one.parameters + other.parameters, count=one.count + other.count)
                self.cells[name] = replace(both, keys=(*one.keys, *other.keys))
        self.cells = {name: cell for name, cell in self.cells.items() if name not in home}
        ends = [(home.get(link.start, link.start), home.get(link.end, link.end)) for link in self.links]
        self.links = [Link(start, end) for start, end in ends if start != end]

    def beside(self) -> None:
        """What only gives a value another form belongs to what it reads."""
        for name, cell in list(self.cells.items()):
            into = self._into[name]
            if cell.vertex.pill and not cell.parameters and len(into) == 1:
                one = self.cells[into[0].start]
                self._merge(one, cell, replace(one, keys=(*one.keys, *cell.keys)))

    def stem(self) -> None:
        """The operators before the one after which lines part, as one."""
        start = next(iter(self.cells))
        chain = [start]
        while len(out := self._from[chain[-1]]) == 1 and len(self._into[out[0].end]) == 1:
            chain.append(out[0].end)
        parts = [self.cells[name] for name in chain[1:-1]]
        if len(parts) < 2 or any(part.vertex.paint not in ("convolution", "pooling") for part in parts):
            return
        what = _stem(parts, self.cells[start])
        for other in parts[1:]:
            one = self.cells[parts[0].name]
            vertex = replace(other.vertex, name=one.name, paint="convolution")
            keys, parameters = (*one.keys, *other.keys), one.parameters + other.parameters
            stem = replace(other, vertex=vertex, title="stem", what=what, keys=keys, parameters=parameters, count=1)
            self._merge(one, other, stem)

    def pools(self) -> None:
        """A pool at the end of a line belongs to what follows."""
        for name, cell in list(self.cells.items()):
            out = self._from[name]
            if cell.vertex.paint != "pooling" or len(out) != 1 or self.cells[out[0].end].vertex.paint != "dense":
                continue
            after = self.cells[out[0].end]
            self._merge(
                cell, after, replace(after, what=cell.title, keys=(*cell.keys, *after.keys), vertex=_as(cell, after))
            )

    def entries(self) -> None:
        """What only leads into a module belongs to the line that it leads to."""
        for name, cell in list(self.cells.items()):
            out = self._from[name]
            if cell.is_join or cell.module or cell.vertex.paint == "port" or len(out) != 1:
                continue
            after = self.cells[out[0].end]
            if after.module and after.output.space == cell.output.space:
                keys = (*cell.keys, *after.keys)
                self._merge(cell, after, replace(after, keys=keys, vertex=_as(cell, after)))
                self.modules = [
                    replace(module, parameters=module.parameters + cell.parameters * (module.key == after.module))
                    for module in self.modules
                ]

    def behead(self) -> None:
        """Without the input."""
        del self.cells["input"]
        self.links = [link for link in self.links if link.start != "input"]

    def _merge(self, one: Cell, other: Cell, merged: Cell) -> None:
        """Two neighbours as one, in the place of the first."""
        self.cells[one.name] = merged
        del self.cells[other.name]
        links = [link for link in self.links if (link.start, link.end) != (one.name, other.name)]
        self.links = [replace(link, start=one.name) if link.start == other.name else link for link in links]

    def _turn(self, name: str) -> int:
        """Whether it makes a map smaller or larger."""
        (into,) = self._into[name]
        before, after = self.cells[into.start].output.positions, self.cells[name].output.positions
        return (after > before) - (after < before)

    def _is_through(self, name: str) -> bool:
        into, out = self._into[name], self._from[name]
        if self.cells[name].is_join or len(into) != 1 or len(out) != 1 or not self.cells[out[0].end].is_join:
            return False
        return self.cells[into[0].start].output.space != self.cells[name].output.space

    def _repeats(self, name: str, after: str) -> bool:
        one, other = self.cells[name], self.cells[after]
        same = (one.what, one.output, one.module, one.vertex.paint) == (
            other.what, other.output, other.module, other.vertex.paint
        )  # fmt: skip
        alone = len(self._into[after]) == 1 and not one.is_join and one.vertex.paint != "port"
        return same and alone and bool(one.block) and one.block == other.block


def _cell(vertex: Vertex, card: Card | None, apart: Collection[str]) -> Cell:
    """A vertex as a cell; modules of a card that are vertices `apart` are none of it."""
    if card is None:
        title = f"input\n{dims(vertex.output)}" if vertex.name == "input" else vertex.words.removeprefix("output ")
        return Cell(vertex, title, "", 0, keys=(vertex.name,) if vertex.is_module else ())
    what = [line for line in card.caption if line and line != card.name and card.paint != "reshape"]
    block = card.block.definition.name if card.block else ""
    keys = tuple(key for key in card.keys if key not in apart)
    scope = vertex.cluster[-1] if block and card.name == spoken(block) and vertex.cluster else ""
    title = POSITIONS.sub("", scope or card.name) or card.name
    return Cell(vertex, title, what[-1] if what else "", card.cost.parameters, block, card.count, keys)


def _inside(name: str, key: str) -> bool:
    """Whether it stands in the module of that name."""
    return name.startswith(f"{key}.")


def _as(one: Cell, other: Cell) -> Vertex:
    """What the second is, in the place of the first."""
    return replace(other.vertex, name=one.name)


def _stem(parts: list[Cell], start: Cell) -> str:
    """`2 convs /4`."""
    counts = Counter("pool" if part.vertex.paint == "pooling" else "conv" for part in parts)
    said = ", ".join(f"{count} {word}{'s' * (count > 1)}" for word, count in counts.items())
    return f"{said} {scaled(start.output, parts[-1].output)}".strip()
