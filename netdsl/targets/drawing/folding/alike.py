"""Whether two units are repeats of one another, and which uses of a block look alike."""

from collections.abc import Sequence

from netdsl.graph.model import LayerRun, UseRun
from netdsl.layers.base import Arrives, Role
from netdsl.targets.drawing.cards import Repeat
from netdsl.targets.drawing.folding.model import Unit


def repeats(one: Unit, other: Unit) -> bool:
    """Whether `other` does again what `one` does: equal operators, or uses of one block that differ little."""
    if one.gives.space != other.gives.space or one.towers or other.towers:
        return False
    match one.run, other.run:
        case LayerRun(), LayerRun():
            return _pattern(one) == _pattern(other) and one.gives == other.gives
        case UseRun(use=first), UseRun(use=second):
            if first.definition is not second.definition:
                return False
            return first.numbers == second.numbers or (one.gives.channels == other.gives.channels and _same(one, other))
    return False


def _same(one: Unit, other: Unit) -> bool:
    """Whether two uses run the same layers."""
    return bool(one.look and other.look and one.look.operators == other.look.operators)


def differently_wide(units: list[Unit]) -> set[tuple[str, tuple[int, ...]]]:
    """The blocks, with a height and width, whose uses there do not all give equally many channels."""
    widths: dict[tuple[str, tuple[int, ...]], set[int]] = {}
    for unit in units:
        if unit.block:
            widths.setdefault((unit.block, unit.gives.space), set()).add(unit.gives.channels)
    return {place for place, channels in widths.items() if len(channels) > 1}


def apart(one: Unit, other: Unit, wide: set[tuple[str, tuple[int, ...]]]) -> bool:
    """Whether two repeats have names and arguments of their own in a place where widths differ."""
    if not (one.label and other.label and isinstance(one.run, UseRun) and isinstance(other.run, UseRun)):
        return False
    return (one.block, one.gives.space) in wide and one.run.use.numbers != other.run.use.numbers


def forms(repeats: Sequence[Repeat]) -> list[list[Repeat]]:
    """Uses of one block that look alike in a picture: they take, give and cost the same, and go around the same."""
    found: dict[object, list[Repeat]] = {}
    for repeat in repeats:
        use = repeat.use
        around = repeat.around is None, repeat.look.sums, repeat.look.has_shortcut
        found.setdefault((use.arrives[0].shape, use.gives.shape, repeat.cost, around), []).append(repeat)
    return list(found.values())


def commonest(repeats: Sequence[Repeat]) -> Repeat:
    """The first in the form in which a block is used most often; of equally common forms, in one with a join around."""
    return max(forms(repeats), key=lambda alike: (len(alike), alike[0].around is not None))[0]


def _pattern(unit: Unit) -> tuple[object, ...]:
    run = unit.run
    if not isinstance(run, LayerRun) or run.layer.role is Role.POOL:
        return (unit,)
    window = run.layer.window(Arrives((run.arrives[0].shape,)))
    around = window and (window.kernel, window.dilation)
    return run.layer.word, around, getattr(run.layer, "groups", 1)
