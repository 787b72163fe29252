"""`netdsl evaluate`."""

from pathlib import Path

import click

from netdsl.datasets.base import Unusable
from netdsl.training.halted import Halted
from netdsl.training.verdicts import WRITERS


@click.command("evaluate")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--data", metavar="DIR", help="Where the images lie.  [default: where they lay in training]")
@click.option("--views", type=click.Choice(["one", "flip", "ten_crop"]), help="What is shown of an image.")
@click.option("--images", type=click.IntRange(min=1), metavar="N", help="Take the first N test images.")
@click.option("--device", metavar="NAME", help="cpu or cuda.  [default: a GPU where there is one]")
@click.option("--format", "form", type=click.Choice(list(WRITERS)), default="text", show_default=True)
def command(run: Path, data: str | None, views: str | None, images: int | None, device: str | None, form: str) -> None:
    """Judge the networks of RUN, a folder that `netdsl train` made, on its test images.

    Images and views are those of the recipe where nothing else is said. Of an ensemble each network is judged, then
    all together.
    """
    from netdsl.training.trained import judged, load

    try:
        trained = load(run, device, views, images)
        judgement = judged(trained, data)
    except (Halted, Unusable) as error:
        raise click.ClickException(str(error)) from error
    if trained.engine.first:
        click.echo(WRITERS[form](judgement))
    trained.engine.close()
