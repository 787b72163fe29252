"""All classes of a network: which there are, and what each is made of."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from typing import Any

from netdsl.graph.model import LayerRun, Network, Partial, ScopeRun, Tensor, Trace, Use, UseRun
from netdsl.graph.walk import below, parts, steps
from netdsl.layers.base import Arrives
from netdsl.targets.pytorch.columns import Column
from netdsl.targets.pytorch.draft import Draft
from netdsl.targets.pytorch.helpers import helpers
from netdsl.targets.pytorch.names import Taken, class_name
from netdsl.targets.pytorch.naming import called, name_inputs
from netdsl.targets.pytorch.parameters import is_read, short_names
from netdsl.targets.pytorch.plan import Row, Value
from netdsl.targets.pytorch.rows import Members, filled, form, keys, members
from netdsl.targets.pytorch.saying import Unsaid, constant, shortened
from netdsl.targets.pytorch.survey import Key, Survey, has_labelled_loop, outer, turns
from netdsl.targets.pytorch.terms import Known, Lane, Name, Term, names
from netdsl.targets.pytorch.unit import Source, Unit
from netdsl.targets.pytorch.walk import Place, Walk
from netdsl.tree import expressions as tree
from netdsl.tree.statements import Block, Body, Scope
from netdsl.tree.walk import labels

Moving = tuple[Block | Scope, str]
"""A number that is the same in all uses, but that some caller works out from its own arguments."""


class Units:
    """All classes of one network, made when they are first called: callees stand before callers."""

    def __init__(self, network: Network, finish: Callable[["Units", Unit], None], moving: Set[Moving]) -> None:
        self.network, self.finish, self.moving = network, finish, set(moving)
        self.survey = Survey()
        self.survey.add(network.root, True)
        for variant in network.variants.values():
            self.survey.add(variant, False)
        self.survey.group()
        self.made: list[Unit] = []
        self.classes = Taken(folded=True)
        self.classes.names.update(name.lower() for name in helpers())
        self.name = self.classes.free(class_name(network.name, network.doc.partition(",")[0]))
        self.layers: dict[Partial, str] = {}
        self.results = ""
        self._by_source: dict[Source, Unit] = {}
        self._chains: dict[Key, bool] = {}
        self._short: dict[Block | Scope, set[str]] = {}
        self._stored: dict[Use, bool] = {}

    def moves(self, unit: Unit, written: Callable[[str], Term]) -> None:
        """Notes which of the numbers that a class takes for constants a caller works out from its own arguments."""
        own = {parameter.own for parameter in unit.parameters}
        node = _node(next(iter(unit.lanes)))
        for name in unit.given.keys() - own:
            with suppress(Unsaid):
                if names(written(name)) and is_read(name, node.body):
                    self.moving.add((node, name))

    def spell(self, partial: Partial, text: str) -> None:
        """Keeps how a layer given as an argument is written first."""
        self.layers.setdefault(partial, text)

    def root(self) -> Unit:
        """The net's own class; its open numbers stay open where that can be said."""
        uses = [self.network.root, *self.network.variants.values()]
        try:
            return self._unit(uses, self.network.root.definition.body, True)
        except Unsaid:
            return self._unit(uses[:1], self.network.root.definition.body, True)

    def of(self, sources: Column) -> Unit:
        """The class of a block, or of a scope that is no `nn.Sequential`; raises `Unsaid` where it is not one."""
        first = sources.cells[0]
        if first not in self._by_source:
            self._make(self.survey.peers(first), _node(first).body)
        unit = self._by_source[first]
        if any(self._by_source.get(source) is not unit for source in sources.cells):
            raise Unsaid
        return unit

    def _make(self, sources: Sequence[Source], body: Body) -> None:
        """One class for all uses; where they cannot share one, a class for each form, or at last for each use."""
        groups: list[list[Source]] = [list(sources)]
        try:
            self._unit(groups[0], body, False)
        except Unsaid:
            if len(sources) == 1:
                raise
            formed: dict[Any, list[Source]] = {}
            for source in sources:
                formed.setdefault(_form(_trace(source)), []).append(source)
            groups = list(formed.values()) if len(formed) > 1 else [[source] for source in sources]
            for group in groups:
                self._make(group, body)

    def is_chain(self, here: Sequence[ScopeRun]) -> bool:
        """Whether a scope is written in place, as an `nn.Sequential`; with labels only where it has the same steps."""
        key, node = self.survey.scope_keys[here[0]], here[0].node
        if key not in self._chains:
            runs = self.survey.scopes[key]
            kept = all(each not in self.survey.escapes for each in runs)
            row = kept and all(self.survey.is_row(each.body, each.arrives) for each in runs)
            several = len(runs) > len({self.survey.scope_uses[each] for each in runs})
            alike = not several and len({turns(each.body) for each in runs}) == 1
            self._chains[key] = row and (alike or not has_labelled_loop(node.body))
        labelled = any(map(labels, outer(node.body)))
        return self._chains[key] and (not labelled or len({form(run.body) for run in here}) == 1)

    def members(self, run: ScopeRun) -> Members:
        """The steps of a scope whose modules are reached by their number, if that can be said where it stands."""
        runs = self.survey.scopes[self.survey.scope_keys[run]]
        named = any(not key.isdecimal() for each in runs for key in keys(each.body))
        if named or any(form(each.body) != form(run.body) for each in runs):
            return {}
        return members([each.body for each in runs], self._stores)

    def stores(self, runs: Sequence[Source]) -> bool:
        """Whether the state dict holds anything of these."""
        return any(self._stores(run) for run in runs)

    def _stores(self, run: Any) -> bool:
        if isinstance(run, LayerRun):
            shapes = Arrives(tuple(tensor.shape for tensor in run.arrives))
            return bool(run.layer.weights(shapes) or run.layer.buffers(shapes))
        use = run.use if isinstance(run, UseRun) else run
        if isinstance(use, Use):
            if use not in self._stored:
                self._stored[use] = any(map(self._stores, use.trace))
            return self._stored[use]
        return any(map(self._stores, below(run) or parts(run)))

    def shorts(self, source: Source) -> set[str]:
        """Numbers for which one may stand for two sides, here and wherever they are handed on."""
        node = _node(source)
        if node not in self._short:
            runs = self.survey.runs[node]
            names = short_names(node.body, (name for run in runs for name in _given(run)))
            self._short[node] = names.difference(*(self._apart(_trace(run)) for run in runs))
        return self._short[node]

    def _apart(self, runs: Any) -> Iterator[str]:
        for run in runs:
            if isinstance(run, UseRun):
                shorts = self.shorts(run.use)
                for own, expr in run.written.items():
                    if isinstance(expr, tree.Name) and own not in shorts:
                        yield expr.name
            yield from self._apart(run.body if isinstance(run, ScopeRun) else parts(run))

    def _unit(self, sources: Sequence[Source], body: Body, is_root: bool) -> Unit:
        """One class; its modules are reached by their number where they have nothing else."""
        found = {} if self._is_sequence(sources, body) else members([*map(_trace, sources)], self._stores)
        if found:
            with suppress(Unsaid):
                return self._drafted(sources, body, is_root, Row(_node(sources[0]).span, "", found))
        return self._drafted(sources, body, is_root, None)

    def _drafted(self, sources: Sequence[Source], body: Body, is_root: bool, row: Row | None) -> Unit:
        first = sources[0]
        shorts = self.shorts(first)
        given = {name: Name(name) for name in _given(first) if all(name in _given(source) for source in sources)}
        lanes = {source: Lane(_numbers(source, given, shorts)) for source in sources}
        draft = Draft(tuple(lanes.values()), is_root, captures=[] if isinstance(first, ScopeRun) else None)
        numbers = _entering(draft, given, {name for node, name in self.moving if node is _node(first)})
        inputs = _inputs(draft, lanes)
        is_sequence = self._is_sequence(sources, body)
        walk = Walk(draft, self)
        traces = Column((lane, _trace(source)) for source, lane in lanes.items())
        place = Place(numbers, is_sequence, any(map(labels, outer(body))), row=row)
        items = walk.body(body, traces, place)
        if row is not None and not filled(row, items):
            raise Unsaid
        gives = draft.find(Column((lane, source.gives) for source, lane in lanes.items()))
        escapes = self._escapes(draft, lanes) if isinstance(first, ScopeRun) else []
        draft.refuse_gaps()
        captures = draft.captures or []
        if captures:
            name_inputs([*inputs, *captures], lanes)
        unit = Unit(
            self.name if is_root else self.classes.free(called(sources)),
            first.definition.doc if isinstance(first, Use) and not is_root else "",
            lanes,
            items,
            [draft.made[0]] if is_root else [*inputs, *captures],
            gives,
            walk,
            is_sequence,
            is_root,
            self.stores(sources),
            given,
            [value.channels for value in (*inputs, *captures) if isinstance(value.channels, Name)],
            row,
            captures,
            escapes,
        )
        self._keep(sources, unit)
        return unit

    def _keep(self, sources: Sequence[Source], unit: Unit) -> None:
        """Finishes a class, which may still fail, and keeps it."""
        try:
            self.finish(self, unit)
        except Unsaid:
            self.classes.give_back(unit.name)
            raise
        self.made.append(unit)
        self._by_source.update(dict.fromkeys(sources, unit))

    def _is_sequence(self, sources: Sequence[Source], body: Body) -> bool:
        """Whether a whole class is modules in a row, without labels or with some that only a loop can make."""
        if any(isinstance(source, Use) and len(source.arrives) > 1 for source in sources):
            return False
        if any(source in self.survey.escapes for source in sources):
            return False
        if any(not self.survey.is_row(_trace(source), _arrives(source)) for source in sources):
            return False
        labelled = any(map(labels, outer(body)))
        return not labelled or (has_labelled_loop(body) and len({turns(_trace(source)) for source in sources}) > 1)

    def outputs(self, unit: Unit) -> str:
        """The class of several results; "" where there is one."""
        if not unit.is_root or not (unit.walk.results or unit.walk.auxiliary):
            return ""
        if not self.results:
            self.results = self.classes.free(f"{unit.name}Output")
        return self.results

    def _escapes(self, draft: Draft, lanes: dict[Source, Lane]) -> list[Value]:
        columns = [self.survey.escapes.get(source, []) for source in lanes if isinstance(source, ScopeRun)]
        if len({len(column) for column in columns}) > 1:
            raise Unsaid
        rows = zip(*columns, strict=True)
        return [draft.find(Column(zip(lanes.values(), tensors, strict=True)), capture=False) for tensors in rows]


def _trace(source: Source) -> Trace:
    return source.body if isinstance(source, ScopeRun) else source.trace


def _node(source: Source) -> Block | Scope:
    return source.definition if isinstance(source, Use) else source.node


def _arrives(source: Source) -> Tensor:
    if isinstance(source, ScopeRun):
        return source.arrives
    return source.arrives[0] if source.arrives else source.gives


def _given(source: Source) -> Mapping[str, Any]:
    return source.names.numbers if isinstance(source, ScopeRun) else source.numbers


def _numbers(source: Source, given: Mapping[str, Name], shorts: Set[str]) -> dict[Name, Any]:
    """What the names at the beginning of a body are worth."""
    values = _given(source)
    return {own: shortened(values[name]) if name in shorts else values[name] for name, own in given.items()}


def _entering(draft: Draft, given: Mapping[str, Name], moving: Set[str]) -> dict[str, Term]:
    """What the author's numbers are called: constants where lanes agree and no caller moves them, else themselves."""
    numbers: dict[str, Term] = dict(given)
    for name in given.keys() - moving:
        with suppress(Unsaid):
            numbers[name] = Known(constant((lane, lane.numbers[given[name]]) for lane in draft.lanes))
    return numbers


def _inputs(draft: Draft, lanes: dict[Source, Lane]) -> list[Value]:
    """The values that arrive; those of a net come with `input`."""
    first = next(iter(lanes))
    names = first.definition.inputs if isinstance(first, Use) else ()
    count = len(first.arrives) if isinstance(first, Use) else 1
    found = []
    for k in range(count):
        column = Column((lane, s.arrives[k] if isinstance(s, Use) else s.arrives) for s, lane in lanes.items())
        channels = Name("in_channels")
        for lane, tensor in column:
            lane.numbers[channels] = tensor.shape.channels
        found.append(draft.value(column, channels, name=names[k] if len(names) > 1 else ""))
    return found


def _form(trace: Trace) -> Any:
    """What two runs must have in common to be one class where not all can be."""
    kinds = [(type(run), getattr(run, "key", ""), type(getattr(run, "layer", None))) for run, _ in steps(trace)]
    return turns(trace), tuple(kinds)
