"""ResNet-34 as one writes it by hand, to time the compiled one against."""

import torch
from torch import Tensor, nn


class Unit(nn.Module):
    """Two 3x3 convolutions with a way around them."""

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, width, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(width)
        self.act = nn.ReLU(inplace=True)
        self.around: nn.Module | None = None
        if stride != 1 or channels != width:
            self.around = nn.Sequential(nn.Conv2d(channels, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        """The sum of both ways."""
        way = x if self.around is None else self.around(x)
        x = self.act(self.first_norm(self.first(x)))
        x = self.second_norm(self.second(x))
        x = x + way
        return self.act(x)


class ResNet34(nn.Module):
    """He et al. 2015, table 1, the column of 34 layers."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.stem_norm = nn.BatchNorm2d(64)
        self.act = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(3, 2, 1)
        units: list[nn.Module] = []
        channels = 64
        for width, depth, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
            for place in range(depth):
                units.append(Unit(channels, width, stride if place == 0 else 1))
                channels = width
        self.units = nn.Sequential(*units)
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.classify = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of the classes."""
        x = self.pool(self.act(self.stem_norm(self.stem(x))))
        x = self.mean(self.units(x))
        return self.classify(torch.flatten(x, 1))
