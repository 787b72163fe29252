"""RegNetY 400 MF, Radosavovic et al. 2020, figure 16 (arXiv:2003.13678).

Input 3x224x224, output 1000. 4,344,144 parameters, 0.40 G multiply-accumulates.
"""

from collections import OrderedDict
from collections.abc import Callable

import torch
from torch import Tensor, nn


class ConvBn(nn.Sequential):
    def __init__(
        self,
        in_channels: int,
        width: int,
        kernel: int,
        stride: int = 1,
        groups: int = 1,
        act: Callable[..., nn.Module] | None = nn.ReLU,
    ) -> None:
        layers: list[nn.Module] = [
            nn.Conv2d(
                in_channels,
                width,
                kernel,
                stride=stride,
                padding=kernel // 2,
                groups=groups,
                bias=False,
            ),
            nn.BatchNorm2d(width),
        ]
        if act is not None:
            layers.append(act(inplace=True))
        super().__init__(*layers)


class SqueezeExcite(nn.Module):
    """Hu et al. 2017 (arXiv:1709.01507): weigh each channel by what the whole map
    says.
    """

    def __init__(self, in_channels: int, squeezed: int) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(in_channels, squeezed, 1)
        self.relu = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(squeezed, in_channels, 1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        y = self.avgpool(x)
        y = self.relu(self.fc1(y))
        return x * self.sigmoid(self.fc2(y))


class Unit(nn.Module):
    def __init__(self, in_channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.f = nn.Sequential(
            OrderedDict(
                a=ConvBn(in_channels, width, 1),
                b=ConvBn(width, width, 3, stride=stride, groups=width // 8),
                se=SqueezeExcite(width, round(0.25 * in_channels)),
                c=ConvBn(width, width, 1, act=None),
            )
        )
        self.proj: nn.Module = nn.Identity()
        if stride != 1 or in_channels != width:
            self.proj = ConvBn(in_channels, width, 1, stride=stride, act=None)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.f(x) + self.proj(x))


class Block(nn.Sequential):
    def __init__(self, in_channels: int, depth: int, i: int, width: int) -> None:
        super().__init__()
        for j in range(depth):
            self.add_module(
                f"block{i + 1}-{j}", Unit(in_channels, width, 2 if j == 0 else 1)
            )
            in_channels = width


class RegNetY400MF(nn.Module):
    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.stem = ConvBn(3, 32, 3, stride=2)
        self.trunk_output = nn.Sequential(
            OrderedDict(
                block1=Block(32, depth=1, i=0, width=48),
                block2=Block(48, depth=3, i=1, width=104),
                block3=Block(104, depth=6, i=2, width=208),
                block4=Block(208, depth=6, i=3, width=440),
            )
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(440, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = self.trunk_output(x)
        x = torch.flatten(self.avgpool(x), 1)
        return self.fc(x)


if __name__ == "__main__":
    model = RegNetY400MF().eval()
    print(model(torch.randn(1, 3, 224, 224)).shape)
