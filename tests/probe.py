"""Weights, inputs and fingerprints by which a module is compared with a published network, without its code.

Every entry of the state dict is made from its key and shape alone, so the fingerprints in `tests/reference` can be
made again by anyone: uniform values from a generator seeded with the CRC-32 of the key.
"""

import gzip
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

import torch
from torch import Tensor, nn

REFERENCES = Path(__file__).parent / "reference"


def reference(name: str) -> dict[str, Any]:
    """What is known of a published network, by the name of its file: `torchvision.resnet34`."""
    return json.loads(gzip.decompress((REFERENCES / f"{name}.json.gz").read_bytes()))


def weight(key: str, shape: Iterable[int], gain: float) -> Tensor:
    """The entry `key` of the state dict."""
    shape, leaf = tuple(shape), key.rpartition(".")[2]
    if leaf == "num_batches_tracked":
        return torch.zeros(shape, dtype=torch.int64)
    generator = torch.Generator().manual_seed(crc32(key.encode()))
    uniform = torch.rand(shape, generator=generator, dtype=torch.float64) * 2 - 1
    if leaf == "running_mean" or leaf.endswith("bias"):
        return (0.1 * uniform).float()
    if leaf == "running_var":
        return (1 + 0.5 * uniform).float()
    if leaf.endswith("weight"):
        filters = len(shape) >= 2
        return (uniform * (gain * math.sqrt(6 / math.prod(shape[1:]))) if filters else 1 + 0.2 * uniform).float()
    return (0.5 + 0.25 * uniform).float()


def image(batch: int, shape: Iterable[int]) -> Tensor:
    """The input of the fingerprints, with mean 0 and variance 1."""
    generator = torch.Generator().manual_seed(0)
    uniform = torch.rand((batch, *shape), generator=generator, dtype=torch.float64) * 2 - 1
    return (uniform * math.sqrt(3)).float()


def load(module: nn.Module, known: dict[str, Any]) -> None:
    """Gives a module the weights of the fingerprints, strictly and with no map of keys."""
    module.load_state_dict({key: weight(key, shape, known["probe"]["gain"]) for key, shape, *_ in known["state_dict"]})


def difference(output: Tensor, known: dict[str, Any]) -> float:
    """The largest difference of an output from its fingerprint, divided by the fingerprint's standard deviation."""
    assert list(output.shape) == known["shape"]
    values = output.detach().double()
    pairs = [
        (values.mean().item(), known["mean"]),
        (values.std(correction=0).item(), known["std"]),
        (values.abs().max().item(), known["absmax"]),
    ]
    for row, expected in zip(values, known["first"], strict=False):
        pairs += zip(row.flatten().tolist(), expected, strict=False)
    return max(abs(a - b) if math.isfinite(a) else math.inf for a, b in pairs) / known["std"]
