"""NASNet-A large, Zoph et al. 2017, "6 @ 4032" of table 2 (arXiv:1707.07012); as timm
has it.

Input 3x331x331, output 1000. 88,753,150 parameters, 23.78 G multiply-accumulates.
"""

from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Sides = int | tuple[int, ...]


def pad_same(
    x: Tensor, kernel: Sides, stride: Sides, dilation: Sides = 1, value: float = 0.0
) -> Tensor:
    """Pads as TensorFlow does for "same": the odd pixel goes right and below."""
    pads: list[int] = []
    for axis, n in ((1, x.shape[3]), (0, x.shape[2])):
        sides = (kernel, stride, dilation)
        k, s, d = (v if isinstance(v, int) else v[axis] for v in sides)
        total = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads, value=value)


class SameConv2d(nn.Conv2d):
    """A convolution that pads as TensorFlow does."""

    def forward(self, x: Tensor) -> Tensor:
        x = pad_same(x, self.kernel_size, self.stride, self.dilation)
        return super().forward(x)


class SameMaxPool2d(nn.MaxPool2d):
    """Max pooling that pads as TensorFlow does."""

    def forward(self, x: Tensor) -> Tensor:
        x = pad_same(x, self.kernel_size, self.stride, self.dilation, float("-inf"))
        return super().forward(x)


class SameAvgPool2d(nn.AvgPool2d):
    """Average pooling that pads as TensorFlow does."""

    def forward(self, x: Tensor) -> Tensor:
        pooled = super().forward(pad_same(x, self.kernel_size, self.stride))
        if self.count_include_pad:
            return pooled
        ones = x.new_ones(1, 1, *x.shape[2:])
        return pooled / super().forward(pad_same(ones, self.kernel_size, self.stride))


class ActConvBn(nn.Module):
    def __init__(self, in_channels: int, width: int) -> None:
        super().__init__()
        self.relu = nn.ReLU()
        self.conv = nn.Conv2d(in_channels, width, 1, bias=False)
        self.bn = nn.BatchNorm2d(width, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.conv(self.relu(x)))


class Separable(nn.Module):
    """ReLU, depthwise, pointwise, norm: twice, as in the paper."""

    def __init__(
        self, in_channels: int, width: int, kernel: int, stride: int = 1
    ) -> None:
        super().__init__()
        self.relu = nn.ReLU()
        self.separable_1 = nn.Sequential(
            OrderedDict(
                depthwise_conv2d=SameConv2d(
                    in_channels,
                    in_channels,
                    kernel,
                    stride=stride,
                    groups=in_channels,
                    bias=False,
                ),
                pointwise_conv2d=nn.Conv2d(in_channels, width, 1, bias=False),
            )
        )
        self.bn_sep_1 = nn.BatchNorm2d(width, eps=0.001)
        self.separable_2 = nn.Sequential(
            OrderedDict(
                depthwise_conv2d=nn.Conv2d(
                    width, width, kernel, padding=kernel // 2, groups=width, bias=False
                ),
                pointwise_conv2d=nn.Conv2d(width, width, 1, bias=False),
            )
        )
        self.bn_sep_2 = nn.BatchNorm2d(width, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(x)
        x = self.separable_1(x)
        x = self.relu(self.bn_sep_1(x))
        x = self.separable_2(x)
        return self.bn_sep_2(x)


class Cell(nn.Module):
    """A cell sees what the cell before gave (`cur`) and what the one before that
    gave (`prev`).
    """

    def __init__(
        self,
        cur_channels: int,
        prev_channels: int,
        width: int,
        same_height: bool,
        reduce: bool = False,
        fit: bool = True,
    ) -> None:
        super().__init__()
        self.fit = fit
        self.same_height = same_height
        self.reduce = reduce
        self.conv_1x1 = ActConvBn(cur_channels, width)
        if fit and same_height:
            self.conv_prev_1x1 = ActConvBn(prev_channels, width)
        elif fit:
            self.relu = nn.ReLU()
            self.path_1 = nn.Sequential(
                OrderedDict(
                    avgpool=nn.AvgPool2d(1, stride=2),
                    conv=nn.Conv2d(prev_channels, width // 2, 1, bias=False),
                )
            )
            self.path_2 = nn.Sequential(
                OrderedDict(
                    pad=nn.ZeroPad2d((-1, 1, -1, 1)),
                    avgpool=nn.AvgPool2d(1, stride=2),
                    conv=nn.Conv2d(prev_channels, width // 2, 1, bias=False),
                )
            )
            self.final_path_bn = nn.BatchNorm2d(width, eps=0.001)
        b_channels = width if fit else prev_channels

        self.avgpool2 = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)
        if reduce:
            self.comb_iter_0_left = Separable(width, width, 5, stride=2)
            self.comb_iter_0_right = Separable(b_channels, width, 7, stride=2)
            self.maxpool = SameMaxPool2d(3, stride=2)
            self.comb_iter_1_right = Separable(b_channels, width, 7, stride=2)
            self.avgpool1 = SameAvgPool2d(3, stride=2)
            self.comb_iter_2_right = Separable(b_channels, width, 5, stride=2)
            self.comb_iter_4_left = Separable(width, width, 3)
        else:
            self.comb_iter_0_left = Separable(width, width, 5)
            self.comb_iter_0_right = Separable(b_channels, width, 3)
            self.comb_iter_1_left = Separable(b_channels, width, 5)
            self.comb_iter_1_right = Separable(b_channels, width, 3)
            self.comb_iter_4_left = Separable(width, width, 3)

    def forward(self, cur: Tensor, prev: Tensor) -> Tensor:
        a = self.conv_1x1(cur)
        if not self.fit:
            b = prev
        elif self.same_height:
            b = self.conv_prev_1x1(prev)
        else:
            x = self.relu(prev)
            b = self.final_path_bn(torch.cat([self.path_1(x), self.path_2(x)], dim=1))

        if self.reduce:
            c0 = self.comb_iter_0_left(a) + self.comb_iter_0_right(b)
            c1 = self.maxpool(a) + self.comb_iter_1_right(b)
            c2 = self.avgpool1(a) + self.comb_iter_2_right(b)
            c3 = self.avgpool2(c0) + c1
            c4 = self.comb_iter_4_left(c0) + self.maxpool(a)
            x = torch.cat([c1, c2, c3, c4], dim=1)
        else:
            c0 = self.comb_iter_0_left(a) + self.comb_iter_0_right(b)
            c1 = self.comb_iter_1_left(b) + self.comb_iter_1_right(b)
            c2 = self.avgpool2(a) + b
            c3 = self.avgpool2(b) + self.avgpool2(b)
            c4 = self.comb_iter_4_left(a) + a
            x = torch.cat([b, c0, c1, c2, c3, c4], dim=1)
        return x


class NASNetALarge(nn.Module):
    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.conv0 = nn.Sequential(
            OrderedDict(
                conv=nn.Conv2d(3, 96, 3, stride=2, bias=False),
                bn=nn.BatchNorm2d(96, eps=0.001),
            )
        )
        self.cell_stem_0 = Cell(96, 96, 42, same_height=False, reduce=True, fit=False)
        self.cell_stem_1 = Cell(168, 96, 84, same_height=False, reduce=True)

        self.cell_0 = Cell(336, 168, 168, same_height=False)
        self.cell_1 = Cell(1008, 336, 168, same_height=True)
        self.cell_2 = Cell(1008, 1008, 168, same_height=True)
        self.cell_3 = Cell(1008, 1008, 168, same_height=True)
        self.cell_4 = Cell(1008, 1008, 168, same_height=True)
        self.cell_5 = Cell(1008, 1008, 168, same_height=True)
        self.reduction_cell_0 = Cell(1008, 1008, 336, same_height=True, reduce=True)
        self.cell_6 = Cell(1344, 1008, 336, same_height=False)
        self.cell_7 = Cell(2016, 1344, 336, same_height=True)
        self.cell_8 = Cell(2016, 2016, 336, same_height=True)
        self.cell_9 = Cell(2016, 2016, 336, same_height=True)
        self.cell_10 = Cell(2016, 2016, 336, same_height=True)
        self.cell_11 = Cell(2016, 2016, 336, same_height=True)
        self.reduction_cell_1 = Cell(2016, 2016, 672, same_height=True, reduce=True)
        self.cell_12 = Cell(2688, 2016, 672, same_height=False)
        self.cell_13 = Cell(4032, 2688, 672, same_height=True)
        self.cell_14 = Cell(4032, 4032, 672, same_height=True)
        self.cell_15 = Cell(4032, 4032, 672, same_height=True)
        self.cell_16 = Cell(4032, 4032, 672, same_height=True)
        self.cell_17 = Cell(4032, 4032, 672, same_height=True)

        self.relu = nn.ReLU()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.last_linear = nn.Linear(4032, classes)

    def forward(self, x: Tensor) -> Tensor:
        conv0 = self.conv0(x)
        prev = self.cell_stem_0(conv0, conv0)
        cur = self.cell_stem_1(prev, conv0)

        cell_0 = self.cell_0(cur, prev)
        cell_1 = self.cell_1(cell_0, cur)
        cell_2 = self.cell_2(cell_1, cell_0)
        cell_3 = self.cell_3(cell_2, cell_1)
        cell_4 = self.cell_4(cell_3, cell_2)
        cell_5 = self.cell_5(cell_4, cell_3)
        reduction_cell_0 = self.reduction_cell_0(cell_5, cell_4)
        cell_6 = self.cell_6(reduction_cell_0, cell_4)
        cell_7 = self.cell_7(cell_6, reduction_cell_0)
        cell_8 = self.cell_8(cell_7, cell_6)
        cell_9 = self.cell_9(cell_8, cell_7)
        cell_10 = self.cell_10(cell_9, cell_8)
        cell_11 = self.cell_11(cell_10, cell_9)
        reduction_cell_1 = self.reduction_cell_1(cell_11, cell_10)
        cell_12 = self.cell_12(reduction_cell_1, cell_10)
        cell_13 = self.cell_13(cell_12, reduction_cell_1)
        cell_14 = self.cell_14(cell_13, cell_12)
        cell_15 = self.cell_15(cell_14, cell_13)
        cell_16 = self.cell_16(cell_15, cell_14)
        cell_17 = self.cell_17(cell_16, cell_15)

        x = self.relu(cell_17)
        x = torch.flatten(self.avgpool(x), 1)
        return self.last_linear(x)


if __name__ == "__main__":
    model = NASNetALarge().eval()
    print(model(torch.randn(1, 3, 331, 331)).shape)
