"""Ways through a checked graph: its steps in the order of the text, its layers with their keys."""

from collections.abc import Iterator

from netdsl.graph.model import (
    AuxRun,
    GateRun,
    IfRun,
    JoinRun,
    LayerRun,
    LoopRun,
    PathRun,
    ResidualRun,
    Run,
    ScopeRun,
    SplitRun,
    StepRun,
    Trace,
    Use,
    UseRun,
)
from netdsl.records import by_value


@by_value
class Leaf:
    """A layer of a network with its full name; `auxiliary` where it runs in training only."""

    key: str
    run: LayerRun
    auxiliary: bool


def parts(run: Run | StepRun) -> tuple[Run | StepRun, ...]:
    """What stands inside a run and shares its scope, in the order of the text; nothing for layers, calls and scopes."""
    match run:
        case PathRun():
            return run.steps
        case IfRun() | AuxRun() | JoinRun() | GateRun() | SplitRun():
            return run.body
        case ResidualRun():
            return (*run.body, *(run.shortcut or ()))
        case LoopRun():
            return tuple(inner for trip in run.trips for inner in trip.body)
        case _:
            return ()


def steps(trace: Trace) -> Iterator[tuple[StepRun, bool]]:
    """The steps of one scope, what stands inside one before it, each with whether it is auxiliary."""
    return _steps(trace, False)


def _steps(runs: tuple[Run | StepRun, ...], auxiliary: bool) -> Iterator[tuple[StepRun, bool]]:
    for run in runs:
        if inside := parts(run):
            yield from _steps(inside, auxiliary or isinstance(run, AuxRun))
        if isinstance(run, StepRun):
            yield run, auxiliary


def below(run: StepRun) -> Trace:
    """The trace of the scope that a step opens; empty for all but calls and scopes."""
    match run:
        case UseRun():
            return run.use.trace
        case ScopeRun():
            return run.body
        case _:
            return ()


def joined(*keys: str) -> str:
    """Keys as one, from the outermost scope inwards."""
    return ".".join(key for key in keys if key)


def leaves(use: Use) -> Iterator[Leaf]:
    """Every layer that has a place, in the order of the text, as often as it occurs."""
    return _leaves(use.trace, "", False)


def _leaves(trace: Trace, prefix: str, auxiliary: bool) -> Iterator[Leaf]:
    for run, aside in steps(trace):
        if isinstance(run, LayerRun) and not run.layer.wiring:
            yield Leaf(joined(prefix, run.key), run, auxiliary or aside)
        elif isinstance(run, UseRun | ScopeRun):
            yield from _leaves(below(run), joined(prefix, run.key), auxiliary or aside)
