"""Arguments and options that several commands share."""

import re
import sys
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from netdsl.budget import Budget
from netdsl.diagnostics.suggest import nearest
from netdsl.shapes import Shape

Command = TypeVar("Command", bound=Callable[..., Any])


class NetworkName(click.ParamType[str]):
    """A `.net` file, or the name of a shipped network."""

    name = "network"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Shipped names that begin so, and files."""
        from netdsl.compiler import shipped_files

        names = [name for name in shipped_files() if name.startswith(incomplete)]
        return [*map(CompletionItem, names), CompletionItem(incomplete, type="file")]


class InputShape(click.ParamType[Shape]):
    """`3x320x320`."""

    name = "CxHxW"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Shape:
        """The shape; refuses what is none."""
        sides = [int(side) for side in value.split("x")] if re.fullmatch(r"[0-9]{1,9}(x[0-9]{1,9}){0,2}", value) else []
        if len(sides) not in (1, 3) or min(sides) < 1:
            self.fail(f"'{value}' is no shape: write channels, height and width, as in 3x320x320", param, ctx)
        return Shape(sides[0], tuple(sides[1:]))


class Amount(click.ParamType[int]):
    """`2000000`, `2M`."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; refuses what is none."""
        found = _AMOUNT.fullmatch(value)
        amount = round(float(re.sub("[,_]", "", found[1])) * _UNITS[found[2].lower()]) if found else 0
        if amount < 1:
            self.fail(f"'{value}' is no number from 1: write it as in 2000000, 500K, 2.5M or 1G", param, ctx)
        return amount


_AMOUNT = re.compile(r"((?:[0-9]{1,3}(?:[,_][0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,15})?) ?([KMGB]?)", re.IGNORECASE)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9}


def pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`key=value`, several times, as a mapping."""
    found: dict[str, str] = {}
    for value in values:
        key, equals, text = value.partition("=")
        if not (key.strip() and equals):
            raise click.BadParameter(f"'{value}' is not of the form key=value", ctx, param)
        found[key.strip()] = text.strip()
    return found


FRAMES = 60
"""More than as many calls as a level of nesting takes, from the text to the source."""


def limits(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> Budget:
    """`limit=number`, several times, as a budget."""
    known = [field.name for field in fields(Budget)]
    given: dict[str, int] = {}
    for name, text in pairs(ctx, param, values).items():
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean '{near}'?" if near else f"the limits are {', '.join(known)}"
            raise click.BadParameter(f"there is no limit '{name}': {hint}", ctx, param)
        if not re.fullmatch(r"[0-9_]{1,20}", text):
            raise click.BadParameter(f"'{text}' is no whole number", ctx, param)
        given[name] = int(text)
    budget = Budget(**given)
    sys.setrecursionlimit(max(sys.getrecursionlimit(), FRAMES * budget.levels))
    return budget


def choosing(command: Command) -> Command:
    """`--net`, `--set` and `--budget`: which net of a file, with which numbers, within which limits."""
    for option in (
        click.option("--budget", metavar="LIMIT=NUMBER", multiple=True, callback=limits, help="Raise a limit."),
        click.option(
            "--set", "settings", metavar="NAME=VALUE", multiple=True, callback=pairs, help="Set a parameter of the net."
        ),
        click.option("--net", metavar="NAME", help="Take this net of the file."),
    ):
        command = option(command)
    return command
