"""The names of a file: its own definitions, those of the files it uses, and the layers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from netdsl.diagnostics.definitions import SameDefinition
from netdsl.diagnostics.names import CircularLet
from netdsl.elaborate.library import Library
from netdsl.graph.meter import Meter
from netdsl.graph.mistakes import Mistake, StandsOnUnknown
from netdsl.graph.model import UNKNOWN, Home, Names, Partial, Value
from netdsl.graph.values import evaluate
from netdsl.layers.vocabulary import kinds
from netdsl.source import Span
from netdsl.tree.statements import Block, File, Instance, Let, UseFile
from netdsl.tree.walk import mentioned


@dataclass
class Definitions(Mapping[str, Value]):
    """What the names of a file are worth; constants are worked out when they are first asked for."""

    library: Library
    meter: Meter
    home: Home = field(init=False)
    places: dict[str, Span] = field(default_factory=dict)
    written: dict[str, Block | Instance | Let] = field(default_factory=dict)
    worth: dict[str, Value] = field(default_factory=dict)
    asked: dict[str, Block | Instance | Let] = field(default_factory=dict)
    """The constants that wait for others, in the order in which they were asked for."""
    owners: dict[str, str] = field(default_factory=dict)
    complete: bool = True
    """False where a used file is missing, so that names may be."""

    def __post_init__(self) -> None:
        self.home = Home(self, self.owners)

    def add(self, file: File) -> None:
        """Takes in the definitions of `file` and of the files it uses; what those use stays theirs."""
        self.worth.update(dict.fromkeys(file.lost, UNKNOWN))
        for definition in file.definitions:
            if isinstance(definition, UseFile):
                self._use(definition, file)
            elif isinstance(definition, Block | Instance | Let):
                self._define(definition.name, definition.name_span)
                self.written[definition.name] = definition
            if isinstance(definition, Block):
                what = f"{'net' if definition.is_net else 'block'} `{definition.name}`"
                self.owners.update((parameter.name, what) for parameter in definition.parameters)

    def _use(self, use: UseFile, user: File) -> None:
        file = self.library.file(use, user.source)
        if file is None:
            self.complete = False
            return
        self.library.reading.append(file.source.path or user.source.path)  # type: ignore[arg-type]
        used = Definitions(self.library, self.meter)
        used.add(file)
        self.library.reading.pop()
        for name in used.written:
            self._define(name, use.path_span)
            self.worth[name] = used[name]

    def _define(self, name: str, span: Span) -> None:
        if name in self.places:
            self.library.problems.add(SameDefinition(span=span, name=name, first=self.places[name]))
        self.places.setdefault(name, span)

    def __getitem__(self, name: str) -> Value:
        if name not in self.worth:
            self.worth[name] = self._work_out(name)
        return self.worth[name]

    def _work_out(self, name: str) -> Value:
        definition = self.written.get(name)
        if definition is None:
            if name in kinds():
                return Partial(kinds()[name])
            if not self.complete:
                return UNKNOWN
            raise KeyError(name)
        if isinstance(definition, Block):
            return Partial(definition, (), self.home)
        if name in self.asked:
            self.library.problems.add(CircularLet(span=definition.name_span, name=name))
            return UNKNOWN
        self._work_out_constants(definition)
        return self.worth[name]

    def _work_out_constants(self, constant: Instance | Let) -> None:
        """`constant` after all that it mentions: that may be a long way, so this is no recursion."""
        self.asked[constant.name] = constant
        while self.asked:
            last = self.asked[next(reversed(self.asked))]
            assert not isinstance(last, Block)
            needed = next(filter(self._is_open, mentioned(last.value)), None)
            if needed is not None:
                self.asked[needed] = self.written[needed]
            else:
                self.worth.setdefault(last.name, self._constant(last))
                self.asked.popitem()

    def _is_open(self, name: str) -> bool:
        is_constant = isinstance(self.written.get(name), Instance | Let)
        return is_constant and name not in self.worth and name not in self.asked

    def _constant(self, definition: Instance | Let) -> Value:
        try:
            return evaluate(definition.value, Names({}, {}, None, self.home), self.meter)
        except Mistake as mistake:
            self.library.problems.add(mistake.diagnostic)
        except StandsOnUnknown:
            pass
        return UNKNOWN

    def __iter__(self) -> Iterator[str]:
        return iter({**self.written, **self.worth, **kinds()})

    def __len__(self) -> int:
        return len(list(iter(self)))
