"""What stands on a card: its name, what it is, and what a reader should know besides."""

from collections import Counter
from itertools import takewhile

from netdsl.graph.model import LayerRun, Network, UseRun
from netdsl.layers.base import Role
from netdsl.shapes import Shape
from netdsl.targets.drawing.cards import Repeat
from netdsl.targets.drawing.folding.model import Unit
from netdsl.targets.drawing.folding.runs import Stage
from netdsl.targets.drawing.words import PAINTS, caption, detail, groups, scaled


def title(network: Network) -> str:
    """What the net is called: the first words of its documentation, else its name."""
    line = network.doc.strip().partition("\n")[0]
    words = line.partition(",")[0].rstrip(".").strip()
    return words if 0 < len(words) <= 48 else network.name


def name(stage: Stage) -> str:
    """The label, for a run the first one and what differs in the last; else the block's or the operator's name."""
    first, last = stage.units[0], stage.units[-1]
    if stage.label:
        return stage.label
    if stage.whole and not stage.stem and first.block != _commonest(stage):
        return spoken(_commonest(stage))
    if not first.label:
        return spoken(first.block) or operator_name(first)
    label = shortened(first)
    if first is last or not last.label:
        return label
    pairs = zip(first.label, last.label, strict=False)
    common = "".join(one for one, other in takewhile(lambda pair: pair[0] == pair[1], pairs))
    while common[-1:].isdecimal() and last.label[len(common) :][:1].isdecimal():
        common = common[:-1]
    return f"{label}–{last.label[len(common) :]}"


def shortened(unit: Unit) -> str:
    """Its label without the name of its block, where more than a number remains: `3a` for `inception3a`."""
    rest = unit.label.removeprefix(unit.block).lstrip("_") if unit.block else ""
    return rest if rest and not rest.isdecimal() else unit.label


def spoken(word: str) -> str:
    """The name of a block as one would say it."""
    return word.replace("_", " ")


def operator_name(unit: Unit) -> str:
    """What an operator without a label is called."""
    if isinstance(unit.run, LayerRun):
        return caption(unit.run.layer)
    return "input"


def words(stage: Stage) -> tuple[str, ...]:
    """What the card's units are, in up to two lines."""
    unit = stage.units[0]
    if stage.stem:
        return _stem(stage)
    if unit.towers:
        return spoken(unit.towers[0].block) or "paths", f"{len(unit.towers)} side by side"
    if stage.whole and _commonest(stage):
        return _block(stage)
    match unit.run:
        case LayerRun():
            run = unit.run
            arrives = tuple(value.shape for value in run.arrives)
            window = detail(run.layer, arrives) or (f"{arrives[0].elements} → {unit.gives.channels}")
            return caption(run.layer), " ".join(filter(None, (window, groups(run.layer, arrives[0]))))
        case UseRun():
            return _block(stage)
    if unit.reads:
        return ("result",)
    return ("image" if unit.gives.space else "vector", _picture(unit.gives))


def paint(stage: Stage) -> str:
    """The role of a theme that the card is painted in."""
    run = stage.units[0].run
    if isinstance(run, LayerRun) and not stage.stem:
        return PAINTS[run.layer.role]
    return "port" if run is None and not stage.units[0].towers else "convolution"


def notes(stage: Stage, uses: tuple[Repeat, ...]) -> tuple[str, ...]:
    """How the first use differs from the others, and what is joined to what."""
    found = list(dict.fromkeys(note for unit in stage.units for note in unit.notes))
    if (look := stage.units[0].look) and (paths := look.branches):
        found.append(f"{len(paths)} branches")
    if len(uses) < 2:
        return tuple(found)
    one, other, *_ = uses
    differs = []
    if stage.units[0].arrives.space != stage.units[0].gives.space:
        differs.append(f"stride {scaled(stage.units[0].arrives, stage.units[0].gives).lstrip('/')}")
    if one.look.has_shortcut and not other.look.has_shortcut:
        differs.append("projected shortcut")
    if other.look.sums and not one.look.sums:
        differs.append("no sum")
    return (*found, *([f"first: {', '.join(differs)}"] if differs else []))


def _commonest(stage: Stage) -> str:
    """The block that most of its units are uses of; "" where they are operators."""
    return Counter(unit.block for unit in stage.units).most_common(1)[0][0]


def _block(stage: Stage) -> tuple[str, ...]:
    """The block's name with its commonest kernel, and by how much the map shrinks."""
    block = _commonest(stage)
    window = next(unit.look.kernel for unit in stage.units if unit.block == block and unit.look)
    numbers = [f"{window[0]}×{window[1]}"] if window else []
    numbers.append(scaled(stage.units[0].arrives, stage.units[-1].gives))
    return spoken(block), " ".join(filter(None, numbers))


def _stem(stage: Stage) -> tuple[str, ...]:
    roles = Counter(unit.run.layer.role for unit in stage.units if isinstance(unit.run, LayerRun))
    said = [_several(roles[Role.MIX], "conv"), _several(roles[Role.POOL], "pool"), _several(roles[Role.DENSE], "dense")]
    shrink = scaled(stage.units[0].arrives, stage.units[-1].gives)
    first, *others = [word for word in said if word]
    return first, " ".join([", ".join(others), shrink]).strip()


def _several(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count > 1)}" if count else ""


def _picture(shape: Shape) -> str:
    return {1: "grey", 3: "RGB"}.get(shape.channels, f"{shape.channels} channels")
