"""Variables of `forward`: the flow is `x`, and nothing that is still needed is overwritten."""

from collections.abc import Iterable, Iterator

from netdsl.targets.pytorch.names import Taken, identifier
from netdsl.targets.pytorch.plan import Fork, Held, Item, Line, Loop, Number, Value, inner

_FLOW = ("x", "y", "z", "w", "v", "u")


class Variables:
    """Who is called what, and what each variable holds at the moment."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = Taken().names | set(taken)
        self.of: dict[Held, str] = {}
        self.holds: dict[str, Held] = {}
        self.wish: dict[Held, str] = {}
        self.copies: dict[Loop, list[tuple[str, str]]] = {}

    def take(self, value: Held, name: str) -> None:
        """`name` holds `value` from now on."""
        self.of[value] = name
        self.holds[name] = value

    def name(self, value: Held, live: set[Held]) -> str:
        """Gives a value a variable that holds nothing that lives."""
        for name in self._ideas(value):
            held = self.holds.get(name)
            if name not in self.taken and (held is None or held not in live):
                self.take(value, name)
                return name
        raise AssertionError

    def _ideas(self, value: Held) -> Iterator[str]:
        if value in self.wish:
            yield self.wish[value]
        hint = identifier(value.name) if value.name and (isinstance(value, Number) or value.wanted) else ""
        flow = value.hint if isinstance(value, Value) else "n"
        if hint:
            yield hint
        if flow in _FLOW and not hint:
            yield from _FLOW[_FLOW.index(flow) :]
        elif not hint:
            yield identifier(flow)
        count = 2
        while True:
            stem = hint or identifier(flow)
            yield f"{stem}_{count}" if stem[-1].isdigit() else f"{stem}{count}"
            count += 1

    def assign(self, lines: list[Item], after: set[Held]) -> None:
        """Names all values that `lines` make; `after` are those needed behind them."""
        live = set(after)
        behind: list[set[Held]] = []
        for line in reversed(lines):
            behind.append(set(live))
            live.update(read(line))
        for line, later in zip(lines, reversed(behind), strict=True):
            match line:
                case Line():
                    for value in line.makes:
                        if len(line.makes) > 1 and value not in later:
                            self.of[value] = "_"
                        else:
                            self.name(value, later.union(line.makes))
                case Fork():
                    self._branch(line, later)
                case Loop():
                    self._turn(line, later)

    def _branch(self, fork: Fork, later: set[Held]) -> None:
        before = dict(self.holds)
        inside = {value for arm in fork.arms for one in arm.items for value in made(one)}
        for merge in fork.merges:
            kept = [v for v in merge.arms if v is not None and v not in inside]
            if kept and kept[0] not in later and not (merge.value.wanted and merge.value.name):
                self.wish.setdefault(merge.value, self.of[kept[0]])
            self.name(merge.value, later)
        chosen = {merge.value: self.of[merge.value] for merge in fork.merges}
        ends = dict(self.holds)
        for k, arm in enumerate(fork.arms):
            self.holds = dict(before)
            results = [(chosen[merge.value], merge.arms[k]) for merge in fork.merges]
            self._through(arm.items, [(name, value) for name, value in results if value is not None], later)
        self.holds = {**before, **{name: value for name, value in ends.items() if before.get(name) is not value}}

    def _through(self, body: list[Item], results: list[tuple[str, Held]], later: set[Held]) -> None:
        """Names what a body makes so that at its end each result stands in its variable; else it is copied there."""
        for name, value in results:
            self.wish[value] = name
        self.assign(body, later.union(value for _, value in results))
        copies = [(name, self.of[value]) for name, value in results if self.of[value] != name]
        if copies:
            targets, sources = (", ".join(names) for names in zip(*copies, strict=True))
            body.append(Line(None, (), f"{targets} = {sources}", []))

    def _turn(self, loop: Loop, later: set[Held]) -> None:
        carried = {c.value for c in loop.carried}
        makes = {value for one in loop.items for value in made(one)}
        around = {value for one in loop.items for value in read(one)} - carried - makes
        before: list[tuple[str, str]] = []
        for c in loop.carried:
            if c.first not in later and c.first not in around:
                self.wish[c.value] = self.of[c.first]
            name = self.name(c.value, later | around)
            self.of[c.after] = name
            if self.of[c.first] != name:
                before.append((name, self.of[c.first]))
        self.copies[loop] = before
        self._through(loop.items, [(self.of[c.value], c.next) for c in loop.carried], later | around)
        for c in loop.carried:
            self.take(c.after, self.of[c.value])


def read(item: Item) -> set[Held]:
    """All values that lines, or forks and loops over them, read."""
    own: Iterable[Held | None] = ()
    match item:
        case Line():
            own = item.reads
        case Fork():
            own = (value for merge in item.merges for value in merge.arms)
        case Loop():
            own = (value for c in item.carried for value in (c.first, c.next))
    return {value for value in own if value is not None}.union(*(read(one) for body in inner(item) for one in body))


def made(item: Item) -> set[Held]:
    """All values that they make."""
    own: Iterable[Held] = ()
    match item:
        case Line():
            own = item.makes
        case Fork():
            own = (merge.value for merge in item.merges)
        case Loop():
            own = (c.after for c in item.carried)
    return set(own).union(*(made(one) for body in inner(item) for one in body))
