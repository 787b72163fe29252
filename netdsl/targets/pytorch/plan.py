"""What a class does, before it is text: the same plan is read for `__init__` and for `forward`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from netdsl.graph.model import Tensor
from netdsl.layers.base import Role
from netdsl.source import Span
from netdsl.targets.pytorch.terms import Call, Lane, Name, Term

Kind = Role | None
"""What a step does, for the grouping of lines: a layer's role, or None for calls, scopes and plain arithmetic."""


@dataclass(eq=False)
class Value:
    """A tensor that flows through the class, in each lane."""

    tensors: dict[Lane, Tensor]
    channels: Term | None = None
    """None where nothing can be said of them but their number."""
    hint: str = "x"
    """What a variable for it would be called."""
    name: str = ""
    """What its author calls it."""
    wanted: bool = False
    """Whether it is asked for by name."""
    fresh: bool = False
    """Whether a layer made it that nobody else holds, so that an activation may overwrite it."""

    def tensor(self, lane: Lane) -> Tensor | None:
        """The tensor in one lane, or in the one around it."""
        at: Lane | None = lane
        while at is not None and at not in self.tensors:
            at = at.outer
        return None if at is None else self.tensors[at]

    def worth(self, lane: Lane, side: str) -> Any:
        """A side of it in one lane."""
        tensor = self.tensor(lane)
        if tensor is None:
            raise LookupError(side)
        return tensor.shape.space if side == "size" else tensor.shape.space[side == "width"]


@dataclass(eq=False)
class Number:
    """A number that `forward` reads off a value, once."""

    worths: dict[Lane, Any]
    name: str

    def worth(self, lane: Lane, side: str) -> Any:
        """The number in one lane."""
        at: Lane | None = lane
        while at is not None and at not in self.worths:
            at = at.outer
        return self.worths[at] if at is not None else None


Held = Value | Number
"""What a variable of `forward` holds."""


@dataclass(eq=False)
class Chain:
    """Modules in a row: what an `nn.Sequential` holds."""

    items: "list[Item]"


@dataclass(eq=False)
class Row:
    """Modules that are reached by their number: `self.features[4]`, or `self[4]` where `key` is ""."""

    span: Span
    key: str
    members: Mapping[str, Any]
    """The steps of the author that stand in it, by place."""
    kind: str = "nn.Sequential"
    steps: "list[Step]" = field(default_factory=list)

    def part(self, first: "Step", last: "Step") -> str:
        """How `forward` reaches the modules from one to another."""
        start, stop = self.steps.index(first), self.steps.index(last) + 1
        owner = f"self.{self.key}" if self.key else "self"
        if stop - start == 1:
            return f"{owner}[{start}]"
        return owner if stop - start == len(self.steps) else f"{owner}[{start or ''}:{stop % len(self.steps) or ''}]"


@dataclass(eq=False)
class Module:
    """What `__init__` makes."""

    make: Call | Chain
    key: Term
    """Its name in the state dict."""
    labelled: bool
    stored: bool
    """Whether the state dict holds anything of it."""
    word: str
    """What it is called where its key does not matter."""
    inplace: bool = False
    parameter: bool = False
    """Whether it is no module but a parameter."""
    given: bool = False
    """Whether its class is a parameter."""
    when: Term | None = None
    """Where this does not hold, the module passes on what arrives."""
    row: Row | None = None
    """Where it is reached by its number."""


@dataclass(eq=False)
class Step:
    """One operation. In `form`, `{self}` is the module, `{}` the next value read, `{*}` all, `{word}` an argument."""

    span: Span
    kind: Kind
    form: str
    reads: tuple[Value, ...]
    makes: tuple[Value, ...]
    arguments: tuple[tuple[str, Term], ...] = ()
    module: Module | None = None
    starts: bool = False
    """Whether its operand stands on a line of its own: calls, scopes, pools."""
    inside: frozenset[Value] = frozenset()
    """For what joins branches: the values made in them."""
    times: int = 1
    """How often it stands in a row in an `nn.Sequential`."""


@dataclass(eq=False)
class Let:
    """`name = term` in `__init__`."""

    span: Span
    name: Name
    term: Term


@dataclass(eq=False)
class Measure:
    """`name = x.shape[2:]` in `forward`."""

    span: Span
    number: Number
    term: Term


@dataclass(eq=False)
class Merge:
    """A value that is another in each arm of a fork; None for an arm that never needs it."""

    value: Value
    arms: tuple[Value | None, ...]


@dataclass(eq=False)
class Arm:
    """One way through a fork; `condition` is None for `else`."""

    condition: Term | None
    items: "list[Item]"
    lanes: tuple[Lane, ...]


@dataclass(eq=False)
class Fork:
    """`if`. With a `flag`, `forward` asks for the attribute of that name."""

    span: Span
    arms: list[Arm]
    merges: list[Merge] = field(default_factory=list)
    lets: list[Let] = field(default_factory=list)
    """Variables that hold from where the arms meet."""
    flag: str = ""
    training: bool = False
    """Whether it asks `self.training`, and `__init__` makes its modules in any case."""


@dataclass(eq=False)
class Carried:
    """A value that each trip of a loop hands to the next."""

    value: Value
    first: Value
    next: Value
    after: Value


@dataclass(eq=False)
class Loop:
    """`for pattern in iterable`, where trips are many or differ between uses."""

    span: Span
    pattern: "Pattern"
    iterable: Term
    items: "list[Item]"
    carried: list[Carried] = field(default_factory=list)


@dataclass(eq=False)
class Either:
    """A loop in an `nn.Sequential`, as written and trip by trip: whichever is shorter."""

    loop: "list[Item]"
    unrolled: "list[Item]"


@dataclass(eq=False)
class Line:
    """`makes = text` in `forward`; in the text each value read is `\\0number\\0`."""

    span: Span | None
    makes: tuple[Held, ...]
    text: str
    reads: list[Held]
    kinds: set[str] = field(default_factory=set)
    binds: int = 9
    """How tight its outermost operator binds."""
    run: tuple[Step, ...] = ()
    """The modules that it is, of those that are reached by their number."""


Pattern = Name | tuple["Pattern", ...]
Item = Step | Let | Measure | Fork | Loop | Either | Line


def inner(item: Item) -> list[list[Item]]:
    """The lists of items inside an item."""
    match item:
        case Fork():
            return [arm.items for arm in item.arms]
        case Loop():
            return [item.items]
        case Step(module=Module(make=Chain(items=items))):
            return [items]
    return []


def every(items: list[Item]) -> Iterator[Item]:
    """All items, with those inside others."""
    for item in items:
        yield item
        for body in inner(item):
            yield from every(body)


def in_class(items: list[Item]) -> Iterator[Item]:
    """All items but those inside an `nn.Sequential`."""
    for item in items:
        yield item
        if not isinstance(item, Step):
            for body in inner(item):
                yield from in_class(body)


def bound(pattern: Pattern) -> Iterator[Name]:
    """The names that a loop binds."""
    if isinstance(pattern, Name):
        yield pattern
    else:
        for part in pattern:
            yield from bound(part)
