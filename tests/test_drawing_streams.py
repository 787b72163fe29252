"""Networks that run in several lines: a row for each size of the map, a column for each step."""

import pytest
import scene_lint

import netdsl
from netdsl import compiler
from netdsl.graph.cost import cost
from netdsl.graph.model import Network
from netdsl.graph.walk import leaves
from netdsl.layers.base import Role
from netdsl.source import SourceFile
from netdsl.targets.drawing.cards import Stages
from netdsl.targets.drawing.folding.stages import NoMainLine
from netdsl.targets.drawing.folding.stages import stages as fold
from netdsl.targets.drawing.graphviz.engines import VARIABLE, available
from netdsl.targets.drawing.lanes import LAST
from netdsl.targets.drawing.render import render
from netdsl.targets.drawing.scene import Node, Shape
from netdsl.targets.drawing.streams.compared import several_lanes
from netdsl.targets.drawing.streams.folding import Lines, streams
from netdsl.targets.drawing.streams.model import Streams

NAMES = ("hrnet_w18", "fpn_resnet50")
FOLDED = (
    {},
    {"brief": True},
    {"brief": True, "entered": True},
    {"brief": True, "entered": True, "headless": True},
)


def network(name: str) -> Network:
    return compiler.check(compiler.find(name)).networks[-1]


def folded(one: Network) -> Stages:
    with pytest.raises(NoMainLine) as caught:
        fold(one)
    return caught.value.found


def rows(found: Streams) -> list[list[str]]:
    """The titles in each row, from left to right."""
    cells = sorted(found.cells, key=lambda cell: cell.column)
    return [[cell.title.split("\n")[0] for cell in cells if cell.row == row] for row in range(len(found.rows))]


def test_a_pyramid_stands_in_rows_of_one_size() -> None:
    found = streams(Lines(folded(network("fpn_resnet50"))))
    assert found.rows == ((200, 200), (100, 100), (50, 50), (25, 25), (13, 13))
    assert rows(found) == [
        ["input", "conv1", "max pool", "layer1", "inner_blocks", "add", "layer_blocks", "output"],
        ["layer2", "inner_blocks", "add", "layer_blocks", "p3"],
        ["layer3", "inner_blocks", "add", "layer_blocks", "p4"],
        ["layer4", "inner_blocks", "layer_blocks", "p5"],
        ["subsample", "p6"],
    ]
    assert [link.through.title for link in found.links if link.through] == ["upsample"] * 3
    for title in ("inner_blocks", "add", "layer_blocks"):
        assert len({cell.column for cell in found.cells if cell.title == title}) == 1


def test_lines_that_feed_each_other_are_modules() -> None:
    found = streams(Lines(folded(network("hrnet_w18"))), brief=True)
    assert [(module.name, module.count) for module in found.modules] == [("stage2", 1), ("stage3", 4), ("stage4", 3)]
    for module, lines in zip(found.modules, (2, 3, 4), strict=True):
        own = [cell for cell in found.cells if cell.module == module.key and not cell.is_join]
        assert [(cell.title, cell.count, cell.row) for cell in own] == [("basic", 4, row) for row in range(lines)]
        names = {cell.name for cell in own}
        crossing = [link for link in found.links if link.start in names and link.through]
        assert len(crossing) == lines * (lines - 1)
    assert rows(found)[3] == ["transition3", "basic", "add", "incre_modules", "add", "final_layer", "classifier"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", FOLDED)
def test_cells_and_modules_add_up_to_the_network(name: str, way: dict[str, bool]) -> None:
    whole = network(name)
    found = streams(Lines(folded(whole)), **way)
    cells = [*found.cells, *(link.through for link in found.links if link.through)]
    own = sum(cell.parameters for cell in cells if not cell.module)
    inside = sum(module.parameters for module in found.modules)
    assert own + inside == cost(whole.root).parameters
    keys = [key for cell in cells for key in cell.keys]
    assert len(set(keys)) == len(keys)
    with_weights = [leaf.key for leaf in leaves(whole.root) if leaf.run.layer.role in (Role.MIX, Role.DENSE)]
    assert all(any(f"{layer}.".startswith(f"{key}.") for key in keys) for layer in with_weights)


@pytest.mark.parametrize("name", NAMES)
def test_the_lanes_of_a_comparison_add_up_to_the_network(name: str) -> None:
    whole = network(name)
    found = several_lanes(folded(whole))
    cells = [cell for lane in found.lanes for cell in lane]
    assert sum(cell.parameters for cell in cells) == cost(whole.root).parameters
    keys = [key for cell in cells for key in cell.keys]
    assert len(set(keys)) == len(keys)
    with_weights = [leaf.key for leaf in leaves(whole.root) if leaf.run.layer.role in (Role.MIX, Role.DENSE)]
    assert all(any(f"{layer}.".startswith(f"{key}.") for key in keys) for layer in with_weights)


def lanes(name: str) -> list[list[tuple[int, str, int, int]]]:
    """The column, the word, the count and the channels of each cell."""
    found = several_lanes(folded(network(name)))
    return [[(cell.column, cell.word, cell.count, cell.channels) for cell in lane] for lane in found.lanes]


def test_a_pyramid_is_compared_as_a_way_down_and_one_up() -> None:
    down, up = lanes("fpn_resnet50")
    stages = [
        (2, "bottleneck", 3, 256),
        (3, "bottleneck", 4, 512),
        (4, "bottleneck", 6, 1024),
        (5, "bottleneck", 3, 2048),
    ]
    assert down == [(1, "conv", 1, 64), *stages, (6, "subsample", 1, 256)]
    assert up == [(2, "conv", 1, 256), (3, "conv", 1, 256), (4, "conv", 1, 256)]
    ways = several_lanes(folded(network("fpn_resnet50"))).ways
    along = [((0, at), (0, at + 1)) for at in range(1, 6)]
    across = [((0, at), (1, at)) for at in (2, 3, 4)]
    assert set(ways) == {*along, *across, ((0, 5), (1, 4)), ((1, 4), (1, 3)), ((1, 3), (1, 2))}


def test_lines_that_feed_each_other_are_compared_in_one_lane() -> None:
    before, lines, after = lanes("hrnet_w18")
    assert before == [(1, "conv", 1, 64), (2, "bottleneck", 4, 256)]
    counts = [4 * modules for modules in (8, 8, 7, 3)]
    assert lines == [(at, "basic", count, 18 << at - 2) for at, count in enumerate(counts, 2)]
    assert after == [*((at, "bottleneck", 1, 32 << at) for at in (2, 3, 4, 5)), (LAST, "dense", 1, 1000)]
    found = several_lanes(folded(network("hrnet_w18")))
    assert found.note == "4 lines, 8 modules"
    both = {way for at in (2, 3, 4) for way in (((1, at), (1, at + 1)), ((1, at + 1), (1, at)))}
    assert {way for way in found.ways if way[0][0] == way[1][0] == 1} == both
    assert {way for way in found.ways if way[0][0] != way[1][0]} == {
        ((0, 2), (1, 2)), *(((1, at), (2, at)) for at in (2, 3, 4, 5))
    }  # fmt: skip


def test_what_lies_in_no_rows_and_columns_is_compared_too() -> None:
    crossed = compiler.choose(SourceFile("crossed.net", CROSSED))
    (page,) = render([crossed, network("resnet18")], "compare").pages
    assert not scene_lint.faults(page)


@pytest.mark.parametrize("name", NAMES)
def test_shapes_are_those_of_pytorch(name: str) -> None:
    import torch

    with torch.device("meta"):
        module = netdsl.load(name).eval()
    made: dict[str, tuple[int, ...]] = {}
    for key, part in module.named_modules():
        part.register_forward_hook(
            lambda _, __, after, key=key: made.update({key: tuple(getattr(after, "shape", (0,))[1:])})
        )
    whole = network(name)
    module(torch.empty(1, *whole.input.dims, device="meta"))
    found = streams(Lines(folded(whole)), brief=True)
    for cell in found.cells:
        if cell.keys and cell.keys[-1] in made and not cell.is_join:
            assert cell.output.dims == made[cell.keys[-1]], cell.title


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("view", ["stages", "overview"])
def test_every_module_is_found_in_the_picture(name: str, view: str) -> None:
    (page,) = render([network(name)], view).pages
    keys = [key for node in scene_lint.nodes_of(page) for key in node.keys]
    layers = [leaf.key for leaf in leaves(network(name).root) if leaf.run.layer.role in (Role.MIX, Role.DENSE)]
    assert all(any(f"{layer}.".startswith(f"{key}.") for key in keys) for layer in layers)


@pytest.mark.parametrize("view", ["stages", "overview"])
@pytest.mark.parametrize("size", ["4:3", "a4"])
def test_every_module_is_found_on_narrow_pages_too(view: str, size: str) -> None:
    (page,) = render([network("hrnet_w18")], view, size=size).pages
    keys = [key for node in scene_lint.nodes_of(page) for key in node.keys]
    assert len(set(keys)) == len(keys)
    layers = [leaf.key for leaf in leaves(network("hrnet_w18").root) if leaf.run.layer.role in (Role.MIX, Role.DENSE)]
    assert all(any(f"{layer}.".startswith(f"{key}.") for key in keys) for layer in layers)
    assert any("3×224×224" in words.text for words in scene_lint.words_of(page))


@pytest.mark.parametrize("size", ["16:9", "4:3", "a4"])
@pytest.mark.parametrize("name", NAMES)
def test_numbers_in_cells_say_what_they_are(name: str, size: str) -> None:
    (page,) = render([network(name)], size=size).pages
    said = [words.text for words in scene_lint.words_of(page)]
    bare = [words for node in scene_lint.nodes_of(page) for words in said_in(node) if words.endswith((" K", " M"))]
    assert bool(bare) == any("in cells: channels, parameters" in line for line in said)


def said_in(node: Node) -> list[str]:
    return [words.text for shape in node.items if isinstance(shape, Shape) for words in shape.words]


@pytest.mark.parametrize("name", NAMES)
def test_an_overview_has_at_most_nine_volumes(name: str) -> None:
    (page,) = render([network(name)], "overview").pages
    shapes = {node.name: [item for item in node.items if isinstance(item, Shape)] for node in scene_lint.nodes_of(page)}
    volumes = [name for name, own in shapes.items() if any(shape.points for shape in own)]
    assert 0 < len(volumes) <= 9


CROSSED = """net crossed {
  input 4x32x32
  fine = conv(4, 3x3)
  coarse = conv(8, 3x3, stride=2) on fine
  a = conv(4, 3x3) on fine
  b = conv(4, 3x3) on a
  c = conv(4, 3x3) on b
  d = add { identity on a; identity on c }
  e = conv(8, 3x3) on coarse
  f = add { identity on e; identity on coarse }
  global_avgpool on d
  output f, e
}"""


@pytest.mark.parametrize("engine", available())
def test_what_lies_in_no_rows_and_columns_is_placed_by_graphviz(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, engine)
    drawing = netdsl.render(CROSSED)
    assert not scene_lint.faults(drawing.pages[0])
