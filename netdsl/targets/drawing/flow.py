"""The whole graph of a network as vertices, edges and clusters: every layer, every join, every module."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from netdsl.graph.cost import Costs
from netdsl.graph.model import (
    AuxRun,
    GateRun,
    InputRun,
    Joining,
    JoinRun,
    LayerRun,
    Network,
    OutputRun,
    ResidualRun,
    Run,
    ScopeRun,
    SplitRun,
    StepRun,
    Tensor,
    Use,
    UseRun,
)
from netdsl.graph.walk import joined, leaves, parts, steps
from netdsl.layers.base import Role
from netdsl.records import by_value
from netdsl.shapes import Shape
from netdsl.targets.drawing.folding.looks import kernel
from netdsl.targets.drawing.words import OPERATORS, PAINTS, caption, detail, dims
from netdsl.targets.summary.words import layer_words, scope_words, use_words


@by_value
class Vertex:
    """One box of the graph."""

    name: str
    """The module's name in the state dict, or one of its own."""
    words: str
    output: Shape
    paint: str
    cluster: tuple[str, ...]
    """The modules that it stands in, from the outermost inwards."""
    notes: tuple[str, ...]
    is_module: bool
    auxiliary: bool
    pill: bool
    """Whether it is a norm, an activation or the like."""


@by_value
class Edge:
    """A value on its way from one vertex to another."""

    start: str
    end: str
    shape: Shape


@dataclass(slots=True)
class Flow:
    """A network as a graph."""

    network: Network | None
    """None for the graph of one block."""
    vertices: list[Vertex] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    clusters: dict[str, UseRun | ScopeRun] = field(default_factory=dict)
    """A module's name -> what it is."""

    def heading(self, key: str) -> str:
        """What a cluster is called: the last part of its module's name, and what it is."""
        return f"{key.rpartition('.')[2]}: {_words(self.clusters[key])}"


@by_value
class _Place:
    """Where the walk stands."""

    prefix: str = ""
    cluster: tuple[str, ...] = ()
    auxiliary: bool = False

    def inside(self, key: str) -> "_Place":
        """The module of that name."""
        return _Place(key, (*self.cluster, key), self.auxiliary)


def flow(network: Network, depth: int | None = None, closed: Collection[str] = (), costs: Costs | None = None) -> Flow:
    """The graph of a network; modules that stand `depth` scopes deep, and those of `closed`, are one vertex each.

    What is known of `costs` is taken from there.
    """
    walk = _Walk(network, depth, closed, costs)
    known: dict[Tensor, str] = {}
    walk.trace(network.root.trace, _Place(), known)
    walk.end("output", known[network.root.gives], network.output)
    return _read(walk.flow)


def use_flow(use: Use) -> Flow:
    """The graph of one block, with its inputs and its result; blocks in it with several operators stay closed."""
    walk = _Walk(None, None)
    known: dict[Tensor, str] = {}
    for name, value in zip(use.definition.inputs or ("in",), use.arrives, strict=True):
        known[value] = walk.start(name, value.shape)
    walk.trace(use.trace, _Place(), known)
    walk.end("out", known[use.gives], use.gives.shape)
    return _read(walk.flow)


def _read(found: Flow) -> Flow:
    """The graph without joins whose results nothing reads: of a split all of whose shares have names."""
    while True:
        starts = {edge.start for edge in found.edges}
        dead = {v.name for v in found.vertices if v.paint == "join" and not v.is_module and v.name not in starts}
        if not dead:
            return found
        found.vertices = [vertex for vertex in found.vertices if vertex.name not in dead]
        found.edges = [edge for edge in found.edges if edge.end not in dead]


def _visible(run: UseRun | ScopeRun) -> Iterator[Tensor]:
    """The values in a scope; what stands after it may read them. Those in a block are its own."""
    if isinstance(run, ScopeRun):
        for inner, _ in steps(run.body):
            yield from inner.parts if isinstance(inner, SplitRun) else (inner.gives,)
            if isinstance(inner, ScopeRun):
                yield from _visible(inner)


def main_edges(graph: Flow) -> set[int]:
    """The edges, by their places, that carry the data on: each vertex's to the next that the file makes of it."""
    seen: set[str] = set()
    places: dict[str, int] = {vertex.name: at for at, vertex in enumerate(graph.vertices)}
    found: set[int] = set()
    for at, edge in sorted(enumerate(graph.edges), key=lambda item: places[item[1].end]):
        if edge.start not in seen:
            found.add(at)
            seen.add(edge.start)
    return found


def _words(run: UseRun | ScopeRun) -> str:
    """A module: its block with its arguments, or what stands in it."""
    return use_words(run.use) if isinstance(run, UseRun) else scope_words(run.body)


def _short(run: UseRun | ScopeRun) -> str:
    """A closed block in a block: its name and the kernel that it has most."""
    if isinstance(run, ScopeRun):
        return scope_words(run.body)
    window = kernel(run.use)
    return run.use.definition.name.replace("_", " ") + (f" {window[0]}×{window[1]}" if window else "")


class _Walk:
    """Follows values; `known` says which vertex gives each, anew for each occurrence of a block."""

    def __init__(
        self, network: Network | None, depth: int | None, closed: Collection[str] = (), costs: Costs | None = None
    ) -> None:
        self.flow = Flow(network)
        self.depth = depth
        self.closed = closed
        self.costs = costs or Costs()
        self.names: set[str] = set()

    def trace(self, runs: tuple[Run | StepRun, ...], place: _Place, known: dict[Tensor, str]) -> None:
        """All runs, in order."""
        for run in runs:
            self.step(run, place, known)

    def step(self, run: Run | StepRun, place: _Place, known: dict[Tensor, str]) -> None:
        """One run."""
        match run:
            case InputRun():
                known[run.gives] = self._vertex("input", "input", run.gives.shape, "port", _Place(), ())
            case LayerRun():
                self._layer(run, place, known)
            case UseRun() | ScopeRun():
                self._module(run, place, known)
            case JoinRun() | SplitRun() | ResidualRun() | GateRun():
                self._join(run, place, known)
            case AuxRun():
                aside = _Place(place.prefix, place.cluster, True)
                self.trace(run.body, aside, known)
                self.end("auxiliary output", known[run.gives], run.gives.shape, auxiliary=True)
            case OutputRun():
                for name, value in run.outputs:
                    self.end(f"output {name}", known[value], value.shape)
            case _:
                self.trace(parts(run), place, known)

    def start(self, name: str, shape: Shape) -> str:
        """An input of a block."""
        return self._vertex(name, f"{name} {dims(shape)}", shape, "port", _Place(), ())

    def end(self, name: str, source: str, shape: Shape, auxiliary: bool = False) -> None:
        """A result of the net."""
        place = _Place(auxiliary=auxiliary)
        vertex = self._vertex(name, name, shape, "port", place, ())
        self.flow.edges.append(Edge(source, vertex, shape))

    def _vertex(
        self,
        name: str,
        words: str,
        output: Shape,
        paint: str,
        place: _Place,
        notes: tuple[str, ...],
        is_module: bool = False,
        pill: bool = False,
    ) -> str:
        unique, number = name, 2
        while unique in self.names:
            unique, number = f"{name} ({number})", number + 1
        self.names.add(unique)
        vertex = Vertex(unique, words, output, paint, place.cluster, notes, is_module, place.auxiliary, pill)
        self.flow.vertices.append(vertex)
        return unique

    def _edges(self, values: tuple[Tensor, ...], end: str, known: dict[Tensor, str]) -> None:
        self.flow.edges += [Edge(known[value], end, value.shape) for value in values]

    def _layer(self, run: LayerRun, place: _Place, known: dict[Tensor, str]) -> None:
        if run.gives in run.arrives:
            return
        arrives = tuple(value.shape for value in run.arrives)
        main = run.layer.role in OPERATORS
        words = " ".join(filter(None, (caption(run.layer), detail(run.layer, arrives) if main else "")))
        key = joined(place.prefix, run.key) if run.key else joined(place.prefix, f"({caption(run.layer)})")
        cost = self.costs.step(run)
        notes = (layer_words(run.layer), f"gives {dims(run.gives.shape)}", f"{cost.parameters:,} parameters")
        pill = not main and run.layer.role is not Role.JOIN
        name = self._vertex(key, words, run.gives.shape, PAINTS[run.layer.role], place, notes, bool(run.key), pill)
        self._edges(run.arrives, name, known)
        known[run.gives] = name

    def _module(self, run: UseRun | ScopeRun, place: _Place, known: dict[Tensor, str]) -> None:
        key = joined(place.prefix, run.key)
        if key in self.closed or self._closed(run, place):
            words = _words(run)
            notes = (words, f"gives {dims(run.gives.shape)}", f"{self.costs.step(run).parameters:,} parameters")
            label = f"{key.rpartition('.')[2]}: {words}" if self.flow.network else _short(run)
            name = self._vertex(key, label, run.gives.shape, "convolution", place, notes, True)
            self._edges(run.arrives if isinstance(run, UseRun) else (run.arrives,), name, known)
            known.update(dict.fromkeys((run.gives, *_visible(run)), name))
            return
        self.flow.clusters[key] = run
        if isinstance(run, ScopeRun):
            self.trace(run.body, place.inside(key), known)
            return
        inner = {arriving: known[value] for arriving, value in zip(run.use.arrives, run.arrives, strict=True)}
        self.trace(run.use.trace, place.inside(key), inner)
        known[run.gives] = inner[run.use.gives]

    def _closed(self, run: UseRun | ScopeRun, place: _Place) -> bool:
        """Whether a module is one vertex: it stands deep enough, or it is a larger block in a block."""
        if self.depth is not None:
            return len(place.cluster) + 1 >= self.depth
        if self.flow.network is not None or not isinstance(run, UseRun):
            return False
        return sum(leaf.run.layer.role in OPERATORS for leaf in leaves(run.use)) > 1

    def _join(self, run: Joining, place: _Place, known: dict[Tensor, str]) -> None:
        if isinstance(run, SplitRun):
            name = self._vertex(joined(place.prefix, "(split)"), "split", run.arrives.shape, "join", place, ())
            self._edges((run.arrives,), name, known)
            known.update(dict.fromkeys(run.parts, name))
        self.trace(parts(run), place, known)
        if isinstance(run, ResidualRun) and not run.summed:
            known[run.gives] = known[run.inner]
            return
        values: tuple[Tensor, ...]
        match run:
            case ResidualRun():
                word, values = "add", (run.inner, run.around)
            case GateRun():
                word, values = "multiply", (run.inner, run.arrives)
            case _:
                word, values = caption(run.layer), tuple(branch.gives for branch in run.branches)
        name = self._vertex(joined(place.prefix, f"({word})"), word, run.gives.shape, "join", place, ())
        self._edges(values, name, known)
        known[run.gives] = name
