"""Where a body runs: the names of its block, the scope of its modules, and what may stand there."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from netdsl.diagnostics.arguments import WrongTemplate
from netdsl.diagnostics.definitions import NothingArrives
from netdsl.diagnostics.names import UnknownValue, ValueHidesNumber
from netdsl.elaborate.keys import Keys
from netdsl.elaborate.session import Session
from netdsl.graph.described import described
from netdsl.graph.history import History
from netdsl.graph.mistakes import Mistake, StandsOnUnknown
from netdsl.graph.model import UNKNOWN, Home, Names, PathRun, Tensor, Value
from netdsl.graph.values import condition, evaluate
from netdsl.records import record
from netdsl.shapes import Shape
from netdsl.source import Span
from netdsl.tree.expressions import Expr, Label
from netdsl.tree.statements import Block, Body, Call, For, If, Let, Path, Repeat

NOWHERE = Shape(0)
"""The shape of what a refused statement would have given."""


def lost(span: Span) -> Tensor:
    """What a refused statement would have given."""
    return Tensor(NOWHERE, span)


@dataclass
class Locals:
    """What a block or net has named so far; braces do not hide it."""

    numbers: History[Value] = field(default_factory=History)
    values: History[Tensor] = field(default_factory=History)
    apart: dict[str, Span] = field(default_factory=dict)
    """Values that auxiliary paths have named, which exist in training only."""
    layers: int = 0
    complete: bool = True
    """False once a name may be missing because the statement that makes it was refused."""


@dataclass
class Branches:
    """The branches of one join: what each receives, and those that have run."""

    receives: tuple[Tensor, ...]
    """One value for all, or one for each."""
    ran: list[PathRun | None] = field(default_factory=list)
    """None for one that was refused."""

    def next(self) -> Tensor:
        """What the next branch receives."""
        return self.receives[min(len(self.ran), len(self.receives) - 1)]


@record
class Frame:
    """One body as it runs."""

    session: Session
    home: Home
    definition: Block
    locals: Locals = field(default_factory=Locals)
    keys: Keys = field(default_factory=Keys)
    where: str = "here"
    """The innermost braces around the body, in words."""
    branches: Branches | None = None
    """Set where each statement is a branch."""

    @property
    def at_top(self) -> bool:
        """Whether `input`, `output` and `aux` may stand here."""
        return self.where == "here" and self.definition.is_net

    @property
    def place(self) -> str:
        """Where this is, in words."""
        return self.where if self.definition.is_net else "in a block"

    def within(self, where: str, branches: Branches | None = None) -> "Frame":
        """The same in the braces of a join or residual, which make no scope."""
        return replace(self, where=where, branches=branches)

    @contextmanager
    def apart(self) -> Iterator["Frame"]:
        """The same in an auxiliary path, while it runs: what it names is known in it alone."""
        outer = self.locals.values
        self.locals.values = outer.fork()
        try:
            yield self.within("in an auxiliary path")
        finally:
            for name, tensor in self.locals.values.now().items():
                if name not in outer.now():
                    self.locals.apart[name] = tensor.origin
            self.locals.values = outer

    def scope(self) -> "Frame":
        """The same in a scope of its own."""
        return replace(self, keys=Keys(), where="in a scope", branches=None)

    def names(self, arriving: Tensor | None) -> Names:
        """What names stand for at this moment."""
        return Names(self.locals.numbers.now(), self.locals.values.now(), arriving, self.home)

    def read(self, node: Call, names: Names) -> tuple[object, ...]:
        """What the names that a call reads stand for, so that equal ones make it come to the same."""
        return tuple([self._token(name, names) for name in self.session.reads.of(node, self.definition)])

    def _token(self, name: str, names: Names) -> object:
        if name in names.numbers:
            return self.session.tokens.of(names.numbers[name])
        return names.values[name].shape if name in names.values else None

    def worth(self, expr: Expr, names: Names) -> Value:
        """The value of an expression; raises like `evaluate`."""
        return evaluate(expr, names, self.session.meter)

    def holds(self, expr: Expr | None, names: Names) -> bool:
        """Whether a condition holds; one that is not written does."""
        return expr is None or condition(expr, names, self.session.meter)

    def text(self, label: Label, names: Names) -> str:
        """The name that a label gives; raises a `Mistake` for what no name can hold."""
        if not label.quoted:
            return str(label.parts[0])
        parts = [part if isinstance(part, str) else self._filled(part, names) for part in label.parts]
        return str(self.session.meter.bounded("".join(parts), label.span))

    def _filled(self, part: Expr, names: Names) -> str:
        value = self.worth(part, names)
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise Mistake(WrongTemplate(span=part.span, found=described(value)))
        return str(value)

    def bind_value(self, name: str, tensor: Tensor, span: Span) -> None:
        """From now on `name` is this value; raises a `Mistake` where it is a number already."""
        if name in self.locals.numbers.now():
            raise Mistake(ValueHidesNumber(span=span, name=name))
        self.locals.values.bind(name, tensor)

    def bind_number(self, name: str, value: Value, span: Span) -> None:
        """From now on `name` is this number; raises a `Mistake` where it is a value already."""
        if name in self.locals.values.now():
            raise Mistake(ValueHidesNumber(span=span, name=name))
        self.locals.numbers.bind(name, value)

    def inputs(self, on: tuple[Label, ...], arriving: Tensor | None, span: Span) -> tuple[Tensor, ...]:
        """The values that a step receives."""
        if on:
            names = self.names(arriving)
            return tuple(self.value(label, names) for label in on)
        if arriving is None:
            raise Mistake(NothingArrives(span=span))
        return (arriving,)

    def value(self, label: Label, names: Names) -> Tensor:
        """The value of that name; raises a `Mistake` where there is none."""
        name = self.text(label, names)
        found = names.values.get(name)
        if found is not None:
            return found
        if not self.locals.complete:
            raise StandsOnUnknown
        apart = self.locals.apart.get(name)
        owner = parameter_of(self.definition, name)
        known = tuple(names.values)
        raise Mistake(UnknownValue(span=label.span, name=name, known=known, apart=apart, parameter_of=owner))

    def count(self, layers: int, span: Span) -> None:
        """Counts layers against the budget."""
        self.locals.layers += layers
        if self.locals.layers > self.session.meter.budget.nodes:
            self.session.meter.exceeded("nodes", span)

    def lose(self, body: Body) -> None:
        """All names that `body` would have bound are unknown from now on."""
        for statement in body:
            if isinstance(statement, Let):
                self.locals.numbers.bind(statement.name, UNKNOWN)
            elif isinstance(statement, Path):
                self.lose_labels(_labels(statement), statement.span)
                self.locals.complete = self.locals.complete and _could_be_read(statement)
            elif isinstance(statement, If):
                self.lose((*statement.body, *statement.otherwise))
            elif isinstance(statement, For | Repeat):
                self.lose(statement.body)

    def lose_labels(self, labels: Iterable[Label], span: Span) -> None:
        """The values of these names are unknown from now on."""
        for label in labels:
            if label.quoted:
                self.locals.complete = False
            else:
                self.locals.values.bind(str(label.parts[0]), lost(span))


def parameter_of(block: Block, name: str) -> str:
    """What the block is called if it has a parameter of this name; else ""."""
    return block.name if not block.is_net and any(p.name == name for p in block.parameters) else ""


def _could_be_read(path: Path) -> bool:
    return all(step.word.name for step in path.steps if isinstance(step, Call))


def _labels(path: Path) -> Iterable[Label]:
    if path.target is not None:
        yield path.target
    for step in path.steps:
        label = getattr(step, "label", None)
        if label is not None:
            yield label
        for inner in (*getattr(step, "body", ()), *getattr(getattr(step, "shortcut", None), "body", ())):
            if isinstance(inner, Path):
                yield from _labels(inner)
