"""The time of a step under each engine, against a loop as one writes it by hand, side by side in one process."""

import sys
from importlib.metadata import version

import torch
from engine_loops import ENGINES, OnTrainer, Work, quiet
from timing import side_by_side

STEPS = {20: 60, 128: 12, 512: 4}
"""Images in a step, and how many steps are one measurement."""

PLAIN, TRAINER, STARTED = "plain loop", "Trainer", "Trainer, one step"


def measured(batch: int, rounds: int) -> tuple[dict[str, float], float]:
    """Seconds of a step under each engine, and those that a fit of the Trainer takes before its first."""
    work = Work('use "cifar10/conv.net"\n', "conv_net", batch)
    engines = {name: engine(work) for name, engine in ENGINES.items()}
    steps = STEPS[batch]
    runs = {name: lambda engine=engine: engine.train(steps) for name, engine in engines.items()}
    once = OnTrainer(work)
    times = side_by_side({**runs, STARTED: lambda: once.train(1)}, rounds)
    agree(engines)
    step = (times[TRAINER] - times[STARTED]) / (steps - 1)
    found = {name: step if name == TRAINER else times[name] / steps for name in ENGINES}
    return found, times[STARTED] - step


def agree(engines: dict[str, object]) -> None:
    """After as many steps all have the same weights, to the last bit: they did the same work."""
    weights = {name: list(engine.tensors().values()) for name, engine in engines.items()}
    for name, tensors in weights.items():
        assert all(map(torch.equal, tensors, weights[PLAIN])), f"{name} does other work"


def main() -> None:
    """Prints a table for each batch; a number sets the rounds."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    quiet()
    torch.set_num_threads(1)
    print(", ".join(f"{name} {version(name)}" for name in ("torch", "lightning", "accelerate")), f"{rounds} rounds")
    for batch in STEPS:
        times, begin = measured(batch, rounds)
        print(f"{batch} images in a step")
        for name, seconds in times.items():
            more = (seconds - times[PLAIN]) * 1e6
            print(f"  {name:<10}  {seconds * 1e3:8.3f} ms  {seconds / times[PLAIN]:6.3f}  {more:+8.0f} us", flush=True)
        print(f"  a fit of the Trainer before its first step: {begin * 1e3:.1f} ms", flush=True)


if __name__ == "__main__":
    main()
