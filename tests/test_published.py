"""Every shipped network against the numbers that are published of it: its parameters, and the shapes of its stages.

`published.json` has what torchvision and timm say of the models of the same names; `tools/published.py` asks them.
What they do not have is held to its paper here. No network is compiled to PyTorch for it.
"""

import json
from collections.abc import Iterator
from math import prod
from pathlib import Path

import pytest

import netdsl
from netdsl import compiler
from netdsl.graph.cost import cost
from netdsl.graph.model import Trace
from netdsl.graph.state import entries
from netdsl.graph.walk import below, joined, steps

LIBRARIES = json.loads((Path(__file__).parent / "published.json").read_text("utf-8"))
VGG_LINEAR = 102_764_544 + 16_781_312 + 4_097_000
FCN_32S = 14_714_688 + 102_764_544 + 16_781_312 + 86_037  # VGG-16's convolutions, fc6, fc7, scores of 21 classes

PAPERS = {
    # LeCun et al. 1998, section II.B, C1 to F6: 156 + 12 + 1,516 + 32 + 48,120 + 10,164; then ten outputs of 84
    "lenet5": 156 + 12 + 1_516 + 32 + 48_120 + 10_164 + 850,
    # Krizhevsky et al. 2012, figure 2, conv1 to fc8; section 3.5: "60 million parameters"
    "alexnet_2012": 34_944 + 307_456 + 885_120 + 663_936 + 442_624 + 37_752_832 + 16_781_312 + 4_097_000,
    # Sermanet et al. 2013, section 3.5: the same weights, torchvision's
    "alexnet_conv": LIBRARIES["alexnet"]["parameters"],
    "vgg16_conv": LIBRARIES["vgg16"]["parameters"],
    # Zeiler and Fergus 2013, figure 3, layers 1 to 7 and the scores
    "zfnet": 14_208 + 614_656 + 885_120 + 1_327_488 + 884_992 + 37_752_832 + 16_781_312 + 4_097_000,
    # Lin et al. 2013, the Caffe model: three convolutions in each of three stages
    "nin": 14_592 + 30_880 + 15_456 + 460_992 + 37_056 + 37_056 + 331_968 + 37_056 + 1_930,
    # Springenberg et al. 2014, table 1 row by row; table 3: "≈ 1.4 M"
    "all_cnn_c": 2_688 + 2 * 83_040 + 166_080 + 3 * 331_968 + 37_056 + 1_930,
    # Simonyan and Zisserman 2014, table 1 row by row; table 2: 133 and 134 millions
    "vgg_a_lrn": 1_792 + 73_856 + 295_168 + 590_080 + 1_180_160 + 3 * 2_359_808 + VGG_LINEAR,
    "vgg_c": 9_404_992 + 65_792 + 2 * 262_656 + VGG_LINEAR,  # column B, and its three 1x1
    # Long et al. 2014, figure 3; table 1: "134M" for VGG-16; then each skip's scores and each upsampling, without bias
    "fcn32s": FCN_32S + 21 * 21 * 64 * 64,
    "fcn16s": FCN_32S + 10_773 + 21 * 21 * (4 * 4 + 32 * 32),
    "fcn8s": FCN_32S + 10_773 + 5_397 + 21 * 21 * (2 * 4 * 4 + 16 * 16),
    # Szegedy et al. 2014, table 1 and section 5: Caffe's bvlc_googlenet, then its two heads
    "googlenet_2014": 6_998_552 + (65_664 + 67_712 + 2 * (2_098_176 + 1_025_000)),
    # Ioffe and Szegedy 2015, figure 5: the Caffe model, as pretrainedmodels 0.7.4 has it, without biases before batch
    # norm, and with 96 in the place of 128 after the pools of 4c and 4d, so that they give 576 as the figure says
    "inception_v2": 11_295_240 - 10_016 - 90_240,
    # He et al. 2015, table 6, in millions: 0.27, 0.46, 0.66, 0.85, 1.7
    "resnet20_cifar": 269_722,
    "resnet32_cifar": 464_154,
    "resnet44_cifar": 658_586,
    "resnet56_cifar": 853_018,
    "resnet110_cifar": 1_727_962,
    # Huang et al. 2016: what is left out in training has its weights all the same
    "resnet110_stochastic": 1_727_962,
    # Ronneberger et al. 2015, figure 1: 3x3 on the way down, 3x3 and 2x2 on the way up, 1x1 to two classes
    "unet": 18_842_048 + 9_402_240 + 2_786_240 + 130,
    # Szegedy et al. 2016, figures 10 to 15: facenet-pytorch 2.6.0, without its head and the sixth of the last units,
    # where figure 15 has five; then 1,000 classes
    "inception_resnet_v1": 27_910_327 - 5_346_231 - 1_600_768 + 1_793_000,
    # Iandola et al. 2016, table 3: bypass has no weights; torchvision's
    "squeezenet_bypass": LIBRARIES["squeezenet1_0"]["parameters"],
    # Zoph et al. 2017, table 3: "5.3 M"; pretrainedmodels 0.7.4
    "nasnetamobile": 5_289_978,
    # As they are taught, layer by layer
    "cifar10/conv": 896 + 2 * 9_248 + 5_130,
    "cifar10/vgg": 896 + 5 * 9_248 + 5_130,
    "cifar10/resnet": sum((896, 4 * 9_248, 18_496, 5 * 36_928, 2_112, 73_856, 3 * 147_584, 8_320, 1_290)),
    "cifar10/inception": 896 + sum((1 + 9 + 25) * 16 * wide + 48 for wide in (32, 80, 128, 176)) + 35_850,
    "cifar10/mobilenet": 896 + 4 * (320 + 1_056) + 5_130,
    # Page 2018, the convolutions of 64, 128, 128, 128, 256, 512, 512 and 512, their norms, the linear layer
    "cifar10/resnet9": 1_728 + 73_728 + 2 * 147_456 + 294_912 + 1_179_648 + 2 * 2_359_296 + 4_480 + 5_120,
    # Jordan 2024, section 3.1: 1.97 million; the norms have weights here
    "cifar10/airbench94": 312 + 13_824 + 36_864 + 147_456 + 3 * 589_824 + 2 * 2 * (64 + 256 + 256) + 2_560,
}
"""Network -> count of parameters, auxiliary heads too."""

FCN = {
    **{"pool1": (64, 349, 349), "pool2": (128, 175, 175), "pool3": (256, 88, 88), "pool4": (512, 44, 44)},
    **{"pool5": (512, 22, 22), "fc6": (4096, 16, 16), "fc7": (4096, 16, 16), "score_fr": (21, 16, 16)},
}
RESNET_CIFAR = {"bn1": (16, 32, 32), "layer1": (16, 32, 32), "layer2": (32, 16, 16), "layer3": (64, 8, 8)}

SHAPES = {
    # LeCun et al. 1998, figure 2
    "lenet5": {"C1": (6, 28, 28), "S2": (6, 14, 14), "C3": (16, 10, 10), "S4": (16, 5, 5), "C5": (120, 1, 1)},
    # Krizhevsky et al. 2012, figure 2: half of 256 maps, all of 384, half of 256
    "alexnet_2012": {
        **{"gpu1.conv1": (48, 55, 55), "gpu1.conv2": (128, 27, 27), "gpu1": (128, 13, 13), "gpu2": (128, 13, 13)},
        **{"conv3": (384, 13, 13), "gpu1_upper.conv4": (192, 13, 13), "gpu1_upper.conv5": (128, 13, 13)},
        **{"gpu1_upper": (128, 6, 6), "fc6": (4096,), "fc7": (4096,)},
    },
    # Krizhevsky 2014, section 5, as torchvision's alexnet has it; then one place for each linear layer
    "alexnet_conv": {
        **{"features.2": (64, 27, 27), "features.5": (192, 13, 13), "features.6": (384, 13, 13)},
        **{"features.12": (256, 6, 6), "classifier.1": (4096, 1, 1), "classifier": (1000, 1, 1)},
    },
    # Zeiler and Fergus 2013, figure 3
    "zfnet": {
        **{"features.0": (96, 110, 110), "features.2": (96, 55, 55), "features.4": (256, 26, 26)},
        **{"features.6": (256, 13, 13), "features.8": (384, 13, 13), "features.10": (384, 13, 13)},
        **{"features.12": (256, 13, 13), "features.14": (256, 6, 6)},
    },
    # Lin et al. 2013, section 3
    "nin": {"stage1": (96, 32, 32), "stage2": (192, 16, 16), "stage3": (10, 8, 8)},
    # Springenberg et al. 2014, table 1; a 3x3 without padding comes before the two 1x1
    "all_cnn_c": {"3": (96, 32, 32), "5": (96, 16, 16), "10": (192, 16, 16), "12": (192, 8, 8), "19": (10, 6, 6)},
    # Simonyan and Zisserman 2014, table 1: the five pools
    "vgg_a_lrn": {
        **{"features.3": (64, 112, 112), "features.6": (128, 56, 56), "features.11": (256, 28, 28)},
        **{"features.16": (512, 14, 14), "features.21": (512, 7, 7)},
    },
    "vgg_c": {
        **{"features.4": (64, 112, 112), "features.9": (128, 56, 56), "features.16": (256, 28, 28)},
        **{"features.23": (512, 14, 14), "features.30": (512, 7, 7)},
    },
    "vgg16_conv": {
        **{"features.4": (64, 112, 112), "features.9": (128, 56, 56), "features.16": (256, 28, 28)},
        **{"features.23": (512, 14, 14), "features": (512, 7, 7), "classifier.0": (4096, 1, 1)},
    },
    # Long et al. 2014, figure 3, and their voc-fcn nets: 500 + 2 * 100 - 2, halved five times, rounded up; 7x7; back up
    "fcn32s": {**FCN, "upscore": (21, 544, 544)},
    "fcn16s": {**FCN, "upscore2": (21, 34, 34), "score_pool4": (21, 44, 44), "upscore16": (21, 560, 560)},
    "fcn8s": {**FCN, "upscore2": (21, 34, 34), "upscore_pool4": (21, 70, 70), "upscore8": (21, 568, 568)},
    # Szegedy et al. 2014, table 1
    "googlenet_2014": {
        **{"conv1": (64, 112, 112), "conv2": (192, 56, 56), "inception3a": (256, 28, 28)},
        **{"inception3b": (480, 28, 28), "inception4a": (512, 14, 14), "inception4d": (528, 14, 14)},
        **{"inception4e": (832, 14, 14), "inception5a": (832, 7, 7), "inception5b": (1024, 7, 7)},
    },
    # Ioffe and Szegedy 2015, figure 5
    "inception_v2": {
        **{"conv1": (64, 112, 112), "conv2": (192, 56, 56), "inception3a": (256, 28, 28)},
        **{"inception3b": (320, 28, 28), "inception3c": (576, 14, 14), "inception4a": (576, 14, 14)},
        **{"inception4b": (576, 14, 14), "inception4c": (576, 14, 14), "inception4d": (576, 14, 14)},
        **{"inception4e": (1024, 7, 7), "inception5a": (1024, 7, 7), "inception5b": (1024, 7, 7)},
    },
    # Szegedy et al. 2016, figures 14 and 15
    "inception_resnet_v1": {
        **{"conv2d_2b": (64, 147, 147), "conv2d_4a": (192, 71, 71), "conv2d_4b": (256, 35, 35)},
        **{"repeat_1": (256, 35, 35), "mixed_6a": (896, 17, 17), "repeat_2": (896, 17, 17)},
        **{"mixed_7a": (1792, 8, 8), "repeat_3": (1792, 8, 8)},
    },
    # He et al. 2015, section 4.2
    **{f"resnet{6 * n + 2}_cifar": RESNET_CIFAR for n in (3, 5, 7, 9, 18)},
    # Huang et al. 2016, section 4
    "resnet110_stochastic": RESNET_CIFAR,
    # Ronneberger et al. 2015, figure 1
    "unet": {
        **{"enc0": (64, 568, 568), "enc1": (128, 280, 280), "enc2": (256, 136, 136), "enc3": (512, 64, 64)},
        **{"bottom": (1024, 28, 28), "head": (2, 388, 388)},
    },
    # Iandola et al. 2016, table 1, from the pool after fire4 on
    "squeezenet_bypass": {
        **{"features.6": (256, 27, 27), "features.7": (256, 27, 27), "features.8": (384, 27, 27)},
        **{"features.10": (512, 27, 27), "features.12": (512, 13, 13), "classifier.1": (1000, 13, 13)},
    },
    # Zoph et al. 2017, "4 @ 1056": what the modules of pretrainedmodels 0.7.4 give
    "nasnetamobile": {
        **{"conv0": (32, 111, 111), "cell_stem_0": (44, 56, 56), "cell_stem_1": (88, 28, 28)},
        **{"cell_3": (264, 28, 28), "reduction_cell_0": (352, 14, 14), "cell_7": (528, 14, 14)},
        **{"reduction_cell_1": (704, 7, 7), "cell_11": (1056, 7, 7)},
    },
    # As they are taught: what goes into each stage, and into the classifier
    "cifar10/conv": {"2": (32, 16, 16), "5": (32, 8, 8), "8": (32, 4, 4)},
    "cifar10/vgg": {"4": (32, 16, 16), "9": (32, 8, 8), "14": (32, 4, 4)},
    "cifar10/resnet": {"1": (32, 32, 32), "3": (32, 32, 32), "6": (64, 16, 16), "8": (128, 8, 8)},
    "cifar10/inception": {"2": (32, 16, 16), "3": (80, 16, 16), "4": (128, 16, 16), "7": (224, 8, 8), "8": (224, 4, 4)},
    "cifar10/mobilenet": {"2": (32, 16, 16), "5": (32, 8, 8), "8": (32, 4, 4)},
    # Page 2018
    # Jordan 2024, section 3.1
    "cifar10/airbench94": {
        **{"whiten": (24, 31, 31), "layers.0": (64, 15, 15), "layers.1": (256, 7, 7), "layers.2": (256, 3, 3)},
        "head": (10,),
    },
    "cifar10/resnet9": {"prep": (64, 32, 32), "layer1": (128, 16, 16), "layer2": (256, 8, 8), "layer3": (512, 4, 4)},
}
"""Network -> what its modules give, by the paper's table or figure."""


def shapes(trace: Trace, prefix: str = "") -> Iterator[tuple[str, tuple[int, ...]]]:
    """What each module of a network gives, by its full name; a module comes after those inside."""
    for run, _ in steps(trace):
        key = joined(prefix, getattr(run, "key", ""))
        yield from shapes(below(run), key)
        outer = key
        while len(outer) > len(prefix):  # a dotted label names the scopes that it opens
            yield outer, run.gives.shape.dims
            outer = outer.rpartition(".")[0]


def test_nothing_that_is_shipped_goes_without_a_published_number() -> None:
    networks = {name for name, path in compiler.library().items() if compiler.check(compiler.find(str(path))).networks}
    assert networks == {*LIBRARIES, *PAPERS} == {*LIBRARIES, *SHAPES}
    assert not LIBRARIES.keys() & PAPERS.keys()


@pytest.mark.parametrize("name", [*LIBRARIES, *PAPERS])
def test_parameters_are_the_published_ones(name: str) -> None:
    expected = PAPERS[name] if name in PAPERS else LIBRARIES[name]["parameters"]
    assert cost(netdsl.network(name).root).parameters == expected


def test_the_published_count_of_googlenet_is_without_its_heads() -> None:
    """torchvision 0.29 weights meta; its model, and ours, have the two heads besides."""
    weights = [entry for entry in entries(netdsl.network("googlenet").root) if not entry.buffer]
    assert sum(prod(weight.dims) for weight in weights if not weight.key.startswith("aux")) == 6_624_904


@pytest.mark.parametrize("name", [*LIBRARIES, *SHAPES])
def test_stages_have_the_published_shapes(name: str) -> None:
    stages = SHAPES[name] if name in SHAPES else LIBRARIES[name]["stages"]
    found = dict(shapes(netdsl.network(name).root.trace))
    assert {key: found.get(key) for key in stages} == {key: tuple(dims) for key, dims in stages.items()}
