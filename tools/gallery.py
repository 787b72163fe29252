"""Remakes the pictures of the documentation: `python tools/gallery.py`.

docs/pictures holds those of the guide and the README; docs/gallery.md and docs/gallery/ show every network of the
library, a page for each family: its stages and its volumes; of one network for each family a block, and the family side
by side; of a few networks the remaining views too. That is all of it that stays below 6 MB.
"""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from netdsl import compiler
from netdsl.cli.list import Shipped, by_number, shipped
from netdsl.graph.model import Network
from netdsl.targets.drawing.folding.stages import stages
from netdsl.targets.drawing.render import render
from netdsl.targets.drawing.scene import CannotDraw

DOCS = Path(__file__).parent.parent / "docs"
GUIDE: Mapping[str, Mapping[str, str]] = {
    "resnet34_stages": {"name": "resnet34"},
    "resnet34_overview": {"name": "resnet34", "view": "overview"},
    "resnet34_dark": {"name": "resnet34", "theme": "dark"},
    "googlenet_stages": {"name": "googlenet"},
    "unet_stages": {"name": "unet"},
    "unet_overview": {"name": "unet", "view": "overview"},
    "inception_e": {"name": "inception_v3", "view": "block", "block": "inception_e"},
}
"""The pictures of the guide and the README: file -> what is drawn."""
COMPARED = ("vgg16", "resnet50", "mobilenet_v2")
"""The networks that the guide compares."""
WHOLE = ("resnet34", "googlenet", "densenet121", "mobilenet_v2", "nasnetalarge", "unet")
"""The networks of which every view is shown."""
SIDE_BY_SIDE = 6


@dataclass(frozen=True)
class Picture:
    """An SVG file, and what is said below it."""

    file: str
    svg: str
    caption: str


def guide() -> Iterator[tuple[str, str]]:
    """The name and the SVG of each picture of the guide."""
    for file, options in GUIDE.items():
        wishes = {key: value for key, value in options.items() if key != "name"}
        yield file, render([network(options["name"])], **wishes).svg()
    yield "three_compared", render([network(name) for name in COMPARED], "compare").svg()


def network(name: str) -> Network:
    """A network of the library."""
    return compiler.check(compiler.find(name)).networks[-1]


def families() -> list[list[Shipped]]:
    """The networks of each family in the order of their years, and the families by their first year."""
    everything = sorted(shipped(), key=lambda one: (one.family, one.year or 0, by_number(one.name)))
    found = [list(members) for _, members in groupby(everything, key=lambda one: one.family)]
    return sorted(found, key=lambda members: (members[0].year or 0, members[0].family))


def pictures(one: Shipped, first: bool) -> Iterator[Picture]:
    """What is shown of a network; of the first of a family its commonest block too."""
    drawn, stem = network(one.name), one.name.rpartition("/")[2]
    for view, said in (("stages", "As stages."), ("overview", "As volumes.")):
        try:
            yield Picture(f"{stem}_{view}", render([drawn], view).svg(), said)
        except CannotDraw:
            continue
    if block := (first or one.name in WHOLE) and _commonest(drawn):
        with suppress(CannotDraw):
            yield Picture(f"{stem}_block", render([drawn], "block", block=block).svg(), f"The block `{block}`, opened.")
    if one.name in WHOLE or not _has_volumes(drawn):
        yield from _remaining(stem, drawn)


def _commonest(drawn: Network) -> str:
    """The block that most of its cards are made of; "" where there is none."""
    try:
        uses = [run.use.definition.name for card in stages(drawn).cards for run in card.uses]
    except CannotDraw:
        return ""
    return max(uses, key=uses.count, default="")


def _has_volumes(drawn: Network) -> bool:
    try:
        return bool(render([drawn], "overview"))
    except CannotDraw:
        return False


def _remaining(stem: str, drawn: Network) -> Iterator[Picture]:
    """The first page of all layers, and the modules as a graph."""
    with suppress(CannotDraw):
        pages = render([drawn], "layers")
        yield Picture(f"{stem}_layers", pages.svg(), f"Every layer; the first of {len(pages.pages)} pages.")
    yield Picture(f"{stem}_graph", render([drawn], "graph", depth=1).svg(), "The graph of its outermost modules.")


def side_by_side(members: Sequence[Shipped]) -> Picture | None:
    """Up to six of a family, from its first to its last."""
    step = max(1, -(-(len(members) - 1) // (SIDE_BY_SIDE - 1)))
    chosen = [*members[:-1:step], members[-1]]
    try:
        svg = render([network(one.name) for one in chosen], "compare").svg()
    except CannotDraw:
        return None
    return Picture("compared", svg, "Side by side.")


def look(path: Path) -> str:
    """What the text of a network, or of the family that it is an instance of, says one should look at."""
    text = path.read_text(encoding="utf-8")
    lines = re.search(r"(?:^## ?.*\n)+", text, re.MULTILINE)
    said = " ".join(line.removeprefix("##").strip() for line in lines[0].splitlines()[1:]) if lines else ""
    if said:
        return said
    used = (path.parent / name for name in re.findall(r'^use "([^"]+)"', text, re.MULTILINE))
    return next((look(file) for file in used if file.parent == path.parent and file.exists()), "")


def family_page(members: Sequence[Shipped]) -> tuple[str, list[Picture]]:
    """The page of a family, and its pictures."""
    family, files = members[0].family, compiler.library()
    lines, made, before = [f"# {family}", "", "[All families](../gallery.md)", ""], list[Picture](), ""
    for one in members:
        paper = f" ({one.paper})" if one.paper else ""
        numbers = f"{one.input}, {one.parameters:,} parameters, {one.macs:,} multiply-accumulates"
        lines += [f"## {one.name}", "", f"{one.title}, {one.year or 'no year'}{paper}: {numbers}.", ""]
        said = look(files[one.name])
        lines += [said, ""] if said and said != before else []
        before = said
        own = list(pictures(one, one is members[0]))
        made += own
        for picture in own:
            lines += [picture.caption, "", f"![{one.title}: {picture.caption}]({family}/{picture.file}.svg)", ""]
    together = side_by_side(members) if len(members) > 1 else None
    if together:
        lines += ["## Compared", "", together.caption, "", f"![{family}, compared]({family}/{together.file}.svg)", ""]
        made.append(together)
    return "\n".join(lines).rstrip() + "\n", made


def index(found: Sequence[Sequence[Shipped]]) -> str:
    """The page that leads to the families."""
    lines = ["# Gallery", "", "Every network of the library as `netdsl render` draws it, remade by "
             "`python tools/gallery.py`. Families stand in the order of their first years.", ""]  # fmt: skip
    files = compiler.library()
    for members in found:
        first, family = members[0], members[0].family
        years = sorted({one.year for one in members if one.year})
        lines += [f"## {family}, {'–'.join(map(str, dict.fromkeys((years[0], years[-1]))))}", ""]
        said = look(files[first.name])
        lines += [said, ""] if said else []
        anchors = ((one.name, re.sub(r"[^\w-]", "", one.name.lower())) for one in members)
        lines += [" · ".join(f"[{name}](gallery/{family}.md#{anchor})" for name, anchor in anchors), ""]
        stem = first.name.rpartition("/")[2]
        view = "overview" if _has_volumes(network(first.name)) else "graph"
        lines += [f"![{first.title}](gallery/{family}/{stem}_{view}.svg)", ""]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Writes all pictures and pages anew."""
    for folder in (DOCS / "pictures", DOCS / "gallery"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    for file, svg in guide():
        (DOCS / "pictures" / f"{file}.svg").write_text(svg, encoding="utf-8")
    found = families()
    for members in found:
        text, made = family_page(members)
        folder = DOCS / "gallery" / members[0].family
        folder.mkdir()
        folder.with_suffix(".md").write_text(text, encoding="utf-8")
        for picture in made:
            (folder / f"{picture.file}.svg").write_text(picture.svg, encoding="utf-8")
    (DOCS / "gallery.md").write_text(index(found), encoding="utf-8")


if __name__ == "__main__":
    main()
