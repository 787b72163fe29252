"""The time of a step under each engine, against a loop as one writes it by hand, side by side in one process."""

import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version

import torch
from engine_loops import ENGINES, OnTrainer, Plain, Work, quiet
from timing import side_by_side

CONV = ('use "cifar10/conv.net"\n', "conv_net")
LEAST = ("net least { input 3x4x4; flatten; linear(10) }\n", "least")

MEASURED = ((LEAST, 1, 200), (CONV, 20, 15), (CONV, 128, 3), (CONV, 512, 1))
"""A net, the images in a step, and how many steps are timed as one. The first net is all engine."""

PLAIN, AGAIN, TRAINER = "plain loop", "plain, again", "Trainer"
"""The plain loop runs twice: as far as two equal loops lie apart, nothing is to be read from a difference."""


def step_times(work: Work, steps: int, rounds: int, begin: float) -> dict[str, float]:
    """Seconds of a step under each engine; those in which a fit of the Trainer begins are taken off."""
    engines = {name: engine(work) for name, engine in ENGINES.items()}
    engines[AGAIN] = Plain(work)
    times = side_by_side({name: training(engine, steps) for name, engine in engines.items()}, rounds)
    agree(engines)
    times[TRAINER] -= begin
    return {name: seconds / steps for name, seconds in times.items()}


def training(engine: Plain, steps: int) -> Callable[[], None]:
    """So many steps of an engine."""
    return lambda: engine.train(steps)


def beginning(rounds: int) -> float:
    """Seconds that a fit of the Trainer takes beside its steps."""
    trainer = OnTrainer(Work(*LEAST, 1))
    times = side_by_side({"1": training(trainer, 1), "21": training(trainer, 21)}, rounds)
    return times["1"] - (times["21"] - times["1"]) / 20


def agree(engines: Mapping[str, Plain]) -> None:
    """After as many steps all have the same weights, to the last bit: they did the same work."""
    weights = {name: list(engine.tensors().values()) for name, engine in engines.items()}
    for name, tensors in weights.items():
        assert all(map(torch.equal, tensors, weights[PLAIN])), f"{name} does other work"


def main() -> None:
    """Prints a table for each batch; a number sets the rounds."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    quiet()
    torch.set_num_threads(1)
    print(", ".join(f"{name} {version(name)}" for name in ("torch", "lightning", "accelerate")), f"- {rounds} rounds")
    begin = beginning(rounds)
    print(f"a fit of the Trainer takes {begin * 1e3:.1f} ms beside its steps")
    for (text, net), batch, steps in MEASURED:
        print(f"{net}, images in a step: {batch}")
        times = step_times(Work(text, net, batch), steps, rounds, begin)
        for name, seconds in times.items():
            more = (seconds - times[PLAIN]) * 1e6
            print(f"  {name:<12}  {seconds * 1e3:8.3f} ms  {seconds / times[PLAIN]:6.3f}  {more:+8.0f} us", flush=True)


if __name__ == "__main__":
    main()
