"""Layers that add rows and columns, take them away, or give the map another size."""

from math import floor, gcd
from typing import Annotated, Literal

from netdsl.layers.base import Arrives, Layer, Refusal, Role, Window
from netdsl.layers.sliding import Sides, both
from netdsl.layers.torch_call import Given, Torch, TorchCall, short
from netdsl.shapes import Shape
from netdsl.words.fields import (
    Flag,
    Margin,
    OptionalFactor,
    OptionalMargin,
    OptionalOffset,
    OptionalPair,
    Pair,
    Wanted,
)

_PADS = {"zeros": "nn.ZeroPad2d", "reflect": "nn.ReflectionPad2d", "replicate": "nn.ReplicationPad2d"}
_TAPS = {"nearest": 1, "nearest-exact": 1, "bilinear": 2, "bicubic": 4}


class Pad(Layer):
    """Adds rows and columns around a map."""

    word = "pad"
    role = Role.SHAPE
    positional = 1
    aliases = ("ZeroPad2d", "ReflectionPad2d", "ReplicationPad2d", "ZeroPadding2D", "zero_pad")
    habits = {"padding": "around", "padding_mode": "mode"}  # noqa: RUF012
    example = 'pad(3, mode="reflect")'

    around: Margin = 0
    """Rows and columns on every side that is not given by name; fewer than 0 cut off."""
    left: OptionalMargin = None
    """Columns on the left; by default `around`."""
    right: OptionalMargin = None
    """Columns on the right; by default `around`."""
    top: OptionalMargin = None
    """Rows above; by default `around`."""
    bottom: OptionalMargin = None
    """Rows below; by default `around`."""
    mode: Annotated[Literal["zeros", "reflect", "replicate"], Wanted('"zeros", "reflect" or "replicate"')] = "zeros"
    """What is added: zeros, the map mirrored at its edge, or the edge again and again."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses to cut off everything, and to mirror more than there is."""
        x = arrives.map
        left, right, top, bottom = sides = self._sides()
        if self.mode != "zeros" and min(sides) < 0:
            raise Refusal(f'only `mode="zeros"` may cut off, and {min(sides)} is below 0', "write `crop` before it")
        if self.mode == "reflect" and (max(left, right) >= x.space[1] or max(top, bottom) >= x.space[0]):
            raise Refusal(
                f"a map of {both(x.space)} can be mirrored by fewer rows and columns than it has",
                'pad less, or write `mode="replicate"`',
            )
        space = x.space[0] + top + bottom, x.space[1] + left + right
        if min(space) < 1 or max(-left, -right) >= x.space[1] or max(-top, -bottom) >= x.space[0]:
            raise Refusal(f"nothing of a map of {both(x.space)} is left", "cut off less")
        return Shape(x.channels, space)

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.ZeroPad2d` and its kin, or `F.pad`."""
        left, right, top, bottom = sides = self._sides()
        names = ((name, getattr(self, name)) for name in ("left", "right", "top", "bottom"))
        formulas = ["around" if given is None else name for name, given in names]
        formula = f"[{', '.join(formulas)}]"
        mode = {"zeros": "constant"}.get(self.mode, self.mode)
        alike = Given(left, formulas[0]) if left == right == top == bottom else Given(sides, formula)
        return Torch(
            TorchCall(_PADS[self.mode], (alike,)),
            function=TorchCall("F.pad", (Given(sides, formula), Given(mode, "", "mode", "constant"))),
        )

    def _sides(self) -> Sides:
        """Left, right, top, bottom."""
        left, right, top, bottom = (
            self.around if given is None else given for given in (self.left, self.right, self.top, self.bottom)
        )
        return left, right, top, bottom


class Crop(Layer):
    """Cuts a piece of `size` out of a map."""

    word = "crop"
    role = Role.SHAPE
    positional = 1
    aliases = ("CenterCrop", "center_crop", "Cropping2D")
    habits = {"output_size": "size", "offset": "at"}  # noqa: RUF012
    example = "crop(24x24)"

    size: Pair
    """Height and width of the piece."""
    at: OptionalOffset = None
    """The row and the column where it begins; by default it is the middle."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses pieces that reach over the edge."""
        x = arrives.map
        at = self.at or (0, 0)
        if any(start + size > n for start, size, n in zip(at, self.size, x.space, strict=True)):
            where = f" at {both(at)}" if self.at else ""
            raise Refusal(
                f"a piece of {both(self.size)}{where} does not lie within a map of {both(x.space)}",
                "write a smaller size, or crop the other input",
            )
        return Shape(x.channels, self.size)

    def torch(self, arrives: Arrives) -> Torch:
        """A slice, made by a helper."""
        size = Given(self.size, "size")
        if self.at is None:
            return Torch(function=TorchCall("center_crop", (size,)))
        return Torch(function=TorchCall("crop", (size, Given(short(self.at), "at", "at"))))


LARGEST_FACTOR = 64
"""A number above this is a size that was written in the place of a factor."""


class Upsample(Layer):
    """Resamples a map to another height and width, larger or smaller."""

    word = "upsample"
    role = Role.SHAPE
    positional = 1
    aliases = ("UpSampling2D", "interpolate", "resize", "UpsamplingNearest2d", "UpsamplingBilinear2d")
    habits = {"factor": "scale_factor", "scale": "scale_factor", "interpolation": "mode"}  # noqa: RUF012
    example = 'upsample(2, mode="bilinear")'

    scale_factor: OptionalFactor = None
    """How many times as high and wide."""
    size: OptionalPair = None
    """Height and width of the result, instead of `scale_factor`."""
    mode: Annotated[
        Literal["nearest", "nearest-exact", "bilinear", "bicubic"],
        Wanted('"nearest", "nearest-exact", "bilinear" or "bicubic"'),
    ] = "nearest"
    """How numbers between positions are found."""
    align_corners: Flag = False
    """Whether the corner positions of both maps lie on each other; for bilinear and bicubic."""

    def shape(self, arrives: Arrives) -> Shape:
        """Refuses both or none of `scale_factor` and `size`, results of no size, and sizes written as factors."""
        if self.align_corners and self.mode not in ("bilinear", "bicubic"):
            raise Refusal(f'`align_corners` means nothing for mode "{self.mode}"', "leave it out")
        return Shape(arrives.map.channels, self._space(arrives))

    def window(self, arrives: Arrives) -> Window:
        """The positions between which numbers are found."""
        taps = _TAPS[self.mode]
        pairs = tuple(zip(arrives.map.space, self._space(arrives), strict=True))
        (down, up), (right, across) = ((n // gcd(n, out), out // gcd(n, out)) for n, out in pairs)
        return Window((taps, taps), (down, right), upsampling=(up, across))

    def torch(self, arrives: Arrives) -> Torch:
        """`nn.Upsample`, or `F.interpolate`."""
        scale = None if self.scale_factor is None else short(self.scale_factor)
        arguments = (
            Given(None if self.size is None else short(self.size), "size", "size", None),
            Given(scale, "scale_factor", "scale_factor", None),
            Given(self.mode, "mode", "mode", "nearest"),
            Given(self.align_corners, "align_corners", "align_corners", False),
        )
        return Torch(TorchCall("nn.Upsample", arguments), function=TorchCall("F.interpolate", arguments))

    def _space(self, arrives: Arrives) -> tuple[int, int]:
        """Height and width of the result."""
        if (self.scale_factor is None) == (self.size is None):
            raise Refusal("it needs either `scale_factor` or `size`", "write `upsample(2)` or `upsample(size=…)`")
        height, width = arrives.map.space
        down, right = self.scale_factor or (1, 1)
        space = self.size or (floor(height * down), floor(width * right))
        if min(space) < 1:
            raise Refusal(f"nothing of a map of {both(arrives.map.space)} is left", "write a larger `scale_factor`")
        if self.scale_factor and max(self.scale_factor) > LARGEST_FACTOR:
            meant = both((round(down), round(right)))
            raise Refusal(
                f"it would make a map of {both(arrives.map.space)} one of {both(space)}",
                f"write `size={meant}` if the map is to come out as {meant}",
            )
        return space
