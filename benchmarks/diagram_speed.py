"""From text to a picture: in process, and as a whole command against `netdsl check` of the same file.

`diagram_speed.py 9` measures in nine rounds; `diagram_speed.py all` the commands for every network of the library, once
each, by the time of the processor.
"""

import subprocess
import sys
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

from timing import side_by_side, table, verdict

from netdsl import compiler
from netdsl.cli.list import shipped
from netdsl.targets.drawing.folding.stages import NoMainLine
from netdsl.targets.drawing.render import render

NETWORKS = ("resnet152", "googlenet", "densenet201", "nasnetalarge")
CHECK, DRAW = "netdsl check", "netdsl render -o -"
WORDS = {CHECK: ["check", "--quiet"], DRAW: ["render", "-o", "-"]}
LIMIT = 2.0


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


def has_stages(name: str) -> bool:
    """Whether a network is drawn as stages."""
    try:
        return bool(text_to_svg(name))
    except NoMainLine:
        return False


def every_network() -> None:
    """Prints the median of all ratios, and those over the limit."""
    names = [one.name for one in shipped() if has_stages(one.name)]
    ratios = {name: spent(DRAW, name) / spent(CHECK, name) for name in names}
    print(f"{len(ratios)} networks, median {median(ratios.values()):.3f}")
    for name in sorted(ratios, key=lambda one: -ratios[one])[:10]:
        print(verdict(f"{DRAW} {name} / {CHECK} {name}", ratios[name], LIMIT))


def some(rounds: int) -> None:
    """Prints the medians, and the ratio of the commands for ResNet-152."""
    inside = {f"text to SVG, {name}": (lambda name=name: text_to_svg(name)) for name in NETWORKS}
    png = render([compiler.choose(compiler.find("resnet152"))])
    inside["SVG to PNG, resnet152"] = lambda: png.files("png")
    print(table(side_by_side(inside, rounds)))
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
