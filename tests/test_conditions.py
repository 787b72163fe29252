"""Random blocks with conditions in one another, whose uses answer them differently: one class, compiled right."""

from collections.abc import Iterator
from itertools import count, product
from random import Random

import pytest
import torch
from interpreter import interpret

from netdsl import compiler
from netdsl.graph.state import entries
from netdsl.source import SourceFile
from netdsl.targets.pytorch.module import build

ANSWERS = [", ".join(row) for row in product(["false", "true"], repeat=3)]


class Author:
    """Writes a block; all its values have one shape, so that any of them can be added."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.labels = (f"m{k}" for k in count())
        self.named: list[str] = []

    def text(self) -> str:
        """A net with two to four uses of the block."""
        body = "\n  ".join(self.line() for _ in range(self.random.randint(2, 5)))
        calls = "; ".join(f"u({row})" for row in self.random.sample(ANSWERS, self.random.randint(2, 4)))
        return f"net n {{\n  input 4x6x6\n  {calls}\n}}\n\nblock u(p, q, r) {{\n  {body}\n  last: conv(4, 1x1)\n}}\n"

    def line(self) -> str:
        """A statement of the block, now and then with a name for what it gives."""
        text = self.statement(0)
        if self.random.random() < 0.3:
            self.named.append(f"v{len(self.named)}")
            return f"{text}\n  {self.named[-1]} = identity"
        return text

    def layer(self) -> str:
        layers = ("conv(4, 3x3)", "conv(4, 1x1) -> relu", "depthwise(3x3)")
        return self.random.choice([*(f"{next(self.labels)}: {layer}" for layer in layers), "relu", "relu6"])

    def condition(self) -> str:
        return self.random.choice(["", "not "]) + self.random.choice("pqr")

    def body(self, depth: int) -> str:
        return f"{{ {'; '.join(self.statement(depth + 1) for _ in range(self.random.randint(1, 2)))} }}"

    def statement(self, depth: int) -> str:
        return self.layer() if depth > 2 else self.random.choice(list(self.statements(depth)))

    def statements(self, depth: int) -> Iterator[str]:
        """One of each kind."""
        label, c = next(self.labels), self.condition()
        yield self.layer()
        yield f"if {c} {self.body(depth)}"
        yield f"if {c} {self.body(depth)} else {self.body(depth)}"
        yield f"if {c} {{ {label}: conv(4, 3x3) }} else {{ {label}: depthwise(3x3) }}"
        yield f"residual if {c} {self.body(depth)}"
        yield f"residual {self.body(depth)} shortcut if {c} {{ {self.layer()} }}"
        if self.named:
            yield f"add {{ identity; identity on {self.random.choice(self.named)} }}"


@pytest.mark.parametrize("seed", range(100))
@torch.no_grad()
def test_a_block_computes_what_its_conditions_say(seed: int) -> None:
    network = compiler.choose(SourceFile("random.net", Author(seed).text()))
    torch.manual_seed(seed)
    module = build(network).double().eval()
    assert list(module.state_dict()) == [entry.key for entry in entries(network.root)]
    x = torch.randn(2, 4, 6, 6, dtype=torch.float64)
    expected = interpret(network.root, module.state_dict(), x.clone()).main
    torch.testing.assert_close(module(x.clone()), expected, rtol=1e-9, atol=1e-9)
