"""The attributes of a class: those of named modules, and one for all equal layers without weights."""

from collections.abc import Callable, Iterable, Iterator

from netdsl.targets.pytorch.chains import short_word
from netdsl.targets.pytorch.containers import METHODS, Containers, components, module_of
from netdsl.targets.pytorch.names import MODULE, Taken, identifier
from netdsl.targets.pytorch.plan import Chain, Fork, Item, Let, Loop, Step, bound, in_class, inner
from netdsl.targets.pytorch.saying import Unsaid
from netdsl.targets.pytorch.spelling import text
from netdsl.targets.pytorch.terms import Known, Name, Term, names


class Attributes:
    """The attributes of one class."""

    def __init__(
        self,
        items: list[Item],
        made: Callable[[Step], str],
        parameters: Iterable[str],
        said: Callable[[Term], Term],
    ) -> None:
        self._said = said
        self.flags: dict[Fork, str] = {}
        self._access: dict[Step, str] = {}
        self._shared: dict[Step, Step] = {}
        self._due: set[Step] = set()
        steps = [step for step in modules(items) if module_of(step).row is None]
        own = [step for step in steps if module_of(step).labelled or module_of(step).stored]
        rows = {module.row.key for module in map(module_of, modules(items)) if module.row is not None}
        kept_at = (components(module_of(step).key)[0] for step in own)
        named = (str(part.value) for part in kept_at if isinstance(part, Known))
        self.taken = Taken({*MODULE, *METHODS, *parameters, *rows, *named})
        self.kept = Containers(own, items)
        if any(module_of(step).key == Known("") for step in own) or (self.kept.is_dict and "" in rows):
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
        return self.kept.reached(step, self._said) if step in self._own else self._access.get(step, "")

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
        own = any(step not in self._shared or module_of(step).given for step in modules([item]))
        alone = {first for first in here if own and sum(first in use for use in uses) < 2}
        waits = alone if isinstance(item, Fork) and not item.training else set()
        found = [first for first in here if first not in self._due | waits]
        self._due.update(found)
        return found

    def created(self, step: Step, made: str) -> Iterator[str]:
        """The statements that keep a new module."""
        made = f"nn.Parameter({made})" if module_of(step).parameter else made
        if step in self._shared:
            yield f"{self._access[step]} = {made}"
        else:
            yield from self.kept.created(step, made)

    def _share(self, steps: list[Step], made: Callable[[Step], str], bound: set[Name]) -> None:
        """One attribute for each distinct call, called by the layer's word."""
        calls: dict[tuple[str, str], list[Step]] = {}
        for step in steps:
            module = module_of(step)
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
            full = [identifier(module_of(first).word) for first in firsts]
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
