"""`forward` as lines: steps are nested while a line holds at most one weight layer, one norm and one activation."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from netdsl.layers.base import Role
from netdsl.source import Span
from netdsl.targets.pytorch.attributes import Attributes
from netdsl.targets.pytorch.plan import Arm, Fork, Held, Item, Line, Loop, Measure, Merge, Number, Step, Value
from netdsl.targets.pytorch.spelling import text
from netdsl.targets.pytorch.standing import Standing
from netdsl.targets.pytorch.terms import Call, Name, Side, Term

TRAINING = Name("self.training")
_WIDTH = 76
_KINDS = {
    Role.MIX: "weight",
    Role.DENSE: "weight",
    Role.NORM: "norm",
    Role.ACTIVATE: "act",
    Role.DROP: "drop",
    Role.SHAPE: "shape",
    Role.JOIN: "join",
}
_UNDER = {
    "weight": {"norm", "act"},
    "norm": {"weight", "two", "act", "join"},
    "act": {"weight", "two", "norm", "drop", "shape", "join", "start"},
    "drop": {"weight", "two", "norm", "act", "drop", "shape", "join", "start"},
    "shape": {"weight", "two", "norm", "act", "drop", "shape", "start"},
    "start": set(),
}
"""What may stand inside a step on one line; a weight layer may also stand on one that stands alone."""


@dataclass
class Writer:
    """Makes lines of steps, in forks and loops as they are; `counts` says how often each value is read."""

    attributes: Attributes
    standing: Standing
    counts: Counter[Held]
    numbers: dict[Held, int] = field(default_factory=dict)

    def token(self, value: Held) -> str:
        """Stands for a value until it has a variable."""
        return f"\0{self.numbers.setdefault(value, len(self.numbers))}\0"

    def filled(self, pattern: str, variable: Callable[[Held], str]) -> str:
        """The text with variables in the place of values."""
        back = {number: value for value, number in self.numbers.items()}
        return re.sub(r"\0(\d+)\0", lambda found: variable(back[int(found[1])]), pattern)

    def lines(self, items: list[Item]) -> list[Item]:
        """The lines of `items`; what nobody needs is left out."""
        lines: list[Item] = []
        for item in items:
            match item:
                case Step():
                    if any(value in self.counts for value in item.makes):
                        self._step(item, lines)
                case Measure():
                    if item.number in self.counts:
                        reads: list[Held] = []
                        lines.append(Line(item.span, (item.number,), self._term(item.term, reads), reads))
                case Fork():
                    self._fork(item, lines)
                case Loop():
                    self._loop(item, lines)
        return lines

    def _term(self, term: Term, reads: list[Held]) -> str:
        def side(part: Side) -> str:
            assert isinstance(part.value, Value | Number)
            reads.append(part.value)
            shown = {"": "", "size": ".shape[2:]", "height": ".shape[2]", "width": ".shape[3]"}[part.side]
            return self.token(part.value) + shown

        return text(self.standing.kept(term), side)

    def _step(self, step: Step, lines: list[Item]) -> None:
        if self._runs_on(step, lines):
            return
        kind = "start" if step.starts or step.kind is None else _KINDS[step.kind]
        tight = _tight(step.form)
        reads: list[Held] = []
        nested = self._nested(step, kind, lines)
        kinds = {kind} if kind == "join" else {kind}.union(*(line.kinds for line in nested.values()))
        if kind == "weight" and "weight" in kinds.difference({kind}).union(*(line.kinds for line in nested.values())):
            kinds.add("two")
        for line in nested.values():
            lines.remove(line)
        values = iter(step.reads)

        def read(value: Value) -> str:
            line = nested.get(value)
            if line is None:
                reads.append(value)
                return self.token(value)
            reads.extend(line.reads)
            wanted = tight if tight == 9 or value is step.reads[0] else tight + 1
            return f"({line.text})" if tight and line.binds < wanted else line.text

        arguments = dict(step.arguments)

        def fill(found: re.Match[str]) -> str:
            match found[1]:
                case "self":
                    return self.attributes.of(step)
                case "*":
                    return ", ".join(map(read, step.reads))
                case "":
                    return read(next(values))
                case word:
                    return self._term(arguments[word], reads)

        shown = re.sub(r"\{(\*|\w*)\}", fill, step.form)
        run = (step,) if step.module and step.module.row else ()
        lines.append(Line(step.span, step.makes, shown, reads, kinds, tight if 0 < tight < 9 else 9, run))

    def _runs_on(self, step: Step, lines: list[Item]) -> bool:
        """Whether a module only takes what the one before it in its row gives: then they are called together."""
        row = step.module.row if step.module else None
        last = lines[-1] if lines else None
        if row is None or not row.key or not isinstance(last, Line) or not last.run or last.makes != step.reads:
            return False
        before = row.steps[: row.steps.index(step)]
        value = step.reads[0]
        if before[-1:] != [last.run[-1]] or self.counts[value] != 1 or (value.wanted and value.name):
            return False
        argument = last.text.removeprefix(row.part(last.run[0], last.run[-1]))
        last.run = (*last.run, step)
        last.text, last.makes, last.kinds = row.part(last.run[0], step) + argument, step.makes, {"start"}
        return True

    def _nested(self, step: Step, kind: str, lines: list[Item]) -> dict[Value, Line]:
        """The lines that can stand inside this step."""
        found: dict[Value, Line] = {}
        for value in step.reads:
            made = [line for line in lines if isinstance(line, Line) and line.makes == (value,)]
            if not made or self.counts[value] != 1 or (value.wanted and value.name):
                continue
            if kind == "join":
                whole = not step.inside.intersection(made[0].reads) or _is_alone(value, step, lines)
                plain = "fork" not in made[0].kinds and ("join" not in made[0].kinds or self._is_short(step, made[0]))
                if value in step.inside and whole and plain:
                    found[value] = made[0]
            elif made[0] is lines[-1] and _fits(kind, made[0].kinds) and self._is_short(step, made[0]):
                found[value] = made[0]
        whole = "{*}" not in step.form or all(value in found or value not in step.inside for value in step.reads)
        return found if kind != "join" or whole else {}

    def _is_short(self, step: Step, line: Line) -> bool:
        return len(line.text) + len(self.attributes.of(step) if step.module else step.form) < _WIDTH

    def _fork(self, fork: Fork, lines: list[Item]) -> None:
        inner = [self.lines(arm.items) for arm in fork.arms]
        merges = [merge for merge in fork.merges if merge.value in self.counts]
        if not merges and not any(inner):
            return
        pairs = zip(fork.arms, inner, strict=True)
        arms = [Arm(self._condition(fork, arm), items, arm.lanes) for arm, items in pairs]
        short = None if fork.training else self._ternary(fork.span, arms, merges)
        lines.append(short if short is not None else Fork(fork.span, arms, merges))

    def _condition(self, fork: Fork, arm: Arm) -> Term | None:
        if fork.training:
            return TRAINING
        if arm.condition is None:
            return None
        flag = self.attributes.flags.get(fork)
        return Name(f"self.{flag}") if flag else self.standing.kept(arm.condition)

    def _ternary(self, span: Span, arms: list[Arm], merges: list[Merge]) -> Line | None:
        """A fork on one line, if each arm is at most one step of it."""
        condition = arms[0].condition
        if condition is None or len(merges) != 1 or len(arms) != 2:
            return None
        shown: list[str] = []
        reads: list[Held] = []
        for arm, value in zip(arms, merges[0].arms, strict=True):
            if value is None or len(arm.items) > 1:
                return None
            if not arm.items:
                shown.append(self.token(value))
                reads.append(value)
                continue
            (line,) = arm.items
            if not isinstance(line, Line) or line.makes != (value,) or "fork" in line.kinds:
                return None
            shown.append(line.text)
            reads.extend(line.reads)
        whole = f"{shown[0]} if {text(condition)} else {shown[1]}"
        return Line(span, (merges[0].value,), whole, reads, {"fork"}, 0) if len(whole) < _WIDTH else None

    def _loop(self, loop: Loop, lines: list[Item]) -> None:
        inner = self.lines(loop.items)
        carried = [c for c in loop.carried if c.value in self.counts or c.after in self.counts]
        if inner or carried:
            whole = loop is self.attributes.row
            pattern = Name("layer") if whole else loop.pattern
            iterable = Call("self.children") if whole else self.standing.kept(loop.iterable)
            lines.append(Loop(loop.span, pattern, iterable, inner, carried))


def _tight(form: str) -> int:
    """How tight the operator of a form binds; 0 for a call, whose inputs stand in brackets."""
    if form.startswith("{}."):
        return 9
    return 5 if "} + {" in form else 6 if "} * {" in form else 0


def _is_alone(value: Value, step: Step, lines: list[Item]) -> bool:
    """Whether a sum or product has one branch only, which ends here."""
    last = lines[-1]
    alone = isinstance(last, Line) and last.makes == (value,) and "{*}" not in step.form
    return alone and not any(other in step.inside for other in step.reads if other is not value)


def _fits(kind: str, under: set[str]) -> bool:
    """Whether a step may take in a line."""
    if kind == "weight" and under == {"weight"}:
        return True
    return under <= _UNDER.get(kind, set()) and not (kind in ("norm", "act") and kind in under)
