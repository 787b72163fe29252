"""Steps of random paths: layers, calls, scopes, joins."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from netdsl.shapes import Shape
from programs.arguments import block_call
from programs.author import Author, Column, Manner
from programs.layers import layer, weighted
from programs.statements import (
    Arguments,
    Call,
    For,
    Gate,
    If,
    Join,
    Path,
    Residual,
    Scope,
    Split,
    Statement,
    Step,
    inner,
)
from programs.world import Invalid


def arriving(column: Column) -> list[Shape]:
    """What arrives in every use; raises `Invalid` where nothing does."""
    return [world.here() for world in column]


def add(steps: list[Step], column: Column, step: Step) -> None:
    """Appends a step; raises `Invalid` where it does not fit."""
    for world in column:
        step.run(world)
    steps.append(step)


def step(author: Author, column: Column, keep: bool) -> Step:
    """Any step."""
    kind = author.between(0, 99)
    if kind < 24 and not keep:
        return named_call(author, column)
    if kind < 68 or author.manner.level >= 3 or author.manner.chain:
        return layer_call(author, column, keep)
    author.manner.level += 1
    try:
        return author.one([residual, residual, join, scope, gate, split])(author, column)
    finally:
        author.manner.level -= 1


def layer_call(author: Author, column: Column, keep: bool) -> Call:
    """A layer, with a label or without."""
    word, arguments = layer(author, column, keep)
    label = "" if word == "identity" else author.label(word, weighted(word), column)
    return Call(word, arguments, label)


def named_call(author: Author, column: Column) -> Call:
    """A call of a block, of a constant, or of something given as an argument."""
    options: list[Callable[[], tuple[str, Arguments]]] = []
    options += [lambda b=b: block_call(author, b, column) for b in author.blocks[-3:]]
    options += [lambda n=n: (n, _width(author, column, n)) for n in author.things(column)]
    word, arguments = author.one(options)()
    wires = [world.worth(word).is_wire for world in column]
    if any(wires) and author.manner.varied and not author.manner.free:
        raise Invalid
    return Call(word, arguments, "" if any(wires) else author.label("layer", True, column))


def _width(author: Author, column: Column, name: str) -> Arguments:
    """A width, where the thing is a convolution that lacks one."""
    fixed = [dict(world.worth(name).fixed) for world in column]
    if not any("kernel" in each and "out" not in each for each in fixed):
        return ()
    return (("" if author.chance(70) else "out", author.count(column)),)


def joined_values(author: Author, column: Column) -> Call:
    """`concat on a, b`, or a block of two inputs."""
    others = author.values(column, lambda v, a: (v.space, v.channels_last) == (a.space, a.channels_last))
    pair = author.one(others), author.one(others)
    twos = [written for written in author.blocks if len(written.block.inputs) == 2]
    if twos and author.chance(60):
        word, arguments = block_call(author, author.one(twos), column)
        return Call(word, arguments, author.label("layer", True, column), pair)
    return Call(author.one(["concat", "add", "mul"]), on=pair)


def scope(author: Author, column: Column) -> Scope:
    """`label: { … }`."""
    label = author.label("scope", True, column)
    if not label:
        raise Invalid
    outside = author.manner
    chain = author.chance(40)
    author.manner = Manner(chain, outside.free or chain, set(outside.labels), level=outside.level)
    try:
        return Scope(label, author.body(column, author.between(1, 4)))
    finally:
        author.manner = outside


def split(author: Author, column: Column) -> Split:
    """Two to four branches that keep the size of the map."""
    count = author.one([2, 2, 3, 4])
    if any(shape.channels % count for shape in arriving(column)):
        raise Invalid
    shares = [w.at(replace(w.here(), channels=w.here().channels // count)) for w in column]
    return Split(tuple(branch(author, shares, keep=True) for _ in range(count)))


def gate(author: Author, column: Column) -> Gate:
    """Squeeze and excitation, or a body that keeps the shape."""
    column = [world.fork() for world in column]
    wanted = [shape.channels for shape in arriving(column)]
    steps: list[Step] = []
    if all(shape.space and not shape.channels_last for shape in arriving(column)) and author.chance(70):
        add(steps, column, Call("global_avgpool"))
    add(steps, column, layer_call(author, column, keep=True))
    if [shape.channels for shape in arriving(column)] != wanted:
        add(steps, column, mixing(author, column, wanted))
    add(steps, column, Call(author.one(["sigmoid", "hardsigmoid", "softmax", "tanh"])))
    if author.chance(50):
        return Gate((Path(tuple(steps)),))
    return Gate(tuple(Path((each,)) for each in steps))


def mixing(author: Author, column: Column, wanted: Sequence[int]) -> Call:
    """A convolution or linear layer to the wanted channels."""
    out = author.channels(column, wanted)
    if all(shape.space and not shape.channels_last for shape in arriving(column)):
        return Call("conv", (("", out), ("", "1x1")), author.label("conv", True, column))
    return Call("linear", (("", out),), author.label("linear", True, column))


def residual(author: Author, column: Column) -> Residual:
    """A sum with what arrives, or with a shortcut's result, where the shapes allow it."""
    before = arriving(column)
    drop = author.one(["0.2", *author.numbers(column, float)]) if author.chance(25) else ""
    body = list(author.body(column, author.between(1, 3), keep=author.chance(75)))
    ends = [world.fork() for world in column]
    gives = [inner(end, tuple(body), end.here()) for end in ends]
    if gives != before and author.chance(50):
        at_end = [end.at(shape) for end, shape in zip(ends, gives, strict=True)]
        body.append(Path((mixing(author, at_end, [shape.channels for shape in before]),)))
        gives = [inner(world.fork(), tuple(body), world.here()) for world in column]
    return summed(author, column, Residual(tuple(body), drop), gives)


def summed(author: Author, column: Column, plain: Residual, gives: list[Shape]) -> Residual:
    """The residual with a condition or a shortcut where the shapes ask for one."""
    same = [a == b for a, b in zip(arriving(column), gives, strict=True)]
    if all(same):
        return replace(plain, condition=author.condition(column) if author.chance(20) else "")
    if author.chance(40):
        for _ in range(3):
            condition = author.condition(column)
            if not any(w.holds(condition) and not s for w, s in zip(column, same, strict=True)):
                return replace(plain, condition=condition)
    after = [world.fork() for world in column]
    for world in after:
        inner(world, plain.body, world.here())
    shortcut: list[Statement] = [Path((fitted(author, after, gives),))]
    if author.chance(40):
        shortcut.append(Path((Call("batchnorm", (), author.label("batchnorm", True, column)),)))
    condition = author.condition(column) if any(same) or author.chance(20) else ""
    return replace(plain, shortcut=tuple(shortcut), shortcut_condition=condition)


def fitted(author: Author, column: Column, gives: list[Shape]) -> Call:
    """A convolution that leads from what arrives to what the body gives."""
    step = mixing(author, column, [shape.channels for shape in gives])
    pairs = [(a.space[0], b.space[0]) for a, b in zip(arriving(column), gives, strict=True) if a.space and b.space]
    strides = {(a - 1) // b + 1 for a, b in pairs}
    if step.word != "conv" or strides <= {1}:
        return step
    text = str(strides.pop()) if len(strides) == 1 else author.one(author.small(column))
    return replace(step, arguments=(*step.arguments, ("stride", text)))


def branch(author: Author, column: Column, keep: bool, wanted: Sequence[int] | None = None) -> Path:
    """One branch of a join: a path that keeps the size of the map, and gives the wanted channels if there are."""
    column = [world.fork() for world in column]
    steps: list[Step] = []
    if author.chance(20) and wanted is None:
        return Path((Call("identity"),))
    for _ in range(author.one([1, 1, 2, 3])):
        nested = author.manner.level < 3 and author.chance(25)
        add(steps, column, scope(author, column) if nested else layer_call(author, column, keep))
    if wanted is not None and [shape.channels for shape in arriving(column)] != wanted:
        add(steps, column, mixing(author, column, wanted))
    return Path(tuple(steps))


def join(author: Author, column: Column) -> Join:
    """`concat`, `add` or `mul` with branches, some of them under an `if` or in a loop."""
    word = author.one(["concat", "concat", "add", "mul"])
    wanted = None if word == "concat" else [shape.channels for shape in arriving(column)]
    column = [world.fork() for world in column]
    body: list[Statement] = []
    for _ in range(author.one([2, 2, 3])):
        body.append(_branch_of_join(author, column, word, wanted))
        for world in column:
            Join("concat", (body[-1], Path((Call("identity"),)))).run(world.at(world.here()))
    if author.chance(15):
        body.append(_looped_branch(author, column, wanted))
    return Join(word, tuple(body))


def _branch_of_join(author: Author, column: Column, word: str, wanted: Sequence[int] | None) -> Statement:
    others = author.values(column, lambda v, a: v.space == a.space and (word == "concat" or v == a))
    if others and author.chance(15):
        return Path((Call("identity", on=(author.one(others),)),))
    statement = branch(author, column, True, wanted)
    return If(author.condition(column), (statement,)) if author.chance(12) else statement


def _looped_branch(author: Author, column: Column, wanted: Sequence[int] | None) -> For:
    turn = author.number_name("i", column)
    count = author.one([*author.numbers(column, int), "2", "1"])
    column = [world.fork() for world in column]
    for world in column:
        world.number(turn, 0)
    author.manner.turns.append(turn)
    try:
        return For(turn, f"range({count})", (branch(author, column, True, wanted),))
    finally:
        author.manner.turns.pop()
