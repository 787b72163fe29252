"""The formats beside the PNG of the same page, as the programs show them that people open them with."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from itertools import combinations, pairwise
from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pytest
from lxml import etree
from PIL import Image, ImageColor
from reportlab.pdfbase.ttfonts import TTFontFace
from scene_lint import inside, nodes_of, overlap, path, wires_of, words_of

from netdsl import compiler
from netdsl.targets.drawing.drawing import Drawing
from netdsl.targets.drawing.graphviz.engines import ENGINES, VARIABLE, NoGraphviz, available
from netdsl.targets.drawing.graphviz.place import Boxes, Graph, place
from netdsl.targets.drawing.metrics import FONTS, font_file, width
from netdsl.targets.drawing.render import render
from netdsl.targets.drawing.scene import Cut, Frame, Paint, Scene, Shape, Wire, Words, flat
from netdsl.targets.drawing.theme import theme
from netdsl.targets.drawing.writers.pptx import pptx

NAMES = ("resnet34", "googlenet", "unet", "vgg16_bn")
SLIDES = [(name, "stages") for name in (*NAMES, "fcn8s")] + [
    ("unet", "overview"),
    ("alexnet_2012", "overview"),
    ("unet", "compare"),
    ("nasnetalarge", "stages"),
    ("fpn_resnet50", "stages"),
    ("inception_v3", "stages"),
    ("pnasnet5large", "stages"),
    ("hrnet_w18", "stages"),
    ("hrnet_w18", "overview"),
    ("resnet18", "layers"),
]
SMALL = (240, 135)
"""The size at which pictures are compared: details of letters do not count."""


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not here")


def has_helvetica() -> bool:
    """Whether TeX has the metrics of the font that it is asked for (Debian: texlive-fonts-recommended)."""
    look = ["kpsewhich", "phvr8t.tfm"]
    return shutil.which(look[0]) is not None and bool(subprocess.run(look, capture_output=True, check=False).stdout)


def drawing(name: str, view: str = "stages") -> Drawing:
    network = compiler.choose(compiler.find(name))
    return render([network, network] if view == "compare" else [network], view)


def reduced(picture: bytes | Path) -> np.ndarray:
    opened = Image.open(picture if isinstance(picture, Path) else io.BytesIO(picture))
    return np.asarray(opened.convert("RGB").resize(SMALL, Image.Resampling.BOX), float)


def first_page(pdf: Path) -> Path:
    subprocess.run(["pdftoppm", "-r", "144", "-png", "-singlefile", pdf, pdf.with_suffix("")], check=True)
    return pdf.with_suffix(".png")


def text_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True).stdout


def difference(drawn: Drawing, pdf: Path) -> float:
    """The mean difference of a page from our PNG, of 255."""
    return float(np.abs(reduced(drawn.files("png")[0]) - reduced(first_page(pdf))).mean())


def unseen(page: Scene, picture: Path) -> Iterator[str]:
    """Wires that a picture does not show where they are, or that lie below something there: nothing within four pixels
    has their colour."""
    pixels = np.asarray(Image.open(picture).convert("RGB").resize((int(page.width), int(page.height))), int)
    for wire in wires_of(page):
        hue = np.array(ImageColor.getrgb(theme("light").colour(wire.paint)))
        for (x, y), (right, bottom) in pairwise(path(wire)):
            column, row = round((x + right) / 2), round((y + bottom) / 2)
            around = pixels[row - 4 : row + 5, column - 4 : column + 5]
            if np.abs(around - hue).sum(axis=2).min() > 60:
                yield f"nothing of the wire from {wire.start} to {wire.end} is at {column}, {row}"


@needs("pdftoppm", "pdftotext", "pdffonts")
@pytest.mark.parametrize("name", NAMES)
def test_a_pdf_looks_like_the_png_and_holds_real_text(name: str, tmp_path: Path) -> None:
    drawn, file = drawing(name), tmp_path / "a.pdf"
    file.write_bytes(drawn.files("pdf")[0])
    assert difference(drawn, file) < 1.5
    assert drawn.pages[0].title in text_of(file)
    fonts = subprocess.run(["pdffonts", file], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert len(fonts) == 3
    assert all("Inter" in line and line.split()[-5] == "yes" for line in fonts)


@pytest.mark.slow
@needs("soffice", "pdftoppm", "pdftotext")
@pytest.mark.parametrize(("name", "view"), SLIDES)
def test_libreoffice_shows_the_slide_like_the_png(name: str, view: str, tmp_path: Path) -> None:
    drawn, file = drawing(name, view), tmp_path / "a.pptx"
    file.write_bytes(drawn.files("pptx")[0])
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", tmp_path, file], check=True, capture_output=True, timeout=300)
    assert difference(drawn, tmp_path / "a.pdf") < 3
    own = tmp_path / "own.png"
    own.write_bytes(drawn.files("png")[0])
    assert set(unseen(drawn.pages[0], tmp_path / "a.png")) <= set(unseen(drawn.pages[0], own))
    said = text_of(tmp_path / "a.pdf")
    assert all(words.text in said for words in words_of(drawn.pages[0]) if " " not in words.text)


@pytest.mark.slow
@needs("pdflatex", "pdftoppm")
@pytest.mark.skipif(not has_helvetica(), reason="TeX's metrics of Helvetica (phvr8t) are not here")
@pytest.mark.parametrize("name", NAMES)
def test_latex_compiles_the_tikz_to_the_same_picture(name: str, tmp_path: Path) -> None:
    drawn = drawing(name)
    (tmp_path / "a.tex").write_bytes(drawn.files("tex")[0])
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=300)
    assert difference(drawn, tmp_path / "a.pdf") < 4


SPACES = {
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
}
PIXEL = 6350
"""EMU to a pixel."""


def slide_of(drawn: Drawing) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(drawn.files("pptx")[0])) as archive:
        return etree.fromstring(archive.read("ppt/slides/slide1.xml"))


def frame_of(shape: etree._Element) -> tuple[float, float, float, float]:
    """Where a shape stands, in pixels: left, top, width, height."""
    place, extent = shape.find(".//a:off", SPACES), shape.find(".//a:ext", SPACES)
    assert place is not None and extent is not None
    return tuple(int(value) / PIXEL for value in (*place.attrib.values(), *extent.attrib.values()))  # type: ignore[return-value]


@pytest.mark.parametrize("name", ["seresnet50", "seresnet152"])
def test_a_long_graph_is_a_slide_that_powerpoint_takes(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(drawing(name, "graph").files("pptx")[0])) as archive:
        size = etree.fromstring(archive.read("ppt/presentation.xml")).find("p:sldSz", SPACES)
    assert size is not None
    assert all(914400 <= int(size.attrib[side]) <= 51206400 for side in ("cx", "cy"))


def test_words_beside_the_middle_of_a_shape_stand_on_the_slide_by_themselves() -> None:
    ink, ground = Paint("ink"), Paint("ground")
    aside = Words("aside", 20, 40, 14, ink, ground)
    page = Scene(160, 90, "", "", (Shape(Frame(10, 10, 140, 70), ground, words=(aside,)),))
    with zipfile.ZipFile(io.BytesIO(pptx([page], theme("light")))) as archive:
        slide = etree.fromstring(archive.read("ppt/slides/slide1.xml"))
    boxes = slide.findall(".//p:cNvSpPr[@txBox]/../..", SPACES)
    assert ["".join(box.itertext()) for box in boxes] == ["aside"]


def sites_of(shape: etree._Element) -> list[tuple[float, float]]:
    """The connection sites of a shape as the format has them: those it lists, else the middles of its sides.

    An ellipse has also those between them; they count from the top against the clock.
    """
    x, y, wide, high = frame_of(shape)
    listed = [(int(p.get("x")) / PIXEL, int(p.get("y")) / PIXEL) for p in shape.iterfind(".//a:cxn/a:pos", SPACES)]
    corners = listed or [(wide / 2, 0), (0, high / 2), (wide / 2, high), (wide, high / 2)]
    if shape.find(".//a:prstGeom[@prst='ellipse']", SPACES) is not None:
        angles = (radians(-90 - 45 * step) for step in range(8))
        corners = [(wide / 2 * (1 + cos(angle)), high / 2 * (1 + sin(angle))) for angle in angles]
    return [(x + right, y + down) for right, down in corners]


def preset_path(connector: etree._Element, wide: float, high: float) -> list[tuple[float, float]]:
    """The points of a connector's preset in its frame, those of its cubic curves included (presetShapeDefinitions)."""
    preset = connector.find(".//a:prstGeom", SPACES)
    assert preset is not None
    shares = [int(guide.get("fmla").removeprefix("val ")) / 100000 for guide in preset.iterfind(".//a:gd", SPACES)]
    match preset.get("prst"), shares:
        case "straightConnector1", []:
            return [(0, 0), (wide, high)]
        case "bentConnector2", []:
            return [(0, 0), (wide, 0), (wide, high)]
        case "bentConnector3", [x]:
            return [(0, 0), (wide * x, 0), (wide * x, high), (wide, high)]
        case "bentConnector4", [x, y]:
            return [(0, 0), (wide * x, 0), (wide * x, high * y), (wide, high * y), (wide, high)]
        case "bentConnector5", [x, y, z]:
            corners = [(wide * x, 0), (wide * x, high * y), (wide * z, high * y), (wide * z, high)]
            return [(0, 0), *corners, (wide, high)]
        case "curvedConnector3", [share]:
            x = wide * share
            first, second = [(x / 2, 0), (x, high / 4), (x, high / 2)], [(x, high * 3 / 4), ((wide + x) / 2, high)]
            return [(0, 0), *first, *second, (wide, high)]
    raise AssertionError(preset.get("prst"))


def path_of(connector: etree._Element) -> list[tuple[float, float]]:
    """The points of a connector by the rules of the format: its preset path, flipped, then turned about its middle."""
    x, y, wide, high = frame_of(connector)
    form = connector.find(".//a:xfrm", SPACES)
    assert form is not None
    points = preset_path(connector, wide, high)
    flipped = [(wide - a if form.get("flipH") else a, high - b if form.get("flipV") else b) for a, b in points]
    if not form.get("rot"):
        return [(x + a, y + b) for a, b in flipped]
    assert form.get("rot") == "5400000"
    middle = x + wide / 2, y + high / 2
    return [(middle[0] - (b - high / 2), middle[1] + (a - wide / 2)) for a, b in flipped]


def test_a_slide_has_text_in_shapes_and_glued_connectors() -> None:
    slide = slide_of(drawing("resnet34"))
    numbers = [element.get("id") for element in slide.iterfind(".//p:cNvPr", SPACES)]
    assert len(numbers) == len(set(numbers))
    glued = [end.get("id") for tag in ("stCxn", "endCxn") for end in slide.iterfind(f".//a:{tag}", SPACES)]
    assert len(glued) >= 2 * 8
    assert set(glued) <= set(numbers)
    boxes = [shape for shape in slide.iterfind(".//p:sp", SPACES) if shape.find(".//a:prstGeom", SPACES) is not None]
    inside = {"".join(text.itertext()) for shape in boxes for text in shape.iterfind(".//a:t", SPACES)}
    assert {"conv1", "layer1", "×3", "64×112×112", "basic"} <= inside
    names = {element.get("name") for element in slide.iterfind(".//p:cNvPr", SPACES)}
    assert {"layer1 ×3", "conv1 → max pool", "ResNet-34"} <= names
    assert not {"text", "shape", "connector"} & names


def runs_as(connector: etree._Element, wire: Wire) -> bool:
    return path_of(connector) == [pytest.approx(point, abs=1) for point in wire.points]


def shapes_of(slide: etree._Element) -> dict[str, etree._Element]:
    """The shapes by their numbers."""
    return {number.get("id"): shape for shape in slide.iterfind(".//p:sp", SPACES)
            for number in shape.iterfind("p:nvSpPr/p:cNvPr", SPACES)}  # fmt: skip


@pytest.mark.parametrize(("name", "view"), SLIDES)
def test_connectors_run_from_site_to_site_as_the_wires_do(name: str, view: str) -> None:
    drawn = drawing(name, view)
    slide = slide_of(drawn)
    shapes = shapes_of(slide)
    wires = [item for item in flat(drawn.pages[0].items) if isinstance(item, Wire)]
    for connector in slide.iterfind(".//p:cxnSp", SPACES):
        points = path_of(connector)
        assert any(runs_as(connector, wire) for wire in wires)
        for tag, end in (("stCxn", points[0]), ("endCxn", points[-1])):
            for glue in connector.iterfind(f".//a:{tag}", SPACES):
                site = sites_of(shapes[glue.get("id")])[int(glue.get("idx"))]
                assert max(abs(site[0] - end[0]), abs(site[1] - end[1])) <= 8


@pytest.mark.parametrize(("name", "view"), SLIDES)
def test_every_wire_without_curves_is_glued_to_the_shapes_it_joins(name: str, view: str) -> None:
    drawn = drawing(name, view)
    slide = slide_of(drawn)
    shapes = shapes_of(slide)
    nodes = {node.name: node.frame for node in nodes_of(drawn.pages[0])}
    connectors = list(slide.iterfind(".//p:cxnSp", SPACES))
    joining = [wire for wire in wires_of(drawn.pages[0]) if (wire.start or wire.end) and not wire.curved]
    assert joining
    for wire in joining:
        own = [connector for connector in connectors if runs_as(connector, wire)]
        assert own, f"no connector runs from {wire.start} to {wire.end}"
        for tag, end in (("stCxn", wire.start), ("endCxn", wire.end)):
            held = [shapes[glue.get("id")] for one in own for glue in one.iterfind(f".//a:{tag}", SPACES)]
            assert bool(held) == bool(end)
            assert all(inside(Frame(*frame_of(shape)), nodes[end]) for shape in held)


def test_curves_of_our_own_are_connectors_and_those_of_graphviz_are_free_forms() -> None:
    forms = {
        connector.find(".//a:prstGeom", SPACES).get("prst")
        for connector in slide_of(drawing("nasnetalarge")).iterfind(".//p:cxnSp", SPACES)
        if connector.find(".//a:stCxn", SPACES) is not None
    }
    assert {"curvedConnector3", "bentConnector2", "straightConnector1"} <= forms


def test_what_libreoffice_would_lay_anew_is_a_free_form_to_it() -> None:
    """PowerPoint reads the choice, whose namespace it knows; LibreOffice goes by prefixes, and knows others."""
    slide = slide_of(drawing("inception_v3"))
    for choice in slide.iterfind(".//mc:Choice", SPACES):
        assert choice.get("Requires") not in ("a14", "p14", "p15", "v")
        assert choice.nsmap[choice.get("Requires")] == "http://schemas.microsoft.com/office/powerpoint/2010/main"
    for connector in slide.iterfind(".//p:cxnSp", SPACES):
        if len(path_of(connector)) > 3:
            (free,) = connector.iterfind("../../mc:Fallback/p:sp", SPACES)
            assert free.find(".//a:custGeom", SPACES) is not None


@pytest.mark.parametrize(("name", "view"), SLIDES)
def test_no_text_of_a_slide_leaves_its_shape(name: str, view: str) -> None:
    for shape in slide_of(drawing(name, view)).iterfind(".//p:sp", SPACES):
        lines = list(shape.iterfind(".//a:t/../..", SPACES))
        if lines:
            body = shape.find(".//a:bodyPr", SPACES)
            high = sum(int(points.get("val")) * 127 / PIXEL for points in shape.iterfind(".//a:spcPts", SPACES))
            assert int(body.get("tIns")) / PIXEL + high <= frame_of(shape)[3] + 1, "".join(shape.itertext())


@pytest.mark.parametrize(("name", "view"), SLIDES)
def test_no_text_of_a_slide_lies_below_a_shape(name: str, view: str) -> None:
    shapes = list(slide_of(drawing(name, view)).iterfind(".//p:grpSp/p:sp", SPACES))
    for at, shape in enumerate(shapes):
        if shape.find(".//a:bodyPr[@anchor='ctr']", SPACES) is not None:
            x, y = Frame(*frame_of(shape)).middle
            others = (one for one in shapes[at + 1 :] if one.find("p:nvSpPr/p:cNvSpPr[@txBox]", SPACES) is None)
            later = [Frame(*frame_of(other)) for other in others]
            over = [frame for frame in later if frame.x < x < frame.right and frame.y < y < frame.bottom]
            assert not over, "".join(shape.itertext())


def test_the_widths_are_those_of_the_fonts() -> None:
    for cut in Cut:
        face = TTFontFace(str(font_file(cut)))
        for letter in "AWij0×→·–αЖ…":
            assert width(letter, 1000, cut) == pytest.approx(face.charWidths[ord(letter)], abs=1), (cut, letter)
    assert (FONTS / "OFL.txt").exists()


BOXES = Boxes(
    {"a": (120, 60), "d": (80, 40)},
    {"m": Boxes({"b": (200, 60), "c": (100, 100)}, {"m.n": Boxes({"e": (60, 60)})})},
)
EDGES = [("a", "b"), ("a", "c"), ("b", "e"), ("c", "e"), ("e", "d"), ("a", "d")]


@pytest.mark.parametrize("name", list(ENGINES))
def test_each_engine_places_boxes_beside_each_other(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name not in available():
        pytest.skip(f"{name} is not here")
    monkeypatch.setenv(VARIABLE, name)
    placed, again = place([Graph(BOXES, EDGES)] * 2)
    assert placed == again
    sizes = {"a": (120, 60), "d": (80, 40), "b": (200, 60), "c": (100, 100), "e": (60, 60)}
    assert set(placed.boxes) == set(sizes)
    for box, (wide, high) in sizes.items():
        assert (placed.boxes[box].width, placed.boxes[box].height) == pytest.approx((wide, high), abs=0.1)
    assert not [pair for pair in combinations(placed.boxes.values(), 2) if overlap(*pair)]
    assert placed.boxes["a"].y < placed.boxes["e"].y < placed.boxes["d"].y
    assert set(placed.clusters) == {"m", "m.n"}
    assert placed.clusters["m"].y < placed.clusters["m.n"].y
    for at, (start, end) in enumerate(EDGES):
        (x, y), (right, bottom) = placed.wires[at][0], placed.wires[at][-1]
        assert placed.boxes[start].inset(-1).y <= y <= placed.boxes[start].inset(-1).bottom
        assert placed.boxes[end].inset(-1).x <= right <= placed.boxes[end].inset(-1).right
        assert abs(bottom - placed.boxes[end].y) < 1 or placed.boxes[end].y <= bottom <= placed.boxes[end].bottom
        assert x >= placed.boxes[start].x - 1


def test_graphviz_in_webassembly_is_always_there() -> None:
    assert "wasi" in available()


def test_an_unknown_engine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "neato")
    with pytest.raises(NoGraphviz, match="dot, pygraphviz, wasi"):
        place([Graph(BOXES, EDGES)])


@needs("dot")
@pytest.mark.parametrize("name", ["resnet18", "nasnetamobile", "unet"])
def test_anyones_own_dot_renders_the_source(name: str) -> None:
    source = drawing(name).files("dot")[0]
    done = subprocess.run(["dot", "-Tsvg"], input=source, capture_output=True, check=True, timeout=120)
    assert done.stdout.count(b'class="node"') == source.count(b"tooltip=")
    assert b"rror" not in done.stderr
