"""Which net of a file is meant, and with which parameters from outside."""

from collections.abc import Mapping

from netdsl.diagnostics.arguments import WrongSetting
from netdsl.diagnostics.definitions import WhichNet
from netdsl.diagnostics.model import Problems
from netdsl.elaborate.nets import Net
from netdsl.graph.meter import Meter
from netdsl.graph.mistakes import Mistake, StandsOnUnknown
from netdsl.graph.model import Names, Value
from netdsl.graph.values import evaluate
from netdsl.source import SourceFile, Span
from netdsl.syntax.parser import parse_expression


def chosen(source: SourceFile, nets: list[Net], name: str | None, settings: Mapping[str, object]) -> Net:
    """The net called `name`; without one the net named like the file, else the only one.

    Raises a `Mistake` that lists the nets where that is none, or a family that `settings` do not complete.
    """
    stem = source.path.stem if source.path is not None else ""
    found = [net for net in nets if net.name == (name or stem)]
    whole = [net for net in nets if not net.missing]
    if not found and not name:
        found = whole if len(whole) == 1 else nets if len(nets) == 1 else []
    if found and all(parameter in settings for parameter in found[0].missing):
        return found[0]
    families = tuple(net.name for net in nets if net.missing)
    asked = name or (found[0].name if found else "")
    start = Span(source, 0, 0)
    raise Mistake(WhichNet(span=start, asked=asked, nets=tuple(net.name for net in whole), families=families))


def completed(net: Net, settings: Mapping[str, object], meter: Meter) -> Net:
    """`net` with parameters from outside; raises a `Mistake` for a name it does not have or a value without sense."""
    known = tuple(parameter.name for parameter in net.block.parameters)
    values = {}
    for name, given in settings.items():
        if name not in known:
            raise Mistake(WrongSetting(span=net.span, net=net.name, name=name, known=known))
        values[name] = _value(net, name, given, meter)
    return net.given(values)


def _value(net: Net, name: str, given: object, meter: Meter) -> Value:
    if isinstance(given, str):
        return _read(net, name, given, meter)
    if isinstance(given, list | tuple):
        return meter.bounded(tuple(_value(net, name, item, meter) for item in given), net.span)
    if isinstance(given, bool | int | float):
        return meter.bounded(given, net.span)
    reason = f"a {type(given).__name__} is no value of the language"
    raise Mistake(WrongSetting(span=net.span, net=net.name, name=name, known=(), reason=reason))


def _read(net: Net, name: str, text: str, meter: Meter) -> Value:
    problems = Problems()
    expr = parse_expression(text, problems, name)
    reason = next((problem.title for problem in problems), "it is no expression")
    if expr is not None and not problems.refused:
        try:
            return evaluate(expr, Names({}, {}, None, net.definitions.home), meter)
        except StandsOnUnknown:
            reason = "it stands on a mistake in the file"
    raise Mistake(WrongSetting(span=net.span, net=net.name, name=name, known=(), reason=reason))
