"""What a file may cost before it is refused. Every limit can be raised: `--budget steps=5000000`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """Limits on what a file can make of itself, each well above what any published network needs."""

    source: int = 200_000
    """Bytes of one file."""
    nodes: int = 200_000
    """Layers of a network, with every repetition counted."""
    steps: int = 1_000_000
    """Steps of evaluation: one for each expression and statement that runs."""
    levels: int = 64
    """How deep braces, brackets and calls may stand inside one another."""
    elements: int = 10_000
    """Elements of a list."""
    characters: int = 10_000
    """Characters of a string."""
    magnitude: int = 10**12
    """Numbers stay below it."""
    tensor: int = 10**11
    """Numbers in one value that flows, or in the weights of one layer."""


DEFAULT = Budget()
