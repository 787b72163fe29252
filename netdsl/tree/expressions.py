"""Expressions as written. Every node knows its place."""

from netdsl.records import record
from netdsl.source import Span


@record
class Literal:
    """`3`, `0.5`, `"same"`, `true`."""

    span: Span
    value: int | float | str | bool


@record
class Size:
    """`3x3`, `3x224x224`: another way to write a list of integers."""

    span: Span
    sides: tuple[int, ...]


@record
class Lost:
    """What could not be read, and was said so: nothing that stands on it is blamed."""

    span: Span


@record
class Name:
    """A parameter, `let` or loop name, a block, a layer, or (before a dot) a value."""

    span: Span
    name: str


@record
class Arriving:
    """`in`: the value that arrives here."""

    span: Span


@record
class Unary:
    """`-x`, `+x`, `not x`."""

    span: Span
    operator: str
    operand: "Expr"


@record
class Binary:
    """Arithmetic, a comparison, `and`, `or`; `operator` as written."""

    span: Span
    operator: str
    left: "Expr"
    right: "Expr"


@record
class Ternary:
    """`then if condition else otherwise`."""

    span: Span
    condition: "Expr"
    then: "Expr"
    otherwise: "Expr"


@record
class Attribute:
    """`x.channels`; `attribute_span` covers the word after the dot."""

    span: Span
    owner: "Expr"
    attribute: str
    attribute_span: Span


@record
class Index:
    """`xs[i]`."""

    span: Span
    owner: "Expr"
    index: "Expr"


@record
class Slice:
    """`xs[start:stop]`."""

    span: Span
    owner: "Expr"
    start: "Expr | None"
    stop: "Expr | None"


@record
class Argument:
    """One argument of a call; `name` is None where it is given by position."""

    span: Span
    name: str | None
    value: "Expr"


@record
class Apply:
    """`max(a, b)`, or a block or layer given part of its arguments: `batchnorm(eps=1e-3)`."""

    span: Span
    function: Name
    arguments: tuple[Argument, ...]


@record
class List:
    """`[a, b]`."""

    span: Span
    items: tuple["Expr", ...]


@record
class Pattern:
    """What a loop binds: a name, or patterns that take a list apart. One of the two fields is empty."""

    span: Span
    name: str
    parts: tuple["Pattern", ...]


@record
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
    | Lost
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


@record
class Label:
    """A module's or value's name: text and, in a quoted one, expressions in `{ }` between it."""

    span: Span
    parts: "tuple[str | Expr, ...]"
    quoted: bool
