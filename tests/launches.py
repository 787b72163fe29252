"""Trainings in processes of their own, to be killed, stopped and starved.

Importing torch takes most of the time of a small training, so one process does it once and forks for each launch.
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
IMAGES = HERE / "data" / "cifar10"
"""40 images to train and 20 to test."""


@dataclass(frozen=True)
class Ended:
    """How a launch ended."""

    status: int
    """Its exit status; the negative number of the signal that ended it."""
    said: str
    """What it wrote to standard output and standard error."""


class Launcher:
    """Starts `netdsl` in processes of their own."""

    def __init__(self) -> None:
        environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
        self.server = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def __call__(self, *arguments: object, before: str = "", kill_after: float | None = None) -> Ended:
        """Runs a command to its end; `before` is Python that runs first, `kill_after` seconds it is killed."""
        with tempfile.NamedTemporaryFile("r") as said:
            order = {"arguments": [*map(str, arguments)], "before": before, "after": kill_after, "said": said.name}
            assert self.server.stdin is not None and self.server.stdout is not None
            print(json.dumps(order), file=self.server.stdin, flush=True)
            answer = self.server.stdout.readline()
            return Ended(os.waitstatus_to_exitcode(int(answer)), said.read())

    def close(self) -> None:
        """Ends the process that starts the others."""
        self.server.communicate()


@contextmanager
def launcher() -> Iterator[Launcher]:
    """A launcher for some tests."""
    found = Launcher()
    try:
        yield found
    finally:
        found.close()


def on_call(place: str, number: int, action: Callable[[], None], after: bool = False) -> None:
    """Does something at a call of a function, `netdsl.training.loop:Loop.step`, before or after it; 1 is the first."""
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original, calls = getattr(owner, name), 0

    def called(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number and not after:
            action()
        result = original(*arguments, **named)
        if calls == number and after:
            action()
        return result

    setattr(owner, name, called)


def send(*signals: int) -> Callable[[], None]:
    """An action that sends these signals to its own process."""

    def sending() -> None:
        for number in signals:
            os.kill(os.getpid(), number)

    return sending


def torn_write() -> None:
    """Leaves half of the file that is being written, where one is, and is killed."""
    for draft in Path.cwd().glob("**/.*.tmp"):
        os.truncate(draft, draft.stat().st_size // 2)
    os.kill(os.getpid(), signal.SIGKILL)


def run(arguments: Sequence[str], before: str) -> int:
    """The child's part: what is to be done before, then the command."""
    from netdsl.cli.main import main

    sys.argv = ["netdsl", *arguments]
    exec(before, {})
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def fork(order: dict[str, Any]) -> int:
    """Starts a child, kills it after a while where that is asked for, and gives what `wait` gives of it."""
    child = os.fork()
    if not child:
        file = os.open(order["said"], os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(file, stream)
        try:
            status = run(order["arguments"], order["before"])
            sys.stdout.flush()
            sys.stderr.flush()
        except BaseException:
            import traceback

            traceback.print_exc()
            sys.stderr.flush()
            status = 99
        os._exit(status)
    if order["after"] is not None:
        time.sleep(order["after"])
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def serve() -> None:
    """The server's part: an order a line, an answer a line."""
    for library in ("torch", "torch._dynamo", "pyarrow.parquet", "PIL.Image", "tqdm", "safetensors.torch"):
        importlib.import_module(library)
    with contextlib.suppress(ImportError):
        importlib.import_module("matplotlib.figure")
    for module in ("netdsl.training.begin", "netdsl.cli.train", "netdsl.recipes.vocabulary"):
        importlib.import_module(module)
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        print(fork(json.loads(line)), file=answers, flush=True)


if __name__ == "__main__":
    serve()
