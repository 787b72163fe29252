"""Receptive fields: how much of the net's input each value sees (Araujo et al. 2019, doi:10.23915/distill.00021)."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil

from netdsl.graph.model import (
    GateRun,
    InputRun,
    JoinRun,
    LayerRun,
    ResidualRun,
    Run,
    ScopeRun,
    SplitRun,
    StepRun,
    Tensor,
    Trace,
    Use,
    UseRun,
)
from netdsl.graph.walk import parts
from netdsl.layers.base import Arrives, Window
from netdsl.records import by_value
from netdsl.shapes import Shape

Pair = tuple[Fraction, Fraction]


@by_value
class Reach:
    """Input positions that one position sees, and those between it and the next: downwards and to the right.

    `whole` where it sees all of the input, as after a global pool and in every vector.
    """

    extent: Pair = (Fraction(1), Fraction(1))
    step: Pair = (Fraction(1), Fraction(1))
    whole: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels of the input; it may be more than the input has."""
        return ceil(self.extent[0]), ceil(self.extent[1])

    def through(self, window: Window, whole: bool) -> "Reach":
        """What is seen through `window`, which covers the `whole` map or a part."""
        axes = zip(self.extent, self.step, window.kernel, window.dilation, strict=True)
        extent = [seen + (kernel - 1) * dilation * step for seen, step, kernel, dilation in axes]
        moves = zip(self.step, window.stride, window.upsampling, strict=True)
        step = [step * stride / upsampling for step, stride, upsampling in moves]
        return Reach((extent[0], extent[1]), (step[0], step[1]), self.whole or whole)


def largest(reaches: Iterable[Reach]) -> Reach:
    """What is seen by a value made of several: as much as the one that sees most, at the finest step among them."""
    many = tuple(reaches)
    return Reach(
        (max(r.extent[0] for r in many), max(r.extent[1] for r in many)),
        (min(r.step[0] for r in many), min(r.step[1] for r in many)),
        any(r.whole for r in many),
    )


class Reaches:
    """Receptive fields inside uses; a block that occurs again where as much is seen is not walked again."""

    def __init__(self) -> None:
        self._known: dict[tuple[Use, tuple[Reach, ...]], Mapping[Tensor, Reach]] = {}

    def inside(self, use: Use, arriving: tuple[Reach, ...] = ()) -> Mapping[Tensor, Reach]:
        """The reach of every value in `use`, whose inputs see `arriving`; those of its scopes included."""
        if (use, arriving) not in self._known:
            known = dict(zip(use.arrives, arriving, strict=True))
            self._follow(use.trace, known)
            self._known[use, arriving] = known
        return self._known[use, arriving]

    def _follow(
        self, runs: Trace | tuple[StepRun, ...] | tuple[Run | StepRun, ...], known: dict[Tensor, Reach]
    ) -> None:
        for run in runs:
            if isinstance(run, SplitRun):
                known.update(dict.fromkeys(run.parts, known[run.arrives]))
            self._follow(run.body if isinstance(run, ScopeRun) else parts(run), known)
            self._give(run, known)

    def _give(self, run: Run | StepRun, known: dict[Tensor, Reach]) -> None:
        """Adds what `run` gives, where that is a value of its own."""
        match run:
            case InputRun():
                known[run.gives] = Reach(whole=not run.gives.shape.space)
            case LayerRun():
                known[run.gives] = _applied(run, largest(known[value] for value in run.arrives))
            case UseRun():
                known[run.gives] = self.inside(run.use, tuple(known[value] for value in run.arrives))[run.use.gives]
            case JoinRun() | SplitRun():
                known[run.gives] = largest(known[branch.gives] for branch in run.branches)
            case ResidualRun() if run.summed:
                known[run.gives] = largest((known[run.inner], known[run.around]))
            case GateRun():
                known[run.gives] = largest((known[run.inner], known[run.arrives]))


def _applied(run: LayerRun, arriving: Reach) -> Reach:
    """The reach of what a layer gives."""
    shapes = tuple(value.shape for value in run.arrives)
    window = run.layer.window(Arrives(shapes))
    if window is None:
        return Reach(arriving.extent, arriving.step, arriving.whole or not run.gives.shape.space)
    return arriving.through(window, _covers(window, shapes[0], run.gives.shape))


def _covers(window: Window, arrives: Shape, gives: Shape) -> bool:
    """Whether the window lies over the whole map at its only position."""
    sizes = zip(window.kernel, window.dilation, arrives.space, strict=True)
    return gives.positions == 1 and all((kernel - 1) * dilation + 1 >= side for kernel, dilation, side in sizes)
