"""The trained tensors of a network, with what an initialisation or an optimizer asks of them."""

from collections.abc import Iterator
from math import prod

from netdsl.graph.model import LayerRun, PathRun, ResidualRun, Run, ScopeRun, StepRun, Tensor, Trace, Use, UseRun
from netdsl.graph.walk import Leaf, below, joined, leaves, parts
from netdsl.layers.base import Arrives, Role
from netdsl.records import by_value


@by_value
class Weight:
    """A trained tensor: its key, and what kind of layer it belongs to."""

    key: str
    role: Role
    bias: bool
    fans: tuple[int, int] | None
    """For the weight of a convolution or a linear layer: of how many numbers one number is made, and into how many it
    goes, each within its own group."""


def weights(use: Use) -> Iterator[Weight]:
    """Every trained tensor, in the order of the text."""
    for leaf in leaves(use):
        arrives = Arrives(tuple(tensor.shape for tensor in leaf.run.arrives))
        for name, dims in leaf.run.layer.weights(arrives).items():
            key = joined(leaf.key, name)
            role = leaf.run.layer.role
            learns = role in (Role.MIX, Role.DENSE) and name == "weight" and len(dims) > 1
            yield Weight(key, role, name == "bias", _fans(leaf, dims) if learns else None)


def _fans(leaf: Leaf, dims: tuple[int, ...]) -> tuple[int, int]:
    """Fan in and fan out; a transposed convolution holds its input's channels first."""
    into, out = leaf.run.arrives[0].shape.channels, leaf.run.gives.shape.channels
    groups = into // dims[1] if dims[0] == out else out // dims[1]
    taps = prod(dims[2:])
    return into // groups * taps, out // groups * taps


def last_norms(use: Use) -> Iterator[str]:
    """The key of each normalisation with which the body of a residual ends."""
    yield from _last_norms(use.trace, "")


def _last_norms(trace: tuple[Run | StepRun, ...], prefix: str) -> Iterator[str]:
    for run in trace:
        if isinstance(run, ResidualRun) and run.summed:
            key = _ends_with_norm(run.body, run.inner, prefix)
            if key:
                yield key
        inside = joined(prefix, run.key) if isinstance(run, UseRun | ScopeRun) else prefix
        yield from _last_norms((*parts(run), *(below(run) if isinstance(run, StepRun) else ())), inside)


def _ends_with_norm(body: Trace, result: Tensor, prefix: str) -> str:
    """The key of the normalisation that gives `result`; "" where something else does."""
    for path in reversed(body):
        if isinstance(path, PathRun) and path.gives is result:
            return _norm(path.steps[-1], prefix)
    return ""


def _norm(step: StepRun, prefix: str) -> str:
    match step:
        case LayerRun() if step.layer.role is Role.NORM:
            return joined(prefix, step.key)
        case UseRun() | ScopeRun():
            inner = below(step)
            last = inner[-1] if inner else None
            return _norm(last.steps[-1], joined(prefix, step.key)) if isinstance(last, PathRun) else ""
        case _:
            return ""
