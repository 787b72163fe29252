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
from netdsl.targets.pytorch.terms import Call, Formula, Known, Name, Term

Lines = list[tuple[int, str]]
"""Statements, each with how deep it stands."""


@dataclass
class Chains:
    """Writes chains; `made` is the call of one module."""

    made: Callable[[Step], str]
    free: Callable[[str], str]
    """A variable that nothing else has."""

    def written(self, chain: Chain, before: Lines) -> str:
        """The chain as an expression; what must be done first is added to `before`."""
        elements = self.elements(chain.items, before)
        if elements is not None:
            return f"nn.Sequential({', '.join(elements)})"
        variable, is_named = self.listed(chain.items, before)
        return f"nn.Sequential({variable})" if is_named else f"nn.Sequential(*{variable})"

    def elements(self, items: list[Item], before: Lines) -> list[str] | None:
        """The modules as arguments; None where statements are needed."""
        plain: list[Item] = [item for item in items if not isinstance(item, Let)]
        if not all(isinstance(item, Step) or _is_row(item) for item in plain):
            return None
        before += [(0, let(item)) for item in items if isinstance(item, Let)]
        steps = [item for item in plain if isinstance(item, Step)]
        if not any(step.module is not None and step.module.labelled for step in steps):
            return self.row(plain, before)
        return [self._labelled(steps, before)] if len(steps) == len(plain) else None

    def row(self, items: Sequence[Item], before: Lines) -> list[str]:
        """The modules as arguments, whatever their names."""
        times = (item.times if isinstance(item, Step) else 0 for item in items)
        return compressed([(self.element(item, before), often) for item, often in zip(items, times, strict=True)])

    def element(self, item: Item, before: Lines) -> str:
        """A module, or a loop over one, as an argument."""
        if isinstance(item, Loop):
            inner = item.items[0]
            assert isinstance(inner, Step)
            return f"*[{self.module(inner, before)} for {pattern(item)} in {text(item.iterable)}]"
        assert isinstance(item, Step)
        made = self.module(item, before)
        when = item.module.when if item.module else None
        return f"{made} if {text(when)} else nn.Identity()" if when is not None else made

    def module(self, step: Step, before: Lines) -> str:
        """One module as an expression."""
        assert step.module is not None
        make = step.module.make
        return self.written(make, before) if isinstance(make, Chain) else self.made(step)

    def _labelled(self, steps: list[Step], before: Lines) -> str:
        keys = unique_keys(steps)
        made = [self.module(step, before) for step in steps]
        if all(key == str(k) for k, key in enumerate(keys)):
            return ", ".join(made)
        if all(map(is_identifier, keys)):
            pairs = ", ".join(f"{key}={shown}" for key, shown in zip(keys, made, strict=True))
            return f"OrderedDict({pairs})"
        pairs = ", ".join(f"{quoted(key)}: {shown}" for key, shown in zip(keys, made, strict=True))
        return f"OrderedDict({{{pairs}}})"

    def listed(self, items: list[Item], before: Lines) -> tuple[str, bool]:
        """Statements that gather the modules in a list, or by name in a dictionary; the variable, and which it is."""
        variable = self.free("layers")
        if any(item.module and item.module.labelled for item in row_of(items)):
            before.append((0, f"{variable}: OrderedDict[str, nn.Module] = OrderedDict()"))
            before += self.named(items, variable)
            return variable, True
        lines = self._each(items, lambda row, lines: self._add(row, variable, lines))
        start = f"{variable}: list[nn.Module] = "
        first = next((k for k, item in enumerate(items) if not isinstance(item, Let)), 0)
        depth, line = lines[first] if lines else (0, "")
        if depth == 0 and line.startswith(f"{variable} += "):
            lines[first] = (0, start + line.removeprefix(f"{variable} += "))
        elif depth == 0 and line.startswith(f"{variable}.append("):
            lines[first] = (0, f"{start}[{line.removeprefix(f'{variable}.append(')[:-1]}]")
        else:
            lines.insert(first, (0, f"{start}[]"))
        before += lines
        return variable, False

    def _add(self, row: list[Item], variable: str, lines: Lines) -> None:
        """Adds neighbours to a list."""
        made = self.row(row, lines)
        if len(made) == 1 and not made[0].startswith("*"):
            lines.append((0, f"{variable}.append({made[0]})"))
        elif made:
            more = made[0][1:] if len(made) == 1 else f"[{', '.join(made)}]"
            lines.append((0, f"{variable} += {more}"))

    def named(self, items: list[Item], owner: str) -> Lines:
        """Statements that put the modules by name into a dictionary, or into the `nn.Sequential` itself."""
        return self._each(items, lambda row, lines: self._put(row, owner, lines))

    def _put(self, row: list[Item], owner: str, lines: Lines) -> None:
        """Puts neighbours where they belong; one whose name does not matter has its place in it."""
        for item in row:
            if isinstance(item, Loop):
                lines.append((0, f"for {pattern(item)} in {text(item.iterable)}:"))
                lines += [(depth + 1, line) for depth, line in self.named(item.items, owner)]
            elif isinstance(item, Step) and item.module is not None:
                made = self.module(item, lines)
                key = text(item.module.key)
                if item.module.stored and item.module.key == Known(""):
                    raise Unsaid
                if not item.module.labelled and not item.module.stored:
                    key = f'f"{short_word(item)}{{len({owner})}}"'
                lines.append((0, f"self.add_module({key}, {made})" if owner == "self" else f"{owner}[{key}] = {made}"))

    def _each(self, items: list[Item], put: Callable[[list[Item], Lines], None]) -> Lines:
        """Statements for all items; `put` writes those for neighbours."""
        lines: Lines = []
        row: list[Item] = []
        for item in items:
            if isinstance(item, Step) or _is_row(item):
                row.append(item)
                continue
            put(row, lines)
            row = []
            match item:
                case Let():
                    lines.append((0, let(item)))
                case Fork():
                    lines += forked(item, lambda inner: self._each(inner, put))
                case Loop():
                    lines.append((0, f"for {pattern(item)} in {text(item.iterable)}:"))
                    lines += [(depth + 1, line) for depth, line in self._each(item.items, put)]
        put(row, lines)
        return lines

    def height(self, items: list[Item]) -> int:
        """How many lines the items take."""
        before: Lines = []
        elements = self.elements(items, before)
        if elements is None:
            before.append((0, "nn.Sequential(*layers)"))
            self.listed(items, before)
            elements = []
        lines = sum(len(laid_out(line, 8 + 4 * depth)) for depth, line in before)
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


def forked(fork: Fork, body: Callable[[list[Item]], Lines]) -> Lines:
    """`if` in `__init__`: arms that make nothing are left out, and those after them ask for the contrary too."""
    lines: Lines = []
    refused: list[Term] = []
    for arm in fork.arms:
        inner = body(arm.items)
        if not inner:
            refused += [arm.condition] if arm.condition is not None else []
            continue
        conditions = [negated(condition) for condition in refused]
        conditions += [arm.condition] if arm.condition is not None else []
        word = "elif" if lines else "if"
        if not conditions:
            lines.append((0, "else:"))
        else:
            whole = conditions[0]
            for condition in conditions[1:]:
                whole = Formula("and", (whole, condition))
            lines.append((0, f"{word} {text(whole)}:"))
        lines += [(depth + 1, line) for depth, line in inner]
    return lines


_CONTRARY = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def negated(term: Term) -> Term:
    """The contrary of a condition."""
    if isinstance(term, Formula) and term.operator == "not":
        return term.operands[0]
    if isinstance(term, Formula) and term.operator in _CONTRARY:
        return Formula(_CONTRARY[term.operator], term.operands)
    return Formula("not", (term,))


def pattern(loop: Loop) -> str:
    """What a loop binds."""
    return _bound(loop.pattern, True)


def _bound(bound: Pattern, outermost: bool = False) -> str:
    if isinstance(bound, Name):
        return bound.shown
    inner = ", ".join(_bound(part) for part in bound) + ("," if len(bound) == 1 else "")
    return inner if outermost else f"({inner})"
