"""Arguments by position that would do in another order."""

from collections.abc import Mapping
from itertools import combinations, pairwise, permutations
from typing import Any

from netdsl.diagnostics.arguments import MissingArgument
from netdsl.diagnostics.calls import WrongOrder
from netdsl.source import Span
from netdsl.tree.expressions import Expr, Name
from netdsl.words.base import Word
from netdsl.words.fields import wanted


def reordered(
    kind: type[Word], spoken: Name, values: Mapping[str, Any], written: Mapping[str, Expr]
) -> WrongOrder | None:
    """Says the order in which the arguments of a refused call would fit; None where there is none."""
    names = kind.arguments()[: kind.positional]
    if len(names) < 2 or not set(names).issubset(written) or not _by_position([written[name].span for name in names]):
        return None
    for order in permutations(names):
        moved = {name: values[old] for name, old in zip(names, order, strict=True)}
        if _lacks(kind, {**values, **moved}) == set():
            place = written[names[0]].span.to(written[names[-1]].span)
            texts = tuple(written[old].span.text for old in order)
            return WrongOrder(span=place, word=spoken.name, order=names, texts=texts)
    return None


def lacking(
    kind: type[Word], spoken: Name, values: Mapping[str, Any], written: Mapping[str, Expr]
) -> MissingArgument | None:
    """Says which arguments are missing where the given ones would fit if those stood before them; else None."""
    names = kind.arguments()[: kind.positional]
    given = [name for name in names if name in written]
    if not given or len(given) == len(names) or not _by_position([written[name].span for name in given]):
        return None
    for order in combinations(names, len(given)):
        moved = {name: values[old] for name, old in zip(order, given, strict=True)}
        absent = tuple(name for name in names if name not in order)
        stand_in = {name: value for name, value in values.items() if name not in names} | moved
        if _lacks(kind, stand_in) == set(absent):
            takes = tuple(wanted(kind, name) for name in absent)
            return MissingArgument(span=spoken.span, word=spoken.name, missing=absent, wanted=takes)
    return None


def _lacks(kind: type[Word], values: Mapping[str, Any]) -> set[str] | None:
    """The arguments that these values lack; None where something else is wrong with them."""
    from pydantic import ValidationError

    try:
        kind(**values)
    except ValidationError as error:
        found = error.errors(include_url=False)
        return {str(e["loc"][0]) for e in found} if all(e["type"] == "missing" for e in found) else None
    return set()


def _by_position(places: list[Span]) -> bool:
    """Whether the arguments at these places stand one after another, without names."""
    between = (a.file.text[a.end : b.start].strip() for a, b in pairwise(places))
    return set(between) <= {","} and places[0].file.text[: places[0].start].rstrip()[-1:] == "("
