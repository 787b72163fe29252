"""The arithmetic of windows that slide over a map, and of channels in groups; each function refuses in words."""

from math import gcd, isqrt
from typing import Literal

from netdsl.layers.base import Refusal, Window

Two = tuple[int, int]
Sides = tuple[int, int, int, int]
"""Left, right, top, bottom, as PyTorch orders them."""


def both(numbers: tuple[int, ...]) -> str:
    """`3x5`."""
    return "x".join(map(str, numbers))


def around(
    padding: Literal["auto", "same"] | Two | Sides, space: tuple[int, ...], kernel: Two, stride: Two, dilation: Two
) -> Sides:
    """The padding of each side."""
    if padding == "same":
        return same(space, kernel, stride, dilation)
    if padding == "auto":
        padding = keeping(kernel, dilation)
    if len(padding) == 4:
        return padding
    vertical, horizontal = padding
    return horizontal, horizontal, vertical, vertical


def keeping(kernel: Two, dilation: Two) -> Two:
    """What keeps the size at stride 1, above and below, left and right."""
    if any(k % 2 == 0 for k in kernel):
        raise Refusal(
            f'`padding="auto"` keeps the size only for odd kernels, and {both(kernel)} has an even side',
            'write the padding: a number, `[left, right, top, bottom]`, or "same"',
        )
    (kh, kw), (dh, dw) = kernel, dilation
    return dh * (kh - 1) // 2, dw * (kw - 1) // 2


def same(space: tuple[int, ...], kernel: Two, stride: Two, dilation: Two) -> Sides:
    """TensorFlow's "same": `ceil(n / stride)` positions remain; an odd one is added right and below."""
    left, right, top, bottom = 0, 0, 0, 0
    for axis, (n, k, s, d) in enumerate(zip(space, kernel, stride, dilation, strict=True)):
        total = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
        if axis == 0:
            top, bottom = total // 2, total - total // 2
        else:
            left, right = total // 2, total - total // 2
    return left, right, top, bottom


def slide(
    space: tuple[int, ...],
    kernel: Two,
    stride: Two,
    sides: Sides = (0, 0, 0, 0),
    dilation: Two = (1, 1),
    ceil: bool = False,
) -> Two:
    """How many positions a window has, downwards and to the right. With `ceil` the last may hang over the edge.

    As in PyTorch, a position that would begin beyond the map and its left or top padding does not count.
    """
    left, right, top, bottom = sides
    found = []
    for n, k, s, d, before, after in zip(space, kernel, stride, dilation, (top, left), (bottom, right), strict=True):
        rest = n + before + after - d * (k - 1) - 1
        count = (-(-rest // s) if ceil else rest // s) + 1
        if ceil and (count - 1) * s >= n + before:
            count -= 1
        found.append(count)
    if min(found) < 1:
        extent = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
        padded = (space[0] + top + bottom, space[1] + left + right)
        what = f"a map of {both(space)}" + (f", {both(padded)} with its padding" if padded != space else "")
        raise Refusal(
            f"its window of {both(extent)} does not fit into {what}",
            "take a smaller kernel or more padding, or let fewer layers before it shrink the map",
        )
    return found[0], found[1]


def spread(space: tuple[int, ...], kernel: Two, stride: Two, dilation: Two, padding: Two, more: Two) -> Two:
    """Height and width after a transposed convolution, which adds `more` below and to the right.

    The formula is that of `torch.nn.ConvTranspose2d`.
    """
    found = []
    for n, k, s, d, p, extra in zip(space, kernel, stride, dilation, padding, more, strict=True):
        if extra >= max(s, d):
            raise Refusal(
                f"`output_padding` of {extra} must be smaller than the stride or the dilation, {max(s, d)}",
                f"write at most `output_padding={max(s, d) - 1}`",
            )
        found.append((n - 1) * s - 2 * p + d * (k - 1) + extra + 1)
    if min(found) < 1:
        raise Refusal(f"nothing of a map of {both(space)} is left inside the padding", "take a smaller `padding`")
    return found[0], found[1]


def reached_from(kernel: Two, stride: Two, dilation: Two) -> Window:
    """The window of a transposed convolution: of each `stride / gcd(stride, dilation)` taps one hits a position."""
    gaps = [gcd(s, d) for s, d in zip(stride, dilation, strict=True)]
    taps = [-(-k * gap // s) for k, s, gap in zip(kernel, stride, gaps, strict=True)]
    apart = [d // gap for d, gap in zip(dilation, gaps, strict=True)]
    return Window((taps[0], taps[1]), (1, 1), (apart[0], apart[1]), upsampling=stride)


def shrink(space: tuple[int, ...], size: Two) -> Window:
    """The window of a map resampled to `size`, where position i sees floor(i n / size) up to ceil((i + 1) n / size)."""
    kernel, stride, upsampling = [], [], []
    for n, out in zip(space, size, strict=True):
        common = gcd(n, out)
        stride.append(n // common)
        upsampling.append(out // common)
        kernel.append(max(-(-(i + 1) * n // out) - i * n // out for i in range(out // common)))
    return Window((kernel[0], kernel[1]), (stride[0], stride[1]), upsampling=(upsampling[0], upsampling[1]))


def check_groups(groups: int, **channels: int) -> None:
    """Refuses `groups` that do not divide all `channels`, and names the nearest that do."""
    common = gcd(*channels.values())
    if common % groups == 0:
        return
    which, count = next((name, n) for name, n in channels.items() if n % groups)
    divisors = sorted({d for i in range(1, isqrt(common) + 1) if common % i == 0 for d in (i, common // i)})
    below, above = max(d for d in divisors if d < groups), min((d for d in divisors if d > groups), default=0)
    choice = f"`groups={below}`" + (f" or `groups={above}`" if above else "")
    raise Refusal(f"{count} {which} channels do not divide into {groups} groups", f"write {choice}")
