"""netdsl: a declarative language for neural networks, and its compiler.

A network is given as the name of a shipped one (`resnet34`), as a path (`mynet.net`), or as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from netdsl.compiler import Checked
    from netdsl.graph.model import Network
    from netdsl.source import SourceFile
    from netdsl.targets.drawing.drawing import Drawing

__all__ = ["check", "compile", "load", "network", "render"]
__version__ = "0.1.0"


def check(where: str | Path) -> Checked:
    """Every net of a file, checked. Raises `netdsl.diagnostics.model.Refused` with every mistake."""
    from netdsl import compiler

    return compiler.check(_source(where))


def network(where: str | Path, net: str | None = None, **settings: object) -> Network:
    """The checked graph of one net, with `settings` for its parameters.

    Raises `netdsl.diagnostics.model.Refused` with every mistake.
    """
    from netdsl import compiler

    return compiler.choose(_source(where), net, settings)


def compile(where: str | Path, net: str | None = None, **settings: object) -> str:
    """The PyTorch source of one net; it needs torch and nothing of this package. Raises like `network`."""
    from netdsl import compiler

    return compiler.emit(network(where, net, **settings))


def load(where: str | Path, net: str | None = None, **settings: object) -> nn.Module:
    """One net as a module with PyTorch's initial weights, made by executing what `compile` gives. Raises likewise."""
    from netdsl.targets.pytorch.module import build

    return build(network(where, net, **settings))


def render(where: str | Path, net: str | None = None, view: str = "stages", **options: Any) -> Drawing:
    """One net as a picture, which shows itself in a notebook; `options` are those of `netdsl render`, with `settings`.

    Raises like `network`, and `ValueError` where the picture cannot be drawn so.
    """
    from netdsl.targets.drawing.render import render

    chosen = network(where, net, **options.pop("settings", {}))
    return render([chosen], view, **options)


def _source(where: str | Path) -> SourceFile:
    from netdsl import compiler
    from netdsl.source import SourceFile

    if isinstance(where, str) and ("{" in where or "\n" in where):
        return SourceFile("<text>", where)
    return compiler.find(str(where))
