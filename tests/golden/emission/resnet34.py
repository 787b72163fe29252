"""ResNet-34, He et al. 2015, table 1 (arXiv:1512.03385).

Input 3x224x224, output 1000. 21,797,672 parameters, 3.66 G multiply-accumulates.
"""

import torch
from torch import Tensor, nn


class Basic(nn.Module):
    """Two 3x3 convolutions around which the input is added back."""

    def __init__(self, in_channels: int, width: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, width, 3, stride=stride, padding=1, bias=False
        )
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or in_channels != width:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, width, 1, stride=stride, bias=False),
                nn.BatchNorm2d(width),
            )

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return self.relu(y + self.downsample(x))


class ResNet34(nn.Module):
    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)

        self.layer1 = nn.Sequential(*[Basic(64, 64) for _ in range(3)])
        self.layer2 = nn.Sequential(
            Basic(64, 128, stride=2), *[Basic(128, 128) for _ in range(3)]
        )
        self.layer3 = nn.Sequential(
            Basic(128, 256, stride=2), *[Basic(256, 256) for _ in range(5)]
        )
        self.layer4 = nn.Sequential(
            Basic(256, 512, stride=2), *[Basic(512, 512) for _ in range(2)]
        )

        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)

        x = torch.flatten(self.avgpool(x), 1)
        return self.fc(x)


if __name__ == "__main__":
    model = ResNet34().eval()
    print(model(torch.randn(1, 3, 224, 224)).shape)
