"""Blocks opened: what a picture of one says, whoever places it, and the stages that Graphviz places."""

import pytest
import scene_lint

from netdsl import compiler
from netdsl.graph.cost import cost
from netdsl.graph.model import Network
from netdsl.source import SourceFile
from netdsl.targets.drawing.blocks.opening import opening
from netdsl.targets.drawing.blocks.parts import Bypass, Fused, Lanes, Part
from netdsl.targets.drawing.blocks.tree import opened
from netdsl.targets.drawing.blocks.walk import NotInSeries
from netdsl.targets.drawing.folding.mesh import mesh
from netdsl.targets.drawing.folding.stages import NoMainLine
from netdsl.targets.drawing.folding.stages import stages as fold
from netdsl.targets.drawing.graphviz.engines import VARIABLE, available
from netdsl.targets.drawing.render import render
from netdsl.targets.drawing.scene import Paint, Scene, Shape
from netdsl.targets.drawing.strip.opened import insets
from netdsl.targets.drawing.views.block import blocks


def network(name: str) -> Network:
    return compiler.check(compiler.find(name)).networks[-1]


def parts(name: str, block: str, use: int = 1) -> tuple[Part, ...]:
    return opened(blocks(network(name))[block][use]).series.parts


def said(part: Part) -> object:
    """A part in words: operators side by side in a list, what goes around after what it goes around."""
    match part:
        case Fused():
            return " ".join(operator.words for operator in part.operators)
        case Lanes():
            return [part.join, *([said(inner) for inner in lane.parts] for lane in part.lanes)]
        case Bypass():
            return part.join, *([said(inner) for inner in way.parts] for way in (part.main, part.above))


def test_sums_of_sums_are_one() -> None:
    first, last = parts("repvgg_a0", "unit", 2)
    assert said(first) == ["add", ["conv 3×3 bn"], ["conv 1×1 bn"], ["bn"]]
    assert said(last) == "relu"


def test_a_value_that_flowed_a_little_before_is_a_way_around() -> None:
    (unit,) = parts("resnetv2_50", "unit")
    assert said(unit) == ("add", ["bn relu conv 1×1", "bn relu conv 3×3", "bn relu conv 1×1"], [])
    before, projected = parts("resnetv2_50", "unit", 0)
    assert said(before) == "bn relu"
    assert said(projected) == ["add", ["conv 1×1"], ["conv 1×1 bn relu", "conv 3×3 bn relu", "conv 1×1"]]


def test_a_value_from_afar_is_none() -> None:
    with pytest.raises(NotInSeries):
        opened(blocks(network("res2net50_26w_4s"))["res2"][1])


def test_a_rate_of_stochastic_depth_makes_no_form_of_its_own() -> None:
    (shown,) = insets(fold(network("efficientnet_b0")))[-1]
    (unit,) = shown.opening.ways[1].series.parts
    steps = ["conv 1×1 bn silu", "depthwise 5×5 bn silu", "squeeze excite", "conv 1×1 bn"]
    assert said(unit) == ("add", steps, [])


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("squeezenet_bypass", "where the shape stays the same"),
        ("mobilenet_v2", "where the shape stays the same"),
        ("resnet50", "where the shape changes; else the input itself"),
        ("convnext_tiny", ""),
        ("resnetv2_50", ""),
    ],
)
def test_a_shortcut_that_only_some_uses_have_is_dashed(name: str, note: str) -> None:
    ((shown, *_), *_) = insets(fold(network(name)))
    (around,) = (part for part in shown.opening.ways[0].series.parts if isinstance(part, Bypass))
    assert (around.dashed, around.note) == (bool(note), note)


def test_a_shortcut_without_weights_is_said_in_words_of_its_paper() -> None:
    """It takes every second pixel, and fills the new channels with zeros."""
    steps = said(parts("resnet110_cifar", "unit", 18)[0])
    assert steps[2] == ["subsample /2", ["concat", [], ["zeros"]]]


def test_a_factor_is_said() -> None:
    shown = [line.text for line in scene_lint.words_of(render([network("inception_resnet_v2")]).pages[0])]
    assert "× 0.1" in shown


def test_a_shortcut_that_has_nothing_to_do_with_shapes_is_not_said_to() -> None:
    text = """
    net two { input 8x8x8; unit(true); unit(false); unit(true) }
    block unit(skip) { if skip { residual { conv(8, 3x3) } } else { conv(8, 3x3) } }
    """
    uses = blocks(compiler.choose(SourceFile("two.net", text)))["unit"]
    (around,) = opening(uses).ways[0].series.parts
    assert isinstance(around, Bypass)
    assert (around.dashed, around.note) == (True, "in some uses")


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("darknet53", "others have up to 17 convolutions"),
        ("resnet34", "layer3 shown"),
        ("mobilenet_v2", ""),
    ],
)
def test_a_panel_says_where_its_block_stands_and_that_others_are_much_deeper(name: str, note: str) -> None:
    assert insets(fold(network(name)))[-1][0].where == note


def test_paths_have_the_names_of_their_scopes() -> None:
    assert "cbr | scale" in [card.name for card in fold(network("lraspp_mobilenet_v3_large")).cards]


def test_the_join_around_a_use_belongs_to_it() -> None:
    layer, transition = insets(fold(network("densenet121")))[0]
    shown = layer.opening.ways[0]
    ((join, around, steps),) = (said(part) for part in shown.series.parts)
    assert (join, around, steps) == ("concat", [], ["bn relu conv 1×1", "bn relu conv 3×3"])
    assert shown.gives.channels == shown.arrives.channels + 32
    assert (layer.count, transition.count) == (58, 3)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("shufflenet_v2_x1_0", ("unit", 13), ("downsample", 3)),
        ("repvgg_a0", ("unit", 17), ("unit", 5)),
        ("nasnetalarge", ("cell", 18), ("cell", 4)),
        ("nasnetamobile", ("cell", 12), ("cell", 4)),
        ("pnasnet5large", ("one cell", 10), ("one cell", 4)),
        ("res2net50_48w_2s", ("res2", 13), ("res2", 3)),
    ],
)
def test_what_shrinks_the_map_is_opened_too(name: str, first: tuple[str, int], second: tuple[str, int]) -> None:
    (pair, *_) = insets(fold(network(name)))
    assert [(inset.name, inset.count) for inset in pair] == [first, second]
    (page,) = render([network(name)]).pages
    assert {line.text for line in scene_lint.words_of(page)} >= {f"×{first[1]}", f"×{second[1]}"}


@pytest.mark.parametrize("name", ["darknet53", "vgg16"])
def test_where_all_shrink_the_map_or_none_there_are_no_two_forms(name: str) -> None:
    assert all(len(opened) == 1 for opened in insets(fold(network(name))))


@pytest.mark.parametrize("engine", available())
@pytest.mark.parametrize("name", ["nasnetalarge", "nasnetamobile", "pnasnet5large", "res2net50_48w_2s"])
def test_two_graphs_stand_in_panels_of_their_own(name: str, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, engine)
    (page,) = render([network(name)]).pages
    assert not scene_lint.faults(page)
    panels = [item.frame for item in page.items if isinstance(item, Shape) and item.fill == Paint("panel")]
    drawn = [
        [node for node in scene_lint.nodes_of(page) if node.name.startswith(f"{prefix} ")]
        for prefix in ("inset", "inset 1")
    ]
    second = drawn[1]
    first = [node for node in drawn[0] if node not in second]
    for nodes, panel, shrinks in zip((first, second), panels, (False, True), strict=True):
        assert nodes and all(scene_lint.inside(node.frame, panel) for node in nodes)
        said = [words.text for node in nodes for words in scene_lint.words_of(Scene(1, 1, "", "", (node,)))]
        assert any(text.endswith("/2") for text in said) == shrinks
    sizes = {words.size for node in (*first, *second) for words in scene_lint.words_of(Scene(1, 1, "", "", (node,)))}
    assert len(sizes) == 1


def test_words_are_shortened_only_where_whole_ones_have_no_room() -> None:
    words = {
        name: {line.text for line in scene_lint.words_of(render([network(name)]).pages[0])}
        for name in ("nasnetalarge", "pnasnet5large")
    }
    assert {"separable 7×7", "max pool 3×3 /2"} <= words["nasnetalarge"]
    assert {"sep. 7×7", "max 3×3 /2"} <= words["pnasnet5large"]


@pytest.mark.parametrize("name", ["nasnetalarge", "pnasnet5large", "res2net50_26w_4s", "repvgg_a0", "alexnet_2012"])
def test_what_is_special_is_opened_below_the_stages(name: str) -> None:
    (page,) = render([network(name)]).pages
    assert any(node.name.startswith("inset") for node in scene_lint.nodes_of(page))


@pytest.mark.parametrize("engine", available())
@pytest.mark.parametrize("name", ["nasnetalarge", "pnasnet5large", "res2net50_26w_4s"])
def test_every_engine_places_legibly(name: str, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, engine)
    (page,) = render([network(name)]).pages
    assert not scene_lint.faults(page)
    assert scene_lint.smallest_text(page) >= 18


@pytest.mark.parametrize("engine", available())
def test_equal_boxes_stand_in_one_row_and_several_values_between_two_are_one_line(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last map of LeNet's C3 sees all six before, and so has no join above it: it could stand two ranks higher."""
    monkeypatch.setenv(VARIABLE, engine)
    (page,) = render([network("lenet5")], "block", block="some_of_six").pages
    assert not scene_lint.faults(page)
    rows = [node.frame.y for node in scene_lint.nodes_of(page) for word in node.items
            if isinstance(word, Shape) and any(line.text == "5×5" for line in word.words)]  # fmt: skip
    assert len(rows) == 16 and max(rows) - min(rows) < 1
    ends = [(wire.start, wire.end) for wire in scene_lint.wires_of(page)]
    assert len(ends) == len(set(ends))


def test_one_use_is_opened_by_its_name() -> None:
    pages = [render([network("nasnetalarge")], "block", block=name).pages[0] for name in ("cell", "reduction_cell_0")]
    normal, reduction = ({line.text for line in scene_lint.words_of(page) if "×" in line.text} for page in pages)
    assert "separable 7×7" in reduction
    assert "separable 7×7" not in normal
    assert pages[1].title == "reduction_cell_0, cell of NASNet-A large"


def test_the_stages_of_a_pyramid_are_a_graph() -> None:
    with pytest.raises(NoMainLine) as caught:
        fold(network("fpn_resnet50"))
    whole = network("fpn_resnet50")
    graph = mesh(caught.value.found)
    outputs = {vertex.name: vertex.output for vertex in graph.vertices}
    assert {name: str(shape) for name, shape in outputs.items() if name.startswith("fpn.layer_blocks")} == {
        f"fpn.layer_blocks.{at}.0": f"256x{200 >> at}x{200 >> at}" for at in range(4)
    }
    assert sum(card.cost.parameters for card in caught.value.found.cards) == cost(whole.root).parameters
    assert {vertex.words for vertex in graph.vertices if vertex.paint == "port"} == {
        "input", "output", "output p3", "output p4", "output p5", "output p6"
    }  # fmt: skip


FURTHER = """net further(classes=10) {
  input 3x64x64
  c1 = down1: conv(64, 3x3, stride=2) -> relu
  c2 = down2: conv(128, 3x3, stride=2) -> relu
  global_avgpool -> flatten
  fc: linear(classes)
  output c1, c2
}
"""


def test_further_results_hang_below_the_stage_that_gives_them() -> None:
    (net,) = compiler.check(SourceFile("further.net", FURTHER)).networks
    (page,) = render([net]).pages
    nodes = {node.name: node for node in scene_lint.nodes_of(page)}
    assert [nodes[f"head {name}"].notes[-1] for name in ("c1", "c2")] == ["gives 64×32×32", "gives 128×16×16"]
    wires = {(wire.start, wire.end) for wire in scene_lint.wires_of(page)}
    assert {("stage 1", "head c1"), ("stage 2", "head c2")} <= wires
    assert not scene_lint.faults(page)


@pytest.mark.parametrize(
    ("name", "block", "said"),
    [
        ("fpn_resnet50", "bottleneck", "used 16 times, 70.4 K to 6.04 M parameters"),
        ("googlenet", "auxiliary", "used 2 times, 3.19 M parameters"),
        (
            "nasnetalarge",
            "cell",
            "A cell sees what the cell before gave (cur) and what the one before that gave (prev). · "
            "used 22 times, 49.2 K to 10.1 M parameters",
        ),
    ],
)
def test_what_is_said_of_a_block_is_never_cut(name: str, block: str, said: str) -> None:
    (page,) = render([network(name)], "block", block=block).pages
    assert said in [line.text for line in scene_lint.words_of(page)]
