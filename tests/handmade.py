"""The five small networks of `architectures/cifar10`, and a loop, as one writes them in PyTorch by hand."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def conv_relu(width: int, out: int, kernel: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(width, out, kernel, padding=kernel // 2), nn.ReLU())


def conv() -> nn.Module:
    layers: list[nn.Module] = []
    for width in (3, 32, 32):
        layers += [nn.Conv2d(width, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(512, 10))


def vgg() -> nn.Module:
    layers: list[nn.Module] = []
    for width in (3, 32, 32):
        layers += [*conv_relu(width, 32, 3), *conv_relu(32, 32, 3), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(512, 10))


class Module(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.paths = nn.ModuleList(conv_relu(width, 16, kernel) for kernel in (1, 3, 5))

    def forward(self, x: Tensor) -> Tensor:
        seen = [path(x) for path in self.paths]
        pooled = F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=float("-inf")), 2, 1)
        return torch.cat([*seen, pooled], 1)


def inception() -> nn.Module:
    layers: list[nn.Module] = [*conv_relu(3, 32, 3), nn.MaxPool2d(2)]
    width = 32
    for _ in range(2):
        layers += [Module(width), Module(width + 48), nn.MaxPool2d(2)]
        width += 96
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(width * 16, 10))


def mobilenet() -> nn.Module:
    layers: list[nn.Module] = [*conv_relu(3, 32, 3), nn.MaxPool2d(2)]
    for _ in range(2):
        for _ in range(2):
            layers += [nn.Conv2d(32, 32, 3, padding=1, groups=32), nn.ReLU(), *conv_relu(32, 32, 1)]
        layers += [nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(512, 10))


class Unit(nn.Module):
    def __init__(self, width: int, out: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, out, 3, stride=stride)
        self.pads = (0, 1, 0, 1) if stride > 1 else (1, 1, 1, 1)
        self.second = nn.Conv2d(out, out, 3, padding=1)
        self.short = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(width, out, 1)) if stride > 1 else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.second(F.relu(self.first(F.pad(x, self.pads)))) + self.short(x))


def resnet() -> nn.Module:
    layers: list[nn.Module] = [*conv_relu(3, 32, 3)]
    width = 32
    for out, depth in ((32, 2), (64, 3), (128, 2)):
        for place in range(depth):
            layers.append(Unit(width, out, 2 if place == 0 and out > 32 else 1))
            width = out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10))


MEAN = torch.tensor([0.491, 0.482, 0.447]).view(1, 3, 1, 1)
STD = torch.tensor([0.247, 0.243, 0.262]).view(1, 3, 1, 1)

NETS = {"conv": conv, "vgg": vgg, "inception": inception, "mobilenet": mobilenet, "resnet": resnet}


def glorot(model: nn.Module) -> None:
    """Glorot's uniform weights with the fans of one group, zero biases (Glorot and Bengio 2010, equation 16)."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            taps = module.weight[0, 0].numel()
            groups = getattr(module, "groups", 1)
            fans = module.weight.shape[1] * taps + module.weight.shape[0] // groups * taps
            bound = (6 / fans) ** 0.5
            with torch.no_grad():
                module.weight.uniform_(-bound, bound)
                module.bias.zero_()


def losses(name: str, images: Tensor, labels: Tensor, steps: int, batch: int, seed: int) -> list[float]:
    """The loss of each step: uint8 images (N, 3, 32, 32) in the order of `torch.randperm`, Adam at 0.001.

    The residual network begins as PyTorch makes it: without norms it stands still for long under Glorot's weights.
    """
    torch.manual_seed(seed)
    model = NETS[name]()
    if name != "resnet":
        glorot(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    found: list[float] = []
    epoch = 0
    while True:
        order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed * 1_000_003 + epoch))
        for first in range(0, len(images) - batch + 1, batch):
            if len(found) == steps:
                return found
            chosen = order[first : first + batch]
            loss = F.cross_entropy(model((images[chosen].float() / 255 - MEAN) / STD), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            found.append(loss.item())
        epoch += 1
