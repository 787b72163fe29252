"""MobileNet v3 large, Howard et al. 2019, table 1 (arXiv:1905.02244).

Input 3x224x224, output 1000. 5,483,032 parameters, 0.22 G multiply-accumulates.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn


def round_to(value: float, step: int) -> int:
    """The nearest multiple of `step`, but never below 90% of `value`."""
    rounded = max(step, int(value + step / 2) // step * step)
    return rounded if rounded >= 0.9 * value else rounded + step


class ConvBn(nn.Sequential):
    def __init__(
        self,
        in_channels: int,
        width: int,
        kernel: int,
        stride: int = 1,
        act: Callable[..., nn.Module] | None = nn.ReLU,
    ) -> None:
        layers: list[nn.Module] = [
            nn.Conv2d(
                in_channels,
                width,
                kernel,
                stride=stride,
                padding=kernel // 2,
                bias=False,
            ),
            nn.BatchNorm2d(width, eps=0.001, momentum=0.01),
        ]
        if act is not None:
            layers.append(act(inplace=True))
        super().__init__(*layers)


class DepthwiseBn(nn.Sequential):
    def __init__(
        self,
        in_channels: int,
        kernel: int,
        stride: int = 1,
        act: Callable[..., nn.Module] = nn.ReLU,
    ) -> None:
        super().__init__(
            nn.Conv2d(
                in_channels,
                in_channels,
                kernel,
                stride=stride,
                padding=kernel // 2,
                groups=in_channels,
                bias=False,
            ),
            nn.BatchNorm2d(in_channels, eps=0.001, momentum=0.01),
            act(inplace=True),
        )


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
        self.hardsigmoid = nn.Hardsigmoid(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = self.avgpool(x)
        y = self.relu(self.fc1(y))
        return x * self.hardsigmoid(self.fc2(y))


class Bneck(nn.Module):
    def __init__(
        self,
        in_channels: int,
        kernel: int,
        expanded: int,
        width: int,
        act: Callable[..., nn.Module],
        stride: int,
        squeeze: bool,
    ) -> None:
        super().__init__()
        self.residual = stride == 1 and in_channels == width
        layers: list[nn.Module] = []
        if expanded != in_channels:
            layers.append(ConvBn(in_channels, expanded, 1, act=act))
        layers.append(DepthwiseBn(expanded, kernel, stride=stride, act=act))
        if squeeze:
            layers.append(SqueezeExcite(expanded, round_to(expanded // 4, 8)))
        layers.append(ConvBn(expanded, width, 1, act=None))
        self.block = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        y = self.block(x)
        return x + y if self.residual else y


class MobileNetV3Large(nn.Module):
    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.features = nn.Sequential(
            ConvBn(3, 16, 3, stride=2, act=nn.Hardswish),
            Bneck(16, 3, 16, 16, nn.ReLU, 1, squeeze=False),
            Bneck(16, 3, 64, 24, nn.ReLU, 2, squeeze=False),
            Bneck(24, 3, 72, 24, nn.ReLU, 1, squeeze=False),
            Bneck(24, 5, 72, 40, nn.ReLU, 2, squeeze=True),
            *[Bneck(40, 5, 120, 40, nn.ReLU, 1, squeeze=True) for _ in range(2)],
            Bneck(40, 3, 240, 80, nn.Hardswish, 2, squeeze=False),
            Bneck(80, 3, 200, 80, nn.Hardswish, 1, squeeze=False),
            *[Bneck(80, 3, 184, 80, nn.Hardswish, 1, squeeze=False) for _ in range(2)],
            Bneck(80, 3, 480, 112, nn.Hardswish, 1, squeeze=True),
            Bneck(112, 3, 672, 112, nn.Hardswish, 1, squeeze=True),
            Bneck(112, 5, 672, 160, nn.Hardswish, 2, squeeze=True),
            *[Bneck(160, 5, 960, 160, nn.Hardswish, 1, squeeze=True) for _ in range(2)],
            ConvBn(160, 960, 1, act=nn.Hardswish),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            nn.Linear(960, 1280),
            nn.Hardswish(inplace=True),
            nn.Dropout(0.2),
            nn.Linear(1280, classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = torch.flatten(self.avgpool(x), 1)
        return self.classifier(x)


if __name__ == "__main__":
    model = MobileNetV3Large().eval()
    print(model(torch.randn(1, 3, 224, 224)).shape)
