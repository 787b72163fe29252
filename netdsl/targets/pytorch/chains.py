"""Modules in a row: `nn.Sequential`, with `if` and loops where the author has them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from netdsl.targets.pytorch.comprehensions import compressed
from netdsl.targets.pytorch.layout import laid_out
from netdsl.targets.pytorch.names import is_identifier
from netdsl.targets.pytorch.plan import Chain, Either, Fork, Item, Let, Loop, Pattern, Step, in_class
from netdsl.targets.pytorch.saying import Unsaid
from netdsl.targets.pytorch.spelling import quoted, text
from netdsl.targets.pytorch.statements import Statement, deeper, forked
from netdsl.targets.pytorch.terms import Call, Known, Name


@dataclass
class Chains:
    """Writes chains; `made` is the call of one module."""

    made: Callable[[Step], str]
    free: Callable[[str], str]
    """A variable that nothing else has."""

    def written(self, chain: Chain, before: list[Statement]) -> str:
        """The chain as an expression; what must be done first is added to `before`."""
        elements = self.elements(chain.items, before)
        if elements is not None:
            return f"nn.Sequential({', '.join(elements)})"
        return f"nn.Sequential(*{self.listed(chain.items, before)})"

    def elements(self, items: list[Item], before: list[Statement]) -> list[str] | None:
        """The modules as arguments; None where statements are needed."""
        plain: list[Item] = [item for item in items if not isinstance(item, Let)]
        if not all(isinstance(item, Step) or _is_row(item) for item in plain):
            return None
        before += [Statement(let(item)) for item in items if isinstance(item, Let)]
        steps = [item for item in plain if isinstance(item, Step)]
        if not any(step.module is not None and step.module.labelled for step in steps):
            return self.row(plain, before)
        return [self._labelled(steps, before)] if len(steps) == len(plain) else None

    def row(self, items: Sequence[Item], before: list[Statement]) -> list[str]:
        """The modules as arguments, whatever their names."""
        times = (item.times if isinstance(item, Step) else 0 for item in items)
        return compressed([(self.element(item, before), often) for item, often in zip(items, times, strict=True)])

    def element(self, item: Item, before: list[Statement]) -> str:
        """A module, or a loop over one, as an argument."""
        if isinstance(item, Loop):
            inner = item.items[0]
            assert isinstance(inner, Step)
            return f"*[{self.module(inner, before)} for {pattern(item)} in {text(item.iterable)}]"
        assert isinstance(item, Step)
        made = self.module(item, before)
        when = item.module.when if item.module else None
        return f"{made} if {text(when)} else nn.Identity()" if when is not None else made

    def module(self, step: Step, before: list[Statement]) -> str:
        """One module as an expression."""
        assert step.module is not None
        make = step.module.make
        return self.written(make, before) if isinstance(make, Chain) else self.made(step)

    def _labelled(self, steps: list[Step], before: list[Statement]) -> str:
        keys = unique_keys(steps)
        made = [self.module(step, before) for step in steps]
        if all(key == str(k) for k, key in enumerate(keys)):
            return ", ".join(made)
        if all(map(is_identifier, keys)):
            pairs = ", ".join(f"{key}={shown}" for key, shown in zip(keys, made, strict=True))
            return f"OrderedDict({pairs})"
        pairs = ", ".join(f"{quoted(key)}: {shown}" for key, shown in zip(keys, made, strict=True))
        return f"OrderedDict({{{pairs}}})"

    def listed(self, items: list[Item], before: list[Statement]) -> str:
        """Statements that gather the modules in a list; its variable."""
        variable = self.free("layers")
        lines = self._each(items, lambda row, lines: self._add(row, variable, lines))
        start = f"{variable}: list[nn.Module] = "
        first = next((k for k, item in enumerate(items) if not isinstance(item, Let)), 0)
        line = lines[first].text if lines else ""
        if line.startswith(f"{variable} += "):
            lines[first] = Statement(start + line.removeprefix(f"{variable} += "))
        elif line.startswith(f"{variable}.append("):
            lines[first] = Statement(f"{start}[{line.removeprefix(f'{variable}.append(')[:-1]}]")
        else:
            lines.insert(first, Statement(f"{start}[]"))
        before += lines
        return variable

    def _add(self, row: list[Item], variable: str, lines: list[Statement]) -> None:
        """Adds neighbours to a list."""
        made = self.row(row, lines)
        if len(made) == 1 and not made[0].startswith("*"):
            lines.append(Statement(f"{variable}.append({made[0]})"))
        elif made:
            more = made[0][1:] if len(made) == 1 else f"[{', '.join(made)}]"
            lines.append(Statement(f"{variable} += {more}"))

    def named(self, items: list[Item]) -> list[Statement]:
        """Statements that put the modules by name into a class that is an `nn.Sequential`."""
        return self._each(items, self._put)

    def _put(self, row: list[Item], lines: list[Statement]) -> None:
        """Puts neighbours where they belong; one whose name does not matter has its place in it."""
        for item in row:
            if isinstance(item, Loop):
                lines += [Statement(head(item)), *deeper(self.named(item.items))]
            elif isinstance(item, Step) and item.module is not None:
                made = self.module(item, lines)
                key = text(item.module.key)
                if item.module.stored and item.module.key == Known(""):
                    raise Unsaid
                if not item.module.labelled and not item.module.stored:
                    key = f'f"{short_word(item)}{{len(self)}}"'
                lines.append(Statement(f"self.add_module({key}, {made})"))

    def _each(self, items: list[Item], put: Callable[[list[Item], list[Statement]], None]) -> list[Statement]:
        """Statements for all items; `put` writes those for neighbours."""
        lines: list[Statement] = []
        row: list[Item] = []
        for item in items:
            if isinstance(item, Step) or _is_row(item):
                row.append(item)
                continue
            put(row, lines)
            row = []
            match item:
                case Let():
                    lines.append(Statement(let(item)))
                case Fork():
                    lines += forked(None, [(arm.condition, self._each(arm.items, put)) for arm in item.arms])
                case Loop():
                    lines += [Statement(head(item)), *deeper(self._each(item.items, put))]
        put(row, lines)
        return lines

    def height(self, items: list[Item]) -> int:
        """How many lines the items take."""
        before: list[Statement] = []
        elements = self.elements(items, before)
        if elements is None:
            before.append(Statement("nn.Sequential(*layers)"))
            self.listed(items, before)
            elements = []
        lines = sum(len(laid_out(line, 8 + 4 * depth)) for line, _, depth in before)
        return lines + sum(len(laid_out(element, 12, ",")) for element in elements)


def row_of(items: list[Item]) -> list[Step]:
    """The steps of a chain, without those in chains inside it."""
    return [item for item in in_class(items) if isinstance(item, Step)]


def chosen(items: list[Item], chains: Chains) -> list[Item]:
    """The items with the shorter of two ways of each loop."""
    found: list[Item] = []
    for item in items:
        match item:
            case Either():
                unrolled, loop = chosen(item.unrolled, chains), chosen(item.loop, chains)
                found += loop if chains.height(loop) < chains.height(unrolled) else unrolled
                continue
            case Fork():
                for arm in item.arms:
                    arm.items = chosen(arm.items, chains)
            case Loop():
                item.items = chosen(item.items, chains)
            case Step() if item.module is not None and isinstance(item.module.make, Chain):
                item.module.make.items = chosen(item.module.make.items, chains)
        found.append(item)
    return found


def unique_keys(steps: list[Step]) -> list[str]:
    """Names for the modules of a chain with labels; one whose key does not matter is called by its word."""
    taken = {str(step.module.key.value) for step in steps if step.module and isinstance(step.module.key, Known)}
    keys = []
    for step in steps:
        assert step.module is not None and isinstance(step.module.key, Known)
        key = str(step.module.key.value)
        if not step.module.labelled and not step.module.stored:
            key, count = short_word(step), 1
            while key in taken:
                count += 1
                key = f"{short_word(step)}{count}"
            taken.add(key)
        keys.append(key)
    return keys


def short_word(step: Step) -> str:
    """What a module is called where its key does not matter: `global_avgpool` is an avgpool."""
    assert step.module is not None
    return re.sub(r"^(global|adaptive)_", "", step.module.word)


def _is_row(item: Item) -> bool:
    """Whether a loop is one module, again and again."""
    if not isinstance(item, Loop) or len(item.items) != 1:
        return False
    inner = item.items[0]
    return isinstance(inner, Step) and inner.module is not None and isinstance(inner.module.make, Call)


def let(item: Let) -> str:
    """The assignment."""
    return f"{item.name.shown} = {text(item.term)}"


def head(loop: Loop) -> str:
    """The head of a loop."""
    return f"for {pattern(loop)} in {text(loop.iterable)}:"


def pattern(loop: Loop) -> str:
    """What a loop binds."""
    return _bound(loop.pattern, True)


def _bound(bound: Pattern, outermost: bool = False) -> str:
    if isinstance(bound, Name):
        return bound.shown
    inner = ", ".join(_bound(part) for part in bound) + ("," if len(bound) == 1 else "")
    return inner if outermost else f"({inner})"
