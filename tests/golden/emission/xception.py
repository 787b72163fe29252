"""Xception, Chollet 2016, figure 5 (arXiv:1610.02357); as timm has it. Look at
`separable`: Inception's idea to the end, one filter for each channel and then 1x1.

Input 3x299x299, output 1000. 22,855,952 parameters, 8.36 G multiply-accumulates.
"""

import torch
from torch import Tensor, nn


class Separable(nn.Module):
    def __init__(self, in_channels: int, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, in_channels, 3, padding=1, groups=in_channels, bias=False
        )
        self.pointwise = nn.Conv2d(in_channels, width, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.pointwise(self.conv1(x))


class Unit(nn.Module):
    def __init__(
        self, in_channels: int, widths: list[int], stride: int = 1, start: bool = True
    ) -> None:
        super().__init__()
        self.project = stride != 1 or widths[-1] != in_channels
        channels = in_channels
        layers: list[nn.Module] = []
        for i, width in enumerate(widths):
            if start or i > 0:
                layers.append(nn.ReLU())
            layers += [Separable(channels, width), nn.BatchNorm2d(width)]
            channels = width
        if stride != 1:
            layers.append(nn.MaxPool2d(3, stride=stride, padding=1))
        self.rep = nn.Sequential(*layers)
        if self.project:
            self.skip = nn.Conv2d(in_channels, widths[-1], 1, stride=stride, bias=False)
            self.skipbn = nn.BatchNorm2d(widths[-1])

    def forward(self, x: Tensor) -> Tensor:
        shortcut = self.skipbn(self.skip(x)) if self.project else x
        return self.rep(x) + shortcut


class Xception(nn.Module):
    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, stride=2, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(32, 64, 3, bias=False)
        self.bn2 = nn.BatchNorm2d(64)

        self.block1 = Unit(64, [128, 128], stride=2, start=False)
        self.block2 = Unit(128, [256, 256], stride=2)
        self.block3 = Unit(256, [728, 728], stride=2)
        self.block4 = Unit(728, [728, 728, 728])
        self.block5 = Unit(728, [728, 728, 728])
        self.block6 = Unit(728, [728, 728, 728])
        self.block7 = Unit(728, [728, 728, 728])
        self.block8 = Unit(728, [728, 728, 728])
        self.block9 = Unit(728, [728, 728, 728])
        self.block10 = Unit(728, [728, 728, 728])
        self.block11 = Unit(728, [728, 728, 728])
        self.block12 = Unit(728, [728, 1024], stride=2)

        self.conv3 = Separable(1024, 1536)
        self.bn3 = nn.BatchNorm2d(1536)
        self.conv4 = Separable(1536, 2048)
        self.bn4 = nn.BatchNorm2d(2048)

        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        x = self.block1(x)
        x = self.block2(x)
        x = self.block3(x)
        x = self.block4(x)
        x = self.block5(x)
        x = self.block6(x)
        x = self.block7(x)
        x = self.block8(x)
        x = self.block9(x)
        x = self.block10(x)
        x = self.block11(x)
        x = self.block12(x)

        x = self.conv3(x)
        x = self.relu(self.bn3(x))
        x = self.conv4(x)
        x = self.relu(self.bn4(x))

        x = torch.flatten(self.avgpool(x), 1)
        return self.fc(x)


if __name__ == "__main__":
    model = Xception().eval()
    print(model(torch.randn(1, 3, 299, 299)).shape)
