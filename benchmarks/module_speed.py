"""The loaded ResNet-34 against the same network written by hand: forward, and a step of training."""

import sys
from collections.abc import Callable

import torch
from by_hand import ResNet34
from timing import side_by_side, table, verdict
from torch import nn
from torch.nn import functional as F

import netdsl

COMPILED = "compiled"
BY_HAND = "by hand"


def forward(model: nn.Module, x: torch.Tensor) -> Callable[[], torch.Tensor]:
    """One evaluation without gradients."""
    model.eval()

    def run() -> torch.Tensor:
        with torch.no_grad():
            return model(x)

    return run


def training(model: nn.Module, x: torch.Tensor) -> Callable[[], object]:
    """Forward, backward and a step of SGD."""
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    target = torch.zeros(len(x), dtype=torch.long)

    def run() -> None:
        optimizer.zero_grad()
        F.cross_entropy(model(x), target).backward()
        optimizer.step()

    return run


def main() -> None:
    """Prints the medians and the ratio of each."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    torch.set_num_threads(1)
    models = {COMPILED: netdsl.load("resnet34"), BY_HAND: ResNet34()}
    weights = zip(models[BY_HAND].state_dict(), models[COMPILED].state_dict().values(), strict=True)
    models[BY_HAND].load_state_dict(dict(weights))
    x = torch.randn(1, 3, 64, 64)
    assert torch.equal(forward(models[COMPILED], x)(), forward(models[BY_HAND], x)())
    for what, work, shape in (("forward", forward, (1, 3, 224, 224)), ("training step", training, (2, 3, 96, 96))):
        x = torch.randn(shape)
        times = side_by_side({name: work(model, x) for name, model in models.items()}, rounds)
        print(what)
        print(table(times))
        print(verdict(f"{what}, compiled / by hand", times[COMPILED] / times[BY_HAND], 1.02))


if __name__ == "__main__":
    main()
