"""A block, net or layer given part of its arguments is the same thing with those fixed."""

from collections.abc import Callable

from netdsl.diagnostics.arguments import ArgumentTwice, TooManyArguments, UnknownArgument
from netdsl.diagnostics.model import Diagnostic
from netdsl.graph.mistakes import Mistake
from netdsl.graph.model import Partial, Value
from netdsl.layers.base import Layer
from netdsl.source import Span
from netdsl.tree.expressions import Argument, Expr, Name
from netdsl.tree.statements import Block


def word(target: Block | type[Layer]) -> str:
    """What a block or layer is called."""
    return target.word if isinstance(target, type) else target.name


def parameters(target: Block | type[Layer]) -> tuple[str, ...]:
    """The names of all its arguments, in order."""
    if isinstance(target, type):
        return tuple(target.model_fields)
    return tuple(parameter.name for parameter in target.parameters)


def positional(partial: Partial) -> tuple[str, ...]:
    """Those of its arguments that may still be given by position, in order."""
    target = partial.target
    names = parameters(target)[: target.positional] if isinstance(target, type) else parameters(target)
    fixed = {name for name, _ in partial.fixed}
    return tuple(name for name in names if name not in fixed)


def matched(partial: Partial, spoken: Name, arguments: tuple[Argument, ...]) -> dict[str, Argument]:
    """Each argument under the name of the parameter it is for; raises the first `Mistake` in them."""
    found: dict[str, Argument] = {}
    for argument, name in named(partial, spoken, arguments):
        if isinstance(name, Mistake):
            raise name
        found[name] = argument
    return found


def named(partial: Partial, spoken: Name, arguments: tuple[Argument, ...]) -> list[tuple[Argument, str | Mistake]]:
    """Each argument with the name of the parameter it is for, or with what is wrong about it."""
    target, free = partial.target, positional(partial)
    known = parameters(target)
    habits = target.habits if isinstance(target, type) else {}
    first: dict[str, Argument] = {}
    result: list[tuple[Argument, str | Mistake]] = []
    for place, argument in enumerate(arguments):
        span, name = argument.span, argument.name
        wrong: Diagnostic | None = None
        if name is None:
            name = free[place] if place < len(free) else ""
        if not name:
            others = tuple(n for n in known if n not in free)
            wrong = TooManyArguments(span=span, word=spoken.name, positional=free, others=others)
        elif name not in known:
            meant = habits.get(name, "")
            place_of_name = Span(span.file, span.start, span.start + len(name))
            wrong = UnknownArgument(span=place_of_name, word=spoken.name, name=name, known=known, meant=meant)
        elif name in first:
            wrong = ArgumentTwice(span=span, word=spoken.name, name=name, first=first[name].span)
        first.setdefault(name, argument)
        result.append((argument, Mistake(wrong) if wrong else name))
    return result


def given(partial: Partial, spoken: Name, arguments: tuple[Argument, ...], worth: Callable[[Expr], Value]) -> Partial:
    """`partial` with `arguments` fixed as well; raises `Mistake`."""
    values = {name: worth(argument.value) for name, argument in matched(partial, spoken, arguments).items()}
    return Partial(partial.target, tuple((dict(partial.fixed) | values).items()), partial.home)
