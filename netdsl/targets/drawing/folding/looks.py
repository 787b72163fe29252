"""How uses of blocks look: what pictures of them depend on besides their shapes. Each is looked at once."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from netdsl.graph.model import GateRun, JoinRun, LayerRun, ResidualRun, Run, ScopeRun, StepRun, Use, UseRun
from netdsl.graph.walk import below, parts
from netdsl.layers.base import Arrives, Role
from netdsl.targets.drawing.words import OPERATORS

LEAST_BRANCHES = 3


class Looks:
    """How uses look that were met so far."""

    def __init__(self) -> None:
        self._known: dict[Use, Look] = {}

    def of(self, use: Use) -> "Look":
        """How a use looks."""
        found = self._known.get(use)
        if found is None:
            found = self._known[use] = Look(use, self)
        return found


class Look:
    """How one use looks; each answer is worked out when it is first asked for."""

    def __init__(self, use: Use, looks: Looks) -> None:
        self._use = use
        self._looks = looks

    @cached_property
    def operators(self) -> tuple[tuple[str, object], ...]:
        """The words of its layers, each with its kernel, in order; those of shortcuts and gates aside."""
        return tuple(self._gathered.operators)

    @property
    def convolutions(self) -> int:
        """How many of these are such."""
        return self._gathered.convolutions

    @property
    def sums(self) -> bool:
        """Whether something in it is added to what it was made of, or paths to each other."""
        return self._gathered.sums

    @property
    def has_shortcut(self) -> bool:
        """Whether a residual in it has layers in its shortcut."""
        return self._gathered.has_shortcut

    @cached_property
    def kernel(self) -> tuple[int, int] | None:
        """The commonest window of its convolutions that is more than one position; of equals the first."""
        return kernel(self._use)

    @cached_property
    def branches(self) -> tuple[int, ...]:
        """How many operators stand in each branch of its widest join; nothing where fewer than three have any."""
        joins = [run.branches for run in _runs(self._use.trace) if isinstance(run, JoinRun)]
        widest = max(joins, key=len, default=())
        counts = tuple(sum(run.layer.role in OPERATORS for run in _layers((branch,))) for branch in widest)
        return counts if sum(count > 0 for count in counts) >= LEAST_BRANCHES else ()

    @cached_property
    def _gathered(self) -> "_Gathered":
        gathered = _Gathered(self._looks)
        gathered.take(self._use.trace, counted=True)
        return gathered


def kernel(use: Use) -> tuple[int, int] | None:
    """The commonest window of the convolutions of a use that is more than one position; of equals the first."""
    found = [
        window.kernel
        for run in _layers(use.trace)
        if run.layer.role is Role.MIX
        and (window := run.layer.window(Arrives(tuple(value.shape for value in run.arrives)))) is not None
        and window.kernel != (1, 1)
    ]
    return Counter(found).most_common(1)[0][0] if found else None


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
