"""Figures of every network of the library in every view: how legible, how large, how fast.

`python benchmarks/diagrams.py` writes docs/diagram_figures.md and the table of worst cases in docs/diagrams.md. With
names of networks it prints their rows and writes nothing.
"""

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from typing import TypeVar
from unittest.mock import patch

from netdsl import compiler
from netdsl.graph.model import Network
from netdsl.targets.drawing.drawing import Drawing
from netdsl.targets.drawing.graphviz import place
from netdsl.targets.drawing.render import render
from netdsl.targets.drawing.scene import CannotDraw, Node
from netdsl.targets.drawing.theme import SHIPPED, theme
from netdsl.targets.drawing.views.block import blocks
from netdsl.targets.drawing.writers.png import png

Made = TypeVar("Made")

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from colours import contrast  # noqa: E402
from scene_lint import smallest_text, width_used, words_of  # noqa: E402

PAGE, TABLES = ROOT / "docs" / "diagrams.md", ROOT / "docs" / "diagram_figures.md"
START, END = "<!-- worst cases, by benchmarks/diagrams.py -->", "<!-- end of worst cases -->"
BESIDE = "resnet50"
"""The network that each is compared with."""
FORMATS = ("svg", "pptx", "pdf", "html")
RUNS = {"stages": 3, "overview": 3}
"""How often a drawing is made to measure its time; once in other views, which have no limit."""
HEAD = "| {} | boxes | pages | text px | contrast | width | SVG KB | PPTX KB | PDF KB | HTML KB |"
RULE = "| --- |" + " ---: |" * 9


@dataclass(frozen=True)
class Figures:
    """What is measured of a drawing; of several, the worst of each."""

    boxes: int
    """The most on a page."""
    pages: int
    text: float
    contrast: float
    """The lowest in any of the four themes."""
    width: float
    """The share of the width between the margins."""
    sizes: dict[str, float]
    """Format -> kilobytes: of a page for SVG and PPTX, of the file for the others."""
    graphviz: bool
    """Whether Graphviz placed something."""
    seconds: float
    """From the text of the network to SVG."""
    png: float
    """To write the page with most in it as PNG."""

    def worst(self, other: "Figures") -> "Figures":
        """The worse of each."""
        return Figures(
            max(self.boxes, other.boxes),
            max(self.pages, other.pages),
            min(self.text, other.text),
            min(self.contrast, other.contrast),
            min(self.width, other.width),
            {form: max(self.sizes.get(form, 0), other.sizes.get(form, 0)) for form in self.sizes | other.sizes},
            self.graphviz or other.graphviz,
            max(self.seconds, other.seconds),
            max(self.png, other.png),
        )

    def row(self, name: str) -> str:
        """A row of a table."""
        sizes = [f"{self.sizes[form]:.0f}" if form in self.sizes else "–" for form in FORMATS]
        cells = [name, str(self.boxes), str(self.pages), f"{self.text:g}", f"{self.contrast:.2f}", f"{self.width:.0%}"]
        return f"| {' | '.join([*cells, *sizes])} |"


def drawings(name: str, network: Network, view: str) -> Iterator[Callable[[], Drawing]]:
    """What reads, checks and draws a network in a view; for `block`, each of its blocks."""

    def read() -> Network:
        return compiler.check(compiler.find(name)).networks[-1]

    if view == "block":
        yield from (lambda block=block: render([read()], view, block=block) for block in blocks(network))
    elif view == "compare":
        yield lambda: render([read(), compiler.choose(compiler.find(BESIDE))], view)
    else:
        yield lambda: render([read()], view)


def written(drawing: Drawing) -> tuple[Drawing, list[str]]:
    """A drawing with its pages as SVG."""
    return drawing, [drawing.svg(page) for page in range(len(drawing.pages))]


def spent() -> float:
    """The seconds that processors have worked for this process and for the programs that it has run."""
    used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def timed(work: Callable[[], Made], runs: int) -> tuple[float, Made]:
    """The median seconds of so many runs, and what the last one made."""
    seconds = []
    for _ in range(runs):
        begin = spent()
        made = work()
        seconds.append(spent() - begin)
    return median(seconds), made


def measured(draw: Callable[[], Drawing], view: str) -> Figures:
    """The figures of one drawing. A graph is measured as SVG only."""
    with patch.object(place, "placed", wraps=place.placed) as graphviz:
        seconds, (drawing, svgs) = timed(lambda: written(draw()), RUNS.get(view, 1))
    sizes = {"svg": max(len(svg.encode()) for svg in svgs) / 1000}
    wait = 0.0
    if view != "graph":
        sizes["pptx"] = len(drawing.files("pptx")[0]) / 1000 / len(svgs)
        sizes["pdf"] = len(drawing.files("pdf")[0]) / 1000
        most = max(range(len(svgs)), key=lambda page: len(svgs[page]))
        wait, _ = timed(lambda: png(drawing.pages[most], drawing.theme, drawing.ground), 1)
    if view not in ("graph", "compare"):
        sizes["html"] = len(drawing.files("html")[0]) / 1000
    inks = {(words.paint, words.on) for page in drawing.pages for words in words_of(page)}
    themes = [theme(name) for name in SHIPPED]
    return Figures(
        max(sum(isinstance(item, Node) for item in page.items) for page in drawing.pages),
        len(drawing.pages),
        min(smallest_text(page) for page in drawing.pages),
        min(contrast(shown.colour(ink), shown.colour(ground)) for shown in themes for ink, ground in inks),
        min(map(width_used, drawing.pages)),
        sizes,
        graphviz.called,
        seconds,
        wait,
    )


def figures(name: str, network: Network, view: str) -> Figures | None:
    """The figures of a network in a view; None where it is sent to another."""
    found = []
    for draw in drawings(name, network, view):
        try:
            found.append(measured(draw, view))
        except CannotDraw:
            continue
    if not found:
        return None
    worst = reduce(Figures.worst, found)
    return replace(worst, pages=sum(one.pages for one in found))


def networks(names: Sequence[str]) -> dict[str, Network]:
    """Networks of the library by their names there; a family is none."""
    found = {}
    for name in names:
        checked = compiler.check(compiler.find(name)).networks
        if checked:
            found[name] = checked[-1]
    gc.freeze()  # what is kept here would otherwise be searched through while something is timed
    return found


VIEWS = {
    "stages": "A card for each stage.",
    "overview": "At most nine volumes.",
    "layers": "Every layer.",
    "block": "Each block of the network opened; the worst of them, and pages together.",
    "compare": "Beside ResNet-50.",
    "graph": "Placed by Graphviz, on one page as large as it needs.",
}


def rows(view: str, many: dict[str, Network]) -> dict[str, Figures | None]:
    """The figures of many networks in a view."""
    return {name: figures(name, network, view) for name, network in many.items()}


def table(view: str, found: dict[str, Figures | None]) -> list[str]:
    """A section of the page of tables."""
    lines = [
        one.row(f"`{name}`") if one else f"| `{name}` | not in this view |" + " |" * 8 for name, one in found.items()
    ]
    return [f"## {view}", "", VIEWS[view], "", HEAD.format("network"), RULE, *lines, ""]


def summary(everything: dict[str, dict[str, Figures | None]]) -> list[str]:
    """The worst case of each view."""
    head = HEAD.format("view").replace(" boxes |", " networks | boxes |")
    lines = [f"{head} text to SVG | with Graphviz | PNG, a page |", RULE + " ---: | --- | --- | --- |"]
    for view, found in everything.items():
        drawn = {name: one for name, one in found.items() if one}
        placed = {name: one.seconds for name, one in drawn.items() if one.graphviz}
        plain = {name: one.seconds for name, one in drawn.items() if not one.graphviz}
        pages = {name: one.png for name, one in drawn.items() if one.png}
        row = reduce(Figures.worst, drawn.values()).row(f"`{view}` | {len(drawn)}")
        lines.append(f"{row} {' | '.join(map(slowest, (plain, placed, pages)))} |")
    return lines


def slowest(seconds: dict[str, float]) -> str:
    """The median of many networks, and the slowest."""
    if not seconds:
        return "–"
    name = max(seconds, key=lambda one: seconds[one])
    return f"{median(seconds.values()) * 1e3:.0f} ms, at most {seconds[name] * 1e3:.0f} ms (`{name}`)"


def main() -> None:
    """Measures, and writes or prints."""
    many = networks(sys.argv[1:] or list(compiler.library()))
    render(list(many.values())[:1]).files("png")  # what is imported and read only once is not measured
    everything = {}
    for view in VIEWS:
        everything[view] = rows(view, many)
        print("\n".join(table(view, everything[view])) if sys.argv[1:] else f"{view}: done", flush=True)
    if sys.argv[1:]:
        return
    sections = [line for view, found in everything.items() for line in table(view, found)]
    head = ["# Figures of all diagrams", "", "Written by `python benchmarks/diagrams.py`; "
            "[diagrams](diagrams.md#what-is-measured) says what they mean.", ""]  # fmt: skip
    TABLES.write_text("\n".join([*head, *sections]).rstrip() + "\n", encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    worst = "\n".join(["", *summary(everything), ""])
    PAGE.write_text(f"{before}{START}\n{worst}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
