"""A block opened in a frame: as series and parallel paths where it is one, else as Graphviz places it."""

from collections.abc import Sequence

from netdsl.targets.drawing.blocks.draw import SIZES, draw
from netdsl.targets.drawing.blocks.tree import SMALL, NotInSeries, Opened, opened
from netdsl.targets.drawing.cards import Repeat, commonest
from netdsl.targets.drawing.scene import Frame, Item, Paint


def draw_block(
    repeats: Sequence[Repeat], frame: Frame, surface: Paint, prefix: str, largest: float = SIZES[0]
) -> tuple[tuple[Item, ...], set[str]]:
    """The block of these uses on a surface, and the entries of its legend; names of nodes begin with `prefix`.

    Its words are at most as high as `largest`. Raises `NoRoom` and `NoGraphviz`.
    """
    try:
        ways = _ways(repeats)
    except NotInSeries:
        from netdsl.targets.drawing.blocks.cells import draw_cell

        return draw_cell(commonest(repeats).use, frame, prefix, largest)
    return draw(ways, frame, surface, prefix, largest)


def _ways(repeats: Sequence[Repeat]) -> tuple[Opened, ...]:
    """A block in its commonest form, with what only others of its uses have dashed; then with more closed."""
    main = commonest(repeats)
    distinct = {repeat.use: repeat for repeat in repeats}.values()
    others = sorted(distinct, key=lambda other: other.use.gives.shape != main.use.gives.shape)
    return tuple(opened(main, others, small) for small in SMALL)
