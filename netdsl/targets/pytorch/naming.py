"""What a step asks for by name, and what its label names."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netdsl.targets.pytorch.plan import Module, Value
from netdsl.targets.pytorch.saying import Unsaid, agrees, said
from netdsl.targets.pytorch.terms import Formula, Known, Term
from netdsl.tree.expressions import Label

if TYPE_CHECKING:
    from netdsl.targets.pytorch.walk import Column, Place, Walk

PLACELESS = Known("")
"""The key of an unlabelled module that stands at another place in other uses."""


def key(walk: "Walk", label: Label | None, column: "Column", place: "Place") -> Term:
    """The name of a module in the state dict; "" for one whose place differs between uses."""
    keys = {run.key for _, run in column}
    if len(keys) == 1:
        return Known(keys.pop())
    if label is None:
        return PLACELESS
    rows = [(lane, run.names) for lane, run in column]
    lanes = [lane for lane, _ in rows]
    parts = (
        Known(part) if isinstance(part, str) else said(part, walk.leaf(place, rows), lanes, rows)
        for part in label.parts
    )
    term = Formula("label", tuple(parts))
    if not agrees(term, [(lane, run.key) for lane, run in column]):
        raise Unsaid
    return term


def asked(values: Sequence[Value], on: Sequence[Label]) -> None:
    """Marks what is asked for by name; where forks meet, that is what a value is called."""
    for value, label in zip(values, on, strict=False):
        value.wanted = True
        if not value.name and not label.quoted:
            value.name = str(label.parts[0])


def named(value: Value, label: Label | None, module: Module) -> None:
    """Lets a value be called like the label of the module that made it."""
    if label is not None and isinstance(module.key, Known):
        value.name = str(module.key.value)
