"""`--set train.optimizer.lr=0.1`: settings of a recipe from outside, put into its tree before it is worked out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from netdsl.diagnostics.model import Problems
from netdsl.diagnostics.recipes import WrongOverride
from netdsl.graph.mistakes import Mistake
from netdsl.syntax.parser import parse_expression
from netdsl.tree.expressions import Apply, Argument, Expr, List, Name
from netdsl.tree.statements import Setting, Train

if TYPE_CHECKING:
    from netdsl.words.base import Word

_EITHER = {"steps": "epochs", "epochs": "steps"}


def overridden(train: Train, overrides: Mapping[str, str]) -> Train:
    """The recipe with these settings; raises a `Mistake` for what cannot be read or has no place."""
    for path, text in overrides.items():
        train = _with(train, path.split("."), _read(train, path, text))
    return train


def _read(train: Train, path: str, text: str) -> Expr:
    problems = Problems()
    expr = parse_expression(text, problems, f"--set train.{path}")
    if expr is None or problems.refused:
        reason = next((problem.title for problem in problems), "it is no expression")
        raise _wrong(train, [path], f"the value cannot be read: {reason}", "write a value as in the file")
    return expr


def _wrong(train: Train, path: list[str], reason: str, remedy: str) -> Mistake:
    return Mistake(WrongOverride(span=train.name_span, path=".".join(("train", *path)), reason=reason, remedy=remedy))


def _with(train: Train, path: list[str], value: Expr) -> Train:
    key, *rest = path
    setting = next((setting for setting in train.settings if setting.name == key), None)
    if rest:
        before = setting.value if setting is not None else _default(train, path)
        value = _inside(train, path, before, rest, value)
    others = tuple(s for s in train.settings if s.name not in (key, _EITHER.get(key)))
    place = next((place for place, s in enumerate(train.settings) if s is setting), len(others))
    made = Setting(value.span, key, value)
    return replace(train, settings=(*others[:place], made, *others[place:]))


def _default(train: Train, path: list[str]) -> Expr:
    """What a key stands for that the recipe does not have."""
    from netdsl.recipes.recipe import Recipe
    from netdsl.words.base import Word

    field = Recipe.model_fields.get(path[0])
    default = field.default if field is not None else None
    if isinstance(default, Word):
        return Name(train.name_span, default.word)
    if isinstance(default, tuple) and len(default) == 1:
        return Name(train.name_span, default[0].word)
    remedy = f"say it whole: `--set train.{path[0]}=…`"
    raise _wrong(train, path, f"recipe `{train.name}` has no `{path[0]}`", remedy)


def _inside(train: Train, path: list[str], expr: Expr, rest: list[str], value: Expr) -> Expr:
    """`expr` with `value` at the place that `rest` leads to."""
    if not rest:
        return value
    first, *others = rest
    if isinstance(expr, Name):
        expr = Apply(expr.span, expr, ())
    if isinstance(expr, Apply):
        arguments = list(expr.arguments)
        at = next((i for i, name in enumerate(_names(expr)) if name == first), len(arguments))
        if at == len(arguments) and others:
            raise _wrong(train, path, f"`{expr.function.name}` is not given `{first}` here", "say the argument whole")
        inner = _inside(train, path, arguments[at].value, others, value) if others else value
        arguments[at : at + 1] = [Argument(value.span, first, inner)]
        return replace(expr, arguments=tuple(arguments))
    if isinstance(expr, List) and first.isdecimal() and int(first) < len(expr.items):
        items = list(expr.items)
        items[int(first)] = _inside(train, path, items[int(first)], others, value)
        return replace(expr, items=tuple(items))
    what = f"a list of {len(expr.items)}, whose elements are counted from 0" if isinstance(expr, List) else "a value"
    raise _wrong(train, path, f"`{path[0]}` is {what}, and has no `{first}`", "name an argument of what stands there")


def _names(expr: Apply) -> list[str | None]:
    """The argument that each of a call's arguments is for."""
    from netdsl.recipes.vocabulary import words

    kind: type[Word] | None = words().get(expr.function.name)
    free = kind.arguments()[: kind.positional] if kind is not None else ()
    return [
        argument.name or (free[place] if place < len(free) else None) for place, argument in enumerate(expr.arguments)
    ]
