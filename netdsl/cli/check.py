"""`netdsl check`."""

from collections.abc import Callable, Mapping

import click

from netdsl import compiler
from netdsl.budget import Budget
from netdsl.cli.options import NetworkName, choosing
from netdsl.diagnostics.model import Diagnostic, Refused
from netdsl.diagnostics.suggest import counted


@click.command("check")
@click.argument("files", type=NetworkName(), nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; the exit status says it.")
@choosing
def command(
    files: tuple[str, ...], form: str, quiet: bool, net: str | None, settings: dict[str, str], budget: Budget
) -> int:
    """Find every mistake in FILEs. The exit status is 1 where there is an error."""
    found: dict[tuple[object, ...], Diagnostic] = {}
    networks = 0
    for file in files:
        try:
            checked = compiler.check(compiler.find(file, budget), net, settings, budget=budget)
            problems, networks = checked.problems, networks + len(checked.networks)
        except Refused as refused:
            problems = refused.problems
        for problem in problems:
            span = problem.span
            found.setdefault((problem.code, span.file.path or span.file.name, span.start, span.end), problem)
    if not quiet:
        WRITERS[form](list(found.values()), f"no mistakes in {counted(networks, 'network')}")
    return int(any(problem.level == "error" for problem in found.values()))


def as_text(found: list[Diagnostic], otherwise: str) -> None:
    """For a person."""
    if not found:
        click.echo(otherwise)
        return
    from netdsl.cli.report import complain

    complain(found, err=False)


def as_json(found: list[Diagnostic], otherwise: str) -> None:
    """For a program."""
    from netdsl.diagnostics import formats

    click.echo(formats.as_json(found))


def as_github(found: list[Diagnostic], otherwise: str) -> None:
    """For a pull request; nothing where there is nothing to say."""
    from netdsl.diagnostics import formats

    if found:
        click.echo(formats.as_github(found))


WRITERS: Mapping[str, Callable[[list[Diagnostic], str], None]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}
