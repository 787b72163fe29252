"""The parameters of a class: the names that its text turned out to need."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from netdsl.graph.mistakes import Mistake, StandsOnUnknown
from netdsl.graph.model import Home, Names, Partial
from netdsl.graph.values import evaluate
from netdsl.targets.pytorch.saying import same, shortened
from netdsl.targets.pytorch.spelling import literal
from netdsl.targets.pytorch.terms import Known, Name
from netdsl.tree import expressions as tree
from netdsl.tree import statements
from netdsl.tree.walk import arguments, expressions, parts
from netdsl.tree.walk import statements as below

Spelled = Mapping[Partial, str]


@dataclass(eq=False)
class Parameter:
    """One parameter with its value in every use."""

    name: Name
    worths: dict[Any, Any]
    own: str = ""
    """What its author calls it; "" for what arrives, and for one that the author does not have."""
    reads: int | None = None
    """Whose channels it is, of the values that arrive."""
    short: bool = True
    """Whether one number may stand for two sides."""
    default: Known | None = None

    @property
    def is_flag(self) -> bool:
        """Whether it is true or false in every use."""
        return all(isinstance(value, bool) for value in self.worths.values())

    def spelled(self, value: Any, layers: Spelled) -> Known:
        """A value as a caller writes it."""
        if isinstance(value, Partial):
            return Known(value, layers.get(value, "None"))
        if isinstance(value, tuple):
            return Known(value, literal(value, "()" if self.short else "[]"))
        return Known(value)

    def settle(self, home: Home, given: tree.Expr | None, calls: set[tuple[Any, Any]], layers: Spelled) -> None:
        """Chooses a default: the author's own where it is used, else the value that half of the calls give.

        `calls` are the places that call, each with a use that it calls.
        """
        given_by = {(place, self.worths[use]) for place, use in calls if use in self.worths}
        values = [value for _, value in sorted(given_by, key=lambda pair: pair[0].span.start)]
        own = _evaluated(given, home) if given is not None else None
        if own is not None and any(same(value, own, self.short) for value in values):
            self.default = self.spelled(shortened(own) if self.short else own, layers)
        elif (given is not None or not self.own) and self.reads is None and not self.is_flag and len(values) > 1:
            value, count = Counter(values).most_common(1)[0]
            self.default = self.spelled(value, layers) if 2 * count >= len(values) else None

    def annotation(self, layers: Spelled) -> str:
        """The type of all its values."""
        kinds = {_kind(value, self.short, layers) for value in self.worths.values()}
        kinds -= {"int"} if "float" in kinds else set()
        return " | ".join(sorted(kinds, key=lambda kind: (kind == "None", kind)))


def _kind(value: Any, short: bool, layers: Spelled) -> str:
    if isinstance(value, Partial):
        return "None" if layers.get(value) == "None" else "Callable[..., nn.Module]"
    if not isinstance(value, tuple):
        return type(value).__name__ if value is not None else "None"
    if short:
        return f"tuple[{', '.join(_kind(item, True, layers) for item in value)}]"
    kinds = {_row(item, layers) for item in value} or {"int"}
    return f"list[{' | '.join(sorted(kinds - ({'int'} if 'float' in kinds else set())))}]"


def _row(value: Any, layers: Spelled) -> str:
    return _kind(value, True, layers) if isinstance(value, tuple) else _kind(value, False, layers)


def _evaluated(expr: tree.Expr, home: Home) -> Any:
    try:
        return evaluate(expr, Names({}, {}, None, home))
    except (Mistake, StandsOnUnknown):
        return None


def short_names(body: statements.Body, candidates: Iterable[str]) -> set[str]:
    """Parameters that are handed on as they are and never taken apart: two equal sides may come as one number."""
    apart: set[str] = set()
    for node in below(body):
        bare = {id(argument.value) for argument in arguments(node) if isinstance(argument.value, tree.Name)}
        for expr in expressions(node):
            if id(expr) not in bare:
                apart |= set(_names(expr))
    return set(candidates) - apart


def is_read(name: str, body: statements.Body) -> bool:
    """Whether an expression of a body asks for a number."""
    return any(name in _names(expr) for node in below(body) for expr in expressions(node))


def _names(expr: tree.Expr) -> Iterable[str]:
    if isinstance(expr, tree.Name):
        yield expr.name
    for part in parts(expr):
        yield from _names(part)


def ordered(found: list[Parameter]) -> list[Parameter]:
    """What arrives, what must be given, flags that must be given, what has a default."""

    def rank(parameter: Parameter) -> int:
        if parameter.reads is not None:
            return 0
        return 3 if parameter.default is not None else 1 + parameter.is_flag

    return sorted(found, key=rank)
