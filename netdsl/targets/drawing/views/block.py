"""The view `block`: one block opened on a slide of its own."""

from netdsl.diagnostics.suggest import nearest
from netdsl.graph.cost import cost
from netdsl.graph.model import Network, Use, UseRun
from netdsl.graph.walk import below, steps
from netdsl.targets.drawing.blocks.cells import draw_cell
from netdsl.targets.drawing.blocks.draw import draw
from netdsl.targets.drawing.blocks.walk import NotInSeries
from netdsl.targets.drawing.folding.naming import title as title_of
from netdsl.targets.drawing.header import BOTTOM, MARGIN, header
from netdsl.targets.drawing.scene import CannotDraw, Frame, Paint, Scene
from netdsl.targets.drawing.strip.inset import shown
from netdsl.targets.drawing.words import amount, dims

SIZE = (1920.0, 1080.0)


class NoBlock(CannotDraw):
    """A block cannot be shown; the message says which can."""


def block(
    network: Network, name: str, size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True
) -> Scene:
    """One slide that opens the block `name` in its commonest use; Graphviz places one that is no series of paths.

    Raises `NoBlock`, `NoRoom`, `NoGraphviz`."""
    found = blocks(network)
    if name not in found:
        near = nearest(name, list(found))
        hint = f"did you mean '{near}'?" if near else f"its blocks are {', '.join(found)}" if found else "it has none"
        raise NoBlock(f"`{network.name}` uses no block '{name}': {hint}")
    uses = found[name]
    heading = title or f"{name.replace('_', ' ').capitalize()} of {title_of(network)}"
    frame = Frame(MARGIN, BOTTOM, size[0] - 2 * MARGIN, size[1] - MARGIN - BOTTOM).inset(0, 24)
    try:
        items, roles = draw(shown(uses), frame, Paint("ground"), name)
    except NotInSeries:
        items, roles = draw_cell(max(uses, key=uses.count), frame, name)
    description = f"{name}: gives {dims(uses[0].gives.shape)}"
    return Scene(*size, heading, description, (*header(heading, _subtitle(uses), roles, size, legend), *items))


def blocks(network: Network) -> dict[str, list[Use]]:
    """The blocks that a network uses, each with its uses, in the order of the text; auxiliary ones included."""
    found: dict[str, list[Use]] = {}
    _collect(network.root, found)
    return found


def _collect(use: Use, found: dict[str, list[Use]]) -> None:
    waiting = [use.trace]
    while waiting:
        for run, _ in steps(waiting.pop(0)):
            if isinstance(run, UseRun):
                found.setdefault(run.use.definition.name, []).append(run.use)
                _collect(run.use, found)
            elif inner := below(run):
                waiting.append(inner)


def _subtitle(uses: list[Use]) -> str:
    words = [line.strip() for line in uses[0].definition.doc.strip().splitlines()[:1]]
    times = f"used {len(uses)} times" if len(uses) > 1 else "used once"
    largest, smallest = (pick(cost(use).parameters for use in uses) for pick in (max, min))
    size = amount(largest) if largest == smallest else f"{amount(smallest)} to {amount(largest)}"
    return " · ".join([*words, f"{times}, {size} parameters"])
