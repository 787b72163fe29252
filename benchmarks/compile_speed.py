"""From text to source, in process, against PyTorch's construction of the same network; and how repetition scales."""

import sys

import torch
from timing import side_by_side, table, verdict

from netdsl import compiler
from netdsl.source import SourceFile
from netdsl.targets.pytorch.module import build

COMPILE = "parse, check, emit ResNet-152"
CONSTRUCT = "construct ResNet-152 in PyTorch"

BLOCK = "block b(w) { residual { conv(w, 3x3); batchnorm; relu; conv(w, 3x3) } }\n"


def stack(height: int) -> str:
    """A network of that many equal blocks."""
    return f"{BLOCK}net a {{ input 8x32x32; repeat {height} {{ b(8) }} }}"


def main() -> None:
    """Prints the medians, their ratio, and what a thousand blocks cost against ten."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    torch.set_num_threads(1)
    source = compiler.find("resnet152")
    kind = type(build(compiler.choose(source)))
    times = side_by_side({COMPILE: lambda: compiler.emit(compiler.choose(source)), CONSTRUCT: kind}, rounds)
    print(table(times))
    print(verdict(f"{COMPILE} / construct", times[COMPILE] / times[CONSTRUCT], 0.1))

    small, large = (SourceFile("stack.net", stack(height)) for height in (10, 1000))
    times = side_by_side(
        {"check 10 equal blocks": lambda: compiler.check(small), "check 1000": lambda: compiler.check(large)}, rounds
    )
    print(table(times))
    print(verdict("1000 equal blocks / 10", times["check 1000"] / times["check 10 equal blocks"], 10))


if __name__ == "__main__":
    main()
