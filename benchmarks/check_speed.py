"""`netdsl check` of ResNet-152 as a whole process, against what any program of its kind must import, and torch.

Modules are read compiled, as `pip install` leaves them: in a checkout under PYTHONDONTWRITEBYTECODE ours alone would be
compiled anew in each process, and the libraries not.
"""

import os
import subprocess
import sys

from timing import side_by_side, table, verdict

CHECK = "netdsl check"
LIBRARIES = "import lark, pydantic, click"
TORCH = "import torch"

COMMANDS = {
    CHECK: ["-m", "netdsl", "check", "--quiet", "resnet152"],
    LIBRARIES: ["-c", "import lark, pydantic, click; pydantic.BaseModel"],
    TORCH: ["-c", "import torch"],
}


def main() -> None:
    """Prints the medians and both ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    work = {
        name: lambda a=a: subprocess.run([sys.executable, *a], check=True, env=compiled) for name, a in COMMANDS.items()
    }
    times = side_by_side(work, rounds)
    print(table(times))
    print(verdict(f"{CHECK} / {LIBRARIES}", times[CHECK] / times[LIBRARIES], 2.0))
    print(verdict(f"{CHECK} / {TORCH}", times[CHECK] / times[TORCH], 0.2))


if __name__ == "__main__":
    main()
