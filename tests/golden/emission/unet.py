"""U-Net, Ronneberger, Fischer and Brox 2015, figure 1 (arXiv:1505.04597): no padding,
skips are cropped. Look at the two loops: down and up again, each map on the way up
beside its twin from the way down.

Input 1x572x572, output 2x388x388. 31,030,658 parameters, 150.43 G multiply-accumulates.
"""

import torch
from torch import Tensor, nn


def center_crop(x: Tensor, size: tuple[int, ...]) -> Tensor:
    """The middle of `x`, of height and width `size`."""
    top, left = ((a - b) // 2 for a, b in zip(x.shape[2:], size, strict=True))
    return x[:, :, top : top + size[0], left : left + size[1]]


class Twice(nn.Module):
    def __init__(self, in_channels: int, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, width, 3)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(width, width, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.conv1(x))
        return self.relu(self.conv2(x))


class UNet(nn.Module):
    def __init__(self, classes: int = 2) -> None:
        super().__init__()
        self.enc0 = Twice(1, 64)
        self.maxpool = nn.MaxPool2d(2)
        self.enc1 = Twice(64, 128)
        self.enc2 = Twice(128, 256)
        self.enc3 = Twice(256, 512)
        self.bottom = Twice(512, 1024)
        self.up3 = nn.ConvTranspose2d(1024, 512, 2, stride=2)
        self.dec3 = Twice(1024, 512)
        self.up2 = nn.ConvTranspose2d(512, 256, 2, stride=2)
        self.dec2 = Twice(512, 256)
        self.up1 = nn.ConvTranspose2d(256, 128, 2, stride=2)
        self.dec1 = Twice(256, 128)
        self.up0 = nn.ConvTranspose2d(128, 64, 2, stride=2)
        self.dec0 = Twice(128, 64)
        self.head = nn.Conv2d(64, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        enc0 = self.enc0(x)
        x = self.maxpool(enc0)
        enc1 = self.enc1(x)
        x = self.maxpool(enc1)
        enc2 = self.enc2(x)
        x = self.maxpool(enc2)
        enc3 = self.enc3(x)
        x = self.maxpool(enc3)
        x = self.bottom(x)
        up3 = self.up3(x)
        x = torch.cat([center_crop(enc3, up3.shape[2:]), up3], dim=1)
        x = self.dec3(x)
        up2 = self.up2(x)
        x = torch.cat([center_crop(enc2, up2.shape[2:]), up2], dim=1)
        x = self.dec2(x)
        up1 = self.up1(x)
        x = torch.cat([center_crop(enc1, up1.shape[2:]), up1], dim=1)
        x = self.dec1(x)
        up0 = self.up0(x)
        x = torch.cat([center_crop(enc0, up0.shape[2:]), up0], dim=1)
        x = self.dec0(x)
        return self.head(x)


if __name__ == "__main__":
    model = UNet().eval()
    print(model(torch.randn(1, 1, 572, 572)).shape)
