"""Every network of the library in every view: legible, true, the same each time, and harmless."""

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import scene_lint
from lxml import etree

import netdsl
from netdsl import compiler
from netdsl.graph.cost import cost
from netdsl.graph.model import Network
from netdsl.graph.walk import leaves
from netdsl.source import SourceFile
from netdsl.targets.drawing.bands.pages import filled
from netdsl.targets.drawing.blocks.parts import Arrives, Leaves, every
from netdsl.targets.drawing.blocks.parts import tags as tags_of
from netdsl.targets.drawing.blocks.tree import unfolded
from netdsl.targets.drawing.drawing import BadFormat
from netdsl.targets.drawing.flow import flow
from netdsl.targets.drawing.folding.stages import stages as fold
from netdsl.targets.drawing.render import BadRequest, render
from netdsl.targets.drawing.scene import NoRoom, Words, flat
from netdsl.targets.drawing.theme import SHIPPED, theme
from netdsl.targets.drawing.views import layers
from netdsl.targets.drawing.views.block import blocks

LIBRARY = list(compiler.library())
NO_LINE = ("fpn_resnet50", "hrnet_w18")
"""Networks that run in several lines side by side; tests/test_drawing_streams.py says what they are drawn as."""
WIDE = """net wide {
  input 8x64x64
  x0 = conv(8, 3x3)
  x1 = conv(16, 3x3, stride=2) on x0
  for i in range(20) {
    y0 = add {
      "fine{i}": conv(8, 3x3) on x0
      "up{i}": up() on x1
    }
    y1 = add {
      "coarse{i}": conv(16, 3x3) on x1
      "down{i}": conv(16, 3x3, stride=2) on x0
    }
    x0 = identity on y0
    x1 = identity on y1
  }
  identity on x0
  output x1
}
block up { conv(8, 1x1); upsample(2) }
"""
"""Has no room on any page."""

every_network = pytest.mark.parametrize("name", LIBRARY)


def networks(name: str) -> tuple[Network, ...]:
    return compiler.check(compiler.find(name)).networks


def in_line(name: str) -> Iterator[Network]:
    yield from (network for network in networks(name) if network.name not in NO_LINE)


@every_network
@pytest.mark.parametrize(("view", "least"), [("stages", 18), ("overview", 24)])
def test_pages_are_legible(name: str, view: str, least: int) -> None:
    for network in networks(name):
        (page,) = render([network], view).pages
        assert (page.width, page.height) == (1920, 1080)
        assert not scene_lint.faults(page)
        assert scene_lint.smallest_text(page) >= least
        assert scene_lint.width_used(page) >= 0.8
        assert not [fault for shipped in SHIPPED for fault in scene_lint.illegible(page, theme(shipped))]


@every_network
@pytest.mark.parametrize("size", ["16:9", "4:3", "a4"])
def test_numbers_on_cards_have_their_unit_on_the_card_or_on_that_of_the_input(name: str, size: str) -> None:
    for network in in_line(name):
        (page,) = render([network], "stages", size=size).pages
        cards = [node for node in scene_lint.nodes_of(page) if node.name.startswith("stage")]
        lines = [[item.text for item in flat(card.items) if isinstance(item, Words)] for card in cards]
        costs = [words[-1] for words in lines if re.fullmatch(r"[\d.]+( [KMGT])?", words[-1])]
        channels = [words for words in lines if words[-2].isdecimal() and "→" not in words[-3]]
        said = [word for words in lines for line in words for word in line.split() if word in ("ch", "params")]
        assert said.count("params") == 1 or not costs
        assert said.count("ch") == 1 or not channels


@every_network
def test_narrower_pages_are_legible(name: str) -> None:
    for view, least in (("stages", 18), ("overview", 24)):
        for network in networks(name):
            for size, width in (("4:3", 1440), ("a4", 1527)):
                (page,) = render([network], view, size=size).pages
                assert page.width == width
                assert not scene_lint.faults(page)
                assert scene_lint.smallest_text(page) >= least


@every_network
def test_blocks_are_legible(name: str) -> None:
    for network in networks(name):
        for block in blocks(network):
            (page,) = render([network], "block", block=block).pages
            assert not scene_lint.faults(page)
            assert scene_lint.smallest_text(page) >= 18
            assert scene_lint.width_used(page) >= 0.8


@every_network
def test_layers_are_legible(name: str) -> None:
    for network in networks(name):
        drawing = render([network], "layers")
        for page in drawing.pages:
            assert (page.width, page.height) == (1920, 1080)
            assert not scene_lint.faults(page)
            assert scene_lint.smallest_text(page) >= 14
            assert not [fault for shipped in SHIPPED for fault in scene_lint.illegible(page, theme(shipped))]
        assert min(map(scene_lint.width_used, drawing.pages)) >= 0.8
        count = len(drawing.pages)
        assert count <= 25
        largest = max(map(len, drawing.files("svg")))
        assert largest <= 60_000


def test_a_page_is_drawn_when_it_is_asked_for_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []
    monkeypatch.setattr(layers, "filled", lambda *page: drawn.append(page) or filled(*page))
    drawing = render(networks("resnet34"), "layers")
    assert len(drawing.pages) > 1 and not drawn
    assert drawing.svg() == drawing.svg() and len(drawn) == 1
    assert drawing.files("svg")[0] == drawing.svg().encode() and len(drawn) == len(drawing.pages)
    assert drawing.pages[-1] is drawing.pages[:][-1]


@every_network
def test_layers_are_legible_on_narrower_pages(name: str) -> None:
    for network in networks(name):
        for size, width in (("4:3", 1440), ("a4", 1527)):
            for page in render([network], "layers", size=size).pages:
                assert page.width == width
                assert not scene_lint.faults(page)
                assert scene_lint.smallest_text(page) >= 14


@every_network
def test_every_layer_is_shown_once(name: str) -> None:
    for network in networks(name):
        pages = render([network], "layers").pages
        shown = [key for page in pages for node in scene_lint.nodes_of(page) for key in node.keys]
        assert sorted(shown) == sorted(leaf.key for leaf in leaves(network.root))


@every_network
def test_what_leaves_a_line_arrives_where_the_same_words_stand(name: str) -> None:
    """A reader who meets a tag finds its value at the last tag before it that says the same."""
    for network in networks(name):
        whole = unfolded(network)
        left: dict[str, int] = {}
        read: set[int] = set()
        for part in (part for line in (whole.line, *whole.heads) for part in every(line)):
            match part:
                case Leaves(tag) if not tag.port:
                    left[tag.words] = tag.value
                case Arrives(tags):
                    own = [tag for tag in tags if not tag.port]
                    assert [left[tag.words] for tag in own] == [tag.value for tag in own]
                    read.update(tag.value for tag in own)
        assert set(left.values()) <= read


TAGS = {
    "unet": ["enc0", "enc1", "enc2", "enc3"],
    "fcn8s": ["pool3", "pool4"],
    "lraspp_mobilenet_v3_large": ["fine"],
    "deeplabv3_resnet50": ["layer3"],
    "googlenet": ["inception4a", "inception4d"],
    "resnetv2_50": [],
    "repvgg_a0": [],
}
"""What a reader must look for elsewhere; where a line can go around, nothing."""


@pytest.mark.parametrize(("name", "words"), TAGS.items())
def test_values_that_are_read_from_afar_have_the_names_of_the_file(name: str, words: list[str]) -> None:
    whole = unfolded(networks(name)[-1])
    found = (tag for line in (whole.line, *whole.heads) for tag in tags_of(line))
    assert sorted({tag.words for tag in found if not tag.port}) == words


def test_all_results_are_shown() -> None:
    ends = {
        name: [tag.words for line in (whole.line, *whole.heads) for tag in tags_of(line) if tag.port]
        for name in ("fpn_resnet50", "googlenet")
        for whole in [unfolded(networks(name)[-1])]
    }
    sizes = {"p3": 100, "p4": 50, "p5": 25, "p6": 13}
    results = ["output 256×200×200", *(f"output {name} 256×{side}×{side}" for name, side in sizes.items())]
    assert ends["fpn_resnet50"] == ["input 3×800×800", *results]
    assert ends["googlenet"] == ["input 3×224×224", "output 1000", "auxiliary output 1000", "auxiliary output 1000"]


@pytest.mark.parametrize(
    ("name", "depth"), [("resnet18", None), ("googlenet", None), ("unet", None), ("unet", 1), ("nasnetamobile", 1)]
)
def test_a_graph_is_legible_at_its_own_size(name: str, depth: int | None) -> None:
    (network,) = networks(name)[-1:]
    (page,) = render([network], "graph", depth=depth).pages
    assert not scene_lint.faults(page)
    assert scene_lint.smallest_text(page) >= 16
    said = Counter(words.text for words in scene_lint.words_of(page))
    graph = flow(network, depth)
    headings = Counter(map(graph.heading, graph.clusters))
    assert not headings - said


@pytest.mark.skipif(shutil.which("dot") is None, reason="no program dot is here")
@pytest.mark.parametrize("name", ["resnet18", "unet"])
def test_a_dot_file_is_drawn_by_anyone(name: str) -> None:
    (source,) = render(networks(name)[-1:], "graph").files("dot")
    run = subprocess.run(["dot", "-Tsvg"], input=source, capture_output=True, check=True)
    assert not run.stderr
    graph = flow(networks(name)[-1])
    groups = Counter(group.get("class") for group in etree.fromstring(run.stdout).iter("{*}g"))
    counts = len(graph.vertices), len(graph.edges), len(graph.clusters)
    assert (groups["node"], groups["edge"], groups["cluster"]) == counts


@pytest.mark.parametrize(
    "names",
    [
        ("resnet18", "resnet50"),
        ("vgg16", "resnet50", "mobilenet_v2"),
        ("inception_v3", "unet", "nasnetalarge", "lenet5"),
        ("alexnet", "vgg16_bn", "googlenet", "resnet152", "densenet121", "efficientnet_b0"),
        ("unet", "fcn8s"),
        ("hrnet_w18", "resnet50"),
        ("hrnet_w18", "unet", "fpn_resnet50"),
        ("cifar10/conv", "cifar10/inception", "cifar10/mobilenet", "cifar10/resnet", "cifar10/vgg"),
    ],
)
@pytest.mark.parametrize("size", ["16:9", "4:3", "a4"])
def test_comparisons_are_legible(names: tuple[str, ...], size: str) -> None:
    many = [networks(name)[-1] for name in names]
    (page,) = render(many, "compare", size=size).pages
    assert not scene_lint.faults(page)
    assert scene_lint.smallest_text(page) >= 18
    assert scene_lint.width_used(page) >= 0.8
    assert not [words.text for words in scene_lint.words_of(page) if "…" in words.text]
    assert not [fault for shipped in SHIPPED for fault in scene_lint.illegible(page, theme(shipped))]


@every_network
def test_every_network_can_be_compared(name: str) -> None:
    other = networks("resnet18")[0]
    for network in networks(name):
        (page,) = render([network, other], "compare").pages
        assert not scene_lint.faults(page)
        assert not [words.text for words in scene_lint.words_of(page) if "…" in words.text]


def test_a_way_up_is_aligned_with_the_way_down() -> None:
    (page,) = render([*networks("unet"), *networks("resnet18")], "compare").pages
    nodes = {node.name: node for node in scene_lint.nodes_of(page)}
    for size in ("1/1", "1/2", "1/4", "1/8"):
        down, up = nodes[f"1 U-Net, lane 1, {size}: twice"], nodes[f"1 U-Net, lane 2, {size}: twice"]
        assert up.frame.x == down.frame.x and up.frame.y > down.frame.bottom
        (skip,) = (wire for wire in scene_lint.wires_of(page) if (wire.start, wire.end) == (down.name, up.name))
        assert skip.points[0][0] == skip.points[1][0]
    assert "1 U-Net, lane 1, 1/16: twice" in nodes
    assert "1 U-Net, lane 2, 1/16: twice" not in nodes


def test_an_overview_has_at_most_nine_volumes_and_every_skip_and_head() -> None:
    def names(name: str) -> list[str]:
        (page,) = render(networks(name)[-1:], "overview").pages
        return [node.name for node in scene_lint.nodes_of(page)]

    unet, fcn, googlenet, deeplab = map(names, ("unet", "fcn8s", "googlenet", "deeplabv3_resnet50"))
    assert sum(name.startswith("stage") for name in unet) == 9
    assert sum(name.startswith("join") for name in unet) == 4
    assert sum(name.startswith("join") for name in fcn) == 2
    assert sum(name.startswith("aside") for name in fcn) == 2
    assert [name for name in googlenet if name.startswith("head")] == ["head aux1", "head aux2"]
    assert "head aux_classifier" in deeplab


def test_a_narrow_overview_keeps_the_outer_skips() -> None:
    (page,) = render(networks("unet"), "overview", size="4:3").pages
    names = [node.name for node in scene_lint.nodes_of(page)]
    volumes, joins = (sum(name.startswith(word) for name in names) for word in ("stage", "join"))
    assert volumes == 2 * joins + 1


def test_towers_stand_apart_with_their_names() -> None:
    (page,) = render(networks("alexnet_2012"), "overview").pages
    words = {words.text: words for words in scene_lint.words_of(page)}
    assert words["gpu2"].y < words["gpu1"].y
    assert {"gpu1_upper", "gpu2_upper", "lower", "upper"} <= set(words)


def test_a_head_hangs_from_what_it_reads() -> None:
    found = fold(networks("deeplabv3_resnet50")[0])
    assert found.cards[found.heads[0].after].name == "layer3"


@pytest.mark.parametrize("view", ["stages", "overview", "layers", "graph"])
def test_parameters_of_training_only_are_counted_apart(view: str) -> None:
    assert "6.62 M parameters (13.0 M with its heads)" in netdsl.render("googlenet", view=view).svg()


@pytest.mark.parametrize("name", ["inception_v2", "cifar10/mobilenet", "resnet18"])
def test_a_legend_leaves_room_for_the_title_on_a_narrow_page(name: str) -> None:
    for network in networks(name):
        (page,) = render([network], size="4:3").pages
        assert {words.text for words in scene_lint.words_of(page)} >= {fold(network).title, "convolution"}


def test_what_makes_a_map_larger_is_a_card_of_its_own() -> None:
    text = """net small_unet {
      input 3x32x32
      top = twice(32)
      maxpool(2x2) -> twice(64) -> upsample(2) -> relu
      concat { identity; identity on top }
      twice(32)
    }
    block twice(width) { conv(width, 3x3) -> relu; conv(width, 3x3) -> relu }"""
    cards = fold(compiler.choose(SourceFile("small_unet.net", text))).cards
    shown = [(card.name, *card.output.dims) for card in cards]
    assert shown == [
        ("input", 3, 32, 32),
        ("twice", 32, 32, 32),
        ("max pool", 32, 16, 16),
        ("twice", 64, 16, 16),
        ("upsample", 64, 32, 32),
        ("twice", 32, 32, 32),
    ]
    assert (cards[4].caption, cards[5].join, cards[5].joins) == (("upsample", "×2"), "concat", (1,))


@pytest.mark.parametrize("count", [1, 7])
def test_too_few_and_too_many_are_not_compared(count: int) -> None:
    with pytest.raises(ValueError, match=f"2 to 6 networks, and {count} {'is' if count == 1 else 'are'} given"):
        render([networks("resnet18")[0]] * count, "compare")


def test_networks_without_operators_are_not_compared() -> None:
    nothing = compiler.choose(SourceFile("nothing.net", "net nothing { input 3x8x8; relu }"))
    with pytest.raises(ValueError, match="no operators"):
        render([nothing, nothing], "compare")


def test_a_title_that_has_no_room_is_said_in_short() -> None:
    many = [networks(name)[-1] for name in ("hrnet_w18", "unet", "fpn_resnet50", "vgg16", "resnet50")]
    titles = [render(many[:count], "compare", size="a4").pages[0].title for count in (3, 5)]
    assert titles == ["HRNet-W18 · U-Net · FPN on ResNet-50", "Five networks at one scale"]


@pytest.mark.parametrize("view", ["stages", "overview"])
@pytest.mark.parametrize(
    ("size", "way"), [("16:9", "draw it with --view layers"), ("4:3", "take --size 16:9, or draw it")]
)
def test_what_has_no_room_says_what_shows_it(view: str, size: str, way: str) -> None:
    with pytest.raises(NoRoom, match=f"no room on this page: {way}"):
        render([compiler.choose(SourceFile("wide.net", WIDE))], view, size=size)


@every_network
def test_cards_add_up_to_the_network(name: str) -> None:
    for network in in_line(name):
        found = fold(network)
        heads = sum(head.cost.parameters for head in found.heads)
        assert sum(card.cost.parameters for card in found.cards) + heads == cost(network.root).parameters
        assert sum(card.cost.macs for card in found.cards) == cost(network.root).macs
        assert len(found.cards) <= 25


COUNTS = {
    "alexnet": 10, "vgg16_bn": 13, "resnet34": 9, "googlenet": 15, "inception_v3": 10, "inception_v4": 12,
    "inception_resnet_v2": 12, "nasnetalarge": 11, "mobilenetv1_100": 9, "mobilenet_v2": 12, "mobilenet_v3_large": 12,
    "efficientnet_b0": 12, "shufflenet_v2_x1_0": 9, "densenet121": 12, "regnet_y_400mf": 8, "convnext_tiny": 11,
    "xception": 12, "unet": 19, "fcn8s": 19,
}  # fmt: skip
"""What lecturers would draw, the input counted."""


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_a_network_has_as_many_stages_as_one_would_draw(name: str, count: int) -> None:
    assert len(fold(networks(name)[-1]).cards) == count


SHOWN = ("resnet18", "googlenet", "mobilenet_v2", "vgg11_bn", "densenet121", "unet")


@pytest.mark.parametrize(
    "name", [name if name in SHOWN else pytest.param(name, marks=pytest.mark.slow) for name in LIBRARY]
)
def test_shapes_and_parameters_are_those_of_pytorch(name: str) -> None:
    import torch
    from torch.overrides import TorchFunctionMode

    class Made(TorchFunctionMode):
        """Notes the shapes of all that is made, by joins too, which are no modules."""

        def __torch_function__(self, function, types, arguments=(), named=None):
            made = function(*arguments, **(named or {}))
            if isinstance(made, torch.Tensor):
                shapes.setdefault("", set()).add(tuple(made.shape[1:]))
            return made

    network = next(in_line(name), None)
    if network is None:
        pytest.skip("it is a family, or has no main line")
    with torch.device("meta"):
        module = netdsl.load(name).eval()
    shapes: dict[str, set[tuple[int, ...]]] = {}
    for key, part in module.named_modules():
        part.register_forward_hook(
            lambda _, before, after, key=key: shapes.setdefault(key, set()).update(
                tuple(value.shape[1:]) for value in (*before, after) if isinstance(value, torch.Tensor)
            )
        )
    with Made():
        module(torch.empty(1, *network.input.dims, device="meta"))
    found = fold(network)
    trained = sum(parameter.numel() for parameter in module.parameters())
    heads = sum(head.cost.parameters for head in found.heads)
    assert sum(card.cost.parameters for card in found.cards) + heads == trained
    everything = set().union(*shapes.values())
    for card in found.cards:
        own = [shape for key in card.keys for shape in shapes.get(key, ())]
        strict = card.paint == "convolution" and card.keys[-1] in shapes and not card.notes
        assert card.output.dims in (own if strict else everything), card.name


SAMPLE = ("resnet34", "googlenet", "unet", "densenet121", "nasnetalarge", "vgg16_bn")


@pytest.mark.parametrize("name", SAMPLE)
@pytest.mark.parametrize("form", ["svg", "pdf", "pptx", "tex", "dot", "mmd"])
def test_the_same_bytes_each_time(name: str, form: str) -> None:
    first, second = (render(networks(name)[-1:]).files(form) for _ in range(2))
    assert first == second


ALL_VIEWS = """
from hashlib import sha256
from netdsl import render
for name in ("resnet34", "nasnetamobile", "unet", "hrnet_w18", "fpn_resnet50"):
    for view in ("stages", "overview", "layers", "graph"):
        print(name, view, sha256(repr(render(name, view=view).files("svg")).encode()).hexdigest())
"""


def test_the_same_bytes_in_every_process() -> None:
    def drawn(seed: str) -> str:
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent.parent)}
        return subprocess.run(
            [sys.executable, "-c", ALL_VIEWS], env=env, capture_output=True, text=True, check=True
        ).stdout

    assert drawn("1") == drawn("2") != ""


@every_network
def test_files_are_small(name: str) -> None:
    for network in networks(name):
        drawing = render([network])
        assert len(drawing.files("svg")[0]) <= 60_000
        assert len(drawing.files("pptx")[0]) <= 80_000


HOSTILE = """
## <script>alert(1)</script> & "quotes" \\ ]]> <!-- \\input{/etc/passwd} $x$ {{7*7}}, 2020.
net evil {
  input 3x16x16
  "<img src=x onerror=alert(1)>": conv(8, 3x3)
  "a'b\\"c": conv(8, 3x3)
  "URL=javascript_alert": maxpool(2x2)
  flatten
  "</svg><script>": linear(3)
}
"""


TEX = {
    "documentclass", "usepackage", "renewcommand", "familydefault", "sfdefault", "definecolor", "begin", "end", "path",
    "fill", "node", "fontsize", "selectfont", "bfseries", "resizebox", "height", "times", "rightarrow", "ldots", "cdot",
    "textbackslash", "textquotesingle", "textquotedbl", "textless", "textgreater", "textasciicircum", "textasciitilde",
    "textasciigrave", "textbar",
}  # fmt: skip
"""All that a TikZ file may say."""


@pytest.mark.parametrize("view", ["stages", "overview", "layers", "graph"])
def test_nothing_in_a_drawing_can_run(view: str) -> None:
    drawing = netdsl.render(HOSTILE.replace('"a\'b\\"c"', '"a\'b"'), view=view)
    tree = etree.fromstring(drawing.svg().encode())
    names = {etree.QName(element).localname for element in tree.iter()}
    assert names <= {"svg", "title", "desc", "g", "rect", "path", "polygon", "text"}
    attributes = {name for element in tree.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on") or "href" in name}
    dot = drawing.files("dot")[0].decode()
    assert not re.search(r"\b(URL|href|image|shapefile)\s*=", re.sub(r'"(\\.|[^"\\])*"', '""', dot))
    with zipfile.ZipFile(io.BytesIO(drawing.files("pptx")[0])) as archive:
        for name in archive.namelist():
            assert not name.endswith((".bin", ".vml"))
            if name.endswith(".xml"):
                etree.fromstring(archive.read(name))
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in archive.read(name)
    tex = drawing.files("tex")[0].decode()
    assert set(re.findall(r"\\([A-Za-z]+)", tex)) <= TEX
    mermaid = drawing.files("mmd")[0].decode()
    assert "<script" not in mermaid and "<img" not in mermaid


def test_a_drawing_shows_itself() -> None:
    drawing = netdsl.render("resnet18")
    assert drawing._repr_mimebundle_() == {"image/svg+xml": drawing.svg()}
    assert drawing._repr_svg_() == drawing.svg()


def test_a_notebook_shows_all_pages() -> None:
    drawing = netdsl.render("googlenet", view="layers")
    pages = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', drawing._repr_mimebundle_()["text/html"])
    assert [b64decode(page).decode() for page in pages] == [drawing.svg(at) for at in range(len(drawing.pages))]
    assert len(pages) > 1


def test_a_picture_needs_neither_torch_nor_graphviz() -> None:
    code = (
        "import sys, netdsl; netdsl.render('resnet34').svg();"
        "print({'torch', 'graphviz', 'pptx', 'reportlab', 'resvg_py', 'lxml'} & set(sys.modules))"
    )
    where = Path(netdsl.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=where, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"view": "stage"}, "did you mean 'stages'"),
        ({"size": "16:10"}, "16:9"),
        ({"view": "block", "block": "basc"}, "did you mean 'basic'"),
        ({"block": "basic"}, "--view block"),
        ({"labels": ("parms",)}, "did you mean 'params'"),
    ],
)
def test_a_wrong_wish_is_answered_with_the_way_out(options: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        render(networks("resnet18"), **options)


def test_the_only_block_of_a_network_needs_no_name() -> None:
    named, only = (netdsl.render("resnet18", view="block", block=block).svg() for block in ("basic", None))
    assert named == only


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(BadFormat, match="the formats are svg, png"):
        render(networks("resnet18")).files("doc")


def test_one_view_shows_one_network() -> None:
    with pytest.raises(BadRequest, match="compare"):
        render([*networks("resnet18"), *networks("resnet34")])
