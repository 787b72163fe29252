"""A run made, or found again, ready to go."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdsl.diagnostics.suggest import counted
from netdsl.training.engine import Engine, start
from netdsl.training.origin import refuse_unfit
from netdsl.training.run import Run, made, named
from netdsl.training.train import Options, Session

if TYPE_CHECKING:
    from netdsl.compiler import Checked
    from netdsl.graph.model import Training


def begun(
    checked: Checked,
    training: Training,
    settings: Mapping[str, str],
    folder: Path | None,
    options: Options,
    device: str | None,
    say: Callable[[str], None],
) -> Session:
    """A new run. Nothing is made before the images are found.

    Raises `Halted` for a folder that cannot be had, and `netdsl.datasets.base.Unusable` for images.
    """
    network = checked.networks[0]
    if options.init_from is not None:
        refuse_unfit(network, options.init_from)
    engine = start(training.recipe, device)
    run = Run(folder or named(network.name, training.name))
    session = Session(run, network, training, engine, options, say if engine.first else _silent)
    if engine.first:
        made(run.folder, checked, training, settings, _facts(engine, options, session.names))
    session.say(f"{network.name}, recipe {training.name}, on {_device(engine)}: {run.folder}")
    return session


def resumed(
    folder: Path, data: str | None, watch: bool, tensorboard: bool, device: str | None, say: Callable[[str], None]
) -> Session:
    """A run that goes on from its last checkpoint, with the images where they were, or at `data`. Raises likewise."""
    run = Run(folder)
    network, training = run.read()
    facts = run.read_facts() if data is None or run.facts.exists() else {}
    place, other = str(facts.get("data", "")) if data is None else data, facts.get("init_from")
    engine = start(training.recipe, device)
    options = Options(place, True, None if other is None else Path(other), watch, tensorboard)
    session = Session(run, network, training, engine, options, say if engine.first else _silent)
    session.say(f"going on with {folder}, recipe {training.name}, on {_device(engine)}")
    return session


def _silent(text: str) -> None:
    """Of several processes one speaks."""


def _facts(engine: Engine, options: Options, names: tuple[str, ...]) -> dict[str, Any]:
    import torch

    return {
        "netdsl": version("netdsl"),
        "begun": datetime.now(UTC).isoformat(timespec="seconds"),
        "data": _place(options.data),
        "classes": names,
        "init_from": None if options.init_from is None else options.init_from.resolve().as_posix(),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "device": _device(engine),
        "processes": engine.world,
    }


def _place(data: str) -> str:
    """Where the images lie, wherever one looks from."""
    return data if not data or "://" in data else Path(data).expanduser().resolve().as_posix()


def _device(engine: Engine) -> str:
    """The hardware in words."""
    import torch

    if engine.on_gpu:
        return f"{engine.world} x {torch.cuda.get_device_name(engine.device)}"
    threads = counted(torch.get_num_threads(), "thread")
    return f"{engine.world} x {platform.processor() or platform.machine()} CPU, {threads}"
