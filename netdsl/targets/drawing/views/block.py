"""The view `block`: one block opened on a slide of its own."""

from netdsl.diagnostics.suggest import nearest
from netdsl.graph.cost import Costs
from netdsl.graph.model import Network, ScopeRun, Trace, UseRun
from netdsl.graph.walk import below, joined, steps
from netdsl.targets.drawing.blocks.opening import opening
from netdsl.targets.drawing.cards import Repeat
from netdsl.targets.drawing.folding.alike import commonest
from netdsl.targets.drawing.folding.looks import Looks
from netdsl.targets.drawing.folding.naming import title as title_of
from netdsl.targets.drawing.header import BOTTOM, MARGIN, header
from netdsl.targets.drawing.scene import CannotDraw, Frame, Paint, Scene
from netdsl.targets.drawing.words import amount, dims

SIZE = (1920.0, 1080.0)


class NoBlock(CannotDraw):
    """A block cannot be shown; the message says which can."""


def block(
    network: Network, name: str | None, size: tuple[float, float] = SIZE, title: str | None = None, legend: bool = True
) -> Scene:
    """One slide that opens a block: `name` is its own, for its commonest use, or that of a module that is a use of it.
    It may be left out where there is only one.

    Graphviz places one that is no series of paths. Raises `NoBlock`, `NoRoom`, `NoGraphviz`."""
    uses = _asked(network, name)
    main = commonest(uses)
    word = main.use.definition.name
    spoken = word.replace("_", " ")
    which = spoken.capitalize() if name in (None, word) else f"{name}, {spoken}"
    heading = title or f"{which} of {title_of(network)}"
    frame = Frame(MARGIN, BOTTOM, size[0] - 2 * MARGIN, size[1] - MARGIN - BOTTOM).inset(0, 24)
    items, roles = opening(uses).draw(frame, Paint("ground"), word)
    description = f"{word}: gives {dims(main.use.gives.shape)}"
    numbers = _numbers(uses)
    subtitle = " · ".join(filter(None, (_comment(main), numbers)))
    return Scene(*size, heading, description, (*header(heading, subtitle, roles, size, legend, brief=numbers), *items))


def _asked(network: Network, name: str | None) -> list[Repeat]:
    """All uses of the block of that name, or the one use of that name in the state dict."""
    found = blocks(network)
    if name is None:
        if len(found) == 1:
            return next(iter(found.values()))
        if not found:
            raise NoBlock(f"`{network.name}` uses no block that could be opened: take --view stages or --view layers")
        raise NoBlock(f"`{network.name}` uses several blocks: give --block with one of {', '.join(found)}")
    uses = {repeat.key: repeat for repeats in found.values() for repeat in repeats}
    if name in found:
        return found[name]
    if name in uses:
        return [uses[name]]
    near = nearest(name, [*found, *uses])
    hint = f"did you mean '{near}'?" if near else f"its blocks are {', '.join(found)}" if found else "it has none"
    raise NoBlock(f"`{network.name}` uses no block '{name}': {hint}")


def blocks(network: Network) -> dict[str, list[Repeat]]:
    """The blocks that a network uses, each with its uses, auxiliary ones included."""
    found: dict[str, list[Repeat]] = {}
    costs, looks = Costs(), Looks()
    waiting: list[tuple[str, Trace]] = [("", network.root.trace)]
    while waiting:
        prefix, trace = waiting.pop(0)
        for run, _ in steps(trace):
            if isinstance(run, UseRun):
                repeat = Repeat(joined(prefix, run.key), run, costs.of(run.use), looks.of(run.use))
                found.setdefault(run.use.definition.name, []).append(repeat)
            if isinstance(run, UseRun | ScopeRun):
                waiting.append((joined(prefix, run.key), below(run)))
    return found


def _comment(repeat: Repeat) -> str:
    """The first line of what the author says of a block."""
    return repeat.use.definition.doc.strip().partition("\n")[0].strip().replace("`", "")


def _numbers(repeats: list[Repeat]) -> str:
    times = f"used {len(repeats)} times" if len(repeats) > 1 else "used once"
    smallest, largest = (amount(pick(repeat.cost.parameters for repeat in repeats)) for pick in (min, max))
    size = largest if largest == smallest else f"{smallest} to {largest}"
    return f"{times}, {size} parameters"
