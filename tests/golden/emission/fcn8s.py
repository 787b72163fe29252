"""FCN-8s on VGG-16, Long, Shelhamer and Darrell 2014, figure 3 (arXiv:1411.4038).

Input 3x500x500, output 21x500x500. 134,489,759 parameters, 181.53 G
multiply-accumulates.
"""

import torch
from torch import Tensor, nn


def crop(x: Tensor, size: tuple[int, ...], at: int | tuple[int, int]) -> Tensor:
    """The part of `x` of height and width `size` that begins at row and column `at`."""
    top, left = (at, at) if isinstance(at, int) else at
    return x[:, :, top : top + size[0], left : left + size[1]]


class FCN8s(nn.Module):
    def __init__(self, classes: int = 21) -> None:
        super().__init__()
        self.conv1_1 = nn.Conv2d(3, 64, 3, padding=100)
        self.relu = nn.ReLU(inplace=True)
        self.conv1_2 = nn.Conv2d(64, 64, 3, padding=1)
        self.pool1 = nn.MaxPool2d(2, ceil_mode=True)
        self.conv2_1 = nn.Conv2d(64, 128, 3, padding=1)
        self.conv2_2 = nn.Conv2d(128, 128, 3, padding=1)
        self.pool2 = nn.MaxPool2d(2, ceil_mode=True)
        self.conv3_1 = nn.Conv2d(128, 256, 3, padding=1)
        self.conv3_2 = nn.Conv2d(256, 256, 3, padding=1)
        self.conv3_3 = nn.Conv2d(256, 256, 3, padding=1)
        self.pool3 = nn.MaxPool2d(2, ceil_mode=True)
        self.conv4_1 = nn.Conv2d(256, 512, 3, padding=1)
        self.conv4_2 = nn.Conv2d(512, 512, 3, padding=1)
        self.conv4_3 = nn.Conv2d(512, 512, 3, padding=1)
        self.pool4 = nn.MaxPool2d(2, ceil_mode=True)
        self.conv5_1 = nn.Conv2d(512, 512, 3, padding=1)
        self.conv5_2 = nn.Conv2d(512, 512, 3, padding=1)
        self.conv5_3 = nn.Conv2d(512, 512, 3, padding=1)
        self.pool5 = nn.MaxPool2d(2, ceil_mode=True)
        self.fc6 = nn.Conv2d(512, 4096, 7)
        self.dropout = nn.Dropout(0.5)
        self.fc7 = nn.Conv2d(4096, 4096, 1)

        self.score_fr = nn.Conv2d(4096, classes, 1)
        self.upscore2 = nn.ConvTranspose2d(classes, classes, 4, stride=2, bias=False)
        self.score_pool4 = nn.Conv2d(512, classes, 1)
        self.upscore_pool4 = nn.ConvTranspose2d(
            classes, classes, 4, stride=2, bias=False
        )
        self.score_pool3 = nn.Conv2d(256, classes, 1)
        self.upscore8 = nn.ConvTranspose2d(classes, classes, 16, stride=8, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        whole = x.shape[2:]
        x = self.relu(self.conv1_1(x))
        x = self.relu(self.conv1_2(x))
        x = self.pool1(x)
        x = self.relu(self.conv2_1(x))
        x = self.relu(self.conv2_2(x))
        x = self.pool2(x)
        x = self.relu(self.conv3_1(x))
        x = self.relu(self.conv3_2(x))
        x = self.relu(self.conv3_3(x))
        pool3 = self.pool3(x)
        x = self.relu(self.conv4_1(pool3))
        x = self.relu(self.conv4_2(x))
        x = self.relu(self.conv4_3(x))
        pool4 = self.pool4(x)
        x = self.relu(self.conv5_1(pool4))
        x = self.relu(self.conv5_2(x))
        x = self.relu(self.conv5_3(x))
        x = self.pool5(x)
        x = self.dropout(self.relu(self.fc6(x)))
        x = self.dropout(self.relu(self.fc7(x)))

        upscore2 = self.upscore2(self.score_fr(x))
        x = upscore2 + crop(self.score_pool4(pool4), upscore2.shape[2:], at=5)
        upscore_pool4 = self.upscore_pool4(x)
        x = upscore_pool4 + crop(self.score_pool3(pool3), upscore_pool4.shape[2:], at=9)
        return crop(self.upscore8(x), whole, at=31)


if __name__ == "__main__":
    model = FCN8s().eval()
    print(model(torch.randn(1, 3, 500, 500)).shape)
