"""A block opened: as series and parallel paths where it is one, else as Graphviz places it."""

from collections.abc import Sequence

from netdsl.graph.model import Use
from netdsl.records import by_value
from netdsl.targets.drawing.blocks.draw import draw
from netdsl.targets.drawing.blocks.measure import SIZES
from netdsl.targets.drawing.blocks.parts import Opened
from netdsl.targets.drawing.blocks.tree import SMALL, opened
from netdsl.targets.drawing.blocks.walk import NotInSeries
from netdsl.targets.drawing.cards import Repeat
from netdsl.targets.drawing.folding.alike import commonest, forms
from netdsl.targets.drawing.scene import Frame, Item, Paint


@by_value
class Opening:
    """What is to be drawn: a block with ever more closed in it, or the use of one that is no series of paths."""

    ways: tuple[Opened, ...]
    use: Use | None = None

    def draw(
        self, frame: Frame, surface: Paint, prefix: str, sizes: Sequence[float] = SIZES
    ) -> tuple[tuple[Item, ...], set[str]]:
        """The block on a surface, and the entries of its legend; names of nodes begin with `prefix`.

        Its words have the first of `sizes` that has room. Raises `NoRoom` and `NoGraphviz`.
        """
        if self.use is None:
            return draw(self.ways, frame, surface, prefix, sizes)
        from netdsl.targets.drawing.blocks.cells import draw_cell

        return draw_cell(self.use, frame, prefix, sizes)


def opening(repeats: Sequence[Repeat]) -> Opening:
    """A block in its commonest form, with what only others of its uses have dashed."""
    main = commonest(repeats)
    others = sorted(
        (alike[0] for alike in forms(repeats)), key=lambda other: other.use.gives.shape != main.use.gives.shape
    )
    try:
        return Opening(tuple(opened(main, others, small) for small in SMALL))
    except NotInSeries:
        return Opening((), main.use)
