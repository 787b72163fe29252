"""The emitted source as a module: the text is executed as it stands, and tracebacks point into it."""

import linecache
import sys
from hashlib import sha256
from types import ModuleType
from typing import TYPE_CHECKING

from netdsl.graph.model import Network
from netdsl.targets.pytorch.source import root_class, source

if TYPE_CHECKING:
    from torch import nn


def build(network: Network, **arguments: object) -> "nn.Module":
    """The network as an `nn.Module`; `arguments` are those of its class, `classes=10` for example.

    Two networks of one text share their classes. The module's source is found by `inspect` and shown in tracebacks; to
    unpickle a whole module elsewhere, import its classes from a saved file.
    """
    text = source(network)
    made: nn.Module = getattr(executed(text, network.name), root_class(text))(**arguments)
    return made


def executed(text: str, name: str) -> ModuleType:
    """The Python module that `text` is, under a name that tells it from any other text."""
    plain = "".join(c if c.isalnum() and c.isascii() else "_" for c in name)
    title = f"netdsl_{plain}_{sha256(text.encode()).hexdigest()[:8]}"
    if title in sys.modules:
        return sys.modules[title]
    file = f"<{title}.py>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    module = ModuleType(title)
    module.__file__ = file
    sys.modules[title] = module
    try:
        exec(compile(text, file, "exec"), module.__dict__)
    except BaseException:
        del sys.modules[title]
        raise
    return module
