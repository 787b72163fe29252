"""Where modules are kept: `self.conv1`, one attribute for equal layers without weights, lists for dotted labels."""

from collections.abc import Callable, Iterable, Iterator

from netdsl.targets.pytorch.chains import short_word
from netdsl.targets.pytorch.comprehensions import compressed, in_list
from netdsl.targets.pytorch.names import MODULE, Taken, identifier, is_identifier
from netdsl.targets.pytorch.plan import Chain, Fork, Item, Let, Loop, Module, Step, bound, in_class, inner
from netdsl.targets.pytorch.saying import Unsaid
from netdsl.targets.pytorch.spelling import quoted, text
from netdsl.targets.pytorch.terms import Formula, Known, Name, Term, names

_DICT = {"clear", "items", "keys", "pop", "update", "values"}


class Attributes:
    """The attributes of one class."""

    def __init__(
        self,
        items: list[Item],
        made: Callable[[Step], str],
        parameters: Iterable[str],
        kept: Callable[[Term], Term],
    ) -> None:
        self._said = kept
        self.flags: dict[Fork, str] = {}
        self._access: dict[Step, str] = {}
        self._shared: dict[Step, Step] = {}
        self._due: set[Step] = set()
        self._opened: set[str] = set()
        steps = [step for step in modules(items) if _module(step).row is None]
        own = [step for step in steps if _module(step).labelled or _module(step).stored]
        rows = {module.row.key for module in map(_module, modules(items)) if module.row is not None}
        kept_at = (_plain(components(_module(step).key)[0]) for step in own)
        self.is_dict = _is_dict([_module(step) for step in own])
        """Whether the class is an `nn.ModuleDict`, since some of its modules have names that are no identifiers."""
        self.taken = Taken({*MODULE, *_DICT, *parameters, *rows, *kept_at})
        self._lists = _containers(own, items)
        self.whole = {steps[0]: steps for steps in _in_one(own, items, self._lists)}
        """Containers that one statement makes: the first of their modules, and all."""
        self.inside = {step for steps in self.whole.values() for step in steps[1:]}
        """Their other modules."""
        if any(_module(step).key == Known("") for step in own) or (self.is_dict and "" in rows):
            raise Unsaid
        self._own = set(own)
        self._share([step for step in steps if step not in self._own], made, set(_bound(items)))
        self.row: Loop | None = None
        """A loop over all modules of the class, one in each trip."""
        for item in items:
            if isinstance(item, Loop) and len(steps) == 1 and steps[0] in item.items and steps[0] in own:
                self.row = item

    def of(self, step: Step) -> str:
        """How `forward` reaches the module of a step."""
        if self.row is not None:
            return "layer"
        row = step.module.row if step.module is not None else None
        if row is not None:
            return row.part(step, step)
        return self._reached(step) if step in self._own else self._access.get(step, "")

    def is_shared(self, step: Step) -> bool:
        """Whether a step uses a module that others may use too."""
        return step in self._shared

    def flag(self, fork: Fork, name: str) -> None:
        """Keeps the answer of a fork under a name."""
        self.flags[fork] = self.taken.free(name)

    def due(self, item: Item, later: list[Item]) -> list[Step]:
        """Shared modules that must be made before `item`: it uses them itself, or several of its arms do."""
        ways: list[list[Item]] = [[item], later] if isinstance(item, Step) else [*inner(item), later]
        uses = [{self._shared[step] for step in outside(way) if step in self._shared} for way in ways]
        here = dict.fromkeys(self._shared[step] for step in outside([item]) if step in self._shared)
        own = any(step not in self._shared or _module(step).given for step in modules([item]))
        alone = {first for first in here if own and sum(first in use for use in uses) < 2}
        waits = alone if isinstance(item, Fork) and not item.training else set()
        found = [first for first in here if first not in self._due | waits]
        self._due.update(found)
        return found

    def created(self, step: Step, made: str) -> Iterator[str]:
        """The statements that keep a new module."""
        module = _module(step)
        made = f"nn.Parameter({made})" if module.parameter else made
        path = components(module.key)
        if step in self._shared:
            yield f"{self._access[step]} = {made}"
            return
        for depth in range(1, len(path)):
            opened = _opened(path[:depth])
            if opened not in self._opened:
                self._opened.add(opened)
                yield self._kept(path[:depth], f"nn.{self._lists.get(opened, 'Module')}()", "add_module")
        yield self._kept(path, made, "register_parameter" if module.parameter else "add_module")

    def container(self, steps: list[Step], made: Callable[[Step], str]) -> str:
        """The statement that makes a container with all its modules."""
        leaves = [(list(map(_plain, components(_module(step).key))), made(step)) for step in steps]
        (name, *_), _ = leaves[0]
        return f"self.{name} = {self._filled(name, [(path[1:], shown) for path, shown in leaves])}"

    def _filled(self, scope: str, leaves: list[tuple[list[str], str]]) -> str:
        inside: dict[str, list[tuple[list[str], str]]] = {}
        for path, shown in leaves:
            inside.setdefault(path[0], []).append((path[1:], shown))
        values = {
            key: within[0][1] if not within[0][0] else self._filled(f"{scope}.{key}", within)
            for key, within in inside.items()
        }
        if self._lists[scope] == "ModuleDict":
            return f"nn.ModuleDict({{{', '.join(f'{quoted(key)}: {shown}' for key, shown in values.items())}}})"
        return f"nn.ModuleList({in_list(compressed([(shown, 1) for shown in values.values()]))})"

    def _kept(self, path: list[Term], made: str, method: str) -> str:
        """The statement that puts a module where it belongs."""
        kind = self._lists.get(_opened(path[:-1]))
        if kind == "ModuleList":
            return f"{self._listed(path[:-1])}.append({made})"
        if kind == "ModuleDict":
            return f"{self._listed(path[:-1])}[{text(path[-1])}] = {made}"
        if len(path) == 1 and _is_plain(path[0]):
            return f"self.{_plain(path[0])} = {made}"
        if len(path) == 1 and self.is_dict and method == "add_module":
            return f"self[{text(path[0])}] = {made}"
        owner = f"self.get_submodule({text(_joined(path[:-1]))})" if len(path) > 1 else "self"
        return f"{owner}.{method}({text(path[-1])}, {made})"

    def _reached(self, step: Step) -> str:
        path = components(_module(step).key)
        if len(path) == 1 and _is_plain(path[0]):
            return f"self.{_plain(path[0])}"
        if len(path) == 1 and self.is_dict and not _module(step).parameter:
            return f"self[{self._text(path[0])}]"
        if _opened(path[:-1]) in self._lists:
            return self._listed(path)
        return f"self.get_{'parameter' if _module(step).parameter else 'submodule'}({self._text(_joined(path))})"

    def _listed(self, path: list[Term]) -> str:
        """What stands at a path in lists and dictionaries."""
        shown = f"self.{_plain(path[0])}"
        for depth, part in enumerate(path[1:], 1):
            if self._lists[_opened(path[:depth])] == "ModuleDict":
                shown += f"[{self._text(part)}]"
            else:
                counter = part.operands[0] if isinstance(part, Formula) and len(part.operands) == 1 else part
                shown += f"[{_plain(part) if isinstance(part, Known) else self._text(counter)}]"
        return shown

    def _text(self, term: Term) -> str:
        return text(self._said(term))

    def _share(self, steps: list[Step], made: Callable[[Step], str], bound: set[Name]) -> None:
        """One attribute for each distinct call, called by the layer's word."""
        calls: dict[tuple[str, str], list[Step]] = {}
        for step in steps:
            module = _module(step)
            if isinstance(module.make, Chain):
                shown = f"chain {id(step)}"
            elif names(module.make) & bound:
                raise Unsaid
            else:
                shown = made(step)
            calls.setdefault((shown, text(module.when) if module.when else ""), []).append(step)
        words: dict[str, list[Step]] = {}
        for alike in calls.values():
            self._shared.update(dict.fromkeys(alike, alike[0]))
            words.setdefault(identifier(short_word(alike[0])), []).append(alike[0])
        for word, firsts in words.items():
            full = [identifier(_module(first).word) for first in firsts]
            called = [f"{word}{k + 1}" for k in range(len(firsts))] if len(firsts) > 1 else [word]
            if len(set(full)) == len(full):
                called = full if len(full) > 1 else called
            for first, name in zip(firsts, called, strict=True):
                self._access[first] = f"self.{self.taken.free(name)}"
        for step, first in self._shared.items():
            self._access[step] = self._access[first]


def outside(items: list[Item]) -> Iterator[Step]:
    """The steps that are not inside an `nn.Sequential`."""
    return (item for item in in_class(items) if isinstance(item, Step))


def modules(items: list[Item]) -> Iterator[Step]:
    """Those of them that make a module."""
    return (step for step in outside(items) if step.module is not None)


def _bound(items: list[Item], inside: bool = False) -> Iterator[Name]:
    """Names that stand for something only inside an arm or a loop."""
    for item in items:
        if isinstance(item, Let) and inside:
            yield item.name
        if isinstance(item, Loop):
            yield from bound(item.pattern)
        if not isinstance(item, Step):
            for body in inner(item):
                yield from _bound(body, True)


def _module(step: Step) -> Module:
    assert step.module is not None
    return step.module


def components(key: Term) -> list[Term]:
    """A key's parts between dots, each a term."""
    parts = key.operands if isinstance(key, Formula) else (key,)
    found: list[list[Term]] = [[]]
    for part in parts:
        if not isinstance(part, Known):
            found[-1].append(part)
            continue
        for k, piece in enumerate(str(part.value).split(".")):
            found += [[]] * bool(k)
            found[-1] = [*found[-1], *([Known(piece)] if piece else [])]
    return [one[0] if len(one) == 1 and isinstance(one[0], Known) else Formula("label", tuple(one)) for one in found]


def _joined(path: list[Term]) -> Term:
    """The path with dots."""
    if all(isinstance(part, Known) for part in path):
        return Known(".".join(map(_plain, path)))
    pieces: list[Term] = []
    for k, part in enumerate(path):
        pieces += [Known(".")] * bool(k) + (list(part.operands) if isinstance(part, Formula) else [part])
    return Formula("label", tuple(pieces))


def _plain(term: Term) -> str:
    return str(term.value) if isinstance(term, Known) else text(term)


def _is_plain(term: Term) -> bool:
    return isinstance(term, Known) and is_identifier(str(term.value))


def _is_dict(modules: list[Module]) -> bool:
    """Whether modules in a dictionary can have these names, and some are no identifiers."""
    paths = [(module, components(module.key)) for module in modules]
    named = any(len(path) == 1 and not _is_plain(path[0]) and not module.parameter for module, path in paths)
    return named and not any(_plain(path[0]) in _DICT for _, path in paths)


def _opened(path: list[Term]) -> str:
    """The scopes that a path opens, with dots."""
    return ".".join(map(_plain, path))


def _containers(steps: list[Step], items: list[Item]) -> dict[str, str]:
    """Lists and dictionaries for labels with dots, by the scopes that they open."""
    inside: dict[str, list[Step]] = {}
    for step in steps:
        path = components(_module(step).key)
        if len(path) > 1:
            inside.setdefault(_plain(path[0]), []).append(step)
    found: dict[str, str] = {}
    for kept in inside.values():
        paths = [components(_module(step).key) for step in kept]
        plain = all(_is_plain(path[0]) for path in paths) and not any(_module(step).parameter for step in kept)
        deep = any(len(path) > 2 for path in paths)
        constant = all(isinstance(part, Known) for path in paths for part in path)
        refused = any(_plain(part) in _DICT for path in paths for part in path[1:])
        if plain and not refused and (constant or not deep):
            found |= _kinds(paths, items, all(step in items for step in kept))
    return found


def _in_one(own: list[Step], items: list[Item], lists: dict[str, str]) -> Iterator[list[Step]]:
    """The modules of each container that one statement can make: they are always made, and stand on nothing between."""
    inside: dict[Term, list[Step]] = {}
    for step in own:
        path = components(_module(step).key)
        if len(path) > 1 and _plain(path[0]) in lists:
            inside.setdefault(path[0], []).append(step)
    for steps in inside.values():
        constant = all(isinstance(part, Known) for step in steps for part in components(_module(step).key))
        if constant and all(step in items for step in steps):
            between = items[items.index(steps[0]) : items.index(steps[-1])]
            if not any(isinstance(item, Let) for item in between):
                yield steps


def _kinds(paths: list[list[Term]], items: list[Item], always: bool) -> dict[str, str]:
    """A list where the modules of a scope are counted from 0, and `always` made in this order; else a dictionary."""
    children: dict[str, dict[Term, None]] = {}
    for path in paths:
        for depth in range(1, len(path)):
            children.setdefault(_opened(path[:depth]), {})[path[depth]] = None
    deep = any(len(path) > 2 for path in paths)
    found = {}
    for scope, keys in children.items():
        counted = [_plain(key) for key in keys] == [str(k) for k in range(len(keys))] and (always or not deep)
        (first, *others) = keys
        found[scope] = "ModuleList" if counted or (not others and _counts_up(first, items)) else "ModuleDict"
    return found


def _counts_up(last: Term, items: list[Item]) -> bool:
    """Whether a label's last part is the counter of a loop from 0."""
    for item in items:
        if isinstance(item, Loop) and isinstance(item.iterable, Formula):
            first = item.pattern if isinstance(item.pattern, Name) else item.pattern[0]
            plain = item.iterable.operator in ("range", "enumerate") and len(item.iterable.operands) == 1
            if plain and isinstance(first, Name) and last == Formula("label", (first,)):
                return True
    return False
