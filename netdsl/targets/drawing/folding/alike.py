"""Whether two units are repeats of one another, and which uses of a block look alike."""

from collections import Counter
from collections.abc import Iterator, Sequence

from netdsl.graph.model import JoinRun, LayerRun, Run, StepRun, Use, UseRun
from netdsl.graph.walk import below, parts
from netdsl.layers.base import Arrives, Role
from netdsl.targets.drawing.cards import Repeat
from netdsl.targets.drawing.folding.model import OPERATORS, Unit

LEAST_BRANCHES = 3


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
            same = one.gives.channels == other.gives.channels and one.look.operators == other.look.operators
            return first.numbers == second.numbers or same
    return False


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


def kernel(use: Use) -> tuple[int, int] | None:
    """The commonest window of its convolutions that is more than one position; of equals the first."""
    found = [
        window.kernel
        for run in _layers(use.trace)
        if run.layer.role is Role.MIX
        and (window := run.layer.window(Arrives(tuple(value.shape for value in run.arrives)))) is not None
        and window.kernel != (1, 1)
    ]
    return Counter(found).most_common(1)[0][0] if found else None


def branches(use: Use) -> tuple[int, ...]:
    """How many operators stand in each branch of its widest join; nothing where fewer than three have any."""
    joins = [run.branches for run in _runs(use.trace) if isinstance(run, JoinRun)]
    widest = max(joins, key=len, default=())
    counts = tuple(sum(run.layer.role in OPERATORS for run in _layers((branch,))) for branch in widest)
    return counts if sum(count > 0 for count in counts) >= LEAST_BRANCHES else ()


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


def _layers(trace: tuple[Run | StepRun, ...]) -> Iterator[LayerRun]:
    return (run for run in _runs(trace) if isinstance(run, LayerRun))


def _runs(runs: tuple[Run | StepRun, ...]) -> Iterator[Run | StepRun]:
    waiting = [*reversed(runs)]
    while waiting:
        run = waiting.pop()
        yield run
        if isinstance(run, StepRun):
            waiting += reversed(below(run))
        waiting += reversed(parts(run))
