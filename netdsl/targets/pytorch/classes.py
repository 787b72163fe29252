"""One class as text."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from netdsl.targets.pytorch.attributes import Attributes, modules
from netdsl.targets.pytorch.chains import Chains, head, let, row_of
from netdsl.targets.pytorch.comprehensions import in_list
from netdsl.targets.pytorch.hand import Paragraphs
from netdsl.targets.pytorch.layout import WIDTH, docstring, laid_out
from netdsl.targets.pytorch.lines import TRAINING, Writer
from netdsl.targets.pytorch.names import identifier
from netdsl.targets.pytorch.plan import Fork, Held, Item, Let, Line, Loop, Row, Step, Value, every
from netdsl.targets.pytorch.spelling import text
from netdsl.targets.pytorch.standing import Standing, attribute
from netdsl.targets.pytorch.statements import Statement, begun, deeper, forked
from netdsl.targets.pytorch.terms import Name, Term
from netdsl.targets.pytorch.unit import Unit
from netdsl.targets.pytorch.variables import Variables


@dataclass
class ClassText:
    """Writes `__init__` and `forward` of one class."""

    unit: Unit
    attributes: Attributes
    chains: Chains
    counts: Counter[Held]
    standing: Standing
    outputs: str = ""
    """The class of several results."""

    def text(self) -> list[str]:
        """The lines of the class."""
        unit = self.unit
        forward = [] if unit.is_sequence else list(self._forward())
        made = list(self._init())
        lines = [f"class {unit.name}({self._kind()}):"]
        if unit.doc:
            lines += [*docstring(unit.doc, 4), ""]
        if made or unit.is_sequence:
            lines += [*self._signature(), *_placed(made, 8)]
            lines += [""] if forward else []
        return lines + forward

    def _kind(self) -> str:
        """What the class is."""
        if self.unit.is_sequence:
            return "nn.Sequential"
        if self.unit.row is not None:
            return self.unit.row.kind
        return "nn.ModuleDict" if self.attributes.kept.is_dict else "nn.Module"

    def _signature(self) -> list[str]:
        shown = ["self"]
        for parameter in self.unit.parameters:
            default = f" = {text(parameter.default)}" if parameter.default is not None else ""
            shown.append(f"{parameter.name.shown}: {parameter.annotation(self.unit.walk.units.layers)}{default}")
        return laid_out(f"def __init__({', '.join(shown)}) -> None:", 4)

    def _init(self) -> Iterator[Statement]:
        if self.unit.is_sequence:
            yield from self._sequence()
            return
        row = self.unit.row
        lets = _lets_before(self.unit.items, row)
        body = list(self._made([item for item in self.unit.items if item not in lets]))
        flags = [
            Statement(f"self.{name} = {text(self.standing.term(_asks(fork)))}")
            for fork, name in self.attributes.flags.items()
        ]
        kept_names = [item.name for item in lets if item.name in self.standing.kept_lets]
        kept = [_keeping(name) for name in (*self.standing.asked, *kept_names)]
        yield from (Statement(let(item), item.span) for item in lets)
        if row is not None:
            yield from self._row(row, "super().__init__({})")
        elif body or flags or kept:
            yield Statement("super().__init__()")
        yield from (*flags, *kept, *body)

    def _sequence(self) -> Iterator[Statement]:
        before: list[Statement] = []
        if any(step.module and step.module.labelled for step in row_of(self.unit.items)):
            yield Statement("super().__init__()")
            yield from self.chains.named(self.unit.items)
            return
        elements = self.chains.elements(self.unit.items, before)
        if elements is None:
            elements = [f"*{self.chains.listed(self.unit.items, before)}"]
        yield from before
        yield Statement(f"super().__init__({', '.join(elements)})")

    def _made(self, items: list[Item]) -> Iterator[Statement]:
        """What `__init__` does for these items."""
        for k, item in enumerate(items):
            for step in self.attributes.due(item, items[k + 1 :]):
                yield from self._module(step)
            match item:
                case Let():
                    yield Statement(let(item), item.span)
                    if item.name in self.standing.kept_lets:
                        yield _keeping(item.name)
                case Step() if item.module is not None and item.module.row is not None:
                    row = item.module.row
                    if row.key and item is row.steps[-1]:
                        yield from self._row(row, f"self.{row.key} = {row.kind}({{}})")
                case Step() if item in self.attributes.kept.whole:
                    yield from self._container(self.attributes.kept.whole[item])
                case Step() if item in self.attributes.kept.inside:
                    pass
                case Step() if item.module is not None and not self.attributes.is_shared(item):
                    yield from self._module(item)
                case Fork() if item.training:
                    yield from self._made(item.arms[0].items)
                case Fork():
                    yield from self._forked(item)
                case Loop():
                    body = list(self._made(item.items))
                    if any(not isinstance(inner, Let) for inner in item.items) and body:
                        yield from [Statement(head(item), item.span), *deeper(body)]

    def _row(self, row: Row, made: str) -> list[Statement]:
        """The statement that makes a row; its modules stand in the hole of `made`."""
        before: list[Statement] = []
        shown = self.chains.row(row.steps, before)
        whole = in_list(shown) if row.kind == "nn.ModuleList" else ", ".join(shown)
        return begun(row.span, [*before, Statement(made.format(whole))])

    def _container(self, steps: list[Step]) -> list[Statement]:
        """The statement that makes a container with all its modules."""
        before: list[Statement] = []
        made = self.attributes.kept.container(steps, lambda step: self.chains.element(step, before))
        return begun(steps[0].span, [*before, Statement(made)])

    def _forked(self, fork: Fork) -> list[Statement]:
        flag = self.attributes.flags.get(fork)
        arms = self._arms(fork)
        return forked(fork.span, [(Name(f"self.{flag}"), arms[0][1]), *arms[1:]] if flag else arms)

    def _arms(self, fork: Fork) -> list[tuple[Term | None, list[Statement]]]:
        """What each arm makes. What holds modules of several arms, or of one and of what follows, is made in each."""
        kept = self.attributes.kept
        before, opened = kept.opened, []
        arms: list[tuple[Term | None, list[Statement]]] = []
        for arm in fork.arms:
            kept.opened = set(before)
            arms.append((arm.condition, list(self._made(arm.items))))
            opened.append(kept.opened)
        every_one = set().union(*opened)
        for (_, made), kept.opened in zip(arms, opened, strict=True):
            made += map(Statement, kept.awaited(set(modules([fork])), every_one))
        kept.opened = every_one
        return arms

    def _module(self, step: Step) -> list[Statement]:
        assert step.module is not None
        before: list[Statement] = []
        target, when = self.attributes.of(step), step.module.when
        if when is None or not target.removeprefix("self.").isidentifier():
            made = map(Statement, self.attributes.created(step, self.chains.element(step, before)))
            return begun(step.span, [*before, *made])
        made_here = Statement(f"{target} = {self.chains.module(step, before)}")
        plain = Statement(f"{target}: nn.Module = nn.Identity()")
        return begun(step.span, [*before, plain, *forked(None, [(when, [made_here])])])

    def _forward(self) -> Iterator[str]:
        unit = self.unit
        writer = Writer(self.attributes, self.standing, self.counts)
        lines = writer.lines(unit.items)
        loops = {name.shown for name in self.standing.loops}
        variables = Variables({"self", "layer", *self._functions(), *loops})
        for value in sorted(unit.inputs, key=lambda value: not self._input(value)):
            name = self._input(value)
            is_free = name and name not in variables.holds
            variables.take(value, name if is_free else variables.name(value, set(unit.inputs)))
        results: list[Held] = [unit.gives, *unit.escapes, *(v for _, v in unit.walk.results)]
        auxiliary: list[Held] = [value for _, value in reversed(unit.walk.auxiliary)]
        last = lines[-1] if lines else None
        direct = isinstance(last, Line) and last.makes == (unit.gives,) and len(results) == 1 and not auxiliary
        if direct and self.counts[unit.gives] == 1:
            lines = lines[:-1]
        else:
            last = None
        after = {*results, *auxiliary} if last is None else set(last.reads)  # type: ignore[union-attr]
        variables.assign(lines, after)
        shown = [
            Statement(writer.filled(line, variables.of.__getitem__), span, depth)
            for line, span, depth in _flat(lines, variables)
        ]
        if isinstance(last, Line):
            shown.append(Statement(f"return {writer.filled(last.text, variables.of.__getitem__)}", last.span))
        else:
            shown += self._returned([variables.of[v] for v in results], [variables.of[v] for v in auxiliary])
        inputs = ", ".join(f"{variables.of[value]}: Tensor" for value in unit.inputs)
        kind = "Tensor" if not self.outputs else self.outputs if not auxiliary else f"Tensor | {self.outputs}"
        if not unit.is_root and len(results) > 1:
            kind = f"tuple[{', '.join(['Tensor'] * len(results))}]"
        yield from laid_out(f"def forward(self, {inputs}) -> {kind}:", 4)
        yield from _placed(shown, 8, comments=False)

    def _input(self, value: Value) -> str:
        return identifier(value.name) if value.name and len(self.unit.inputs) > 1 else ""

    def _returned(self, results: list[str], auxiliary: list[str]) -> list[Statement]:
        whole = ", ".join([*results, *auxiliary])
        if auxiliary:
            plain = results[0] if len(results) == 1 else f"{self.outputs}({', '.join(results)})"
            training = [Statement(f"return {self.outputs}({whole})")]
            return [*forked(None, [(TRAINING, training)]), Statement(f"return {plain}")]
        if len(results) > 1 and self.unit.is_root:
            whole = f"{self.outputs}({whole})"
        return [Statement(f"return {whole}")]

    def _functions(self) -> set[str]:
        """Functions that variables must not hide."""
        steps = _steps(self.unit.items)
        return {step.form.partition("(")[0] for step in steps if "(" in step.form and "." not in step.form}


def _lets_before(items: list[Item], row: Row | None) -> list[Let]:
    """The variables that the modules of a class's own row may stand on."""
    last = items.index(row.steps[-1]) if row is not None else 0
    return [item for item in items[:last] if isinstance(item, Let)]


def _keeping(name: Name) -> Statement:
    """Keeps for `forward` what a name stands for."""
    return Statement(f"{attribute(name)} = {name.shown}")


def _asks(fork: Fork) -> Term:
    condition = fork.arms[0].condition
    assert condition is not None
    return condition


def _steps(items: list[Item]) -> list[Step]:
    return [item for item in every(items) if isinstance(item, Step)]


def _flat(lines: list[Item], variables: Variables) -> Iterator[Statement]:
    """The lines as statements."""
    for line in lines:
        match line:
            case Line():
                makes = ", ".join(variables.of[value] for value in line.makes)
                yield Statement(f"{makes} = {line.text}" if makes else line.text, line.span)
            case Fork():
                yield from forked(line.span, [(arm.condition, list(_flat(arm.items, variables))) for arm in line.arms])
            case Loop():
                for name, held in variables.copies.get(line, []):
                    yield Statement(f"{name} = {held}", line.span)
                yield from [Statement(head(line), line.span), *deeper(_flat(line.items, variables))]


def _placed(statements: list[Statement], indent: int, comments: bool = True) -> Iterator[str]:
    """Statements as lines, with the author's comments and paragraphs."""
    paragraphs = Paragraphs()
    for line, span, depth in statements:
        if paragraphs.begins(span if depth == 0 else None):
            yield ""
        made = laid_out(line, indent + 4 * depth)
        comment = paragraphs.comment(span) if comments else ""
        if comment and len(made) == 1 and len(made[0]) + len(comment) + 4 <= WIDTH:
            made = [f"{made[0]}  # {comment}"]
        yield from made
