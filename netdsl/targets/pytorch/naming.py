"""What a step asks for by name, and what its label names."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from netdsl.graph.model import ScopeRun, Use
from netdsl.targets.pytorch.columns import Column
from netdsl.targets.pytorch.names import camel
from netdsl.targets.pytorch.plan import Module, Value
from netdsl.targets.pytorch.saying import Unsaid, agrees
from netdsl.targets.pytorch.terms import Formula, Known, Lane, Term
from netdsl.tree.expressions import Label

if TYPE_CHECKING:
    from netdsl.targets.pytorch.walk import Place, Walk

PLACELESS = Known("")
"""The key of an unlabelled module that stands at another place in other uses."""


def key(walk: "Walk", label: Label | None, column: Column, place: "Place") -> Term:
    """The name of a module in the state dict; "" for one whose place differs between uses."""
    keys = set(column.of("key").cells)
    if len(keys) == 1:
        return Known(keys.pop())
    if label is None:
        return PLACELESS
    parts = (Known(part) if isinstance(part, str) else walk.said(part, column, place) for part in label.parts)
    term = Formula("label", tuple(parts))
    if not agrees(term, column.of("key")):
        raise Unsaid
    return term


def asked(values: Sequence[Value], on: Sequence[Label]) -> None:
    """Marks what is asked for by name; where forks meet, that is what a value is called."""
    for value, label in zip(values, on, strict=False):
        value.wanted = True
        if not value.name and not label.quoted:
            value.name = str(label.parts[0])


def name_inputs(values: Sequence[Value], lanes: "Mapping[Use | ScopeRun, Lane]") -> None:
    """Lets the values that a scope reads from around it be called what they are called there, in every use."""
    for value in values:
        shared: list[str] | None = None
        for source, lane in lanes.items():
            known = source.names.values if isinstance(source, ScopeRun) else {}
            own = [name for name, tensor in known.items() if tensor is value.tensor(lane)]
            shared = own if shared is None else [name for name in shared if name in own]
        if shared and not value.name:
            value.name = shared[0]


def called(sources: "Sequence[Use | ScopeRun]") -> str:
    """The name of a class: its block's, or what the keys of its scopes have in common."""
    first = sources[0]
    if isinstance(first, Use):
        return camel(first.definition.name)
    keys = [source.key.split(".") for source in sources if isinstance(source, ScopeRun)]
    common = [parts[0] for parts in zip(*keys, strict=False) if len(set(parts)) == 1 and not parts[0].isdecimal()]
    plain = [part for part in first.node.label.parts if isinstance(part, str)]
    return camel("_".join(common) or "".join(plain))


def named(value: Value, label: Label | None, module: Module) -> None:
    """Lets a value be called like the label of the module that made it."""
    if label is not None and isinstance(module.key, Known):
        value.name = str(module.key.value)
