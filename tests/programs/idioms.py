"""Statements as published networks have them; what chance alone seldom writes."""

from collections.abc import Callable

from netdsl.shapes import Shape
from programs.arguments import block_call
from programs.author import Author, Column
from programs.statements import Call, For, Gate, If, Join, Path, Repeat, Residual, Scope, Split, Statement
from programs.steps import arriving
from programs.world import Invalid


def maps(column: Column) -> list[Shape]:
    """The maps that arrive; raises `Invalid` where something else does."""
    shapes = arriving(column)
    if not all(shape.space and not shape.channels_last for shape in shapes):
        raise Invalid
    return shapes


def one(word: str, *positional: str, label: str = "", **named: str) -> Path:
    """A path of one call."""
    return Path((Call(word, (*(("", text) for text in positional), *named.items()), label),))


def bottleneck(author: Author, column: Column) -> Path:
    """ResNet's unit, with a shortcut where the shape changes."""
    maps(column)
    width = author.one([*author.numbers(column, int), "8"])
    stride = author.one([*author.small(column), "1", "2"])
    out = author.one([width, f"2 * {width}"])
    a, b, c = (author.fresh("conv") for _ in "abc")
    body = [one("conv", width, "1x1", label=a, bias="false"), one("batchnorm", label=author.fresh("bn")), one("relu")]
    body += [one("conv", width, "3x3", label=b, stride=stride), one("relu"), one("conv", out, "1x1", label=c)]
    shortcut = (one("conv", out, "1x1", stride=stride), one("batchnorm"))
    scope = Path((Scope(author.fresh("downsample"), shortcut),))
    plain = Residual(tuple(body), shortcut=(scope,), shortcut_condition=f"{stride} != 1 or in.channels != {out}")
    return Path((plain, Call("relu")))


def inverted(author: Author, column: Column) -> Path:
    """MobileNet's unit: expanded, gated, summed only where it fits."""
    maps(column)
    width, stride = author.one([*author.numbers(column, int), "8"]), author.one([*author.small(column), "1"])
    ratio = author.one(["1", "2", *author.small(column)])
    expand = If(f"{ratio} != 1", (one("conv", f"{ratio} * in.channels", "1x1", bias="false"), one("batchnorm")))
    last = one("conv", "in.channels", "1x1"), one("hardsigmoid")
    squeeze = Path((Gate((one("global_avgpool"), *last)),))
    deep = one("depthwise", "3x3", stride=stride)
    scope = Scope(author.fresh("conv"), (expand, deep, one("relu6"), squeeze, one("conv", width, "1x1")))
    return Path((Residual((Path((scope,)),), condition=f"{stride} == 1 and in.channels == {width}"),))


def dense(author: Author, column: Column) -> Statement:
    """DenseNet's loop: each layer sees all before it."""
    maps(column)
    turn, growth = author.number_name("j", column), author.one([*author.numbers(column, int), "4"])
    label = f'"{author.fresh("denselayer")}{{{turn} + 1}}"'
    branch = Path((Scope(label, (one("batchnorm"), one("relu"), one("conv", growth, "3x3", bias="false"))),))
    count = author.one([*author.numbers(column, int), "2", "3"])
    body = Path((Join("concat", (Path((Call("identity"),)), branch)),))
    author.manner.varied = True
    return For(turn, f"range({count})", (body,))


def stages(author: Author, column: Column) -> Statement:
    """A list of widths; at each a scope with one block that halves the map, and repeats of it."""
    maps(column)
    written = author.one(author.blocks)
    i, w = author.number_name("i", column), author.number_name("w", column)
    inside = [world.fork() for world in column]
    for world in inside:
        world.number(i, 1)
        world.number(w, 8)
    word, first = block_call(author, written, inside)
    _, second = block_call(author, written, inside)
    again = Repeat(author.one([*author.numbers(column, int), "1", "2"]), (Path((Call(word, second),)),))
    scope = Scope(f'"{author.fresh("layer")}_{{{i}}}"', (Path((Call(word, first),)), again))
    xs = author.one([*author.lists(column), "[8, 16]"])
    author.manner.varied = True
    return For(f"{i}, {w}", f"enumerate({xs})", (Path((scope,)),))


def shuffled(author: Author, column: Column) -> Path:
    """ShuffleNet's unit: half of the channels pass untouched."""
    maps(column)
    halves = (one("conv", "in.channels", "1x1", bias="false"), one("batchnorm"), one("depthwise", "3x3"))
    branch = Path((Scope(author.fresh("branch"), halves),))
    return Path((Split((Path((Call("identity"),)), branch)), Call("channel_shuffle", (("", "2"),))))


def carried(author: Author, column: Column) -> Statement:
    """NASNet's loop, which carries two values."""
    maps(column)
    cur, prev = author.one(author.values(column)), author.one(author.values(column))
    turn, width = author.number_name("i", column), author.one(["8", *author.numbers(column, int)])
    label = f'"{author.fresh("cell")}_{{{turn}}}"'
    cell = Path((Call("conv", (("", width), ("", "3x3")), label, on=(cur,)),), "following")
    swap = Path((Call("identity", on=(cur,)),), prev), Path((Call("identity", on=("following",)),), cur)
    author.manner.varied = True
    end = Path((Call(author.one(["concat", "add"]), on=(cur, prev)),))
    return For(turn, f"range({author.one(['1', '2', '3'])})", (cell, *swap, *([end] if author.chance(40) else [])))


def skipped(author: Author, column: Column) -> Statement:
    """U-Net's skip: a labelled value, a smaller map, and the larger one again, cropped and joined."""
    maps(column)
    label = author.fresh("enc")
    up = author.fresh("up")
    down = (one("maxpool", "2x2"), one("conv", "8", "3x3"))
    grown = Path((Call("conv_transpose", (("", "8"), ("", "2x2"), ("stride", "2")), up),))
    joined = Join("concat", (Path((Call("crop", (("", f"{up}.size"),), on=(label,)),)), Path((Call("identity"),))))
    first = one("conv", author.count(column), "3x3", label=label)
    return If(author.condition(column), (first, *down, grown, Path((joined,))))


def feature_pyramid(author: Author, column: Column) -> Path:
    """A scope whose values leave it."""
    maps(column)
    a, b = author.fresh("low"), author.fresh("high")
    body = one("conv", "8", "3x3", label=a), one("relu"), one("maxpool", "2x2", label=b)
    scope = Scope(author.fresh("body"), body)
    last = Call("conv", (("", f"{a}.channels"), ("", "1x1")), author.label("conv", True, column))
    return Path((scope, Call("upsample", (("size", f"{a}.size"),)), last))


IDIOMS: tuple[Callable[[Author, Column], Statement], ...] = (
    *(bottleneck, inverted, dense, stages, stages, shuffled, carried, skipped, feature_pyramid),
)
