"""The gallery and the figures show every network of the library, and are what the present code makes."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import browsers
import pages
import pytest
from packed import packed_in

from netdsl import compiler
from netdsl.cli.list import shipped
from netdsl.targets.drawing.flow import flow

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SHIPPED = list(shipped())
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")


def program(folder: str, name: str) -> ModuleType:
    """A program of the project as a module, with those beside it."""
    sys.path.insert(0, str(ROOT / folder))
    spec = importlib.util.spec_from_file_location(f"{folder}_{name}", ROOT / folder / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


gallery = program("tools", "gallery")
diagrams = program("benchmarks", "diagrams")
FAMILIES = {members[0].family: members for members in gallery.families()}


def written_album(family: str) -> str:
    return (DOCS / "gallery" / f"{family}.html").read_text(encoding="utf-8")


def views_of(text: str) -> dict[str, list[tuple[str, list[list[str]]]]]:
    """The networks of an album, each with its views, the pages of each as SVG elements."""
    data = packed_in(text)
    return {
        one["name"]: [
            (label, [[data["elements"][at] for at in drawn] for *_, drawn in shown]) for label, shown in one["views"]
        ]
        for one in data["networks"]
    }


def without_graphs(text: str) -> tuple[str, object]:
    """An album's page and drawings but for graphs, whose coordinates are those of the Graphviz at hand."""
    found = views_of(text)
    drawn = {name: [view for view in views if view[0] != "graph"] for name, views in found.items()}
    return re.sub(r'id="data">[^<]*', "", text), drawn


def images(page: Path) -> set[Path]:
    return {(page.parent / found).resolve() for found in IMAGE.findall(page.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("family", FAMILIES)
def test_the_page_of_a_family_shows_each_of_its_networks(family: str) -> None:
    text = (DOCS / "gallery" / f"{family}.md").read_text(encoding="utf-8")
    sections = dict(zip(re.findall(r"^## (.+)$", text, re.MULTILINE), re.split(r"^## .+$", text, flags=re.M)[1:],
                        strict=True))  # fmt: skip
    for one in FAMILIES[family]:
        assert f"{one.parameters:,} parameters" in sections[one.name]
        assert IMAGE.search(sections[one.name])


def test_every_picture_is_shown_and_every_picture_that_is_shown_is_there() -> None:
    shown = set().union(*(images(page) for page in [ROOT / "README.md", *DOCS.rglob("*.md")]))
    assert {file.resolve() for file in DOCS.rglob("*.svg")} == shown


def test_all_pictures_together_are_small() -> None:
    assert sum(file.stat().st_size for kind in ("*.svg", "*.html") for file in DOCS.rglob(kind)) < 9_200_000


def test_the_pictures_of_the_guide_are_what_is_drawn() -> None:
    for name, svg in gallery.guide():
        assert (DOCS / "pictures" / f"{name}.svg").read_text(encoding="utf-8") == svg, "run python tools/gallery.py"


@pytest.mark.parametrize("family", ["lenet", "alexnet", "squeezenet", "unet", "fcn"])
def test_a_sample_of_the_gallery_is_what_is_drawn(family: str) -> None:
    text, made = gallery.family_page(FAMILIES[family])
    assert (DOCS / "gallery" / f"{family}.md").read_text(encoding="utf-8") == text, "run python tools/gallery.py"
    for picture in made:
        file = DOCS / "gallery" / family / f"{picture.file}.svg"
        assert file.read_text(encoding="utf-8") == picture.svg, "run python tools/gallery.py"


@pytest.mark.parametrize("family", FAMILIES)
def test_an_album_has_every_network_in_every_view(family: str) -> None:
    views = {name: [label for label, _ in pages_of] for name, pages_of in views_of(written_album(family)).items()}
    for one in FAMILIES[family]:
        name = gallery.network(one.name).name
        assert {"stages", "overview", "layers", "graph"} <= set(views[name])
    assert ("side by side" in views) == (len(FAMILIES[family]) > 1)


@pytest.mark.parametrize("family", ["lenet", "alexnet", "squeezenet", "unet"])
def test_a_sample_of_the_albums_is_what_is_drawn(family: str) -> None:
    written, made = (without_graphs(text) for text in (written_album(family), gallery.family_album(FAMILIES[family])))
    assert written == made, "run python tools/gallery.py"


@pytest.mark.slow
def test_an_album_lives() -> None:
    expect = pytest.importorskip("playwright.sync_api").expect  # an address that changes is heard of a little later
    with browsers.opened(DOCS / "gallery" / "squeezenet.html") as page:
        drawing, choices = page.locator("svg.page"), page.locator("#networks")
        expect(drawing.get_by_text("SqueezeNet 1.0", exact=True)).to_have_count(1)
        choices.get_by_text("squeezenet_bypass").click()
        expect(drawing.get_by_text("SqueezeNet with simple bypass", exact=True)).to_have_count(1)
        choices.get_by_text("layers").click()
        page.locator("#pages button").last.click()
        expect(drawing.get_by_text(re.compile("page (.) of \\1"))).to_have_count(1)
        assert page.url.endswith("#squeezenet_bypass:layers:2")
        choices.get_by_text("graph").click()
        expect(page.locator("#pages button")).to_have_count(0)


def test_the_index_leads_to_every_network() -> None:
    text = (DOCS / "gallery.md").read_text(encoding="utf-8")
    assert all(f"[{one.name}](gallery/{one.family}.md#" in text for one in SHIPPED)


@pytest.mark.parametrize("view", diagrams.VIEWS)
def test_the_figures_are_those_of_every_network(view: str) -> None:
    section = re.split(rf"^## {view}$", diagrams.TABLES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1]
    names = re.findall(r"^\| `(.+?)` \|", section.partition("\n## ")[0], re.MULTILINE)
    assert names == [name for name in compiler.library() if name in {one.name for one in SHIPPED}]


def figures(row: str) -> tuple[list[str], list[float]]:
    """What a row says, and apart from it the kilobytes, which depend a little on the libraries that compress."""
    cells = [cell.strip() for cell in row.strip("| ").split("|")]
    return cells[:6], [float(cell) for cell in cells[6:] if cell.isdecimal()]


@pytest.mark.parametrize("view", [view for view in diagrams.VIEWS if view != "graph"])
def test_a_sample_of_the_figures_is_what_is_measured(view: str) -> None:
    section = re.split(rf"^## {view}$", diagrams.TABLES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1]
    written = {row.split("`")[1]: row for row in section.partition("\n## ")[0].splitlines() if row.startswith("| `")}
    made = diagrams.table(view, diagrams.rows(view, diagrams.networks(["lenet5", "vgg11"])))
    rows = [row for row in made if row.startswith("| `")]
    assert len(rows) == 2
    for row in rows:
        (said, sizes), (now, made_sizes) = figures(written[row.split("`")[1]]), figures(row)
        assert said == now, "run python benchmarks/diagrams.py"
        assert made_sizes == pytest.approx(sizes, abs=1.5, rel=0.05)


def test_the_worst_cases_keep_what_the_guide_promises() -> None:
    heads = "view", "networks", "boxes", "pages", "text px", "contrast", "width", "SVG KB", "PPTX KB", "PDF KB"
    times = "text to SVG", "with Graphviz", "PNG, a page"
    rows = {row[0].strip("`"): row for row in pages.rows(diagrams.PAGE, *heads, "HTML KB", *times)}
    assert set(rows) == set(diagrams.VIEWS)
    least = {"stages": 18, "overview": 24, "layers": 14, "block": 18, "compare": 18, "graph": 16}
    for view, row in rows.items():
        assert float(row[4]) >= least[view]
        assert float(row[5]) >= 4.5
        if view != "graph":
            assert float(row[7]) <= 60 and float(row[8]) <= 80
        if view not in ("graph", "compare"):
            assert float(row[10]) <= 150


@pytest.mark.parametrize("name", [one.name for one in SHIPPED])
@pytest.mark.parametrize("depth", [1, 2])
def test_a_folded_graph_is_whole(name: str, depth: int) -> None:
    for network in compiler.check(compiler.find(name)).networks:
        found = flow(network, depth)
        vertices = {vertex.name for vertex in found.vertices}
        assert {end for edge in found.edges for end in (edge.start, edge.end)} == vertices
