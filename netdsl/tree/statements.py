"""Definitions and statements as written."""

from netdsl.records import record
from netdsl.source import SourceFile, Span
from netdsl.tree.expressions import Argument, Expr, Label, Name, Pattern

Body = tuple["Statement", ...]


@record
class Call:
    """`label: word(arguments) on a, b`; `arguments` is None where no parentheses were written."""

    span: Span
    label: Label | None
    word: Name
    arguments: tuple[Argument, ...] | None
    on: tuple[Label, ...]


@record
class Scope:
    """`label: { … }`."""

    span: Span
    label: Label
    body: Body
    on: tuple[Label, ...]


@record
class Join:
    """`word(arguments) { … }`: a layer with several inputs, each statement of `body` a branch."""

    span: Span
    word: Name
    arguments: tuple[Argument, ...] | None
    body: Body


@record
class Shortcut:
    """`shortcut if condition { … }`."""

    span: Span
    condition: Expr | None
    body: Body


@record
class Residual:
    """`residual(drop=p) if condition { … } shortcut …`; `word` covers the word itself."""

    span: Span
    word: Span
    arguments: tuple[Argument, ...] | None
    condition: Expr | None
    body: Body
    shortcut: Shortcut | None


@record
class Gate:
    """`gate { … }`: what arrives times what the body makes of it."""

    span: Span
    word: Span
    body: Body


@record
class Split:
    """`split { … }`: each branch takes an equal share of the channels."""

    span: Span
    word: Span
    body: Body


Step = Call | Scope | Join | Residual | Gate | Split


@record
class Path:
    """`target = a -> b -> c`; `target` is None where the result is not named."""

    span: Span
    target: Label | None
    steps: tuple[Step, ...]


@record
class Let:
    """`let name = value`, in a body or at file level."""

    span: Span
    name: str
    name_span: Span
    value: Expr


@record
class Input:
    """`input 3x224x224`."""

    span: Span
    shape: Expr


@record
class Output:
    """`output a, b`: further results of the net, by name."""

    span: Span
    names: tuple[Label, ...]


@record
class If:
    """`if … { … } else …`; `else if` is an `If` alone in `otherwise`."""

    span: Span
    condition: Expr
    body: Body
    otherwise: Body


@record
class For:
    """`for pattern in iterable { … }`."""

    span: Span
    pattern: Pattern
    iterable: Expr
    body: Body


@record
class Repeat:
    """`repeat count { … }`."""

    span: Span
    count: Expr
    body: Body


@record
class Aux:
    """`aux(weight=w) { … }`: an auxiliary result in training."""

    span: Span
    word: Span
    arguments: tuple[Argument, ...] | None
    body: Body


Statement = Path | Let | Input | Output | If | For | Repeat | Aux


@record
class Parameter:
    """`name` or `name=default`."""

    span: Span
    name: str
    default: Expr | None


@record
class UseFile:
    """`use "file.net"`; `path_span` covers the string with its quotes."""

    span: Span
    path: str
    path_span: Span


@record
class Block:
    """`block name(parameters) on a, b { … }`, or a net, which has no inputs of its own.

    `span` is the whole definition, `name_span` its name, `doc` the `##` lines above without their marks; `broken`
    says that a part of it could not be read.
    """

    span: Span
    name: str
    name_span: Span
    is_net: bool
    parameters: tuple[Parameter, ...]
    inputs: tuple[str, ...]
    body: Body
    doc: str
    broken: bool = False


@record
class Instance:
    """`net name = other(arguments)`."""

    span: Span
    name: str
    name_span: Span
    value: Expr
    doc: str


@record
class Setting:
    """`key = value` of a recipe."""

    span: Span
    name: str
    value: Expr


@record
class Train:
    """`train name for net { … }`; `broken` says that a part of it could not be read."""

    span: Span
    name: str
    name_span: Span
    net: Name
    settings: tuple[Setting, ...]
    doc: str
    broken: bool = False


Definition = UseFile | Block | Instance | Let | Train


@record
class File:
    """All definitions of a file, in order; `lost` are the names of those that could not be read."""

    source: SourceFile
    definitions: tuple[Definition, ...]
    lost: frozenset[str] = frozenset()
