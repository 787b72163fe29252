"""One class: what its uses are, what it is given, and what its callers write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from netdsl.graph.model import Partial, ScopeRun, Use
from netdsl.targets.pytorch.columns import Column
from netdsl.targets.pytorch.draft import Draft
from netdsl.targets.pytorch.parameters import Parameter
from netdsl.targets.pytorch.plan import Item, Row, Value
from netdsl.targets.pytorch.saying import Unsaid, agrees, constant, same
from netdsl.targets.pytorch.terms import Call, Known, Lane, Name, Term, names, replaced
from netdsl.targets.pytorch.walk import Walk

Source = Use | ScopeRun
"""What a lane of a class is."""


@dataclass(eq=False)
class Unit:
    """One class."""

    name: str
    doc: str
    lanes: dict[Source, Lane]
    items: list[Item]
    inputs: list[Value]
    gives: Value
    walk: Walk
    is_sequence: bool
    """Whether it is an `nn.Sequential`."""
    is_root: bool
    stored: bool
    given: dict[str, Name]
    """The numbers that its author has before its body."""
    arriving: list[Name]
    """The channels of all values that arrive."""
    row: Row | None = None
    """Where its modules are reached by their number."""
    captures: list[Value] = field(default_factory=list)
    escapes: list[Value] = field(default_factory=list)
    reads: list[bool] = field(default_factory=list)
    """Which of its inputs it reads."""
    parameters: list[Parameter] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def captured(self, sources: Column) -> list[Column]:
        """The values from around it that each use reads."""
        return [self._worth(value, sources) for value in self.captures]

    def escaped(self, sources: Column) -> list[Column]:
        """The values that leave it besides what it gives."""
        return [self._worth(value, sources).where(lambda tensor: tensor is not None) for value in self.escapes]

    def _worth(self, value: Value, sources: Column) -> Column:
        return sources.map(lambda source: value.tensor(self.lanes[source]))

    def arguments(
        self,
        draft: Draft,
        sources: Column,
        reads: Sequence[Value],
        written: Callable[[str], Term],
        layers: dict[Partial, str],
    ) -> dict[Name, Term]:
        """What a call gives for each parameter: the author's text if it is worth what it must be."""
        found: dict[Name, Term] = {}
        for parameter in self.parameters:
            column = sources.map(parameter.worths.__getitem__)
            try:
                if parameter.reads is not None:
                    term = draft.channels(reads[parameter.reads], sources.lanes)
                else:
                    term = written(parameter.own)
                if not agrees(term, column, parameter.short):
                    raise Unsaid
            except Unsaid:
                try:
                    term = Known(constant(column))
                except Unsaid:
                    term = draft.derive(parameter.own or parameter.name.shown, column)
            known = isinstance(term, Known)
            found[parameter.name] = parameter.spelled(column.cells[0], layers) if known else term
        return found

    def call(self, arguments: dict[Name, Term], spoken: set[str]) -> Call:
        """The call: by keyword where the author wrote so, for flags, and where there is a default."""
        positional: list[Term] = []
        keywords: list[tuple[str, Term]] = []
        for parameter in self.parameters:
            term = arguments[parameter.name]
            usual = parameter.default
            if isinstance(term, Known) and usual is not None and same(term.value, usual.value, parameter.short):
                continue
            is_keyword = parameter.default is not None or parameter.is_flag or parameter.own in spoken
            if is_keyword or keywords:
                keywords.append((parameter.name.shown, term))
            else:
                positional.append(term)
        return Call(self.name, tuple(positional), tuple(keywords))

    def gives_in(self, arguments: dict[Name, Term], reads: Sequence[Value]) -> Term | None:
        """The channels that it gives, in the names of a caller."""
        channels = self.gives.channels
        pairs = zip(self.arriving, reads, strict=True)
        arriving = {name: value.channels for name, value in pairs if value.channels is not None}
        if channels is None or not names(channels) <= arriving.keys() | arguments.keys():
            return None
        return replaced(channels, arriving | arguments)
