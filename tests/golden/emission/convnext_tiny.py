"""ConvNeXt tiny, Liu et al. 2022, section 2.7 (arXiv:2201.03545).

Input 3x224x224, output 1000. 28,589,128 parameters, 4.46 G multiply-accumulates.
"""

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


class LayerNorm2d(nn.LayerNorm):
    """Layer normalisation over the channels of a map."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Permute(nn.Module):
    """`torch.permute` as a module."""

    def __init__(self, *dims: int) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(self.dims)


class Patchify(nn.Sequential):
    def __init__(self, in_channels: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, 96, 4, stride=4), LayerNorm2d(96, eps=1e-06)
        )


class Unit(nn.Module):
    """Figure 4: one 7x7 depthwise, then two linear layers that see one position at a
    time.
    """

    def __init__(self, in_channels: int, drop: float) -> None:
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(in_channels, in_channels, 7, padding=3, groups=in_channels),
            Permute(0, 2, 3, 1),
            nn.LayerNorm(in_channels, eps=1e-06),
            nn.Linear(in_channels, 4 * in_channels),
            nn.GELU(),
            nn.Linear(4 * in_channels, in_channels),
            Permute(0, 3, 1, 2),
        )
        self.layer_scale = nn.Parameter(torch.full((in_channels, 1, 1), 1e-06))
        self.stochastic_depth = StochasticDepth(drop)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.stochastic_depth(self.layer_scale * self.block(x))


class Downsample(nn.Sequential):
    def __init__(self, in_channels: int, width: int) -> None:
        super().__init__(
            LayerNorm2d(in_channels, eps=1e-06),
            nn.Conv2d(in_channels, width, 2, stride=2),
        )


class ConvNeXtTiny(nn.Module):
    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.features = nn.Sequential(
            Patchify(3),
            nn.Sequential(*[Unit(96, 0.1 * i / 17) for i in range(3)]),
            Downsample(96, 192),
            nn.Sequential(*[Unit(192, 0.1 * i / 17) for i in range(3, 6)]),
            Downsample(192, 384),
            nn.Sequential(*[Unit(384, 0.1 * i / 17) for i in range(6, 15)]),
            Downsample(384, 768),
            nn.Sequential(*[Unit(768, 0.1 * i / 17) for i in range(15, 18)]),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            LayerNorm2d(768, eps=1e-06), nn.Flatten(), nn.Linear(768, classes)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = self.avgpool(x)
        return self.classifier(x)


if __name__ == "__main__":
    model = ConvNeXtTiny().eval()
    print(model(torch.randn(1, 3, 224, 224)).shape)
