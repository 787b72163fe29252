"""Arguments by position that would do in another order."""

from collections.abc import Mapping
from itertools import pairwise, permutations
from typing import Any

from netdsl.diagnostics.calls import WrongOrder
from netdsl.source import Span
from netdsl.tree.expressions import Expr, Name
from netdsl.words.base import Word


def reordered(
    kind: type[Word], spoken: Name, values: Mapping[str, Any], written: Mapping[str, Expr]
) -> WrongOrder | None:
    """Says the order in which the arguments of a refused call would fit; None where there is none."""
    names = kind.arguments()[: kind.positional]
    if not set(names).issubset(written) or not _by_position([written[name].span for name in names]):
        return None
    for order in permutations(names):
        moved = {name: values[old] for name, old in zip(names, order, strict=True)}
        if _fit(kind, {**values, **moved}):
            place = written[names[0]].span.to(written[names[-1]].span)
            texts = tuple(written[old].span.text for old in order)
            return WrongOrder(span=place, word=spoken.name, order=names, texts=texts)
    return None


def _by_position(places: list[Span]) -> bool:
    """Whether the arguments at these places stand one after another, without names."""
    between = (a.file.text[a.end : b.start].strip() for a, b in pairwise(places))
    return len(places) > 1 and set(between) == {","} and places[0].file.text[: places[0].start].rstrip()[-1:] == "("


def _fit(kind: type[Word], values: Mapping[str, Any]) -> bool:
    from pydantic import ValidationError

    try:
        kind(**values)
    except ValidationError:
        return False
    return True
