"""`netdsl explain`."""

import click

from netdsl.diagnostics.catalogue import by_code
from netdsl.diagnostics.explain import contents, page
from netdsl.diagnostics.suggest import nearest


class Code(click.ParamType[str]):
    """The code of a diagnostic."""

    name = "code"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list["click.shell_completion.CompletionItem"]:
        """Codes that begin so."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(code) for code in by_code() if code.startswith(incomplete.upper())]


@click.command("explain")
@click.argument("code", type=Code(), required=False)
def command(code: str | None) -> None:
    """Explain the diagnostic CODE, as in N0302; without one, list them all."""
    if code is None:
        click.echo(contents(), nl=False)
        return
    try:
        click.echo(page(code), nl=False)
    except KeyError:
        near = nearest(code.upper(), by_code())
        hint = f"did you mean {near}?" if near else "`netdsl explain` lists them all."
        raise click.UsageError(f"There is no diagnostic '{code}': {hint}") from None
