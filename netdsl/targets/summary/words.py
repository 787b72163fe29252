"""Layers and calls in a few words, as the author could have written them."""

from collections import Counter

from netdsl.graph.model import LayerRun, Partial, StepRun, Trace, Use, UseRun, Value
from netdsl.graph.walk import steps
from netdsl.layers.base import Layer
from netdsl.tree.expressions import Literal, Size

MOST_WORDS = 3
"""Of a scope with more kinds of modules the first are named."""


def layer_words(layer: Layer) -> str:
    """`conv(64, 7x7, stride=2)`: the arguments that a reader must know, those at their defaults left out."""
    arguments: list[str] = []
    for place, (name, field) in enumerate(type(layer).model_fields.items()):
        value = getattr(layer, name)
        if field.is_required() and place < layer.positional:
            arguments.append(sides(value, "x"))
        elif field.is_required() or value != field.default:
            arguments.append(f"{name}={short(value)}")
    return called(layer.word, arguments)


def use_words(use: Use) -> str:
    """`basic(64, stride=2)`: a block with the numbers it is given."""
    arguments: list[str] = []
    for parameter in use.definition.parameters:
        value = use.numbers[parameter.name]
        if parameter.default is None:
            arguments.append(short(value))
        elif not (isinstance(parameter.default, Literal | Size) and value == written(parameter.default)):
            arguments.append(f"{parameter.name}={short(value)}")
    return called(use.definition.name, arguments)


def written(default: Literal | Size) -> Value:
    """What a default stands for that is written out."""
    return default.value if isinstance(default, Literal) else default.sides


def scope_words(trace: Trace) -> str:
    """`4 basic`, `conv, batchnorm`: what stands in a scope."""
    counts = Counter(word for run, _ in steps(trace) if (word := module_word(run)))
    names = [f"{count} {word}" if count > 1 else word for word, count in counts.items()]
    return ", ".join([*names[:MOST_WORDS], *["…"] * (len(names) > MOST_WORDS)])


def module_word(run: StepRun) -> str:
    """The word of a module; empty for what is none."""
    if isinstance(run, UseRun):
        return run.use.definition.name
    return run.layer.word if isinstance(run, LayerRun) and not run.layer.wiring else ""


def called(word: str, arguments: list[str]) -> str:
    """`word(a, b)`, without parentheses where there is nothing in them."""
    return f"{word}({', '.join(arguments)})" if arguments else word


def short(value: object) -> str:
    """A value as in a file; a pair of equal sides as one number."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case (int() as first, int() as second) if first == second:
            return str(first)
        case (int() as first, int() as second) if min(first, second) > 0:
            return sides(value, "x")
        case tuple():
            return f"[{', '.join(map(short, value))}]"
        case Partial(target=target):
            return target.word if isinstance(target, type) else target.name
    return str(value)


def sides(value: object, between: str) -> str:
    """`3x3` for whole numbers from 1, other values as they are."""
    if isinstance(value, tuple) and value and all(isinstance(side, int) and side > 0 for side in value):
        return between.join(map(str, value))
    return short(value)
