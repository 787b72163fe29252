"""The state dict of a network: what a checkpoint of it holds, in order."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from netdsl.graph.model import Use
from netdsl.graph.walk import Leaf, joined, leaves
from netdsl.layers.base import Arrives
from netdsl.records import by_value


@by_value
class Entry:
    """One tensor of the state dict; a buffer is kept but not trained."""

    key: str
    dims: tuple[int, ...]
    dtype: str
    buffer: bool


@dataclass
class _Module:
    """A module as PyTorch lists it: its parameters, its buffers, its children as they were first named."""

    parameters: list[Entry] = field(default_factory=list)
    buffers: list[Entry] = field(default_factory=list)
    children: dict[str, "_Module"] = field(default_factory=dict)

    def at(self, key: str) -> "_Module":
        """The module of that dotted name below this one, made where there is none yet."""
        module = self
        for name in key.split(".") if key else ():
            module = module.children.setdefault(name, _Module())
        return module

    def entries(self) -> Iterator[Entry]:
        """All that it holds, in PyTorch's order."""
        yield from self.parameters
        yield from self.buffers
        for child in self.children.values():
            yield from child.entries()


def entries(use: Use) -> tuple[Entry, ...]:
    """The state dict of a net in PyTorch's order: a scope that is opened again goes on where it first stood."""
    root = _Module()
    for leaf in leaves(use):
        _store(root, leaf)
    return tuple(root.entries())


def _store(root: _Module, leaf: Leaf) -> None:
    """Puts the tensors of a layer where they belong; a weight without a name is a parameter of the scope around."""
    arrives = Arrives(tuple(tensor.shape for tensor in leaf.run.arrives))
    scope, _, _ = leaf.key.rpartition(".")
    for name, dims in leaf.run.layer.weights(arrives).items():
        module = root.at(leaf.key if name else scope)
        module.parameters.append(Entry(joined(leaf.key, name), dims, "float32", False))
    for name, stored in leaf.run.layer.buffers(arrives).items():
        root.at(leaf.key).buffers.append(Entry(joined(leaf.key, name), stored.dims, stored.dtype, True))
