"""Parameters of random blocks, and the arguments that they are given."""

from programs.author import Author, Column, Parameter, Written
from programs.statements import Arguments

NAMES = {
    "width": ("width", "out", "c", "hidden_size"),
    "stride": ("stride", "step"),
    "flag": ("wide", "reduce", "fit", "bias"),
    "kernel": ("kernel", "k"),
    "count": ("depth", "times"),
    "ints": ("widths", "sizes"),
    "rows": ("rows", "table"),
    "rate": ("drop", "rate"),
    "act": ("act", "activation"),
    "norm": ("norm", "normalise"),
    "unit": ("unit", "middle"),
    "maker": ("maker", "conv_of"),
    "word": ("word", "side"),
}
NORMS = ("batchnorm", "batchnorm(eps=1e-3)", "groupnorm(2)", "layernorm", "identity", "batchnorm(affine=false)")
MAKERS = ("conv(kernel=3x3)", "conv(kernel=1x1, bias=false)", "conv(kernel=3, padding=1)")
UNITS = ("relu", "batchnorm", "dropout(0.2)", "identity", "prelu", "channel_shuffle(2)", "layer_scale(0.1)")
LITERALS = {
    "width": ("8", "4", "12", "16", "6", "10"),
    "stride": ("1", "2"),
    "flag": ("false", "true"),
    "kernel": ("3x3", "1x1", "5x5", "3", "1x3", "[3, 1]"),
    "count": ("1", "2", "0", "3"),
    "ints": ("[8]", "[4, 8]", "[8, 8, 16]", "[16, 4, 8]", "[4 * i for i in range(1, 4)]", "4x8"),
    "rows": ("[[8, 1]]", "[[8, 1], [16, 2]]", "[[4, 1], [8, 1], [12, 2]]", "[[w, 1] for w in 4x8]"),
    "rate": ("0.1", "0.0", "0.25", "0.1 * 3 / 17", "0.5"),
    "act": ("relu", "silu", "relu6", "leaky_relu(0.1)", "hardswish", "identity", "elu(alpha=0.5)", "gelu", "tanh"),
    "norm": NORMS,
    "maker": MAKERS,
    "word": ('"a"', '"left"', '"b2"'),
}
SAMPLES: dict[str, type] = {"flag": bool, "rate": float, "word": str, "kernel": tuple, "stride": int, "width": int}


def parameters(author: Author, most: int) -> list[Parameter]:
    """Those of a new block or net: a width, and up to `most` others."""
    found: dict[str, Parameter] = {}
    for kind in ("width", *(author.one(list(NAMES)) for _ in range(author.between(0, most)))):
        name = author.one(NAMES[kind])
        default = literal(author, kind, None) if author.chance(35) else ""
        found.setdefault(name, Parameter(name, kind, default))
    return sorted(found.values(), key=lambda parameter: bool(parameter.default))


def given(author: Author, written: list[Parameter]) -> dict[str, str]:
    """Arguments that stand on no name of a body."""
    wanted = [parameter for parameter in written if not (parameter.default and author.chance(45))]
    return {parameter.name: literal(author, parameter.kind, None) for parameter in wanted}


def literal(author: Author, kind: str, callee: Written | None) -> str:
    """Text that says a value of that kind and stands on no name of a body."""
    return author.one(LITERALS[kind]) if kind in LITERALS else thing(author, callee)


def argument(author: Author, kind: str, column: Column, callee: Written) -> str:
    """The text of an argument of that kind."""
    same = author.numbers(column, SAMPLES[kind]) if kind in SAMPLES else []
    if kind == "kernel":
        same = [n for n in same if n in NAMES[kind]]
    if kind == "stride":
        same = author.small(column)
    if column and kind == "width" and author.chance(60):
        return author.count(column, 2)
    if same and author.chance(40):
        return author.one(same)
    if column and kind == "stride" and author.chance(20):
        return f"2 if {author.condition(column)} else 1"
    if column and kind == "flag" and author.chance(30):
        return author.condition(column)
    return literal(author, kind, callee)


def block_call(author: Author, written: Written, column: Column) -> tuple[str, Arguments]:
    """A block's name with arguments, by position and by name; some defaults are left out."""
    known = author.one(written.used_with)
    arguments: list[tuple[str, str]] = []
    by_name = False
    for parameter in written.parameters:
        if parameter.default and author.chance(40):
            by_name = True
            continue
        again = parameter.name in known and author.chance(40)
        text = known[parameter.name] if again else argument(author, parameter.kind, column, written)
        by_name = by_name or author.chance(50 if parameter.default else 25)
        arguments.append((parameter.name if by_name else "", text))
    return written.block.name, tuple(arguments)


def thing(author: Author, callee: Written | None) -> str:
    """A layer, or a block that stands before the callee, with all its arguments fixed: nothing else to be given."""
    known = author.blocks if callee is None else author.blocks[: author.blocks.index(callee)]
    options = [written for written in known if len(written.block.inputs) < 2]
    if not options or author.chance(30):
        return author.one(UNITS)
    written = author.one(options)
    word, arguments = block_call(author, written, [])
    places = zip(arguments, written.parameters, strict=False)
    listed = ", ".join(f"{name or parameter.name}={text}" for (name, text), parameter in places)
    return f"{word}({listed})" if listed else word
