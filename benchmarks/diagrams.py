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
from statistics import median
from time import perf_counter
from typing import TypeVar

from netdsl import compiler
from netdsl.graph.model import Network
from netdsl.targets.drawing.drawing import Drawing
from netdsl.targets.drawing.render import render
from netdsl.targets.drawing.scene import CannotDraw, Node
from netdsl.targets.drawing.theme import SHIPPED, theme
from netdsl.targets.drawing.views.block import blocks

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
    seconds: float
    """From the network to SVG."""

    def worst(self, other: "Figures") -> "Figures":
        """The worse of each."""
        return Figures(
            max(self.boxes, other.boxes),
            max(self.pages, other.pages),
            min(self.text, other.text),
            min(self.contrast, other.contrast),
            min(self.width, other.width),
            {form: max(self.sizes.get(form, 0), other.sizes.get(form, 0)) for form in self.sizes | other.sizes},
            max(self.seconds, other.seconds),
        )

    def row(self, name: str) -> str:
        """A row of a table."""
        sizes = [f"{self.sizes[form]:.0f}" if form in self.sizes else "–" for form in FORMATS]
        cells = [name, str(self.boxes), str(self.pages), f"{self.text:g}", f"{self.contrast:.2f}", f"{self.width:.0%}"]
        return f"| {' | '.join([*cells, *sizes])} |"


def drawings(network: Network, view: str) -> Iterator[Callable[[], Drawing]]:
    """What draws a network in a view; for `block`, each of its blocks."""
    if view == "block":
        yield from (lambda name=name: render([network], view, block=name) for name in blocks(network))
    elif view == "compare":
        yield lambda: render([network, compiler.choose(compiler.find(BESIDE))], view)
    else:
        yield lambda: render([network], view)


def written(drawing: Drawing) -> tuple[Drawing, list[str]]:
    """A drawing with its pages as SVG."""
    return drawing, [drawing.svg(page) for page in range(len(drawing.pages))]


def timed(work: Callable[[], Made]) -> tuple[float, Made]:
    """The median seconds of three runs, and what the last one made."""
    seconds = []
    for _ in range(3):
        begin = perf_counter()
        made = work()
        seconds.append(perf_counter() - begin)
    return median(seconds), made


def measured(draw: Callable[[], Drawing], view: str) -> Figures:
    """The figures of one drawing. What Graphviz places is measured as SVG only."""
    seconds, (drawing, svgs) = timed(lambda: written(draw()))
    sizes = {"svg": max(len(svg.encode()) for svg in svgs) / 1000}
    if view != "graph":
        sizes["pptx"] = len(drawing.files("pptx")[0]) / 1000 / len(svgs)
        sizes["pdf"] = len(drawing.files("pdf")[0]) / 1000
    if view not in ("graph", "compare"):
        sizes["html"] = len(drawing.files("html")[0]) / 1000
    inks = {(words.paint, words.on) for page in drawing.pages for words in words_of(page)}
    themes = [theme(name) for name in SHIPPED]
    return Figures(
        max(sum(isinstance(item, Node) for item in page.items) for page in drawing.pages),
        len(drawing.pages),
        min(smallest_text(page) for page in drawing.pages),
        min(contrast(shown.colour(ink), shown.colour(ground)) for shown in themes for ink, ground in inks),
        min(width_used(page) for page in drawing.pages),
        sizes,
        seconds,
    )


def figures(network: Network, view: str) -> Figures | None:
    """The figures of a network in a view; None where it is sent to another."""
    found = []
    for draw in drawings(network, view):
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
    return {name: figures(network, view) for name, network in many.items()}


def table(view: str, found: dict[str, Figures | None]) -> list[str]:
    """A section of the page of tables."""
    lines = [
        one.row(f"`{name}`") if one else f"| `{name}` | not in this view |" + " |" * 8 for name, one in found.items()
    ]
    return [f"## {view}", "", VIEWS[view], "", HEAD.format("network"), RULE, *lines, ""]


def summary(everything: dict[str, dict[str, Figures | None]]) -> list[str]:
    """The worst case of each view."""
    lines = [HEAD.format("view").replace(" boxes |", " networks | boxes |") + " slowest |", RULE + " ---: | --- |"]
    for view, found in everything.items():
        drawn = {name: one for name, one in found.items() if one}
        name, wait = max(((name, one.seconds) for name, one in drawn.items()), key=lambda pair: pair[1])
        row = reduce(Figures.worst, drawn.values()).row(f"`{view}` | {len(drawn)}")
        lines.append(f"{row} {wait * 1e3:.0f} ms (`{name}`) |")
    return lines


def main() -> None:
    """Measures, and writes or prints."""
    many = networks(sys.argv[1:] or list(compiler.library()))
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
