"""The checked graph: definitions as written, uses as they ran. Equal uses are one object.

A `Use` is a definition at given arguments and shapes. Its trace has a run for each statement that was reached, in
the order of the text, nested like the text: an `IfRun` holds the arm that was taken, a `LoopRun` its trips.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from netdsl.layers.base import Layer
from netdsl.records import by_value, record
from netdsl.shapes import Shape
from netdsl.source import Span
from netdsl.tree.expressions import Expr
from netdsl.tree.statements import (
    Aux,
    Block,
    Call,
    For,
    Gate,
    If,
    Input,
    Join,
    Let,
    Output,
    Path,
    Repeat,
    Residual,
    Scope,
    Split,
)
from netdsl.words.base import Word

if TYPE_CHECKING:
    from netdsl.recipes.recipe import Recipe


@record
class Tensor:
    """One value that flows through one use; two runs hold the same object where they speak of the same value."""

    shape: Shape
    origin: Span
    """The statement that gave it."""


@by_value
class Partial:
    """A block, a net or a layer with part of its arguments fixed: what a name of one is worth."""

    target: "Block | type[Word]"
    fixed: tuple[tuple[str, "Value"], ...] = ()
    """Arguments by name, in the order they were given."""
    home: "Home | None" = None
    """For a block: the names of the file it stands in."""


class Unknown(Enum):
    """What a refused statement would have given. It never stands in a finished network."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN

Value: TypeAlias = "int | float | bool | str | tuple[Value, ...] | Partial | Unknown"
"""What an expression may be worth; a list is a tuple."""


@record
class Home:
    """The names of one file: its constants, blocks, nets, and those of the files it uses."""

    names: Mapping[str, Value]
    owners: Mapping[str, str] = field(default_factory=dict)
    """The names of parameters -> a definition of the file that has one, in words."""


@record
class Names:
    """What names stand for at one place of a body."""

    numbers: Mapping[str, Value]
    """Parameters, `let` and loop names of this block."""
    values: Mapping[str, Tensor]
    """Named values of this block: `v = …`, labels, `on` inputs."""
    arriving: Tensor | None
    """`in`."""
    home: Home


Trace = tuple["Run", ...]


@record
class LayerRun:
    """A layer was applied. `layer` has all its arguments, `written` those that this step spells out, by field."""

    node: Call
    names: Names
    layer: Layer
    key: str
    """Its name in the state dict inside the scope: the label, else the place; "" for wiring."""
    written: Mapping[str, Expr]
    arrives: tuple[Tensor, ...]
    gives: Tensor


@record
class UseRun:
    """A block was called."""

    node: Call
    names: Names
    use: "Use"
    key: str
    written: Mapping[str, Expr]
    arrives: tuple[Tensor, ...]
    gives: Tensor


@record
class ScopeRun:
    """`label: { … }`."""

    node: Scope
    names: Names
    key: str
    body: Trace
    arrives: Tensor
    gives: Tensor


@record
class JoinRun:
    """`concat { … }` and its kin. `body` holds a PathRun per branch, inside IfRun and LoopRun where so written."""

    node: Join
    names: Names
    layer: Layer
    written: Mapping[str, Expr]
    body: Trace
    branches: tuple["PathRun", ...]
    arrives: Tensor
    gives: Tensor


@record
class ResidualRun:
    """`summed` says whether the condition held; `around` is what the body's result `inner` is added to."""

    node: Residual
    names: Names
    drop: float
    summed: bool
    body: Trace
    inner: Tensor
    shortcut: Trace | None
    """None where there is no shortcut or its condition did not hold."""
    around: Tensor
    arrives: Tensor
    gives: Tensor


@record
class GateRun:
    """What arrives times `inner`, which the body made of it."""

    node: Gate
    names: Names
    body: Trace
    inner: Tensor
    arrives: Tensor
    gives: Tensor


@record
class SplitRun:
    """`parts` are the equal shares of the channels, one for each branch."""

    node: Split
    names: Names
    layer: Layer
    """What joins the results."""
    parts: tuple[Tensor, ...]
    body: Trace
    branches: tuple["PathRun", ...]
    arrives: Tensor
    gives: Tensor


@record
class PathRun:
    """`target = a -> b`: one run per step; `target` is "" where the result is not named."""

    node: Path
    names: Names
    target: str
    steps: tuple["StepRun", ...]
    arrives: Tensor
    gives: Tensor


@record
class LetRun:
    """`names` are those before it."""

    node: Let
    names: Names
    value: Value


@record
class IfRun:
    """`taken` says whether the condition held; `body` is the trace of that arm."""

    node: If
    names: Names
    taken: bool
    body: Trace


@record
class Trip:
    """One time round a loop; `bound` are its loop names."""

    bound: Mapping[str, Value]
    body: Trace


@record
class LoopRun:
    """`for` or `repeat`."""

    node: For | Repeat
    names: Names
    trips: tuple[Trip, ...]


@record
class AuxRun:
    """An auxiliary result of the net, made in training; the flow goes on with what arrived."""

    node: Aux
    names: Names
    weight: float
    body: Trace
    arrives: Tensor
    gives: Tensor


@record
class InputRun:
    """The net's input."""

    node: Input
    names: Names
    gives: Tensor


@record
class OutputRun:
    """Further results of the net."""

    node: Output
    names: Names
    outputs: tuple[tuple[str, Tensor], ...]


Joining = JoinRun | ResidualRun | GateRun | SplitRun
StepRun = LayerRun | UseRun | ScopeRun | Joining
Run = PathRun | LetRun | IfRun | LoopRun | AuxRun | InputRun | OutputRun


@record
class Use:
    """A block or net at given arguments and shapes; one object, however often it occurs."""

    definition: Block
    numbers: Mapping[str, Value]
    """All its parameters."""
    arrives: tuple[Tensor, ...]
    """What its inputs receive, in the order of `on`; the net's use has none."""
    trace: Trace
    gives: Tensor


@record
class Training:
    """`train name for net { … }`."""

    name: str
    doc: str
    recipe: "Recipe"


@record
class Network:
    """A net, whole and checked."""

    name: str
    doc: str
    """The instance's own documentation, else the family's; the first line is the title."""
    root: Use
    input: Shape
    output: Shape
    trainings: tuple[Training, ...]
    variants: Mapping[str, "Use"]
    """The net again, each open number changed alone, where the same modules still stand: name -> use."""
