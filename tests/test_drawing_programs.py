"""Random programs in every view: drawn, or refused in words; never a crash, and the numbers always add up."""

import pytest
import scene_lint
from programs import program

from netdsl import compiler
from netdsl.graph.cost import cost
from netdsl.graph.model import Network
from netdsl.graph.walk import leaves
from netdsl.source import SourceFile
from netdsl.targets.drawing.folding.stages import NoMainLine, stages
from netdsl.targets.drawing.outline import outline
from netdsl.targets.drawing.render import render
from netdsl.targets.drawing.scene import CannotDraw
from netdsl.targets.drawing.views.block import blocks

SIZE = 40


def networks(seed: int) -> tuple[Network, ...]:
    return compiler.check(SourceFile("random.net", program(SIZE, seed).text)).networks


@pytest.mark.parametrize("seed", range(40))
def test_any_network_is_drawn_or_refused(seed: int) -> None:
    for network in networks(seed):
        wishes = [(view, None) for view in ("stages", "overview", "layers", "graph")]
        for view, block in [*wishes, *(("block", name) for name in blocks(network))]:
            try:
                drawing = render([network], view, block=block)
            except CannotDraw as error:
                assert "--view graph" in str(error) or "--size" in str(error)
                assert view != "graph"
                continue
            assert all(drawing.svg(page).startswith("<svg") for page in range(len(drawing.pages)))
        assert outline(network) is not None


@pytest.mark.parametrize("seed", range(40))
def test_the_layers_of_any_network_are_legible(seed: int) -> None:
    for network in networks(seed):
        pages = render([network], "layers").pages
        assert not [fault for page in pages for fault in scene_lint.faults(page)]
        shown = [key for page in pages for node in scene_lint.nodes_of(page) for key in node.keys]
        assert sorted(shown) == sorted(leaf.key for leaf in leaves(network.root))


@pytest.mark.parametrize("seed", range(40))
def test_the_cards_of_any_network_add_up(seed: int) -> None:
    for network in networks(seed):
        try:
            found = stages(network)
        except NoMainLine:
            continue
        heads = sum(head.cost.parameters for head in found.heads)
        assert sum(card.cost.parameters for card in found.cards) + heads == cost(network.root).parameters


@pytest.mark.parametrize("seed", range(40))
def test_any_network_is_compared_legibly(seed: int) -> None:
    for network in networks(seed):
        try:
            (page,) = render([network, network], "compare").pages
        except CannotDraw as error:
            assert "--view graph" in str(error) or "--size" in str(error)
            continue
        assert not scene_lint.faults(page)
