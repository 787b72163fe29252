"""Remakes the pictures of the documentation: `python tools/gallery.py`.

docs/pictures holds those of the guide and the README; docs/gallery.md and docs/gallery/ show every network of the
library: for each family a page with the stages of each network, and an album with all views that each has.
"""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from album import album

from netdsl import compiler
from netdsl.cli.list import Shipped, by_number, shipped
from netdsl.graph.model import Network
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


def picture(one: Shipped, view: str, said: str, depth: int | None = None) -> Picture | None:
    """A network in a view; None where it has none of this kind."""
    try:
        svg = render([network(one.name)], view, depth=depth).svg()
    except CannotDraw:
        return None
    return Picture(f"{one.name.rpartition('/')[2]}_{view}", svg, said)


def pictures(one: Shipped, first: bool) -> list[Picture]:
    """What is shown of a network beside its album: its stages, else its outermost modules; of the first its volumes."""
    shown = picture(one, "stages", "As stages.") or picture(
        one, "graph", "The graph of its outermost modules.", depth=1
    )
    volumes = picture(one, "overview", "As volumes.") if first else None
    return [found for found in (shown, volumes) if found]


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
    lines = [f"# {family}", "", "[All families](../gallery.md) · "
             f"[all views of these networks]({family}.html), a page for the browser", ""]  # fmt: skip
    made, before = list[Picture](), ""
    for one in members:
        paper = f" ({one.paper})" if one.paper else ""
        numbers = f"{one.input}, {one.parameters:,} parameters, {one.macs:,} multiply-accumulates"
        lines += [f"## {one.name}", "", f"{one.title}, {one.year or 'no year'}{paper}: {numbers}.", ""]
        said = look(files[one.name])
        lines += [said, ""] if said and said != before else []
        before = said
        own = pictures(one, one is members[0])
        made += own
        for shown in own:
            lines += [shown.caption, "", f"![{one.title}: {shown.caption}]({family}/{shown.file}.svg)", ""]
    return "\n".join(lines).rstrip() + "\n", made


def family_album(members: Sequence[Shipped]) -> str:
    """All views of a family."""
    return album(members[0].family, [network(one.name) for one in members])


def index(found: Sequence[Sequence[Shipped]]) -> str:
    """The page that leads to the families."""
    lines = ["# Gallery", "", "Every network of the library as `netdsl render` draws it, remade by "
             "`python tools/gallery.py`. Families stand in the order of their first years. Each has an album, an HTML "
             "page with every network in every view that it has (stages, overview, layers, blocks, compare, graph): "
             "open it from a copy of this repository.", ""]  # fmt: skip
    files = compiler.library()
    for members in found:
        first, family = members[0], members[0].family
        years = sorted({one.year for one in members if one.year})
        lines += [f"## {family}, {'–'.join(map(str, dict.fromkeys((years[0], years[-1]))))}", ""]
        said = look(files[first.name])
        lines += [said, ""] if said else []
        anchors = ((one.name, re.sub(r"[^\w-]", "", one.name.lower())) for one in members)
        links = [f"[{name}](gallery/{family}.md#{anchor})" for name, anchor in anchors]
        lines += [" · ".join([*links, f"[all views](gallery/{family}.html)"]), ""]
        *_, shown = pictures(first, True)
        lines += [f"![{first.title}](gallery/{family}/{shown.file}.svg)", ""]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Writes all pictures and pages anew."""
    shutil.rmtree(DOCS / "gallery", ignore_errors=True)
    (DOCS / "gallery").mkdir()
    for file, svg in guide():
        (DOCS / "pictures" / f"{file}.svg").write_text(svg, encoding="utf-8")
    found = families()
    for members in found:
        text, made = family_page(members)
        folder = DOCS / "gallery" / members[0].family
        folder.mkdir()
        folder.with_suffix(".md").write_text(text, encoding="utf-8")
        folder.with_suffix(".html").write_text(family_album(members), encoding="utf-8")
        for shown in made:
            (folder / f"{shown.file}.svg").write_text(shown.svg, encoding="utf-8")
    (DOCS / "gallery.md").write_text(index(found), encoding="utf-8")


if __name__ == "__main__":
    main()
