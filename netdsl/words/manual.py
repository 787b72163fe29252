"""The manual of a word as plain text, from its schema and its docstrings."""

import ast
from functools import cache
from inspect import cleandoc, getsource
from itertools import pairwise
from sys import modules
from textwrap import fill, indent
from typing import Any

from netdsl.words.base import Word
from netdsl.words.fields import wanted

_WIDTH = 88


def manual(kind: type[Word]) -> str:
    """All that its reader should know; the last line ends without a newline."""
    parts = [signature(kind), "", fill(" ".join((kind.__doc__ or "").split()), _WIDTH)]
    if bare := kind.arguments()[: kind.positional]:
        parts += ["", f"Without a name: {', '.join(bare)}."]
    parts += [line for name in kind.arguments() for line in ("", *argument(kind, name))]
    parts += ["", "Example:", indent(kind.example, "  ")]
    if kind.aliases:
        parts += ["", fill(f"Elsewhere: {', '.join(kind.aliases)}", _WIDTH, subsequent_indent="  ")]
    return "\n".join(parts)


def summary(kind: type[Word]) -> str:
    """The first sentence of the kind's description, in one line."""
    return cleandoc(kind.__doc__ or "").splitlines()[0]


def signature(kind: type[Word]) -> str:
    """How it is called: `conv(out, kernel, stride=1, padding="auto", ...)`."""
    if kind.called:
        return kind.called
    arguments = [_formal(kind, name) for name in kind.arguments()]
    line = f"{kind.word}({', '.join(arguments)})" if arguments else kind.word
    return fill(line, _WIDTH, subsequent_indent=" " * (len(kind.word) + 1))


def shown(value: object) -> str:
    """A default as a file would write it; `...` for one that is found from the others."""
    match value:
        case None:
            return "..."
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case Word():
            given = {name: getattr(value, name) for name in value.model_fields_set}
            return f"{value.word}({', '.join(f'{k}={shown(v)}' for k, v in given.items())})" if given else value.word
        case (first, second) if first == second and not isinstance(first, str | Word):
            return shown(first)
        case (Word() as only,):
            return shown(only)
        case tuple():
            return f"[{', '.join(map(shown, value))}]"
        case _:
            return f"{value:g}" if isinstance(value, float) else str(value)


def describe(kind: type[Word], name: str) -> str:
    """What the argument `name` does: the docstring under the field, which may be that of its kind of word."""
    owner = next(base for base in kind.__mro__ if name in vars(base).get("__annotations__", {}))
    return _descriptions(owner)[name]


def _formal(kind: type[Word], name: str) -> str:
    """The argument `name` in the signature."""
    if not _required(kind, name):
        return f"{name}={shown(_default(kind, name))}"
    return name if name in kind.arguments()[: kind.positional] else f"{name}=..."


def argument(kind: type[Word], name: str) -> list[str]:
    """An argument: its name, what it takes, its default, and below what it does."""
    if _required(kind, name):
        default = "must be given"
    else:
        value = _default(kind, name)
        default = "" if value is None else f"default {shown(value)}"
    head = f"  {name}: {', '.join(filter(None, (wanted(kind, name), default)))}"
    body = fill(describe(kind, name), _WIDTH, initial_indent="      ", subsequent_indent="      ")
    return [fill(head, _WIDTH, subsequent_indent="      "), body]


def _required(kind: type[Word], name: str) -> bool:
    return kind.model_fields[name].is_required()


def _default(kind: type[Word], name: str) -> Any:
    return kind.model_fields[name].default


@cache
def _descriptions(kind: type) -> dict[str, str]:
    """Each field's docstring, read from the source of the kind."""
    module = ast.parse(getsource(modules[kind.__module__]))
    body = next(node.body for node in module.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    found = {}
    for field, text in pairwise(body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                found[name] = " ".join(words.split())
    return found
