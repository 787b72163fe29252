"""Random valid programs: what they come to, checked, compiled and run."""

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from interpreter import Results, interpret
from programs import Program, program, programs
from reuse import elsewhere
from torch import Tensor, nn

from netdsl import compiler
from netdsl.diagnostics.model import Refused
from netdsl.graph.cost import cost
from netdsl.graph.model import Network, Use
from netdsl.graph.state import entries
from netdsl.graph.walk import leaves
from netdsl.shapes import Shape
from netdsl.source import SourceFile
from netdsl.targets.pytorch.module import build

FEW, MANY = 60, 2000


def checked(source: Program) -> tuple[Network, ...]:
    """The nets of the program, which are as many as its author meant, and come to what was expected."""
    networks = compiler.check(SourceFile("random.net", source.text)).networks
    assert {network.name for network in networks} == set(source.nets)
    for network in networks:
        expected = source.nets[network.name]
        modules = [(leaf.key, leaf.run.layer.word, leaf.run.gives.shape.dims) for leaf in leaves(network.root)]
        assert modules == [(module.key, module.word, module.dims) for module in expected.modules]
        assert network.output.dims == expected.dims
    return networks


def same(module: nn.Module, use: Use, *shapes: Shape) -> None:
    """The module is what the graph says that it is, on inputs of these shapes."""
    same_state(module, use)
    same_results(module, use, *shapes)


def same_state(module: nn.Module, use: Use) -> None:
    """The module has the keys, shapes, dtypes and parameters that the graph says, in this order."""
    state = [(key, tuple(value.shape), str(value.dtype)) for key, value in module.state_dict().items()]
    assert state == [(entry.key, entry.dims, f"torch.{entry.dtype}") for entry in entries(use)]
    assert sum(weight.numel() for weight in module.parameters()) == cost(use).parameters


def same_results(module: nn.Module, use: Use, *shapes: Shape) -> None:
    """The module computes what the interpreter of the graph does, in evaluation and in training."""
    module.double()
    for value in module.state_dict().values():
        if value.is_floating_point():
            value.copy_(torch.rand_like(value) + 0.1)
    inputs = [torch.randn(2, *shape.dims, dtype=torch.float64) for shape in shapes]
    for training in (False, True):
        module.train(training)
        for part in module.modules():
            if re.search("Drop|StochasticDepth", type(part).__name__):
                part.eval()
        state = {key: value.clone() for key, value in module.state_dict().items()}
        found = module(*(x.clone() for x in inputs))
        expected = interpret(use, state, *(x.clone() for x in inputs), training=training)
        for one, other in zip(listed(found), in_order(expected), strict=True):
            torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-9, equal_nan=True)


def listed(found: Tensor | tuple[Tensor, ...]) -> list[Tensor]:
    return [found] if isinstance(found, Tensor) else [value for value in found if value is not None]


def in_order(results: Results) -> list[Tensor]:
    return list(results)


def others(network: Network, source: Program) -> Iterator[tuple[dict[str, object], Network]]:
    """Other arguments of the emitted class, with the network that they stand for."""
    kind = type(build(network))
    for name, parameter in inspect.signature(kind).parameters.items():
        value = parameter.default
        for other in (
            (not value,) if isinstance(value, bool) else (value + 4, value * 2) if isinstance(value, int) else ()
        ):
            try:
                yield {name: other}, compiler.choose(SourceFile("random.net", source.text), network.name, {name: other})
            except Refused:
                continue


def verify(source: Program) -> int:
    """All that is said of a random program; how many classes were tried at other arguments."""
    tried = 0
    for network in checked(source):
        text = compiler.emit(network)
        assert compiler.emit(network) == text
        torch.manual_seed(0)
        module = build(network)
        same(module, network.root, network.input)
        for arguments, other in others(network, source):
            same(type(module)(**arguments), other.root, other.input)
        for one in elsewhere(network):
            tried += 1
            same(one.kind(**one.arguments), one.use, *(tensor.shape for tensor in one.use.arrives))
    return tried


@settings(max_examples=FEW, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs)
def test_programs(source: Program) -> None:
    torch.set_num_threads(1)
    verify(source)


FOUND = {
    "a scope lets out another value in each trip": """net a {
  input 4x8x8
  p: conv(4, 3x3)
  for i in range(2) { "s.{i}": { p = next: conv(4, 3x3) on p; last: conv(4, 3x3); conv(4, 1x1) } }
  mul on last, last
}
""",
    "a norm given as an argument is of another class where vectors arrive": """net a {
  input 4x8x8
  a: unit(batchnorm(affine=false))
  b: unit(instancenorm)
  flatten
  c: unit(batchnorm(affine=false))
  d: unit(layernorm)
}
block unit(norm) { norm -> relu }
""",
    "names in a scope are names around it": """net a {
  input 4x8x8
  for i in range(2) {
    "s{i}": { alpha_dropout(0.0); conv(4, 3x3); residual { act: hardswish } }
  }
  act: relu
}
""",
    "an auxiliary result has a number beside those that a class holds as a list": """net a {
  input 4x8x8
  conv(4, 3x3)
  residual { conv(4, 3x3) }
  aux(weight=0.3) { global_avgpool -> flatten; linear(3) }
  global_avgpool -> flatten
}
""",
}
"""What random programs have found, made small."""


@pytest.mark.parametrize("what", FOUND)
def test_what_programs_found(what: str) -> None:
    network = compiler.choose(SourceFile("random.net", FOUND[what]))
    same(build(network), network.root, network.input)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_many_programs(part: int) -> None:
    torch.set_num_threads(1)
    seeds = range(part * MANY // 8, (part + 1) * MANY // 8)
    assert sum(verify(program(1 + seed % 6, seed)) for seed in seeds) >= len(seeds) // 8


def test_source_of_programs_is_clean(tmp_path: Path) -> None:
    for seed in range(60):
        for network in checked(program(1 + seed % 6, seed)):
            (tmp_path / f"{network.name}_{seed}.py").write_text(compiler.emit(network), "utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
