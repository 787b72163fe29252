"""`netdsl predict`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netdsl.datasets.base import Corrupt, Unusable
from netdsl.targets.columns import aligned
from netdsl.training.halted import Halted

if TYPE_CHECKING:
    from netdsl.training.predict import Guess


@click.command("predict")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--top", type=click.IntRange(min=1), default=5, show_default=True, help="How many classes are named.")
@click.option("--device", metavar="NAME", help="cpu or cuda.  [default: a GPU where there is one]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(run: Path, images: tuple[Path, ...], top: int, device: str | None, form: str) -> int:
    """Say what the networks of RUN, a folder that `netdsl train` made, see in IMAGES.

    An image that cannot be read is named, and the others are predicted all the same; the exit status is 1 then.
    """
    from netdsl.training.predict import predicted
    from netdsl.training.trained import load

    entries: list[dict[str, Any]] = []
    broken = False
    try:
        trained = load(run, device)
        for path in images:
            try:
                guesses = predicted(trained, path, top)
            except Corrupt as error:
                click.echo(f"Error: {error}", err=True)
                entries.append({"image": str(path), "error": error.reason})
                broken = True
                continue
            entries.append({"image": str(path), "classes": [_entry(guess) for guess in guesses]})
            if form == "text":
                click.echo("\n".join([str(path), *_lines(guesses)]))
    except (Halted, Unusable) as error:
        raise click.ClickException(str(error)) from error
    if form == "json":
        click.echo(json.dumps(entries, indent=2))
    return int(broken)


def _lines(guesses: "list[Guess]") -> list[str]:
    return aligned([(f"  {guess.name}", f"{guess.probability:.2%}") for guess in guesses], right=(1,))


def _entry(guess: "Guess") -> dict[str, Any]:
    return {"class": guess.number, "name": guess.name, "probability": guess.probability}
