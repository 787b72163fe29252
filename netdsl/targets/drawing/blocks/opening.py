"""A block opened: as series and parallel paths where it is one, else as Graphviz places it."""

from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from netdsl.graph.model import Use
from netdsl.records import by_value
from netdsl.targets.drawing.blocks.draw import draw, needed
from netdsl.targets.drawing.blocks.measure import SIZES
from netdsl.targets.drawing.blocks.parts import Opened
from netdsl.targets.drawing.blocks.tree import SMALL, opened
from netdsl.targets.drawing.blocks.walk import NotInSeries
from netdsl.targets.drawing.cards import Repeat
from netdsl.targets.drawing.folding.alike import commonest, forms
from netdsl.targets.drawing.scene import Frame, Item, Paint, Point

if TYPE_CHECKING:
    from netdsl.targets.drawing.blocks.cells import Cell


@by_value
class Opening:
    """What is to be drawn: a block with ever more closed in it, or one that is no series of paths as a graph."""

    ways: tuple[Opened, ...]
    cell: "Cell | None" = None
    needs: dict[float, list[Point]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The room that it needs in words of one size: it is asked for in many frames."""

    def draw(
        self, frame: Frame, surface: Paint, prefix: str, sizes: Sequence[float] = SIZES
    ) -> tuple[tuple[Item, ...], set[str]]:
        """The block on a surface, and the entries of its legend; names of nodes begin with `prefix`.

        Its words have the first of `sizes` that has room. Raises `NoRoom` and `NoGraphviz`.
        """
        if self.cell is None:
            return draw(self.ways, frame, surface, prefix, sizes)
        return self.cell.draw(frame, prefix, sizes)

    def largest(self, frame: Frame, sizes: Sequence[float]) -> float:
        """The first of sizes for which the frame has room, numbers of channels included, or of a graph is likely to
        have; 0 where there is none."""
        if self.cell is None:
            return next((size for size in sizes if any(map(frame.holds, self._needed(size)))), 0)
        return self.cell.largest(frame, sizes)

    def says_less(self, other: "Opening") -> bool:
        """Whether it is a graph whose words are shorter than those of another."""
        return self.cell is not None and other.cell is not None and self.cell.found != other.cell.found

    def _needed(self, size: float) -> list[Point]:
        if size not in self.needs:
            self.needs[size] = needed(self.ways[0], size)
        return self.needs[size]


Cells = dict[tuple[Use, bool], "Cell"]
"""Graphs of uses, whole or brief, that are known already: each is placed many times before it is drawn."""


def opening(repeats: Sequence[Repeat], brief: bool = False, known: Cells | None = None) -> Opening:
    """A block in its commonest form, with what only others of its uses have dashed; a brief graph shortens words.

    Graphs are taken from `known` and added to it."""
    main = commonest(repeats)
    others = sorted(
        (alike[0] for alike in forms(repeats)), key=lambda other: other.use.gives.shape != main.use.gives.shape
    )
    try:
        return Opening(tuple(opened(main, others, small) for small in SMALL))
    except NotInSeries:
        from netdsl.targets.drawing.blocks.cells import cell

        known = {} if known is None else known
        if (main.use, brief) not in known:
            known[main.use, brief] = cell(main.use, brief)
        return Opening((), known[main.use, brief])
