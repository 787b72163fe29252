"""`netdsl doctor`."""

import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

import click

from netdsl import __version__
from netdsl.targets.drawing.graphviz.engines import NoGraphviz, available, engine

LIBRARIES = {
    "torch": ("torch", "netdsl.load, and running what is compiled"),
    "resvg-py": ("resvg_py", "PNG"),
    "reportlab": ("reportlab", "PDF"),
    "python-pptx": ("pptx", "PowerPoint"),
    "graphviz": ("graphviz", "DOT, and the view graph"),
}
"""Package -> the module it brings, and what it is for."""


@click.command("doctor")
def command() -> None:
    """Say which versions, libraries and Graphviz are in use here, and what cannot be done without them."""
    lines = [("netdsl", __version__), ("Python", f"{platform.python_version()} on {platform.system()}")]
    for package, (module, use) in LIBRARIES.items():
        lines.append((package, _version(package, module, use)))
    lines.append(("Graphviz", _graphviz()))
    width = max(len(name) for name, _ in lines)
    for name, words in lines:
        click.echo(f"{name:<{width}}  {words}")


def _version(package: str, module: str, use: str) -> str:
    """What is installed, without importing it."""
    if find_spec(module) is None:
        return f"missing: pip install {package} (for {use})"
    try:
        return f"{version(package)} ({use})"
    except PackageNotFoundError:
        return f"of unknown version ({use})"


def _graphviz() -> str:
    """The engine in use, and those that could be."""
    try:
        used = engine()
    except NoGraphviz as error:
        return f"missing: {error}"
    others = [name for name in available() if name != used]
    return f"{used} is in use" + (f"; also here: {', '.join(others)}" if others else "")
