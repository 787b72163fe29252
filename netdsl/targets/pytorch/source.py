"""A checked network as one file of PyTorch source, as a good engineer would have written it."""

import re

from netdsl.diagnostics.limits import TooDeepForPython
from netdsl.diagnostics.model import Problems, Refused
from netdsl.graph.cost import cost
from netdsl.graph.model import Network
from netdsl.targets.pytorch.finish import finish
from netdsl.targets.pytorch.helpers import carried, names_in
from netdsl.targets.pytorch.layout import docstring
from netdsl.targets.pytorch.names import Taken, snake
from netdsl.targets.pytorch.unit import Unit
from netdsl.targets.pytorch.units import Moving, Units


def source(network: Network) -> str:
    """The text of the file; the same network gives the same text."""
    units, root = _units(network, frozenset())
    classes = _called(units, root)
    if units.results:
        classes.append(_results(units.results, root))
    classes.append("\n".join(root.lines))
    used = names_in("\n".join(classes))
    helpers = carried(used)
    used = used.union(*(names_in(helper) for helper in helpers.values()))
    constants = [text for text in helpers.values() if not text.startswith(("def ", "class "))]
    top = "\n".join([*_header(network), "", *_imports(used), *(f"\n{text}" for text in constants)])
    parts = [top, *(text for text in helpers.values() if text not in constants), *classes, _main(network, root)]
    text = "\n\n\n".join(parts) + "\n"
    if _DEEP.search(text):
        _check_depth(network, text)
    return text


def _check_depth(network: Network, text: str) -> None:
    """Refuses what Python cannot read."""
    try:
        compile(text, network.name, "exec")
    except (SyntaxError, RecursionError, MemoryError) as error:
        problems = Problems()
        problems.add(TooDeepForPython(span=network.root.definition.span, name=network.name, reason=str(error)))
        raise Refused(problems) from error


def _units(network: Network, moving: frozenset[Moving]) -> tuple[Units, Unit]:
    """Its classes; made anew where a caller turned out to work out what its callee had taken for a constant."""
    units = Units(network, finish, moving)
    root = units.root()
    return (units, root) if units.moving == moving else _units(network, frozenset(units.moving))


def _called(units: Units, root: Unit) -> list[str]:
    """The classes that the root's class calls, directly or through others, callees first."""
    texts = {unit.name: "\n".join(unit.lines) for unit in units.made}
    used = {root.name}
    for unit in reversed(units.made):
        if unit.name in used:
            used |= names_in(texts[unit.name])
    return [texts[unit.name] for unit in units.made if unit.name in used and unit is not root]


def _header(network: Network) -> list[str]:
    total = cost(network.root)
    title = network.doc.split("\n\n")[0] or network.name
    facts = (
        f"Input {network.input}, output {network.output}. {total.parameters:,} parameters, "
        f"{_billions(total.macs)} multiply-accumulates."
    )
    rest = network.doc.partition("\n\n")[2]
    return docstring("\n\n".join(filter(None, [title, facts, rest])), 0)


def _billions(macs: int) -> str:
    for unit, size in (("G", 10**9), ("M", 10**6)):
        if macs >= size / 100:
            return f"{macs / size:.2f} {unit}"
    return f"{macs:,}"


_DEEP = re.compile(r"^ {80}|.{200}", re.MULTILINE)
"""What a text has that is nested so deep that Python might not read it."""
_FROM = {"OrderedDict": "collections", "Callable": "collections.abc"}
_FROM |= {"partial": "functools", "NamedTuple": "typing"}


def _imports(used: set[str]) -> list[str]:
    """The imports of what is used, in the order of the formatter."""
    found: dict[str, list[str]] = {}
    for name in sorted(used & _FROM.keys()):
        found.setdefault(_FROM[name], []).append(name)
    lines = ["import math"] if "math" in used else []
    lines += [f"from {module} import {', '.join(names)}" for module, names in sorted(found.items())]
    lines += [""] if lines else []
    lines += ["import torch", *(["import torch.nn.functional as F"] if "F" in used else [])]
    return [*lines, "from torch import Tensor, nn" if "Tensor" in used else "from torch import nn"]


def _results(name: str, root: Unit) -> str:
    """The class of several results; where evaluation has several too, the auxiliary ones are None in it."""
    taken = Taken()
    main = root.gives.name if root.gives.name and root.walk.results else "out" if root.walk.results else "logits"
    auxiliary = (re.sub(r"^aux(?!_logits)", "aux_logits", name) for name, _ in reversed(root.walk.auxiliary))
    called = [main, *(name for name, _ in root.walk.results), *auxiliary]
    always = len(called) - (len(root.walk.auxiliary) if root.walk.results else 0)
    kinds = ["Tensor" if place < always else "Tensor | None = None" for place in range(len(called))]
    fields = [f"    {taken.free(snake(name))}: {kind}" for name, kind in zip(called, kinds, strict=True)]
    return "\n".join([f"class {name}(NamedTuple):", *fields])


def _main(network: Network, root: Unit) -> str:
    shape = ", ".join(map(str, (1, *network.input.dims)))
    shown = ".shape" if not root.walk.results else ""
    lines = ['if __name__ == "__main__":', f"    model = {root.name}().eval()"]
    if shown:
        return "\n".join([*lines, f"    print(model(torch.randn({shape})).shape)"])
    return "\n".join([*lines, f'    print(*(y.shape for y in model(torch.randn({shape}))), sep="\\n")'])


def root_class(text: str) -> str:
    """The name of the net's own class in emitted source: the last class there."""
    found: list[str] = re.findall(r"^class (\w+)\(", text, re.MULTILINE)
    return found[-1]
