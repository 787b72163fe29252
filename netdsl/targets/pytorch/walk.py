"""The statements of a body, once, with the runs of all uses beside them."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from netdsl.graph.model import Names, Tensor
from netdsl.source import Span
from netdsl.targets.pytorch import loops
from netdsl.targets.pytorch.columns import Column
from netdsl.targets.pytorch.draft import Draft
from netdsl.targets.pytorch.names import snake
from netdsl.targets.pytorch.plan import Arm, Either, Fork, Item, Let, Measure, Module, Number, Row, Step, Value
from netdsl.targets.pytorch.saying import Leaf, Unsaid, agrees, constant, evaluated, said
from netdsl.targets.pytorch.steps import step
from netdsl.targets.pytorch.terms import Known, Name, Side, Term, leaves, names
from netdsl.tree import expressions as tree
from netdsl.tree.statements import Aux, Body, Call, For, If, Input, Output, Path, Repeat, Statement
from netdsl.tree.statements import Let as LetNode
from netdsl.tree.walk import labels, statements

if TYPE_CHECKING:
    from netdsl.targets.pytorch.units import Units


@dataclass(frozen=True)
class Place:
    """Where a statement stands: what the author's names are in the class, and what its value would be called."""

    numbers: dict[str, Term] = field(default_factory=dict)
    chain: bool = False
    """Whether modules stand in an `nn.Sequential` here."""
    labelled: bool = False
    """Whether modules have names of their own there."""
    hint: str = "x"
    row: Row | None = None
    """Where modules stand that are reached by their number."""


@dataclass
class Walk:
    """One class's way through its body."""

    draft: Draft
    units: "Units"
    results: list[tuple[str, Value]] = field(default_factory=list)
    """Further results of the net, by name."""
    auxiliary: list[tuple[str, Value]] = field(default_factory=list)
    targets: list[tuple[Path, str, Value]] = field(default_factory=list)
    """What paths name, in the order of the text."""

    def body(self, body: Body, traces: Column, place: Place) -> list[Item]:
        """The items of all statements."""
        items: list[Item] = []
        for statement, column in zip(body, traces.rows(), strict=True):
            items += self.statement(statement, column, place)
        return items

    def statement(self, node: Statement, column: Column, place: Place) -> list[Item]:
        """The items of one statement."""
        match node:
            case Path():
                return self.path(node, column, place)
            case LetNode():
                return self.let(node, column, place)
            case If():
                return self.fork(node, column, place)
            case For() | Repeat():
                return self.loop(node, column, place)
            case Aux():
                return self.aux(node, column, place)
            case Input():
                self.draft.value(column.of("gives"))
            case Output():
                for output in column.of("outputs").rows():
                    names, results = output.rows()
                    value = self.draft.find(results)
                    value.wanted = True
                    self.results.append((names.cells[0], value))
        return []

    def path(self, node: Path, column: Column, place: Place) -> list[Item]:
        """The steps of a path; what it names is named."""
        items: list[Item] = []
        before = len(self.draft.made)
        for inner, runs in zip(node.steps, column.of("steps").rows(), strict=True):
            items += step(self, inner, runs, place)
        if node.target is not None and not place.chain:
            value = self.draft.find(column.of("gives"))
            if value in self.draft.made[before:]:
                self.targets.append((node, column[0][1].target, value))
        return items

    def let(self, node: LetNode, column: Column, place: Place) -> list[Item]:
        """`let`: folded into what follows, or a variable."""
        worths = column.of("value")
        try:
            term = self.said(node.value, column, place, runtime=True)
            if not agrees(term, worths, short=False):
                term = Known(constant(worths))
        except Unsaid:
            place.numbers.pop(node.name, None)
            return []
        place.numbers[node.name] = term
        if any(isinstance(leaf, Side) for leaf in leaves(term)):
            number = Number(dict(worths), node.name)
            place.numbers[node.name] = Side(number, "")
            return [Measure(node.span, number, term)]
        if isinstance(term, Name) or not names(term):
            return []
        place.numbers[node.name] = variable = Name(node.name)
        for lane, worth in worths:
            lane.numbers[variable] = worth
        return [Let(node.span, variable, term)]

    def said(self, expr: tree.Expr, column: Column, place: Place, runtime: bool = False) -> Term:
        """An expression of a step as it is said here; raises `Unsaid`."""
        rows = column.of("names")
        return said(expr, self._leaf(place, rows, runtime), rows.lanes, rows)

    def _leaf(self, place: Place, rows: Column, runtime: bool) -> Leaf:
        """How names and sides of values are said here; with `runtime`, sides are read when the class runs."""

        def leaf(expr: tree.Expr) -> Term | None:
            if isinstance(expr, tree.Name):
                term = place.numbers.get(expr.name)
                if term is None:
                    return Known(constant(evaluated(expr, rows)))
                if not runtime and any(isinstance(part, Side) for part in leaves(term)):
                    raise Unsaid
                return term
            if not isinstance(expr, tree.Attribute):
                return None
            measured = runtime and expr.attribute != "channels"
            value = self.draft.find(rows.map(lambda at: _owner(expr.owner, at)), capture=measured)
            if expr.attribute == "channels":
                return self.draft.channels(value, rows.lanes)
            if not runtime:
                raise Unsaid
            if isinstance(expr.owner, tree.Name):
                value.wanted, value.name = True, value.name or expr.owner.name
            return Side(value, expr.attribute)

        return leaf

    def condition(self, expr: tree.Expr, column: Column, holds: Column, place: Place) -> Term:
        """A condition as the author wrote it, or a parameter where it asks for something the class cannot know."""
        try:
            term = self.said(expr, column, place)
            if names(term) and agrees(term, holds):
                return term
        except Unsaid:
            pass
        return self.draft.derive(_question(expr), holds)

    def fork(self, node: If, column: Column, place: Place) -> list[Item]:
        """`if`: folded where all lanes agree."""
        arms = list(self._arms(node, column, place))
        if len(arms) == 1:
            _, body, rows = arms[0]
            return self.body(body, rows, place)
        places = [replace(place, numbers=dict(place.numbers)) for _ in arms]
        walked = [
            Arm(condition, self.body(body, rows, inner), tuple(rows.lanes))
            for (condition, body, rows), inner in zip(arms, places, strict=True)
        ]
        for name in list(place.numbers):
            if any(inner.numbers.get(name) != place.numbers[name] for inner in places):
                del place.numbers[name]
        fork = Fork(node.span, walked)
        self.draft.close(fork)
        return [fork]

    def optional(
        self,
        span: Span,
        condition: Term,
        items: list[Item],
        holds: Column,
        results: Column,
        place: Place,
        flag: str = "",
    ) -> list[Item]:
        """Items that only some lanes have; a module alone passes on what arrives in the others."""
        match items:
            case [Step(module=Module() as module, reads=(read,), makes=(once,)) as only] if not place.chain:
                cells = zip(results, holds.cells, strict=True)
                arrives = Column((lane, read.tensor(lane) if held else passed) for (lane, passed), held in cells)
                if any(read.tensor(lane) is not tensor for lane, tensor in arrives):
                    only.reads = (self.draft.find(arrives),)
                module.when = condition
                only.makes = (self.draft.value(results, once.channels, hint=place.hint),)
                return [only]
        return [self.draft.fork(span, condition, items, holds, flag)]

    def _arms(self, node: If, column: Column, place: Place) -> "list[tuple[Term | None, Body, Column]]":
        """The arms that some lane takes, `else if` among them: condition, body, and its runs."""
        taken, left = column.where(lambda run: run.taken), column.where(lambda run: not run.taken)
        if not taken or not left:
            return [(None, node.body if taken else node.otherwise, column.of("body"))]
        condition = self.condition(node.condition, column, column.of("taken"), place)
        first: tuple[Term | None, Body, Column] = (condition, node.body, taken.of("body"))
        if len(node.otherwise) == 1 and isinstance(node.otherwise[0], If):
            (inner,) = left.of("body").rows()
            return [first, *self._arms(node.otherwise[0], inner, place)]
        return [first, (None, node.otherwise, left.of("body"))]

    def loop(self, node: For | Repeat, column: Column, place: Place) -> list[Item]:
        """A loop: kept where its trips differ between lanes, else trip by trip, or whichever is shorter."""
        bounds = [tuple(tuple(trip.bound.items()) for trip in run.trips) for run in column.cells]
        if any(bound != bounds[0] for bound in bounds):
            return loops.kept(self, node, column, place)
        either: list[Item] | None = None
        in_row = place.chain and not place.labelled and not any(map(labels, statements(node.body)))
        firsts = [k for k in range(len(bounds[0])) if not (in_row and k and loops.repeats(column, k))]
        if in_row and len(firsts) > 1:
            with suppress(Unsaid):
                either = loops.kept(self, node, column, replace(place, numbers=dict(place.numbers)))
        unrolled: list[Item] = []
        for k, following in pairwise([*firsts, len(bounds[0])]):
            place.numbers.update((name, Known(value)) for name, value in bounds[0][k])
            unrolled += self.body(node.body, column.of("trips").at(k).of("body"), place)
            if following - k > 1:
                loops.again(self.draft, unrolled[-1], column, k, following)
        return unrolled if either is None else [Either(either, unrolled)]

    def aux(self, node: Aux, column: Column, place: Place) -> list[Item]:
        """An auxiliary result, made in training only."""
        before = len(self.draft.made)
        items = self.body(node.body, column.of("body"), replace(place, hint="aux"))
        value = self.draft.find(column.of("gives"))
        self.draft.forget(before)
        value.wanted = True
        steps = node.body[0].steps if len(node.body) == 1 and isinstance(node.body[0], Path) else ()
        label = column[0][1].body[0].steps[-1].key if steps and isinstance(steps[-1], Call) and steps[-1].label else ""
        value.name = snake(label) if label else f"aux{len(self.auxiliary) + 1}"
        self.auxiliary.append((value.name, value))
        return [Fork(node.span, [Arm(None, items, tuple(column.lanes))], training=True)]


def _owner(owner: tree.Expr, at: Names) -> Tensor:
    """The tensor that an expression asks a side of; raises `Unsaid`."""
    found = at.values.get(owner.name) if isinstance(owner, tree.Name) else at.arriving
    if found is None:
        raise Unsaid
    return found


_COMPARED = {"==": "is", "!=": "is_not", "<": "under", "<=": "up_to", ">": "over", ">=": "from"}


def _question(expr: tree.Expr) -> str:
    """What to call the answer to a condition: `same_height`, `height_over_7`."""
    match expr:
        case tree.Binary(operator="==", left=tree.Attribute(attribute=a), right=tree.Attribute(attribute=b)) if a == b:
            return f"same_{a}"
        case tree.Binary(operator=op, left=tree.Attribute(attribute=a), right=tree.Literal(value=int(n))) if (
            op in _COMPARED
        ):
            return f"{a}_{_COMPARED[op]}_{n}"
    return "case"
