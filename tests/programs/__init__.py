"""Random valid programs: the text of `.net` files, with what their nets must come to."""

from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from netdsl.shapes import Shape
from programs.arguments import MAKERS, NORMS, given, parameters, thing
from programs.author import Author, Column, Manner, Parameter, Written
from programs.bodies import write
from programs.statements import Aux, Block, Call, Input, Output, Path, Statement
from programs.world import Invalid, Module, Thing, World

DOCS = (
    "A title, Somebody et al. 2020, table 3 (arXiv:2001.00001).",
    "What it does.\nAnd more of it.",
    'Ends with a quote"',
    '"""',
    "back\\slash \\n",
)
INPUTS = ("3x8x8", "4x7x9", "[3, 6, 6]", "8x5x5", "[16]", "1x12x10")


@dataclass(frozen=True)
class Expected:
    """What a net must come to."""

    modules: tuple[Module, ...]
    dims: tuple[int, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Program:
    """The text of a file, and what its nets must come to."""

    text: str
    nets: dict[str, Expected]

    def __repr__(self) -> str:
        return self.text


def program(size: int, seed: int) -> Program:
    """A valid file with blocks, constants, and nets; bodies have about `size` statements."""
    author = Author(Random(seed), size, write)
    for i in range(author.between(0, min(size, 4))):
        name = f"{author.one(['unit', 'cell', 'stem', 'mixed_up', 'Head'])}_{i}"
        write_block(author, name[: author.one([99, 4])] + "abcd"[i])
        if author.chance(30):
            write_constant(author, f"thing_{i}")
    nets: dict[str, Expected] = {}
    definitions: list[str] = []
    for i in range(author.one([1, 1, 2])):
        write_nets(author, f"{author.one(['tiny', 'my_net', 'Big'])}{i}", definitions, nets)
    texts = [written.block.text() for written in author.blocks]
    texts += [f"let {name} = {text}" for name, text in author.constants.items()]
    if author.chance(50):
        texts.reverse()
    parts = [*definitions, *texts] if author.chance(50) else [*texts, *definitions]
    return Program(author.one(["\n", "\n\n", "\n\n# a word\n"]).join(parts) + "\n", nets)


programs = st.builds(program, size=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
"""Files of all sizes. A seed gives files without likeness, and what fails is made smaller by its size."""


def write_block(author: Author, name: str) -> None:
    """Writes a block for one to three uses."""
    wanted = parameters(author, 3)
    inputs = author.one([(), (), ("x",), ("x",), ("x", "other")])
    listed = tuple((parameter.name, parameter.default) for parameter in wanted)
    empty = Block(name, listed, inputs, ())
    settings = [given(author, wanted) for _ in range(author.one([2, 3, 1]))]
    is_map = author.chance(75)
    column = []
    for setting in settings:
        shape = arriving(author, is_map)
        other = shape if author.chance(70) else Shape(author.one([8, 4]), shape.space)
        column.append(empty.world(worths(author, setting), (shape, other)[: max(1, len(inputs))], author.file))
    chain = author.chance(35) and len(inputs) < 2
    author.manner = Manner(chain, free=chain)
    body = author.body(column, author.between(1, author.size))
    block = Block(name, listed, inputs, body, doc=author.one(DOCS) if author.chance(20) else "")
    author.blocks.append(Written(block, wanted, settings))
    author.file[name] = Thing(block)


def arriving(author: Author, is_map: bool) -> Shape:
    """A small map or vector."""
    return Shape(author.one([8, 4, 12, 16]), (author.between(4, 9), author.between(4, 9)) if is_map else ())


def worths(author: Author, setting: dict[str, str]) -> dict[str, object]:
    """The values of arguments that stand on no name of a body."""
    outside = World(author.file, {}, {}, None)
    return {name: outside.worth(text) for name, text in setting.items()}


def write_constant(author: Author, name: str) -> None:
    """A layer or block with part of its arguments, under a name of its own."""
    text = author.one([*NORMS[1:], *MAKERS, "leaky_relu(0.3)", thing(author, None)])
    author.constants[name] = text
    author.file[name] = World(author.file, {}, {}, None).worth(text)


def write_nets(author: Author, name: str, definitions: list[str], nets: dict[str, Expected]) -> None:
    """Writes a net, or a family with its instances."""
    wanted: list[Parameter] = []
    settings: list[dict[str, str]] = [{}]
    if author.chance(40):
        wanted = parameters(author, 2)
        settings = [given(author, wanted) for _ in range(author.one([1, 2]))]
        if all(parameter.default for parameter in wanted):
            settings.insert(0, {})
    block, column = write_net(author, name, wanted, settings)
    definitions.append(block.text())
    names = [name, *(f"{name}_{i}" for i in range(1, len(settings)))]
    if any(not parameter.default for parameter in wanted):
        names[0] = f"{name}_0"
    for instance, setting, world in zip(names, settings, column, strict=True):
        nets[instance] = Expected(tuple(world.modules), world.here().dims, tuple(world.outputs))
        if instance != name:
            listed = ", ".join(f"{key}={text}" for key, text in setting.items())
            definitions.append(f"net {instance} = {name}({listed})")


def write_net(
    author: Author, name: str, wanted: list[Parameter], settings: list[dict[str, str]]
) -> tuple[Block, Column]:
    """A net for the given instances, and where each of them ends."""
    listed = tuple((parameter.name, parameter.default) for parameter in wanted)
    empty = Block(name, listed, (), (), is_net=True)
    column = [empty.world(worths(author, setting), (), author.file) for setting in settings]
    author.manner = Manner(chain=author.chance(20))
    found: list[Statement] = []
    append(column, found, Input(author.one(INPUTS)))
    if column[0].here().space and author.chance(50):
        append(column, found, Path((Call("conv", (("", author.one(["8", "12", "16"])), ("", "3x3"))),)))
    for statement in author.body(column, author.between(1, author.size + 1)):
        append(column, found, statement)
    write_ending(author, column, found)
    doc = author.one(DOCS) if author.chance(30) else ""
    return Block(name, listed, (), tuple(found), is_net=True, doc=doc), column


def append(column: Column, found: list[Statement], statement: Statement) -> None:
    """Takes a statement in; raises `Invalid`, and nothing has happened."""
    for world in column:
        statement.run(world.fork())
    for world in column:
        statement.run(world)
    found.append(statement)


def write_ending(author: Author, column: Column, found: list[Statement]) -> None:
    """An auxiliary result, a classifier, further results: what the author feels like and what fits."""
    endings = [
        (25, lambda: Aux(author.one(["0.3", ""]), author.body(column, author.between(1, 3)))),
        (40, lambda: Path((Call("global_avgpool"), Call("flatten")))),
        (40, lambda: Path((Call("linear", (("", "10"),), author.label("linear", True, column)),))),
        (25, lambda: Output(tuple(dict.fromkeys(author.one(author.values(column)) for _ in range(2))))),
    ]
    for percent, ending in endings:
        try:
            if author.chance(percent):
                append(column, found, ending())
        except Invalid:
            continue
