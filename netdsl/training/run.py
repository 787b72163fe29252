"""The folder of a run: what was trained, how, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from netdsl import compiler, resources
from netdsl.saving import save
from netdsl.training.halted import Halted
from netdsl.words.text import written

if TYPE_CHECKING:
    from netdsl.compiler import Checked
    from netdsl.graph.model import Network, Training
    from netdsl.recipes.recipe import Recipe
    from netdsl.source import SourceFile


@dataclass(frozen=True)
class Run:
    """A folder that `netdsl train` made."""

    folder: Path

    @property
    def file(self) -> Path:
        """The net and its recipe, resolved: a `.net` file that stands on what lies in `source/`."""
        return self.folder / "run.net"

    @property
    def facts(self) -> Path:
        """Where the data lies, the names of its classes, versions, hardware."""
        return self.folder / "run.json"

    @property
    def curves(self) -> Path:
        """The losses and accuracies as a picture."""
        return self.folder / "curves.svg"

    def member(self, number: int, of: int) -> Member:
        """The part of one network of the ensemble; of a single one, the folder itself."""
        return Member(self.folder if of == 1 else self.folder / f"member{number}")

    def members(self, of: int) -> list[Member]:
        """The parts of all networks."""
        return [self.member(number, of) for number in range(of)]

    def read(self) -> tuple[Network, Training]:
        """The network and its recipe; raises `Halted` where this is no run, and `Refused` where its file is wrong."""
        if not self.file.is_file():
            raise Halted(f"{self.folder} is no folder of a run: it has no run.net")
        network = compiler.choose(compiler.find(str(self.file)), "run")
        if not network.trainings:
            raise Halted(f"{self.file} has no recipe for `run` any more")
        return network, network.trainings[0]

    def read_facts(self) -> dict[str, Any]:
        """What was noted of the run; raises `Halted` where that cannot be read."""
        try:
            found = json.loads(self.facts.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise Halted(f"{self.facts} cannot be read: {error}") from error
        if not isinstance(found, dict):
            raise Halted(f"{self.facts} does not hold what was noted of a run")
        return found


@dataclass(frozen=True)
class Member:
    """What one network of a run leaves."""

    folder: Path

    @property
    def checkpoint(self) -> Path:
        """All that is needed to go on."""
        return self.folder / "checkpoint.safetensors"

    @property
    def weights(self) -> Path:
        """The trained weights under their keys alone."""
        return self.folder / "model.safetensors"

    @property
    def table(self) -> Path:
        """Every number that was printed."""
        return self.folder / "metrics.csv"

    @property
    def watched(self) -> Path:
        """Gradients and activations, layer by layer."""
        return self.folder / "watch.csv"

    @property
    def depths(self) -> Path:
        """The same as a picture."""
        return self.folder / "watch.svg"

    @property
    def board(self) -> Path:
        """Events for TensorBoard."""
        return self.folder / "events"


def named(network: str, training: str) -> Path:
    """A folder below `runs/` that is not there yet: `runs/resnet-plain`, `runs/resnet-plain-2`."""
    first = Path("runs") / f"{network}-{training}"
    number, found = 1, first
    while found.exists():
        number += 1
        found = first.with_name(f"{first.name}-{number}")
    return found


def made(
    folder: Path,
    checked: Checked,
    training: Training,
    settings: Mapping[str, str],
    facts: Mapping[str, Any],
) -> Run:
    """A new run in `folder`, with copies of all files that its net stands on.

    Raises `Halted` where the folder holds something already, or cannot be written.
    """
    run = Run(folder)
    try:
        if folder.exists() and not folder.is_dir():
            raise Halted(f"{folder} is a file: choose another folder for the run")
        if folder.exists() and any(folder.iterdir()):
            way = (
                f"go on with it: netdsl train --resume {quote(str(folder))}" if run.file.exists() else "choose another"
            )
            raise Halted(f"{folder} holds something already: {way}")
        folder.mkdir(parents=True, exist_ok=True)
        used = _copied(checked, folder / "source")
        save(run.facts, json.dumps(dict(facts), indent=2) + "\n")
        save(run.file, text(checked.networks[0], training, used, settings))
        for member in run.members(training.recipe.ensemble):
            member.folder.mkdir(exist_ok=True)
    except OSError as error:
        raise Halted(f"{folder} cannot be written: {error.strerror or error}") from error
    return run


def text(network: Network, training: Training, used: str, settings: Mapping[str, str]) -> str:
    """The `.net` file of a run: its net as an instance called `run`, and the recipe with every setting spelled out."""
    own = ", ".join(f"{name}={value}" for name, value in settings.items() if not name.startswith("train."))
    lines = [f"## {line}".rstrip() for line in network.doc.splitlines()]
    lines += [f'use "{used}"', "", f"net run = {network.name}{f'({own})' if own else ''}", ""]
    given = [f"  {name} = {value}" for name, value in settings_of(training.recipe).items()]
    lines += [f"train {training.name} for run {{", *given, "}", ""]
    return "\n".join(lines)


def settings_of(recipe: Recipe) -> dict[str, str]:
    """Every setting of a recipe as a file has it."""
    given = {name: getattr(recipe, name) for name in type(recipe).model_fields}
    return {name: written(value) for name, value in given.items() if value is not None}


def _copied(checked: Checked, folder: Path) -> str:
    """Copies the net's file and those it stands on; tells how the run's own file names it."""
    places = {source: _place(source, checked.source) for source in checked.sources}
    for source, place in places.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        save(folder / place, source.text)
    return (Path(folder.name) / places[checked.home]).as_posix()


def _place(source: SourceFile, first: SourceFile) -> Path:
    """Where a file stands below the folder of the file that was given, or in the shipped library."""
    if source.path is None or first.path is None:
        return Path("net.net")
    path = source.path.resolve()
    for root in (first.path.resolve().parent, resources.folder("architectures").resolve()):
        if path.is_relative_to(root):
            return path.relative_to(root)
    return Path(path.name)
