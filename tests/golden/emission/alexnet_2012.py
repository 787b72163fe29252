"""AlexNet, Krizhevsky, Sutskever and Hinton 2012, figure 2 (NIPS 25). Look at the two
towers, one per GPU: they meet only at conv3 and at the linear layers.

Input 3x227x227, output 1000. 60,965,224 parameters, 0.72 G multiply-accumulates.
"""

import torch
from torch import Tensor, nn


class Lower(nn.Module):
    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 48, 11, stride=4)
        self.relu = nn.ReLU(inplace=True)
        self.lrn = nn.LocalResponseNorm(5, alpha=0.0005, k=2.0)
        self.maxpool = nn.MaxPool2d(3, stride=2)
        self.conv2 = nn.Conv2d(48, 128, 5, padding=2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.lrn(self.relu(self.conv1(x)))
        x = self.maxpool(x)
        x = self.lrn(self.relu(self.conv2(x)))
        return self.maxpool(x)


class Upper(nn.Module):
    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.conv4 = nn.Conv2d(in_channels, 192, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.conv5 = nn.Conv2d(192, 128, 3, padding=1)
        self.maxpool = nn.MaxPool2d(3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.conv4(x))
        x = self.relu(self.conv5(x))
        return self.maxpool(x)


class AlexNet2012(nn.Module):
    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.gpu1 = Lower(3)
        self.gpu2 = Lower(3)
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)  # sees both towers
        self.relu = nn.ReLU(inplace=True)
        self.gpu1_upper = Upper(192)
        self.gpu2_upper = Upper(192)
        self.fc6 = nn.Linear(9216, 4096)
        self.dropout = nn.Dropout(0.5)
        self.fc7 = nn.Linear(4096, 4096)
        self.fc8 = nn.Linear(4096, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.cat([self.gpu1(x), self.gpu2(x)], dim=1)
        x = self.relu(self.conv3(x))
        x1, x2 = x.chunk(2, dim=1)
        x = torch.cat([self.gpu1_upper(x1), self.gpu2_upper(x2)], dim=1)
        x = torch.flatten(x, 1)
        x = self.dropout(self.relu(self.fc6(x)))
        x = self.dropout(self.relu(self.fc7(x)))
        return self.fc8(x)


if __name__ == "__main__":
    model = AlexNet2012().eval()
    print(model(torch.randn(1, 3, 227, 227)).shape)
