"""`netdsl train`."""

import os
import shlex
from pathlib import Path
from typing import Any

import click

from netdsl import compiler
from netdsl.cli.interrupts import stopping
from netdsl.cli.options import NetworkName, choosing
from netdsl.cli.report import warn
from netdsl.datasets.base import Unusable
from netdsl.training.halted import Halted


@click.command("train")
@click.argument("network", type=NetworkName(), required=False)
@click.option("--data", metavar="DIR", help="Where the images lie.")
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path), help="The run's folder.  [default: runs/NET-RECIPE]"
)
@click.option("--recipe", metavar="NAME", help="Take this recipe of the net.  [default: the first]")
@click.option("--resume", metavar="RUN", type=click.Path(path_type=Path), help="Go on with a run that was stopped.")
@click.option(
    "--init-from", metavar="RUN", type=click.Path(path_type=Path), help="Take over weights where names agree."
)
@click.option("--device", metavar="NAME", help="cpu or cuda.  [default: a GPU where there is one]")
@click.option("--watch", is_flag=True, help="Write down gradients and activations, layer by layer.")
@click.option("--tensorboard", is_flag=True, help="Write events for TensorBoard as well.")
@choosing
def command(network: str | None, resume: Path | None, **options: Any) -> int:
    """Train NETWORK, a .net file or the name of a shipped network, as a recipe in its file says.

    `--set train.optimizer.lr=0.1` and the like change the recipe.
    """
    if (network is None) == (resume is None):
        raise click.UsageError("name a network, or a run to go on with: --resume RUN")
    if resume is not None:
        _refuse_changes(options)
    try:
        return _resumed(resume, **options) if resume is not None else _begun(network or "", **options)
    except (Halted, Unusable) as error:
        raise click.ClickException(f"{_speaker()}{error}") from error


def _refuse_changes(options: dict[str, Any]) -> None:
    """A run goes on as it began."""
    names = {"settings": "--set", "out": "--out", "recipe": "--recipe", "init_from": "--init-from", "net": "--net"}
    for name, option in names.items():
        if options[name]:
            raise click.UsageError(f"{option} does not go with --resume: a run goes on as it began")


def _speaker() -> str:
    """Which of several processes speaks."""
    rank, world = os.environ.get("RANK", "0"), os.environ.get("WORLD_SIZE", "1")
    return "" if world == "1" else f"process {rank} of {world}: "


def _begun(network: str, out: Path | None, recipe: str | None, data: str | None, **options: Any) -> int:
    from netdsl.training.begin import begun
    from netdsl.training.train import Options

    source = compiler.find(network, options["budget"])
    checked = compiler.check_one(source, options["net"], options["settings"], budget=options["budget"], recipe=recipe)
    warn(checked.problems)
    training = compiler.training(checked, recipe)
    if data is None and training.recipe.data.needs_place:
        raise click.UsageError("say where the images lie: --data DIR")
    chosen = Options(data or "", False, options["init_from"], options["watch"], options["tensorboard"])
    return _run(begun(checked, training, options["settings"], out, chosen, options["device"], click.echo))


def _resumed(run: Path, data: str | None, **options: Any) -> int:
    from netdsl.training.begin import resumed

    return _run(resumed(run, data, options["watch"], options["tensorboard"], options["device"], click.echo))


def _run(session: Any) -> int:
    with stopping(session):
        score = session.go()
    session.engine.close()
    if score is None:
        flags = [f"--{name}" for name in ("watch", "tensorboard") if getattr(session.options, name)]
        again = shlex.join(["netdsl", "train", "--resume", str(session.run.folder), *flags])
        session.say(f"stopped; go on with: {again}")
        return 130
    session.finish(score)
    return 0
