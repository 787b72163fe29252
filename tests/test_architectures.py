"""The shipped networks against their papers, where no published weights stand for them."""

import re

import pytest
import torch
from torch import Tensor, nn

import netdsl
from netdsl import compiler
from netdsl.graph.cost import cost
from netdsl.graph.state import entries

FILES = compiler.library()
TITLE = re.compile(r"[^,]+, [^,].*\b(19|20)\d\d\b.*\((arXiv:\d{4}\.\d{4,5}|NIPS \d+|doi:[\w./-]+)\)")


@pytest.mark.parametrize("name", FILES)
def test_a_file_checks_and_says_what_it_is(name: str) -> None:
    checked = compiler.check(compiler.find(name))
    assert not checked.problems.found
    nets = [*(network.name for network in checked.networks), *checked.families]
    assert nets == ([] if FILES[name].parent.name == "blocks" else [FILES[name].stem])
    for network in checked.networks:
        assert TITLE.match(network.doc.splitlines()[0])


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        # Simonyan and Zisserman 2014, table 2, in millions: 133, 133, 134, 138, 144
        ("vgg11", 132_863_336),
        ("vgg_a_lrn", 132_863_336),
        ("vgg13", 133_047_848),
        ("vgg_c", 133_638_952),
        ("vgg16", 138_357_544),
        ("vgg19", 143_667_240),
        # Krizhevsky et al. 2012, section 3.5: "60 million parameters"
        ("alexnet_2012", 60_965_224),
    ],
)
def test_parameters_are_the_papers(name: str, parameters: int) -> None:
    assert cost(netdsl.network(name).root).parameters == parameters


def test_vgg_a_lrn_normalises_once_after_the_first_convolution() -> None:
    kinds = [type(m) for m in netdsl.load("vgg_a_lrn").features]
    assert kinds.index(nn.LocalResponseNorm) == 2
    assert kinds.count(nn.LocalResponseNorm) == 1


def test_vgg_c_ends_its_last_three_stages_with_1x1_convolutions() -> None:
    kernels = {e.key: e.dims for e in entries(netdsl.network("vgg_c").root) if len(e.dims) == 4}
    assert [dims[0] for dims in kernels.values() if dims[2:] == (1, 1)] == [256, 512, 512]


def test_alexnet_2012_has_the_shapes_of_figure_2() -> None:
    dims = {e.key: e.dims for e in entries(netdsl.network("alexnet_2012").root)}
    for tower in ("gpu1", "gpu2"):
        assert dims[f"{tower}.conv1.weight"] == (48, 3, 11, 11)
        assert dims[f"{tower}.conv2.weight"] == (128, 48, 5, 5)
        assert dims[f"{tower}_upper.conv4.weight"] == (192, 192, 3, 3)
        assert dims[f"{tower}_upper.conv5.weight"] == (128, 192, 3, 3)
    assert dims["conv3.weight"] == (384, 256, 3, 3)
    assert dims["fc6.weight"] == (4096, 9216)


def test_the_towers_of_alexnet_2012_meet_only_at_conv3_and_fc6() -> None:
    torch.manual_seed(0)
    net = netdsl.load("alexnet_2012").eval()
    seen: dict[str, Tensor] = {}
    for name in ("gpu1", "gpu2", "conv3", "gpu1_upper", "gpu2_upper", "fc6"):
        part = net.get_submodule(name)
        part.register_forward_hook(lambda _, arrives, gives, name=name: seen.__setitem__(name, gives.detach().clone()))

    def changed(key: str, rows: slice = slice(None)) -> set[str]:
        x = torch.ones(1, 3, 227, 227)
        net(x)
        before = dict(seen)
        weight = net.get_parameter(key)
        kept = weight.detach().clone()
        with torch.no_grad():
            weight[rows] += 0.1
            net(x)
            weight.copy_(kept)
        return {name for name in seen if not torch.equal(seen[name], before[name])}

    assert changed("gpu1.conv1.weight") == {"gpu1", "conv3", "gpu1_upper", "gpu2_upper", "fc6"}
    assert changed("gpu2.conv2.weight") == {"gpu2", "conv3", "gpu1_upper", "gpu2_upper", "fc6"}
    assert changed("conv3.weight", slice(0, 192)) == {"conv3", "gpu1_upper", "fc6"}
    assert changed("conv3.weight", slice(192, 384)) == {"conv3", "gpu2_upper", "fc6"}
    assert changed("gpu1_upper.conv4.weight") == {"gpu1_upper", "fc6"}
