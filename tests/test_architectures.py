"""The shipped networks against their papers, where no published weights stand for them."""

import re
from collections import Counter

import pytest
import torch
from torch import Tensor, nn

import netdsl
from netdsl import compiler
from netdsl.graph.state import entries
from netdsl.graph.walk import leaves
from netdsl.shapes import Shape

FILES = compiler.library()
TITLE = re.compile(r"[^,]+, [^,].*\b(19|20)\d\d\b.*\((arXiv:\d{4}\.\d{4,5}|NIPS \d+|doi:[\w./-]+)\)")


@pytest.mark.parametrize("name", FILES)
def test_a_file_checks_and_says_what_it_is(name: str) -> None:
    checked = compiler.check(compiler.find(name))
    assert not checked.problems.found
    nets = [*(network.name for network in checked.networks), *checked.families]
    assert nets in ([FILES[name].stem], [f"{FILES[name].stem}_net"], [])
    assert nets or "\nblock " in FILES[name].read_text("utf-8")
    for network in checked.networks:
        assert TITLE.match(network.doc.splitlines()[0])


@pytest.mark.parametrize("name", FILES)
def test_a_file_begins_with_its_paper_and_says_what_to_look_at(name: str) -> None:
    before, _, rest = FILES[name].read_text("utf-8").partition("## ")
    assert all(line.startswith(("use ", "let ")) for line in before.splitlines() if line)
    assert TITLE.match(rest.splitlines()[0])
    assert re.search(r"^#+ .*\bLook (at|for) ", f"## {rest}", re.MULTILINE)


@pytest.mark.parametrize("name", FILES)
def test_an_instance_is_a_file_of_a_few_lines(name: str) -> None:
    text = FILES[name].read_text("utf-8")
    assert not re.search(r"^net \w+ = ", text, re.MULTILINE) or len(text.splitlines()) <= 8


def test_nasnet_has_an_auxiliary_head_in_training_where_it_is_asked_for() -> None:
    model = netdsl.load("nasnetamobile", auxiliary=True)
    image = torch.zeros(2, 3, 224, 224)
    assert [tuple(scores.shape) for scores in model.train()(image)] == [(2, 1000)] * 2
    with torch.no_grad():
        assert tuple(model.eval()(image).shape) == (2, 1000)


def test_the_maps_of_lenets_third_layer_see_what_table_i_says() -> None:
    seen = {
        "three": [{0, 1, 2}, {1, 2, 3}, {2, 3, 4}, {3, 4, 5}, {4, 5, 0}, {5, 0, 1}],
        "four": [{0, 1, 2, 3}, {1, 2, 3, 4}, {2, 3, 4, 5}, {3, 4, 5, 0}, {4, 5, 0, 1}, {5, 0, 1, 2}],
        "pairs": [{0, 1, 3, 4}, {1, 2, 4, 5}, {2, 3, 5, 0}],
    }
    expected = [*seen["three"], *seen["four"], *seen["pairs"], {0, 1, 2, 3, 4, 5}]
    third = netdsl.load("lenet5").C3
    x = torch.randn(1, 6, 14, 14, requires_grad=True)
    for maps, gives in zip(expected, third(x).unbind(1), strict=True):
        (gradient,) = torch.autograd.grad(gives.sum(), x, retain_graph=True)
        assert {int(place) for place in gradient.abs().sum((0, 2, 3)).nonzero()} == maps


def test_the_shortcut_of_resnet_for_cifar_takes_every_second_pixel_and_adds_zeros() -> None:
    unit = netdsl.load("resnet20_cifar").layer2[0]
    for weight in unit.parameters():
        nn.init.zeros_(weight)
    x = torch.rand(1, 16, 32, 32)
    expected = torch.cat([x[:, :, ::2, ::2], torch.zeros(1, 16, 16, 16)], 1)
    assert torch.equal(unit.eval()(x), expected)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("conv", {"conv": 3, "maxpool": 3, "relu": 3, "linear": 1}),
        ("vgg", {"conv": 6, "maxpool": 3, "relu": 6, "linear": 1}),
        ("resnet", {"conv": 1 + 7 * 2 + 2, "maxpool": 2, "relu": 1 + 7 * 2, "global_avgpool": 1, "linear": 1}),
        ("inception", {"conv": 1 + 4 * 3, "maxpool": 1 + 4 + 2, "relu": 1 + 4 * 3, "linear": 1}),
        ("mobilenet", {"conv": 1 + 4, "depthwise": 4, "maxpool": 3, "relu": 1 + 4 * 2, "linear": 1}),
    ],
)
def test_the_small_networks_for_cifar_10_are_made_of_what_is_taught(name: str, kinds: dict[str, int]) -> None:
    found = Counter(leaf.run.layer.word for leaf in leaves(netdsl.network(f"cifar10/{name}").root))
    found.pop("flatten", None)
    assert found == kinds


@pytest.mark.parametrize("name", [name for name in FILES if FILES[name].parent.name == "cifar10"])
def test_the_small_networks_for_cifar_10_learn(name: str) -> None:
    torch.manual_seed(0)
    net = netdsl.load(name)
    x, y = torch.randn(10, 3, 32, 32), torch.arange(10)
    optimiser = torch.optim.Adam(net.parameters(), 3e-3)
    losses = []
    for _ in range(70):
        loss = nn.functional.cross_entropy(net(x), y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert min(losses) < 0.5 * losses[0]


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


@pytest.mark.parametrize("name", ["alexnet", "vgg16"])
def test_linear_layers_as_convolutions_give_the_same_scores_and_a_map_of_them(name: str) -> None:
    torch.manual_seed(0)
    dense, convolutional = netdsl.load(name).eval(), netdsl.load(f"{name}_conv").eval()
    shapes = {key: value.shape for key, value in convolutional.state_dict().items()}
    assert list(shapes) == list(dense.state_dict())
    places = zip(dense.state_dict().values(), shapes.items(), strict=True)
    convolutional.load_state_dict({key: value.reshape(shape) for value, (key, shape) in places}, assign=True)
    x = torch.randn(1, 3, 224, 224)
    with torch.no_grad():
        torch.testing.assert_close(convolutional(x).flatten(1), dense(x))
        scores = convolutional(torch.randn(1, 3, 500, 700))
    assert scores.shape == (1, 1000, 9, 15)


@pytest.mark.parametrize("name", ["fcn32s", "fcn16s", "fcn8s"])
@pytest.mark.parametrize("size", [(500, 500), (375, 500), (64, 97)])
def test_fcn_gives_a_class_for_each_pixel_of_any_image(name: str, size: tuple[int, int]) -> None:
    network = compiler.choose(compiler.find(name), input=Shape(3, size))
    assert network.output.dims == (21, *size)


SEGMENTATION = ("fcn_resnet50", "deeplabv3_resnet50", "lraspp_mobilenet_v3_large", "fcn32s", "fcn16s", "fcn8s")


@pytest.mark.parametrize("name", SEGMENTATION)
def test_a_module_for_segmentation_takes_images_of_other_sizes(name: str) -> None:
    with torch.device("meta"):
        scores = netdsl.load(name).eval()(torch.empty(1, 3, 256, 320))
    assert scores.shape == (1, 21, 256, 320)


def test_fcn_crops_where_the_paper_does() -> None:
    crops = {
        name: [leaf.run.layer.at for leaf in leaves(netdsl.network(name).root) if leaf.run.layer.word == "crop"]
        for name in ("fcn32s", "fcn16s", "fcn8s")
    }
    assert crops == {"fcn32s": [(19, 19)], "fcn16s": [(5, 5), (27, 27)], "fcn8s": [(5, 5), (9, 9), (31, 31)]}


def test_a_pyramid_gives_a_map_for_each_size() -> None:
    with torch.device("meta"):
        outputs = netdsl.load("fpn_resnet50")(torch.empty(1, 3, 800, 608))
    assert outputs._fields == ("p2", "p3", "p4", "p5", "p6")
    assert [tuple(p.shape[1:]) for p in outputs] == [(256, -(-800 // s), -(-608 // s)) for s in (4, 8, 16, 32, 64)]
