"""What uses of blocks are compared by; each is looked at once."""

from netdsl.graph.model import GateRun, JoinRun, LayerRun, ResidualRun, Run, ScopeRun, StepRun, Use, UseRun
from netdsl.graph.walk import parts
from netdsl.layers.base import Arrives, Role
from netdsl.targets.drawing.cards import Look


class Looks:
    """How uses look that were met so far."""

    def __init__(self) -> None:
        self._known: dict[Use, Look] = {}

    def of(self, use: Use) -> Look:
        """How a use looks."""
        found = self._known.get(use)
        if found is None:
            gathered = _Gathered(self)
            gathered.take(use.trace, counted=True)
            operators = tuple(gathered.operators)
            found = Look(operators, gathered.convolutions, gathered.sums, gathered.has_shortcut)
            self._known[use] = found
        return found


class _Gathered:
    """What stands in a trace."""

    def __init__(self, looks: Looks) -> None:
        self.looks = looks
        self.operators: list[tuple[str, object]] = []
        self.convolutions = 0
        self.sums = False
        self.has_shortcut = False

    def take(self, runs: tuple[Run | StepRun, ...], counted: bool) -> None:
        """Adds runs; their operators if they are `counted`."""
        for run in runs:
            match run:
                case LayerRun():
                    if counted and not run.layer.wiring:
                        window = run.layer.window(Arrives(tuple(value.shape for value in run.arrives)))
                        self.operators.append((run.layer.word, window and window.kernel))
                        self.convolutions += run.layer.role is Role.MIX
                case UseRun():
                    self._use(self.looks.of(run.use), counted)
                case ScopeRun():
                    self.take(run.body, counted)
                case ResidualRun():
                    self.sums |= run.summed
                    self.has_shortcut |= bool(run.shortcut)
                    self.take(run.body, counted)
                    self.take(run.shortcut or (), counted=False)
                case GateRun():
                    self.take(parts(run), counted=False)
                case _:
                    self.sums |= isinstance(run, JoinRun) and _is_sum(run)
                    self.take(parts(run), counted)

    def _use(self, inner: Look, counted: bool) -> None:
        if counted:
            self.operators += inner.operators
            self.convolutions += inner.convolutions
        self.sums |= inner.sums
        self.has_shortcut |= inner.has_shortcut


def _is_sum(run: JoinRun) -> bool:
    return all(branch.gives.shape == run.gives.shape for branch in run.branches)
