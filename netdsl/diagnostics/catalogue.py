"""Every diagnostic that exists, by its code."""

from types import ModuleType

from netdsl.diagnostics import (
    arguments,
    brackets,
    calls,
    characters,
    definitions,
    files,
    forms,
    habits,
    labels,
    limits,
    modules,
    names,
    orders,
    outside,
    recipes,
    shapes,
    syntax,
    values,
)
from netdsl.diagnostics.model import Diagnostic

STAGES: tuple[ModuleType, ...] = (
    syntax,
    outside,
    labels,
    brackets,
    habits,
    forms,
    orders,
    characters,
    files,
    names,
    modules,
    definitions,
    arguments,
    calls,
    values,
    shapes,
    limits,
    recipes,
)


def kinds() -> list[type[Diagnostic]]:
    """The classes defined in the files of the stages, in the order of their codes."""
    found = [
        kind
        for stage in STAGES
        for kind in vars(stage).values()
        if isinstance(kind, type) and issubclass(kind, Diagnostic) and kind.__module__ == stage.__name__
    ]
    return sorted((kind for kind in found if "code" in vars(kind)), key=lambda kind: kind.code)


def by_code() -> dict[str, type[Diagnostic]]:
    """Code -> class."""
    return {kind.code: kind for kind in kinds()}
