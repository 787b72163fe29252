"""From text to a picture: in process, and as a whole command against `netdsl check` of the same file.

`diagram_speed.py 9` measures in nine rounds; `diagram_speed.py all` every network of the library by the time of the
processor: the commands, once each, and from text to SVG the best of three.
"""

import gc
import subprocess
import sys
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import process_time

from timing import side_by_side, table, verdict

from netdsl import compiler
from netdsl.cli.list import shipped
from netdsl.targets.drawing.render import render

NETWORKS = ("resnet152", "googlenet", "densenet201", "nasnetalarge")
CHECK, DRAW = "netdsl check", "netdsl render -o -"
WORDS = {CHECK: ["check", "--quiet"], DRAW: ["render", "-o", "-"]}
LIMIT = 2.0
SOON = 50
"""Milliseconds that a picture may take which Graphviz need not place."""


def text_to_svg(name: str) -> str:
    """A file read, checked and drawn."""
    return render([compiler.choose(compiler.find(name))]).svg()


def run(what: str, name: str) -> None:
    """A whole command for a network."""
    command = [sys.executable, "-m", "netdsl", *WORDS[what], name]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def spent(what: str, name: str) -> float:
    """The seconds that processors work for a command."""
    before = getrusage(RUSAGE_CHILDREN)
    run(what, name)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def inside(name: str) -> float:
    """The milliseconds that the processor works from text to SVG, at best, and clears away what others left."""
    gc.collect()
    gc.freeze()
    found = []
    for _ in range(3):
        before = process_time()
        text_to_svg(name)
        found.append(process_time() - before)
    return min(found) * 1000


def every_network() -> None:
    """Prints the medians of all networks, and those that are slowest."""
    names = [one.name for one in shipped()]
    times = {name: inside(name) for name in names}
    slow = {name: time for name, time in times.items() if time > SOON}
    print(f"text to SVG: {len(times)} networks, median {median(times.values()):.0f} ms, {len(slow)} over {SOON}:")
    for name in sorted(slow, key=lambda one: -slow[one]):
        print(f"  {name:28} {slow[name]:6.0f} ms")
    ratios = {name: spent(DRAW, name) / spent(CHECK, name) for name in names}
    print(f"commands: median {median(ratios.values()):.3f}")
    for name in sorted(ratios, key=lambda one: -ratios[one])[:10]:
        print(verdict(f"{DRAW} {name} / {CHECK} {name}", ratios[name], LIMIT))


def some(rounds: int) -> None:
    """Prints the medians, and the ratio of the commands for ResNet-152."""
    steps = {f"text to SVG, {name}": (lambda name=name: text_to_svg(name)) for name in NETWORKS}
    png = render([compiler.choose(compiler.find("resnet152"))])
    steps["SVG to PNG, resnet152"] = lambda: png.files("png")
    print(table(side_by_side(steps, rounds)))
    times = side_by_side({what: (lambda what=what: run(what, "resnet152")) for what in WORDS}, rounds)
    print(table(times))
    print(verdict(f"{DRAW} / {CHECK}", times[DRAW] / times[CHECK], LIMIT))


def main() -> None:
    """Measures what the word says: every network, or so many rounds of a few."""
    if sys.argv[1:] == ["all"]:
        every_network()
    else:
        some(int(sys.argv[1]) if len(sys.argv) > 1 else 9)


if __name__ == "__main__":
    main()
