"""Definitions and statements as written."""

from dataclasses import dataclass

from netdsl.source import SourceFile, Span
from netdsl.tree.expressions import Argument, Expr, Label, Name, Pattern

Body = tuple["Statement", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """`label: word(arguments) on a, b`; `arguments` is None where no parentheses were written."""

    span: Span
    label: Label | None
    word: Name
    arguments: tuple[Argument, ...] | None
    on: tuple[Label, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """`label: { … }`."""

    span: Span
    label: Label
    body: Body
    on: tuple[Label, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Join:
    """`word(arguments) { … }`: a layer with several inputs, each statement of `body` a branch."""

    span: Span
    word: Name
    arguments: tuple[Argument, ...] | None
    body: Body


@dataclass(frozen=True, slots=True, eq=False)
class Shortcut:
    """`shortcut if condition { … }`."""

    span: Span
    condition: Expr | None
    body: Body


@dataclass(frozen=True, slots=True, eq=False)
class Residual:
    """`residual(drop=p) if condition { … } shortcut …`; `word` covers the word itself."""

    span: Span
    word: Span
    arguments: tuple[Argument, ...] | None
    condition: Expr | None
    body: Body
    shortcut: Shortcut | None


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """`gate { … }`: what arrives times what the body makes of it."""

    span: Span
    word: Span
    body: Body


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """`split { … }`: each branch takes an equal share of the channels."""

    span: Span
    word: Span
    body: Body


Step = Call | Scope | Join | Residual | Gate | Split


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """`target = a -> b -> c`; `target` is None where the result is not named."""

    span: Span
    target: Label | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Let:
    """`let name = value`, in a body or at file level."""

    span: Span
    name: str
    name_span: Span
    value: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """`input 3x224x224`."""

    span: Span
    shape: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """`output a, b`: further results of the net, by name."""

    span: Span
    names: tuple[Label, ...]


@dataclass(frozen=True, slots=True, eq=False)
class If:
    """`if … { … } else …`; `else if` is an `If` alone in `otherwise`."""

    span: Span
    condition: Expr
    body: Body
    otherwise: Body


@dataclass(frozen=True, slots=True, eq=False)
class For:
    """`for pattern in iterable { … }`."""

    span: Span
    pattern: Pattern
    iterable: Expr
    body: Body


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """`repeat count { … }`."""

    span: Span
    count: Expr
    body: Body


@dataclass(frozen=True, slots=True, eq=False)
class Aux:
    """`aux(weight=w) { … }`: an auxiliary result in training."""

    span: Span
    word: Span
    arguments: tuple[Argument, ...] | None
    body: Body


Statement = Path | Let | Input | Output | If | For | Repeat | Aux


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """`name` or `name=default`."""

    span: Span
    name: str
    default: Expr | None


@dataclass(frozen=True, slots=True, eq=False)
class UseFile:
    """`use "file.net"`; `path_span` covers the string with its quotes."""

    span: Span
    path: str
    path_span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """`block name(parameters) on a, b { … }`, or a net, which has no inputs of its own.

    `span` is the whole definition, `name_span` its name, `doc` the `##` lines above without their marks.
    """

    span: Span
    name: str
    name_span: Span
    is_net: bool
    parameters: tuple[Parameter, ...]
    inputs: tuple[str, ...]
    body: Body
    doc: str


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """`net name = other(arguments)`."""

    span: Span
    name: str
    name_span: Span
    value: Expr
    doc: str


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """`key = value` of a recipe."""

    span: Span
    name: str
    value: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Train:
    """`train name for net { … }`."""

    span: Span
    name: str
    name_span: Span
    net: Name
    settings: tuple[Setting, ...]
    doc: str


Definition = UseFile | Block | Instance | Let | Train


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """All definitions of a file, in order."""

    source: SourceFile
    definitions: tuple[Definition, ...]
