"""A network in several lines, as cells in rows and columns."""

from netdsl.records import by_value
from netdsl.shapes import Shape
from netdsl.targets.drawing.flow import Vertex


@by_value
class Cell:
    """A card, a join or a port, and where it stands."""

    vertex: Vertex
    """What it is; the first one's where it stands for several in a row."""
    title: str
    what: str
    parameters: int
    block: str = ""
    """The block that it is a use of."""
    count: int = 1
    keys: tuple[str, ...] = ()
    module: str = ""
    """The module in which it feeds other lines; "" where it stands for itself."""
    row: int = 0
    column: int = 0

    @property
    def name(self) -> str:
        """Its own in the graph."""
        return self.vertex.name

    @property
    def output(self) -> Shape:
        """What it gives."""
        return self.vertex.output

    @property
    def is_join(self) -> bool:
        """Whether it only joins."""
        return self.vertex.paint == "join"


@by_value
class Link:
    """A value on its way from one cell to another; `through` makes the map larger or smaller on the way."""

    start: str
    end: str
    through: Cell | None = None


@by_value
class Module:
    """Lines that feed each other, as often as they do so in a row."""

    key: str
    name: str
    count: int
    parameters: int
    """Of all of it, with what stands on the ways between its lines."""


@by_value
class Streams:
    """A network as rows of cells, finest maps first; what comes before lines part stands in the row where they do."""

    rows: tuple[tuple[int, ...], ...]
    """The height and width of each."""
    cells: tuple[Cell, ...]
    links: tuple[Link, ...]
    modules: tuple[Module, ...]

    @property
    def columns(self) -> int:
        """How many there are."""
        return 1 + max(cell.column for cell in self.cells)

    @property
    def roles(self) -> set[str]:
        """The entries of a legend."""
        through = [link.through for link in self.links if link.through]
        return {cell.vertex.words if cell.is_join else cell.vertex.paint for cell in (*self.cells, *through)}
