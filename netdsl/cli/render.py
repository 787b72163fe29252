"""`netdsl render`."""

from pathlib import Path

import click

from netdsl import compiler
from netdsl.budget import Budget
from netdsl.cli.options import NetworkName, choosing
from netdsl.cli.output import target
from netdsl.cli.report import warn
from netdsl.diagnostics.cells import safe
from netdsl.graph.model import Network
from netdsl.saving import save
from netdsl.targets.drawing.drawing import FORMATS, BadFormat, Drawing, form_of, numbered
from netdsl.targets.drawing.render import LABELS, SIZES, VIEWS, render
from netdsl.targets.drawing.scene import CannotDraw
from netdsl.targets.drawing.theme import SHIPPED


@click.command("render")
@click.argument("networks", type=NetworkName(), nargs=-1, required=True, metavar="NETWORK...")
@click.option("-o", "--output", metavar="FILE", help="Where to write; - is standard output.  [default: NET.svg]")
@click.option("--view", default="stages", show_default=True, metavar="VIEW", help=f"{', '.join(VIEWS)}.")
@click.option("--block", metavar="NAME", help="The block that --view block opens.")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Show modules N scopes deep as one box (graph).")
@click.option("--format", "form", metavar="FORMAT", help=f"{', '.join(FORMATS)}.  [default: the extension of FILE]")
@click.option("--theme", default="light", show_default=True, help=f"{', '.join(SHIPPED)}, or a .toml file of your own.")
@click.option("--size", default="16:9", show_default=True, metavar="SIZE", help=f"{', '.join(SIZES)}.")
@click.option("--title", metavar="TEXT", help="The title, instead of the net's own.")
@click.option("--labels", default="params", show_default=True, metavar="LIST", help=f"On cards: {', '.join(LABELS)}.")
@click.option("--no-legend", is_flag=True, help="Leave the legend out.")
@click.option("--transparent", is_flag=True, help="Leave the ground out.")
@click.option("--width", type=click.IntRange(16, 16384), metavar="PIXELS", help="The width of a PNG.")
@click.option("--scale", type=click.FloatRange(0.1, 8), metavar="FACTOR", help="The scale of a PNG.")
@choosing
def command(
    networks: tuple[str, ...],
    output: str | None,
    view: str,
    block: str | None,
    depth: int | None,
    form: str | None,
    theme: str,
    size: str,
    title: str | None,
    labels: str,
    no_legend: bool,
    transparent: bool,
    width: int | None,
    scale: float | None,
    net: str | None,
    settings: dict[str, str],
    budget: Budget,
) -> None:
    """Draw NETWORK, a .net file or the name of a shipped network, as a slide."""
    sources = [compiler.find(name, budget) for name in networks]
    many: list[Network] = []
    for source in sources:
        checked = compiler.check_one(source, net, settings, budget=budget)
        warn(checked.problems)
        many.append(checked.networks[0])
    shown = [label for label in labels.split(",") if label]
    try:
        drawing = render(many, view, block, depth, theme, size, title, not no_legend, shown, transparent)
        path = Path(output or f"{many[0].name}.{form or 'svg'}")
        form = form or ("svg" if output == "-" else form_of(path))
        files = drawing.files(form, _pixels(drawing, form, width, scale))
    except CannotDraw as error:
        raise click.UsageError(safe(str(error))) from error
    if output == "-":
        _to_stdout(files, form)
        return
    _write(drawing, files, path, tuple(source.path for source in sources if source.path))


def _pixels(drawing: Drawing, form: str, width: int | None, scale: float | None) -> int | None:
    """The width of a PNG, where it is asked for."""
    if form != "png" and (width or scale):
        raise BadFormat(f"--width and --scale are the size of a PNG in pixels; a .{form} has none")
    return width or (round(drawing.pages[0].width * scale) if scale else None)


def _to_stdout(files: list[bytes], form: str) -> None:
    if len(files) > 1:
        raise click.UsageError(f"{len(files)} pages of {form} do not fit into one output; name a file, or take pdf")
    click.echo(files[0], nl=False)


def _write(drawing: Drawing, files: list[bytes], path: Path, sources: tuple[Path, ...]) -> None:
    places = numbered(path, len(files))
    for place, file in zip([target(place, sources) for place in places], files, strict=True):
        try:
            save(place, file)
        except OSError as error:
            raise click.ClickException(f"{safe(str(place))} cannot be written: {error.strerror}") from error
    names = ", ".join(network.name for network in drawing.networks)
    click.echo(safe(f"{names}: {', '.join(map(str, places))}"), err=True)
