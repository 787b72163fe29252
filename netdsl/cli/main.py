"""`netdsl`: the commands, each imported only when it is called, and how every run ends."""

import os
import sys
from importlib import import_module

import click

from netdsl import __version__
from netdsl.diagnostics.model import Refused

COMMANDS = {
    "compile": "Write a network as PyTorch source.",
    "render": "Draw a network as a slide: SVG, PNG, PDF, PPTX and more.",
    "train": "Train a network as its recipe says.",
    "evaluate": "Judge a trained network on its test images.",
    "predict": "Say what a trained network sees in images.",
    "curves": "Draw the losses and accuracies of runs over each other.",
    "check": "Find every mistake in files.",
    "summary": "Show a network as a table: shapes, parameters, multiply-accumulates.",
    "list": "List the networks that come with netdsl.",
    "show": "Print the source of a network.",
    "verify": "Compare shipped networks with the published models of the same names.",
    "layers": "List the layers, or print the manual of one.",
    "words": "List the words of recipes, or print the manual of one.",
    "explain": "Explain a diagnostic by its code.",
    "doctor": "Say which versions, libraries and Graphviz are in use here.",
    "completion": "Print the script that completes commands in a shell.",
}


class Commands(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command in the file of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"netdsl.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Refuses an unknown command with the one that is probably meant."""
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list["click.shell_completion.CompletionItem"]:
        """Completes commands without importing them, and options."""
        from click.shell_completion import CompletionItem

        items = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return items + click.Command.shell_complete(self, ctx, incomplete)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def commands() -> None:
    """Compile neural networks written in .net files to readable PyTorch."""


def main() -> None:
    """Runs a command. Exit status: 0 done, 1 a file is wrong or could not be written, 2 wrong usage, 70 our fault."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # to look for some reads all packages that are here
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(_run())


def _run() -> int:
    try:
        status = commands.main(prog_name="netdsl", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except Refused as refused:
        from netdsl.cli.report import complain

        complain(refused.problems)
        return 1
    except (KeyboardInterrupt, click.Abort):
        return 130
    except OSError as error:
        return _unwritable(error)
    except Exception as error:
        return _internal(error)


def _unwritable(error: OSError) -> int:
    """Standard output is gone or full: nothing more is written to it, also not at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if not isinstance(error, BrokenPipeError):
        click.echo(f"Error: {error.strerror or error}", err=True)
    return 1


def _internal(error: Exception) -> int:
    """One line about a fault of ours; the traceback only where it is asked for."""
    if os.environ.get("NETDSL_DEBUG"):
        raise error
    words = " ".join(str(error).split())[:200]
    click.echo(
        f"internal error: {type(error).__name__}: {words} (please report it; NETDSL_DEBUG=1 shows where)", err=True
    )
    return 70
