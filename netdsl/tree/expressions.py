"""Expressions as written. Every node knows its place."""

from dataclasses import dataclass

from netdsl.source import Span


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """`3`, `0.5`, `"same"`, `true`."""

    span: Span
    value: int | float | str | bool


@dataclass(frozen=True, slots=True, eq=False)
class Size:
    """`3x3`, `3x224x224`: another way to write a list of integers."""

    span: Span
    sides: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A parameter, `let` or loop name, a block, a layer, or (before a dot) a value."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Arriving:
    """`in`: the value that arrives here."""

    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Unary:
    """`-x`, `+x`, `not x`."""

    span: Span
    operator: str
    operand: "Expr"


@dataclass(frozen=True, slots=True, eq=False)
class Binary:
    """Arithmetic, a comparison, `and`, `or`; `operator` as written."""

    span: Span
    operator: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True, eq=False)
class Ternary:
    """`then if condition else otherwise`."""

    span: Span
    condition: "Expr"
    then: "Expr"
    otherwise: "Expr"


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """`x.channels`; `attribute_span` covers the word after the dot."""

    span: Span
    owner: "Expr"
    attribute: str
    attribute_span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """`xs[i]`."""

    span: Span
    owner: "Expr"
    index: "Expr"


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """`xs[start:stop]`."""

    span: Span
    owner: "Expr"
    start: "Expr | None"
    stop: "Expr | None"


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """One argument of a call; `name` is None where it is given by position."""

    span: Span
    name: str | None
    value: "Expr"


@dataclass(frozen=True, slots=True, eq=False)
class Apply:
    """`max(a, b)`, or a block or layer given part of its arguments: `batchnorm(eps=1e-3)`."""

    span: Span
    function: Name
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True, eq=False)
class List:
    """`[a, b]`."""

    span: Span
    items: tuple["Expr", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """What a loop binds: a name, or patterns that take a list apart. One of the two fields is empty."""

    span: Span
    name: str
    parts: tuple["Pattern", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Comprehension:
    """`[item for pattern in iterable if condition]`."""

    span: Span
    item: "Expr"
    pattern: Pattern
    iterable: "Expr"
    condition: "Expr | None"


Expr = (
    Literal
    | Size
    | Name
    | Arriving
    | Unary
    | Binary
    | Ternary
    | Attribute
    | Index
    | Slice
    | Apply
    | List
    | Comprehension
)


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """A module's or value's name: text and, in a quoted one, expressions in `{ }` between it."""

    span: Span
    parts: "tuple[str | Expr, ...]"
    quoted: bool
