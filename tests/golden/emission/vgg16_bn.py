"""VGG-16-BN, Simonyan and Zisserman 2014, table 1, column D (arXiv:1409.1556); with
batch norm, as torchvision has it.

Input 3x224x224, output 1000. 138,365,992 parameters, 15.47 G multiply-accumulates.
"""

import torch
from torch import Tensor, nn


class VGG16BN(nn.Module):
    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        in_channels = 3
        layers: list[nn.Module] = []
        for width, depth in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
            for _ in range(depth):
                layers += [
                    nn.Conv2d(in_channels, width, 3, padding=1),
                    nn.BatchNorm2d(width),
                    nn.ReLU(inplace=True),
                ]
                in_channels = width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(7)
        self.classifier = nn.Sequential(
            nn.Linear(25088, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(4096, classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = torch.flatten(self.avgpool(x), 1)
        return self.classifier(x)


if __name__ == "__main__":
    model = VGG16BN().eval()
    print(model(torch.randn(1, 3, 224, 224)).shape)
