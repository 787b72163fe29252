"""DenseNet-BC-121, Huang et al. 2016, table 1 (arXiv:1608.06993).

Input 3x224x224, output 1000. 7,978,856 parameters, 2.83 G multiply-accumulates.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn


class DenseLayer(nn.Module):
    """`growth` new maps from all maps so far."""

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(in_channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(in_channels, 128, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(128)
        self.conv2 = nn.Conv2d(128, 32, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(self.relu(self.norm1(x)))
        return self.conv2(self.relu(self.norm2(x)))


class DenseBlock(nn.ModuleDict):
    def __init__(self, in_channels: int, depth: int) -> None:
        super().__init__()
        for j in range(depth):
            self[f"denselayer{j + 1}"] = DenseLayer(in_channels + 32 * j)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.children():
            x = torch.cat([x, layer(x)], dim=1)
        return x


class Transition(nn.Module):
    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(in_channels, in_channels // 2, 1, bias=False)
        self.avgpool = nn.AvgPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(self.relu(self.norm(x)))
        return self.avgpool(x)


class DenseNet121(nn.Module):
    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.features = nn.Sequential(
            OrderedDict(
                conv0=nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False),
                norm0=nn.BatchNorm2d(64),
                relu=nn.ReLU(inplace=True),
                maxpool=nn.MaxPool2d(3, stride=2, padding=1),
                denseblock1=DenseBlock(64, depth=6),
                transition1=Transition(256),
                denseblock2=DenseBlock(128, depth=12),
                transition2=Transition(512),
                denseblock3=DenseBlock(256, depth=24),
                transition3=Transition(1024),
                denseblock4=DenseBlock(512, depth=16),
                norm5=nn.BatchNorm2d(1024),
            )
        )
        self.relu = nn.ReLU()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(1024, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.features(x))
        x = torch.flatten(self.avgpool(x), 1)
        return self.classifier(x)


if __name__ == "__main__":
    model = DenseNet121().eval()
    print(model(torch.randn(1, 3, 224, 224)).shape)
