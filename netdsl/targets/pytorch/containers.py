"""Names of modules in a state dict as attributes of a class, and as lists and dictionaries where they have dots."""

from collections.abc import Callable, Iterator

from netdsl.targets.pytorch.comprehensions import compressed, in_list
from netdsl.targets.pytorch.names import is_identifier
from netdsl.targets.pytorch.plan import Item, Let, Loop, Module, Step
from netdsl.targets.pytorch.spelling import quoted, text
from netdsl.targets.pytorch.terms import Formula, Known, Name, Term

METHODS = {"clear", "items", "keys", "pop", "update", "values"}
"""What an `nn.ModuleDict` has, so that no module in it can be called so."""


class Containers:
    """Where the modules of one class stand that the state dict names."""

    def __init__(self, steps: list[Step], items: list[Item]) -> None:
        self._kinds = _containers(steps, items)
        self.is_dict = _is_dict([module_of(step) for step in steps])
        """Whether the class is an `nn.ModuleDict`, since some of its modules have names that are no identifiers."""
        if self.is_dict:
            self._kinds[""] = "ModuleDict"
        self.whole = {steps[0]: steps for steps in _in_one(steps, items, self._kinds)}
        """Containers that one statement makes: the first of their modules, and all."""
        self.inside = {step for steps in self.whole.values() for step in steps[1:]}
        """Their other modules."""
        self._own = steps
        self.opened: set[str] = set()
        """Scopes of labels with dots that a statement above has made."""

    def reached(self, step: Step, said: Callable[[Term], Term]) -> str:
        """How the module of a step is reached; `said` gives a term of its name as `forward` has it."""
        module = module_of(step)
        path = components(module.key)
        kind = "parameter" if module.parameter else "submodule"
        return self._access(path, module, said) or f"self.get_{kind}({text(said(_joined(path)))})"

    def created(self, step: Step, made: str) -> Iterator[str]:
        """The statements that keep a new module."""
        module = module_of(step)
        path = components(module.key)
        for depth in range(1, len(path)):
            if _opened(path[:depth]) not in self.opened:
                yield self._opening(path[:depth])
        yield self._kept(path, made, module)

    def _opening(self, path: list[Term]) -> str:
        """The statement that makes what holds modules."""
        opened = _opened(path)
        self.opened.add(opened)
        return self._kept(path, f"nn.{self._kinds.get(opened, 'Module')}()", None)

    def awaited(self, arms: set[Step], elsewhere: set[str]) -> Iterator[str]:
        """The statements that make in one of these arms what others of them made and what follows needs."""
        for path in (components(module_of(step).key) for step in self._own if step not in arms):
            for depth in range(1, len(path)):
                if _opened(path[:depth]) in elsewhere - self.opened:
                    yield self._opening(path[:depth])

    def _kept(self, path: list[Term], made: str, module: Module | None) -> str:
        """The statement that puts a module, or what holds modules, where it belongs."""
        if self._kinds.get(_opened(path[:-1])) == "ModuleList":
            return f"{self._access(path[:-1], None)}.append({made})"
        access = self._access(path, module)
        if access is not None:
            return f"{access} = {made}"
        owner = f"self.get_submodule({text(_joined(path[:-1]))})" if len(path) > 1 else "self"
        method = "register_parameter" if module is not None and module.parameter else "add_module"
        return f"{owner}.{method}({text(path[-1])}, {made})"

    def _access(
        self, path: list[Term], module: Module | None, said: Callable[[Term], Term] = lambda term: term
    ) -> str | None:
        """What stands at a path; None where it can only be asked for in words."""
        shown = "self"
        for depth, part in enumerate(path):
            kind = self._kinds.get(_opened(path[:depth]))
            if depth == 0 and _is_plain(part):
                shown += f".{_plain(part)}"
            elif kind is None or (module is not None and module.parameter):
                return None
            elif kind == "ModuleDict":
                shown += f"[{text(said(part))}]"
            else:
                counter = part.operands[0] if isinstance(part, Formula) and len(part.operands) == 1 else part
                shown += f"[{_plain(part) if isinstance(part, Known) else text(said(counter))}]"
        return shown

    def container(self, steps: list[Step], made: Callable[[Step], str]) -> str:
        """The statement that makes a container with all its modules."""
        leaves = [(list(map(_plain, components(module_of(step).key))), made(step)) for step in steps]
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
        if self._kinds[scope] == "ModuleDict":
            return f"nn.ModuleDict({{{', '.join(f'{quoted(key)}: {shown}' for key, shown in values.items())}}})"
        return f"nn.ModuleList({in_list(compressed([(shown, 1) for shown in values.values()]))})"


def module_of(step: Step) -> Module:
    """The module that a step makes."""
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
    return named and not any(_plain(path[0]) in METHODS for _, path in paths)


def _opened(path: list[Term]) -> str:
    """The scopes that a path opens, with dots."""
    return ".".join(map(_plain, path))


def _containers(steps: list[Step], items: list[Item]) -> dict[str, str]:
    """Lists and dictionaries for labels with dots, by the scopes that they open."""
    inside: dict[str, list[Step]] = {}
    for step in steps:
        path = components(module_of(step).key)
        if len(path) > 1:
            inside.setdefault(_plain(path[0]), []).append(step)
    found: dict[str, str] = {}
    for kept in inside.values():
        paths = [components(module_of(step).key) for step in kept]
        plain = all(_is_plain(path[0]) for path in paths) and not any(module_of(step).parameter for step in kept)
        deep = any(len(path) > 2 for path in paths)
        constant = all(isinstance(part, Known) for path in paths for part in path)
        refused = any(_plain(part) in METHODS for path in paths for part in path[1:])
        if plain and not refused and (constant or not deep):
            found |= _kinds(paths, items, all(step in items for step in kept))
    return found


def _in_one(own: list[Step], items: list[Item], kinds: dict[str, str]) -> Iterator[list[Step]]:
    """The modules of each container that one statement can make: they are always made, and stand on nothing between."""
    inside: dict[Term, list[Step]] = {}
    for step in own:
        path = components(module_of(step).key)
        if len(path) > 1 and _plain(path[0]) in kinds:
            inside.setdefault(path[0], []).append(step)
    for steps in inside.values():
        constant = all(isinstance(part, Known) for step in steps for part in components(module_of(step).key))
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
