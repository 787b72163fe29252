"""What becomes of a training under each engine when it is stopped, killed, tampered with or spread: found by doing it.

    python benchmarks/engine_safety.py [resume] [pickle] [kill] [launch]

Every part runs in a process of its own, forked from this one, which only imports.
"""

import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from engine_loops import ENGINES, RANK, Lit, Work, quiet
from lightning.pytorch import Trainer
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

SMALL = ("net small { input 3x8x8; conv(8, 3x3) -> relu; flatten; linear(10) }\n", "small", 8, 40)
DROPS = ("net drops { input 3x8x8; conv(8, 3x3) -> relu -> dropout(0.5); flatten; linear(10) }\n", "drops", 8, 40)
LARGE = ("net large { input 3x32x32; flatten; linear(5500) -> relu; linear(10) }\n", "large", 2, 8)
"""Nets, images in a step, images in all. The first two have five steps in an epoch; the third's state has 200 MB."""

KILLS = 12
TRANSACTIONS = ("Fabric", "Trainer")
"""Engines that write into the system's temporary folder first, and move the file from there."""


def apart(function: Callable[..., Any], *arguments: object) -> Any:
    """What a function gives in a process of its own; what it raises, as text."""
    context = get_context("fork")
    here, there = context.Pipe(duplex=False)

    def run() -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
        try:
            there.send(function(*arguments))
        except BaseException as error:
            there.send(f"{type(error).__name__}: {' '.join(str(error).split())[:100]}")

    process = context.Process(target=run)
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        return "the process ended"
    finally:
        process.join()


def digest(engine: Any) -> str:
    """A short name for the weights and the optimizer's state, to the last bit."""
    found = sha256()
    for _, tensor in sorted(engine.tensors().items()):
        found.update(tensor.detach().contiguous().numpy().tobytes())
    return found.hexdigest()[:12]


def trained(name: str, work: tuple[Any, ...], steps: int, load: Path | None = None, save: Path | None = None) -> str:
    """Builds, takes over, trains and saves; gives the digest."""
    engine = ENGINES[name](Work(*work))
    if load is not None:
        engine.load(load)
    engine.train(steps)
    if save is not None:
        engine.save(save)
    return digest(engine)


def resumes(name: str, work: tuple[Any, ...], folder: Path) -> str:
    """Whether 4 steps and then 3 in another process give the bits of 7 steps; an epoch has 5."""
    whole = apart(trained, name, work, 7)
    apart(trained, name, work, 4, None, folder)
    gone_on = apart(trained, name, work, 3, folder)
    return "the same bits" if whole == gone_on else "other bits" if len(gone_on) == 12 else gone_on


def resume(folder: Path) -> None:
    """Prints for each engine whether it goes on exactly, with its own checkpoint and nothing added by hand."""
    print("going on in a new process, in the middle of an epoch: a net without chance | with dropout")
    for name in ENGINES:
        print(f"  {name:<10}  {' | '.join(resumes(name, work, fresh(folder)) for work in (SMALL, DROPS))}")
    print(f"  the Trainer's place in its DataLoader, after steps 0 to 3 of an epoch: {apart(goes_on_at, folder)}")


class Seen(Lit):
    """Notes which samples it is given."""

    def training_step(self, batch: Any, index: int) -> torch.Tensor:
        self.seen.append(int(batch[0][0, 0]))
        return self.model(batch[0]).sum()


def goes_on_at(folder: Path) -> str:
    """Which samples a Trainer takes after it went on from a checkpoint, out of an ordinary DataLoader in order."""
    quiet()
    off = dict.fromkeys(("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False)
    place = fresh(folder) / "state.ckpt"
    for steps, goes_on in ((4, None), (3, place)):
        model = nn.Linear(1, 1)
        module = Seen(model, torch.optim.SGD(model.parameters(), lr=0.01))
        module.seen = []
        trainer = Trainer(accelerator="cpu", devices=1, max_steps=steps, **off)
        trainer.fit(module, DataLoader(TensorDataset(torch.arange(10.0)[:, None])), ckpt_path=goes_on)
        trainer.save_checkpoint(place)
    return f"it takes samples {module.seen}, and {[4, 5, 6]} would be right"


def fresh(folder: Path) -> Path:
    """A new folder."""
    return Path(tempfile.mkdtemp(dir=folder))


def kind(file: Path) -> str:
    """What a file is, by its bytes, and whether `torch.load` takes it with `weights_only=True`."""
    data = file.read_bytes()
    if not (zipfile.is_zipfile(file) or b"data.pkl" in data or data.startswith(b"\x80")):
        return "no pickle"
    try:
        torch.load(file, weights_only=True)
    except Exception:
        return "pickle, refused by weights_only"
    return "pickle, taken by weights_only"


class Foreign:
    """An object whose pickle makes a file when it is read: stands for any program."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.mark,))


def runs_foreign(name: str, folder: Path, file: Path) -> bool:
    """Whether a program that somebody put in the place of a file of a checkpoint is run when it is loaded."""
    mark, good = folder.parent / f"{name}.mark", file.read_bytes()
    zipped = BytesIO()
    torch.save(Foreign(mark), zipped)
    for data in (zipped.getvalue(), pickle.dumps(Foreign(mark))):
        file.write_bytes(data)
        apart(trained, name, SMALL, 1, folder)
    file.write_bytes(good)
    ran = mark.exists()
    mark.unlink(missing_ok=True)
    return ran


def pickles(folder: Path) -> None:
    """Prints what the files of each engine's checkpoint are."""
    print("the files of a checkpoint")
    for name in ENGINES:
        place = fresh(folder)
        apart(trained, name, SMALL, 1, None, place)
        for file in sorted(place.iterdir()):
            ran = "; a program in its place IS RUN" if runs_foreign(name, place, file) else ""
            print(f"  {name:<10}  {file.name}: {kind(file)}{ran}")


def saving(name: str, folder: Path, temporary: Path, signals: int) -> None:
    """The process that is killed: two steps, then it says so and saves over what is there."""
    tempfile.tempdir = str(temporary)
    engine = ENGINES[name](Work(*LARGE))
    engine.train(2)
    os.write(signals, b"s")
    engine.save(folder)
    os.write(signals, b"e")


def saved(name: str, folder: Path, temporary: Path, after: float | None) -> float:
    """Lets a process save, and kills it so many seconds later; gives the seconds until the end of it."""
    here, there = os.pipe()
    process = get_context("fork").Process(target=saving, args=(name, folder, temporary, there))
    process.start()
    os.close(there)
    os.read(here, 1)
    begin = time.perf_counter()
    if after is None:
        os.read(here, 1)
    else:
        time.sleep(after)
        os.kill(process.pid, signal.SIGKILL)
    seconds = time.perf_counter() - begin
    process.join()
    os.close(here)
    return seconds


def killed(name: str, folder: Path, temporary: Path) -> tuple[float, Counter[str]]:
    """Seconds of a save, and what remained after each kill at some moment of one, by what it trains to from there."""
    earlier = fresh(folder)
    apart(trained, name, LARGE, 1, None, earlier)
    known = {apart(trained, name, LARGE, steps): what for steps, what in ((2, "the earlier"), (3, "the new"))}
    draws = random.Random(0)
    seconds, found = 0.0, Counter[str]()
    for number in range(-1, KILLS):
        place = folder / "place"
        shutil.copytree(earlier, place)
        moment = None if number < 0 else (number + draws.random()) / KILLS * seconds
        took = saved(name, place, temporary, moment)
        what = known.get(apart(trained, name, LARGE, 1, place), "neither")
        if number < 0:
            assert what == "the new", what
            seconds = took
        else:
            found[what] += 1
        for used in (place, temporary):
            shutil.rmtree(used)
        temporary.mkdir()
    return seconds, found


def kills(folder: Path) -> None:
    """Prints for each engine what could be loaded after kills."""
    print(f"kill -9 at {KILLS} moments, spread over a save of 200 MB over an earlier checkpoint: what loads")
    elsewhere = Path("/dev/shm")
    other = elsewhere.exists() and elsewhere.stat().st_dev != folder.stat().st_dev
    for name in ENGINES:
        report(name, *killed(name, fresh(folder), fresh(folder)))
        if other and name in TRANSACTIONS:
            with tempfile.TemporaryDirectory(dir=elsewhere) as temporary:
                found = killed(name, fresh(folder), fresh(Path(temporary)))
                report(f"{name}, temporary folder on another disk", *found)


def report(name: str, seconds: float, found: Counter[str]) -> None:
    """A line for an engine."""
    print(f"  {name:<10}  {seconds:.2f} s;", ", ".join(f"{what}: {count}" for what, count in found.items()), flush=True)


def launch(folder: Path) -> None:
    """Prints for each engine whether two processes come to the same weights, and to those of one."""
    print("two processes under torchrun")
    for name in ENGINES:
        place = fresh(folder)
        run = ("torch.distributed.run", "--standalone", "--nproc-per-node", "2", __file__, "rank", name, place)
        ran = subprocess.run([sys.executable, "-m", *map(str, run)], capture_output=True, text=True, check=False)
        found = [torch.load(file, weights_only=True) for file in sorted(place.iterdir())]
        if len(found) < 2:
            print(f"  {name:<10}  failed: {ran.stderr.strip().splitlines()[-1]}")
            continue
        apart(weigh, name, place / "alone.pt")
        alone = torch.load(place / "alone.pt", weights_only=True)
        equal = all(map(torch.equal, *found))
        close = max(float((one - other).abs().max()) for one, other in zip(found[0], alone, strict=True))
        print(f"  {name:<10}  ranks are {'equal' if equal else 'NOT EQUAL'}; from one process at most {close:.1e}")


def weigh(name: str, file: Path) -> None:
    """Writes the weights and the optimizer's state after seven steps."""
    engine = ENGINES[name](Work(*SMALL))
    engine.train(7)
    torch.save([tensor.detach().clone() for tensor in engine.tensors().values() if tensor.ndim > 0], file)


PARTS = {"resume": resume, "pickle": pickles, "kill": kills, "launch": launch}


def main() -> None:
    """Runs the parts that are named, or all."""
    quiet()
    torch.set_num_threads(1)
    if sys.argv[1:2] == ["rank"]:
        weigh(sys.argv[2], Path(sys.argv[3], f"{RANK}.pt"))
        return
    with tempfile.TemporaryDirectory() as folder:
        for part in sys.argv[1:] or PARTS:
            PARTS[part](Path(folder))


if __name__ == "__main__":
    main()
