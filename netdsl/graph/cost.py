"""What a network costs. Each distinct use is counted once, and each layer and scope in it, however often it occurs."""

from netdsl.graph.model import JoinRun, LayerRun, ResidualRun, ScopeRun, StepRun, Tensor, Trace, Use, UseRun
from netdsl.graph.walk import steps
from netdsl.layers.base import Arrives, Layer
from netdsl.records import by_value


@by_value
class Cost:
    """Trained numbers; multiply-accumulates for one input; numbers that its steps give for one input."""

    parameters: int = 0
    macs: int = 0
    activations: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.parameters + other.parameters, self.macs + other.macs, self.activations + other.activations)


class Costs:
    """Costs of uses and steps. Auxiliary results count in parameters only, for they run only in training."""

    def __init__(self) -> None:
        self._known: dict[Use | ScopeRun | LayerRun, Cost] = {}

    def of(self, use: Use) -> Cost:
        """The cost of a whole net or block."""
        found = self._known.get(use)
        if found is None:
            found = self._known[use] = self._sum(use.trace)
        return found

    def auxiliary(self, net: Use) -> int:
        """The parameters of a net's auxiliary results."""
        return sum(self.step(run).parameters for run, is_auxiliary in steps(net.trace) if is_auxiliary)

    def step(self, run: StepRun) -> Cost:
        """The cost of one step with all that stands in its scope; what stands inside a join is a step of its own."""
        match run:
            case UseRun():
                return self.of(run.use)
            case ScopeRun() | LayerRun():
                found = self._known.get(run)
                if found is None:
                    found = self._known[run] = self._once(run)
                return found
            case JoinRun():
                return _applied(run.layer, tuple(branch.gives for branch in run.branches), run.gives)
            case ResidualRun() if not run.summed:
                return Cost()
            case _:
                return Cost(activations=run.gives.shape.elements)

    def _once(self, run: ScopeRun | LayerRun) -> Cost:
        return self._sum(run.body) if isinstance(run, ScopeRun) else _applied(run.layer, run.arrives, run.gives)

    def _sum(self, trace: Trace) -> Cost:
        parameters = macs = activations = 0
        for run, auxiliary in steps(trace):
            cost = self.step(run)
            parameters += cost.parameters
            if not auxiliary:
                macs += cost.macs
                activations += cost.activations
        return Cost(parameters, macs, activations)


def _applied(layer: Layer, arrives: tuple[Tensor, ...], gives: Tensor) -> Cost:
    """The cost of a layer at these values; what only passes a value on gives nothing new."""
    shapes = Arrives(tuple(value.shape for value in arrives))
    return Cost(layer.parameters(shapes), layer.macs(shapes), 0 if gives in arrives else gives.shape.elements)


def cost(use: Use) -> Cost:
    """The cost of a net: parameters and multiply-accumulates as the field counts them."""
    return Costs().of(use)
