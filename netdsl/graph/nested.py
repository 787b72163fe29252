"""Calls that are given what flows as an argument, as in Python: `relu(conv(16, 3x3))`, `concat([a, b])`."""

import re
from collections.abc import Iterator

from netdsl.diagnostics.calls import NestedCall
from netdsl.graph.builtins import BUILTINS
from netdsl.graph.model import Partial
from netdsl.layers.base import Layer
from netdsl.layers.vocabulary import foreign, kinds
from netdsl.source import Span
from netdsl.tree.expressions import Apply, Argument, Binary, Expr, List, Name
from netdsl.tree.walk import mentioned

_JOINS = {"+": "add", "*": "mul"}
_FIRST = re.compile(r"\s*(?:[\w\"{}.]+\s*[=:]\s*)*$")
"""What stands on a line before its first step."""


def flowing(
    partial: Partial, arguments: tuple[Argument, ...], free: tuple[str, ...], channels: Argument | None
) -> list[Argument]:
    """The arguments that are layers with arguments of their own, and names where none is taken by position any more.

    `channels` is the one that would give the channels that arrive if it is no layer.
    """
    target = partial.target
    if not isinstance(target, type) or not issubclass(target, Layer):
        return []
    given = [argument for argument in arguments if argument.name is None]
    layers = [argument for argument in given if isinstance(argument.value, Apply) and _word(argument.value)]
    spare = [argument for argument in given[len(free) :] if argument is not channels and argument not in layers]
    return layers + [a for a in spare if _word(a.value) or (not free and set(mentioned(a.value)) - BUILTINS.keys())]


def nested(partial: Partial, spoken: Name, inner: list[Argument], arguments: tuple[Argument, ...]) -> NestedCall:
    """Says how the call is written as a path or a join."""
    joins = isinstance(partial.target, type) and issubclass(partial.target, Layer) and partial.target.inputs is None
    inner = sorted(inner, key=lambda argument: argument.span.start)
    text, place = spoken.span.file.text, inner[0].span.to(inner[-1].span)
    others = ", ".join(argument.span.text for argument in arguments if argument not in inner)
    meant = _path(spoken.name, others, [argument.value for argument in inner], joins)
    before = text[text.rfind("\n", 0, spoken.span.start) + 1 : spoken.span.start].rpartition(";")[2].rpartition("{")[2]
    end = text.find(")", arguments[-1].span.end) + 1
    apart = _FIRST.match(before) and end and text[end:].lstrip(" ")[:1] != "{"
    whole = Span(spoken.span.file, spoken.span.start, end) if apart else None
    return NestedCall(span=place, word=spoken.name, meant=meant, whole=whole)


def _path(word: str, others: str, inner: list[Expr], joins: bool) -> str:
    """The call as a step that begins at what it was given; "" where that cannot be said."""
    call = f"{word}({others})" if others else word
    if joins:
        return _join(call, [part for value in inner for part in _listed(value)])
    value = inner[0]
    if len(inner) > 1:
        return ""
    if isinstance(value, Binary):
        join, parts = _JOINS.get(value.operator, ""), [value.left, value.right]
        return f"{_join(join, parts)} -> {call}" if join and all(isinstance(part, Name) for part in parts) else ""
    if isinstance(value, Name) and _word(value) and others:
        return f"{call} -> {_word(value)}"
    return f"{_steps(value)} -> {call}" if _word(value) else f"{call} on {value.span.text}" * isinstance(value, Name)


def _join(call: str, values: list[Expr]) -> str:
    if not all(isinstance(value, Name | Apply) for value in values):
        return ""
    if len(values) > 1 and not any(map(_word, values)):
        return f"{call} on {', '.join(value.span.text for value in values)}"
    branches = [_steps(value) if _word(value) else f"identity on {value.span.text}" for value in values]
    if len(values) == 1:
        branches.insert(0, "identity")
    return f"{call} {{ {'; '.join(branches)} }}"


def _listed(value: Expr) -> tuple[Expr, ...]:
    return value.items if isinstance(value, List) else (value,)


def _steps(value: Expr) -> str:
    """A layer with those that it is given before it."""
    return " -> ".join(_unfolded(value))


def _unfolded(value: Expr) -> Iterator[str]:
    if not isinstance(value, Apply):
        yield _word(value)
        return
    inner = [a for a in value.arguments if a.name is None and _word(a.value)]
    for argument in inner:
        yield from _unfolded(argument.value)
    others = ", ".join(argument.span.text for argument in value.arguments if argument not in inner)
    yield f"{_word(value)}({others})" if others or not inner else _word(value)


def _word(value: Expr) -> str:
    """The word of the layer that is named here; "" where none is."""
    name = value.name if isinstance(value, Name) else value.function.name if isinstance(value, Apply) else ""
    if name in BUILTINS:
        return ""
    return name if name in kinds() else (foreign(name) or "") * isinstance(value, Apply)
