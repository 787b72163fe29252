"""Networks that run in several lines: a row for each size of the map, a column for each step."""

import pytest
import scene_lint

import netdsl
from netdsl import compiler
from netdsl.graph.cost import cost
from netdsl.graph.model import Network
from netdsl.graph.walk import leaves
from netdsl.layers.base import Role
from netdsl.targets.drawing.cards import Stages
from netdsl.targets.drawing.folding.stages import NoMainLine
from netdsl.targets.drawing.folding.stages import stages as fold
from netdsl.targets.drawing.graphviz.engines import VARIABLE, available
from netdsl.targets.drawing.render import render
from netdsl.targets.drawing.scene import Shape
from netdsl.targets.drawing.streams.folding import streams
from netdsl.targets.drawing.streams.model import Streams

NAMES = ("hrnet_w18", "fpn_resnet50")
FOLDED = ({}, {"brief": True}, {"volumes": True})


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
    found = streams(folded(network("fpn_resnet50")))
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
    found = streams(folded(network("hrnet_w18")), brief=True)
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
    found = streams(folded(whole), **way)
    cells = [*found.cells, *(link.through for link in found.links if link.through)]
    own = sum(cell.parameters for cell in cells if not cell.module)
    inside = sum(module.parameters for module in found.modules)
    if not way.get("volumes"):
        assert own + inside == cost(whole.root).parameters
    keys = [key for cell in cells for key in cell.keys]
    assert len(set(keys)) == len(keys)
    with_weights = [leaf.key for leaf in leaves(whole.root) if leaf.run.layer.role in (Role.MIX, Role.DENSE)]
    assert all(any(f"{layer}.".startswith(f"{key}.") for key in keys) for layer in with_weights)


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
    found = streams(folded(whole), brief=True)
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
