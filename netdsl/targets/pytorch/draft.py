"""A class while its plan is made: the values in it, its lanes, and the parameters that it turned out to need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import not_
from typing import Any

from netdsl.graph.model import Tensor
from netdsl.source import Span
from netdsl.targets.pytorch.columns import Column
from netdsl.targets.pytorch.plan import Arm, Fork, Item, Let, Merge, Step, Value, every
from netdsl.targets.pytorch.saying import Unsaid, agrees, constant, same
from netdsl.targets.pytorch.terms import Formula, Known, Lane, Name, Term, formula


@dataclass
class Draft:
    """Values are found by the tensors they are in all lanes, so the plan follows the graph and never a name."""

    lanes: tuple[Lane, ...]
    is_root: bool = False
    found: dict[Tensor, list[Value]] = field(default_factory=dict)
    forks: list[Fork] = field(default_factory=list)
    homes: dict[Value | Fork, Fork] = field(default_factory=dict)
    """The fork that is gone through already in one of whose arms a value was made."""
    derived: list[Name] = field(default_factory=list)
    """Parameters that the author does not have."""
    captures: list[Value] | None = None
    """For a scope: values from around it that it reads; None where there can be none."""
    made: list[Value] = field(default_factory=list)
    meetings: dict[Name, Value] = field(default_factory=dict)
    """Variables for channels -> the value whose they are, where the arms of a fork meet."""

    def value(self, column: Iterable[tuple[Lane, Tensor]], channels: Term | None = None, **facts: Any) -> Value:
        """A new value."""
        value = Value(dict(column), channels, **facts)
        self.made.append(value)
        for tensor in value.tensors.values():
            self.found.setdefault(tensor, []).append(value)
        return value

    def forget(self, count: int) -> None:
        """No step finds any more what was made since there were `count` values."""
        for value in self.made[count:]:
            for tensor in value.tensors.values():
                self.found[tensor] = [other for other in self.found[tensor] if other is not value]

    def known(self, column: Column, inside: Fork | None = None) -> Value | None:
        """The value that is these tensors, if one is; `inside` an arm not one from where arms around it meet."""
        behind = self.forks[self.forks.index(inside) :] if inside is not None else []
        beyond = {merge.value for fork in behind for merge in fork.merges}
        for value in reversed(self.found.get(column[0][1], ())):
            if value not in beyond and all(value.tensor(lane) is tensor for lane, tensor in column):
                return value
        return None

    def _around(self, fork: Fork | None) -> list[Fork]:
        """A fork, and those in whose arms it stands."""
        around: list[Fork] = []
        while fork is not None:
            around.append(fork)
            fork = self.homes.get(fork)
        return around

    def find(self, column: Column, capture: bool = True, inside: Fork | None = None) -> Value:
        """The value that is these tensors, made where forks meet, or captured; raises `Unsaid` where there is none.

        What an arm of a fork made is had behind the fork from where its arms meet, `inside` the arm from itself.
        """
        known = self.known(column, inside)
        if known is not None:
            return self._outside(known, column, inside)
        before = self.forks[: self.forks.index(inside)] if inside is not None else self.forks
        for fork in reversed(before):
            arms = [Column(pair for pair in column if _goes(pair[0], arm.lanes)) for arm in fork.arms]
            if sum(map(bool, arms)) > 1 and sum(map(len, arms)) == len(column):
                return self._outside(self._merged(fork, arms, column), column, inside)
        return self._captured(column, capture)

    def _outside(self, value: Value, column: Column, inside: Fork | None) -> Value:
        """The value from where the arms in which it was made meet."""
        while (home := self.homes.get(value)) is not None and home not in self._around(inside):
            through = (any(_goes(lane, arm.lanes) for lane, _ in column) for arm in home.arms)
            value = self._met(home, tuple(value if there else None for there in through), column)
        return value

    def fork(self, span: Span, condition: Term, items: list[Item], holds: Column, flag: str) -> Fork:
        """Items that only some lanes go through."""
        there, others = holds.where(bool).lanes, holds.where(not_).lanes
        made = Fork(span, [Arm(condition, items, tuple(there)), Arm(None, [], tuple(others))], flag=flag)
        self.close(made)
        return made

    def close(self, fork: Fork) -> None:
        """All arms of a fork are gone through: from here on its values are had where they meet."""
        self.forks.append(fork)
        for item in (item for arm in fork.arms for item in every(arm.items)):
            for made in item.makes if isinstance(item, Step) else [item] if isinstance(item, Fork) else []:
                self.homes.setdefault(made, fork)
            for merge in item.merges if isinstance(item, Fork) else []:
                self.homes.setdefault(merge.value, fork)

    def refuse_gaps(self) -> None:
        """Raises `Unsaid` where an arm hands on what some lane that goes through it never made."""
        met = {merge.value: (fork, merge) for fork in self.forks for merge in fork.merges}

        def lacks(value: Value | None, lane: Lane) -> bool:
            if value not in met:
                return value is None
            fork, merge = met[value]
            ways = zip(fork.arms, merge.arms, strict=True)
            return any(lacks(other, lane) for arm, other in ways if _goes(lane, arm.lanes))

        for fork, merge in met.values():
            for arm, value in zip(fork.arms, merge.arms, strict=True):
                if value is not None and any(lacks(value, lane) for lane in arm.lanes):
                    raise Unsaid

    def _merged(self, fork: Fork, arms: list[Column], column: Column) -> Value:
        values = tuple(self.find(arm, inside=fork) if arm else None for arm in arms)
        return values[0] if values[0] is not None and len({*values}) == 1 else self._met(fork, values, column)

    def _met(self, fork: Fork, values: tuple[Value | None, ...], column: Column) -> Value:
        for merge in fork.merges:
            if all(a is None or b is None or a is b for a, b in zip(merge.arms, values, strict=True)):
                merge.arms = tuple(a or b for a, b in zip(merge.arms, values, strict=True))
                self._enter(merge.value, column)
                break
        else:
            known = [value for value in values if value is not None]
            hint = next((value.hint for value in known if value.hint != "x"), "x")
            merge = Merge(self.value(column, hint=hint, fresh=all(value.fresh for value in known)), values)
            fork.merges.append(merge)
            if fork in self.homes:
                self.homes[merge.value] = self.homes[fork]
        merge.value.channels = self._meeting(fork, merge)
        return merge.value

    def _enter(self, value: Value, column: Column) -> None:
        """The value is also these tensors."""
        for lane, tensor in column:
            if lane not in value.tensors:
                value.tensors[lane] = tensor
                self.found.setdefault(tensor, []).append(value)

    def _meeting(self, fork: Fork, merge: Merge) -> Term | None:
        """The channels where the arms of a fork meet: those of an arm if they hold in all lanes, else a choice."""
        wanted = [(lane, tensor.shape.channels) for lane, tensor in merge.value.tensors.items()]
        terms = [value.channels if value is not None else None for value in merge.arms]
        said = [term for term in terms if term is not None]
        for term in said:
            if agrees(term, wanted):
                return term
        choice = _choice(fork, terms)
        if choice is None or not agrees(choice, wanted):
            return None
        known = next((let for let in fork.lets if let.term == choice), None)
        if known is None:
            known = Let(fork.span, Name("channels"), choice)
            fork.lets.append(known)
            self.meetings[known.name] = merge.value
        for lane, count in wanted:
            lane.numbers[known.name] = count
        return known.name

    def _captured(self, column: Column, capture: bool) -> Value:
        around = list(dict.fromkeys((self._top(lane), tensor) for lane, tensor in column))
        reaches_all = {lane for lane, _ in around} == set(self.lanes) and len(around) == len(self.lanes)
        if not capture or self.captures is None or not reaches_all:
            raise Unsaid
        name = Name("in_channels")
        for lane, tensor in around:
            lane.numbers[name] = tensor.shape.channels
        value = self.value(around, name)
        self.captures.append(value)
        return value

    def _top(self, lane: Lane) -> Lane:
        """The lane of the class that a lane of a loop in it belongs to."""
        while lane.outer is not None and lane not in self.lanes:
            lane = lane.outer
        return lane

    def channels(self, value: Value, lanes: Sequence[Lane]) -> Term:
        """What to say of a value's channels; raises `Unsaid`."""
        column = [(lane, tensor.shape.channels) for lane in lanes if (tensor := value.tensor(lane)) is not None]
        if value.channels is not None and agrees(value.channels, column):
            return value.channels
        return Known(constant(column))

    def derive(self, name: str, column: Iterable[tuple[Lane, Any]]) -> Name:
        """A parameter that the author does not have, of these values; raises `Unsaid` where there can be none."""
        values: dict[Lane, Any] = {}
        for lane, worth in column:
            top = lane
            while top.outer is not None:
                top = top.outer
            if not same(values.setdefault(top, worth), worth, short=False):
                raise Unsaid
        if self.is_root or not values:
            raise Unsaid
        for known in self.derived:
            if known.shown == name and all(same(lane.numbers[known], value, False) for lane, value in values.items()):
                return known
        fresh = Name(name)
        self.derived.append(fresh)
        usual = next(iter(values.values()))
        for lane in self.lanes:
            lane.numbers[fresh] = values.get(lane, usual)
        return fresh


def _goes(lane: Lane | None, lanes: tuple[Lane, ...]) -> bool:
    return lane is not None and (lane in lanes or _goes(lane.outer, lanes))


def _choice(fork: Fork, terms: list[Term | None]) -> Term | None:
    """`a if c else b`, over all arms; those that never meet here say nothing."""
    choice: Term | None = None
    for arm, term in reversed(list(zip(fork.arms, terms, strict=True))):
        if term is None:
            continue
        if choice is None:
            choice = term
        elif arm.condition is None:
            return None
        elif isinstance(arm.condition, Formula) and arm.condition.operator == "not":
            choice = formula("if", arm.condition.operands[0], choice, term)
        else:
            choice = formula("if", arm.condition, term, choice)
    return choice
