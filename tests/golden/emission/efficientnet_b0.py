"""EfficientNet-B0, Tan and Le 2019, table 2 (arXiv:1905.11946).

Input 3x224x224, output 1000. 5,288,548 parameters, 0.39 G multiply-accumulates.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn


class StochasticDepth(nn.Module):
    """Drops the whole branch of a sample with probability `p` while training."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0.0:
            return x
        keep = torch.rand(x.shape[0], *[1] * (x.dim() - 1), device=x.device) >= self.p
        return x * keep.to(x.dtype) / (1.0 - self.p)


class ConvBn(nn.Sequential):
    def __init__(
        self,
        in_channels: int,
        width: int,
        kernel: int,
        stride: int = 1,
        act: Callable[..., nn.Module] | None = nn.SiLU,
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
            nn.BatchNorm2d(width),
        ]
        if act is not None:
            layers.append(act(inplace=True))
        super().__init__(*layers)


class DepthwiseBn(nn.Sequential):
    def __init__(self, in_channels: int, kernel: int, stride: int = 1) -> None:
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
            nn.BatchNorm2d(in_channels),
            nn.SiLU(inplace=True),
        )


class SqueezeExcite(nn.Module):
    """Hu et al. 2017 (arXiv:1709.01507): weigh each channel by what the whole map
    says.
    """

    def __init__(self, in_channels: int, squeezed: int) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(in_channels, squeezed, 1)
        self.silu = nn.SiLU(inplace=True)
        self.fc2 = nn.Conv2d(squeezed, in_channels, 1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        y = self.avgpool(x)
        y = self.silu(self.fc1(y))
        return x * self.sigmoid(self.fc2(y))


class Mbconv(nn.Module):
    """Mobile inverted bottleneck with squeeze-and-excite."""

    def __init__(
        self,
        in_channels: int,
        width: int,
        expand: int,
        stride: int,
        drop: float,
        kernel: int = 3,
    ) -> None:
        super().__init__()
        self.residual = stride == 1 and in_channels == width
        hidden = expand * in_channels
        layers: list[nn.Module] = []
        if expand != 1:
            layers.append(ConvBn(in_channels, hidden, 1))
        layers += [
            DepthwiseBn(hidden, kernel, stride=stride),
            SqueezeExcite(hidden, in_channels // 4),
            ConvBn(hidden, width, 1, act=None),
        ]
        self.block = nn.Sequential(*layers)
        self.stochastic_depth = StochasticDepth(drop)

    def forward(self, x: Tensor) -> Tensor:
        y = self.block(x)
        return x + self.stochastic_depth(y) if self.residual else y


class EfficientNetB0(nn.Module):
    def __init__(self, drop: float = 0.2, classes: int = 1000) -> None:
        super().__init__()
        self.features = nn.Sequential(
            ConvBn(3, 32, 3, stride=2),
            nn.Sequential(Mbconv(32, 16, 1, 1, 0.2 * 0 / 16)),
            nn.Sequential(
                Mbconv(16, 24, 6, 2, 0.2 * 1 / 16), Mbconv(24, 24, 6, 1, 0.2 * 2 / 16)
            ),
            nn.Sequential(
                Mbconv(24, 40, 6, 2, 0.2 * 3 / 16, kernel=5),
                Mbconv(40, 40, 6, 1, 0.2 * 4 / 16, kernel=5),
            ),
            nn.Sequential(
                Mbconv(40, 80, 6, 2, 0.2 * 5 / 16),
                Mbconv(80, 80, 6, 1, 0.2 * 6 / 16),
                Mbconv(80, 80, 6, 1, 0.2 * 7 / 16),
            ),
            nn.Sequential(
                Mbconv(80, 112, 6, 1, 0.2 * 8 / 16, kernel=5),
                Mbconv(112, 112, 6, 1, 0.2 * 9 / 16, kernel=5),
                Mbconv(112, 112, 6, 1, 0.2 * 10 / 16, kernel=5),
            ),
            nn.Sequential(
                Mbconv(112, 192, 6, 2, 0.2 * 11 / 16, kernel=5),
                *[
                    Mbconv(192, 192, 6, 1, 0.2 * i / 16, kernel=5)
                    for i in range(12, 15)
                ],
            ),
            nn.Sequential(Mbconv(192, 320, 6, 1, 0.2 * 15 / 16)),
            ConvBn(320, 1280, 1),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(drop), nn.Linear(1280, classes))

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = torch.flatten(self.avgpool(x), 1)
        return self.classifier(x)


if __name__ == "__main__":
    model = EfficientNetB0().eval()
    print(model(torch.randn(1, 3, 224, 224)).shape)
