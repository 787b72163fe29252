"""From text to a picture: in process, and as a whole command against `netdsl check` of the same file."""

import subprocess
import sys

from timing import side_by_side, table, verdict

from netdsl import compiler
from netdsl.targets.drawing.render import render

NETWORKS = ("resnet152", "googlenet", "densenet201", "nasnetalarge")
CHECK, DRAW = "netdsl check resnet152", "netdsl render resnet152 -o -"
COMMANDS = {
    CHECK: ["check", "--quiet", "resnet152"],
    DRAW: ["render", "resnet152", "-o", "-"],
}


def text_to_svg(name: str) -> str:
    """A file read, checked and drawn."""
    return render([compiler.choose(compiler.find(name))]).svg()


def main() -> None:
    """Prints the medians, and the command's ratio against a check."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    inside = {f"text to SVG, {name}": (lambda name=name: text_to_svg(name)) for name in NETWORKS}
    png = render([compiler.choose(compiler.find("resnet152"))])
    inside["SVG to PNG, resnet152"] = lambda: png.files("png")
    print(table(side_by_side(inside, rounds)))
    commands = {
        name: lambda words=words: subprocess.run(
            [sys.executable, "-m", "netdsl", *words], check=True, stdout=subprocess.DEVNULL
        )
        for name, words in COMMANDS.items()
    }
    times = side_by_side(commands, rounds)
    print(table(times))
    print(verdict(f"{DRAW} / {CHECK}", times[DRAW] / times[CHECK], 2.0))


if __name__ == "__main__":
    main()
