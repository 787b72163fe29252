"""Every layer kind against PyTorch itself, over all its options: shapes, weights, buffers and refusals."""

import re
from collections.abc import Callable
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode
from torch_layers import function, module

from netdsl.layers.base import Arrives, Layer, Refusal, Role
from netdsl.layers.torch_call import TorchCall
from netdsl.layers.vocabulary import kinds
from netdsl.shapes import Shape

KINDS = kinds()
COUNT = st.integers(1, 6)
SMALL = st.integers(0, 2)
FLAG = st.booleans()
RATE = st.sampled_from([0.0, 0.1, 0.5, 1.0])
NUMBER = st.sampled_from([-0.5, 0.01, 1, 2.5])
POSITIVE = st.sampled_from([1e-5, 0.5, 1, 3.0])
CHANNELS = st.sampled_from([8, 4, 6, 1])
SHIFT = st.integers(-2, 2)


def pair(side: st.SearchStrategy) -> st.SearchStrategy:
    return side | st.tuples(side, side)


KERNEL = pair(st.sampled_from([3, 1, 2, 5, 4]))
STRIDE = pair(st.integers(1, 3))
OPTIONAL_STRIDE = st.none() | STRIDE
AROUND = pair(SMALL)
SIDES = st.tuples(SMALL, SMALL, SMALL, SMALL)
CONV = {
    "kernel": KERNEL,
    "stride": STRIDE,
    "padding": st.just("auto") | st.just("same") | AROUND | SIDES,
    "dilation": pair(st.integers(1, 2)),
    "bias": FLAG,
}
POOL = {"kernel": KERNEL, "stride": OPTIONAL_STRIDE, "ceil_mode": FLAG}
SAME_POOL = POOL | {"padding": st.just("same") | pair(st.integers(0, 3))}
NORM = {"eps": POSITIVE, "affine": FLAG}
RUNNING = NORM | {"momentum": RATE, "track_running_stats": FLAG}
DROPOUT = {"p": RATE}

OPTIONS = {
    "conv": CONV | {"out": CHANNELS, "groups": st.sampled_from([1, 2, 4])},
    "depthwise": CONV | {"multiplier": st.integers(1, 3)},
    "conv_transpose": CONV
    | {"out": CHANNELS, "groups": st.sampled_from([1, 2, 4]), "padding": AROUND, "output_padding": AROUND},
    "linear": {"out": COUNT, "bias": FLAG},
    "batchnorm": RUNNING,
    "layernorm": {"eps": POSITIVE, "elementwise_affine": FLAG, "bias": FLAG},
    "grn": {"eps": POSITIVE},
    "groupnorm": NORM | {"groups": st.sampled_from([1, 2, 4])},
    "instancenorm": RUNNING,
    "lrn": {"size": COUNT, "alpha": POSITIVE, "beta": POSITIVE, "k": POSITIVE},
    "relu": {},
    "relu6": {},
    "leaky_relu": {"negative_slope": NUMBER},
    "prelu": {"num_parameters": CHANNELS},
    "elu": {"alpha": NUMBER},
    "selu": {},
    "gelu": {"approximate": st.sampled_from(["none", "tanh"])},
    "silu": {},
    "mish": {},
    "hardswish": {},
    "hardsigmoid": {},
    "sigmoid": {},
    "tanh": {},
    "softmax": {},
    "softplus": {"beta": POSITIVE, "threshold": NUMBER},
    "maxpool": SAME_POOL | {"dilation": pair(st.integers(1, 3))},
    "avgpool": SAME_POOL | {"count_include_pad": FLAG, "divisor_override": st.none() | COUNT},
    "lppool": POOL | {"norm_type": st.sampled_from([1, 2, 3.0])},
    "global_avgpool": {},
    "global_maxpool": {},
    "adaptive_avgpool": {"size": pair(COUNT)},
    "adaptive_maxpool": {"size": pair(COUNT)},
    "dropout": DROPOUT,
    "dropout2d": DROPOUT,
    "alpha_dropout": DROPOUT,
    "feature_alpha_dropout": DROPOUT,
    "flatten": {},
    "channels_last": {},
    "channels_first": {},
    "pixel_shuffle": {"upscale_factor": st.integers(1, 3)},
    "pixel_unshuffle": {"downscale_factor": st.integers(1, 3)},
    "channel_shuffle": {"groups": st.sampled_from([1, 2, 4])},
    "pad": {"around": SHIFT, "mode": st.sampled_from(["zeros", "reflect", "replicate"])}
    | dict.fromkeys(["left", "right", "top", "bottom"], st.none() | SHIFT),
    "crop": {"size": pair(COUNT), "at": st.none() | AROUND},
    "upsample": {
        "scale_factor": st.none() | pair(st.sampled_from([0.4, 0.5, 1, 1.5, 2, 3])),
        "size": st.none() | st.none() | pair(COUNT),
        "mode": st.sampled_from(["nearest", "nearest-exact", "bilinear", "bicubic"]),
        "align_corners": FLAG,
    },
    "scale": {"factor": NUMBER},
    "layer_scale": {"value": NUMBER},
    "concat": {},
    "add": {},
    "mul": {},
    "identity": {},
}

OURS = {
    "": ("needs the channels first", "needs a map", "needs a vector", "takes one input", "joins two or more"),
    "conv": ("keeps the size only for odd kernels",),
    "depthwise": ("keeps the size only for odd kernels",),
    "conv_transpose": ("nothing of a map",),
    "maxpool": ('and `padding="same"` do not go together',),
    "avgpool": ('and `padding="same"` do not go together',),
    "channels_last": ("has its channels last already",),
    "channels_first": ("has its channels first already", "has no height and width"),
    "pad": ("may cut off", "nothing of a map"),
    "crop": ("does not lie within",),
    "add": ("needs inputs of one shape",),
    "mul": ("needs inputs of one shape",),
}
"""Refusals of what PyTorch would do: it cannot know what was meant, or means something else by it."""

SIDE = st.sampled_from([8, 9, 7, 12, 5, 1])
SHAPES = st.one_of(
    st.builds(Shape, CHANNELS, st.tuples(SIDE, SIDE)),
    st.builds(Shape, CHANNELS, st.tuples(SIDE, SIDE)),
    st.builds(Shape, CHANNELS, st.tuples(SIDE, SIDE)),
    st.builds(Shape, CHANNELS, st.tuples(SIDE, SIDE)),
    st.builds(Shape, CHANNELS),
    st.builds(Shape, CHANNELS, st.tuples(SIDE, SIDE), st.just(True)),
)


def layers(word: str) -> st.SearchStrategy[Layer]:
    required = {name for name, field in KINDS[word].model_fields.items() if field.is_required()}
    needed = {name: option for name, option in OPTIONS[word].items() if name in required}
    other = {name: option for name, option in OPTIONS[word].items() if name not in required}
    some = st.fixed_dictionaries(needed, optional=other)
    return st.one_of(st.fixed_dictionaries(OPTIONS[word]), some).map(lambda options: KINDS[word](**options))


def arriving(kind: type[Layer]) -> st.SearchStrategy[Arrives]:
    if kind.inputs == 1:
        return SHAPES.map(lambda shape: Arrives((shape,)))
    ones = st.builds(Shape, st.sampled_from([1, 4]), st.tuples(*[st.sampled_from([1, 5])] * 2))
    return st.one_of(
        SHAPES.flatmap(lambda shape: st.integers(1, 4).map(lambda n: Arrives((shape,) * n))),
        st.lists(SHAPES | ones, min_size=1, max_size=3).map(lambda shapes: Arrives(tuple(shapes))),
        st.lists(ones, min_size=2, max_size=3).map(lambda shapes: Arrives(tuple(shapes))),
    )


def for_any(word: str, check: Callable[[Layer, Arrives], None], each: int = 30) -> None:
    """Runs `check` on examples of a layer and what it may stand on: the more, the more arguments it has."""
    examples = settings(max_examples=each * (1 + len(OPTIONS[word])), deadline=None, derandomize=True, database=None)
    examples(given(layers(word), arriving(KINDS[word]))(check))()


def accepts(layer: Layer, arrives: Arrives) -> bool:
    try:
        layer.shape(arrives)
    except Refusal:
        return False
    return True


def values(arrives: Arrives, device: str) -> list[torch.Tensor]:
    torch.manual_seed(0)
    return [torch.randn(2, *shape.dims, device=device) for shape in arrives.shapes]


def forms(layer: Layer, arrives: Arrives) -> list[torch.nn.Module]:
    """Each form in which the layer can be said in PyTorch, as a module of the inputs."""
    said = layer.torch(arrives)
    made = [module(call) for call in (said.module, said.general) if call is not None]
    return made if said.function is None else [*made, function(said.function, said.parameter)]


@pytest.mark.parametrize("word", KINDS)
def test_every_option_is_tried(word: str) -> None:
    assert set(OPTIONS[word]) == set(KINDS[word].model_fields)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("word", KINDS)
def test_pytorch_agrees(word: str) -> None:
    def agrees(layer: Layer, arrives: Arrives) -> None:
        try:
            gives = layer.shape(arrives)
        except Refusal as refusal:
            if not any(phrase in refusal.reason for phrase in (*OURS[""], *OURS.get(word, ()))):
                with pytest.raises((RuntimeError, ValueError, ZeroDivisionError, Refusal)):
                    forms(layer, arrives)[0](*values(arrives, "cpu"))
            return
        stored = {name: (dims, "float32") for name, dims in layer.weights(arrives).items()}
        stored |= {name: (buffer.dims, buffer.dtype) for name, buffer in layer.buffers(arrives).items()}
        with torch.device("meta"):
            made = forms(layer, arrives)
        for each in made:
            assert tuple(each(*values(arrives, "meta")).shape) == (2, *gives.dims)
            state = {k: (tuple(v.shape), str(v.dtype).removeprefix("torch.")) for k, v in each.state_dict().items()}
            assert list(state.items()) == list(stored.items())
            assert layer.parameters(arrives) == sum(p.numel() for p in each.parameters())

    for_any(word, agrees)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("word", KINDS)
def test_all_forms_of_a_layer_do_the_same(word: str) -> None:
    def same(layer: Layer, arrives: Arrives) -> None:
        if not accepts(layer, arrives):
            return
        first, *others = forms(layer, arrives)
        for other in others:
            other.load_state_dict(first.state_dict())
            assert torch.allclose(first(*values(arrives, "cpu")), other(*values(arrives, "cpu")), atol=1e-6)

    for_any(word, same, each=20)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize(("word", "dilations"), [("conv", (1, 2)), ("maxpool", (1, 2)), ("avgpool", (1,))])
def test_same_leaves_every_stride_th_position(word: str, dilations: tuple[int, ...]) -> None:
    for kernel, stride, dilation, side in product((1, 2, 3, 4), (1, 2, 3), dilations, (5, 8, 9)):
        options = {"out": 2} if word == "conv" else {}
        options |= {"dilation": dilation} if len(dilations) > 1 else {}
        layer = KINDS[word](kernel=(kernel, 3), stride=stride, padding="same", **options)
        arrives = Arrives((Shape(2, (side, 7)),))
        first, *others = forms(layer, arrives)
        expected = first(*values(arrives, "cpu"))
        assert tuple(expected.shape[2:]) == layer.shape(arrives).space == (-(-side // stride), -(-7 // stride))
        for other in others:
            other.load_state_dict(first.state_dict())
            assert torch.allclose(other(*values(arrives, "cpu")), expected, atol=1e-6)


@pytest.mark.parametrize("word", KINDS)
def test_channels_last_gives_the_same_numbers(word: str) -> None:
    def same(layer: Layer, arrives: Arrives) -> None:
        turned = Arrives(tuple(Shape(x.channels, x.space, channels_last=bool(x.space)) for x in arrives.shapes))
        already = any(shape.channels_last for shape in arrives.shapes)
        if word in ("flatten", "linear") or already or not accepts(layer, arrives) or not accepts(layer, turned):
            return
        (first, *_), (last, *_) = forms(layer, arrives), forms(layer, turned)
        inputs = values(arrives, "cpu")
        expected = first.eval()(*inputs)
        found = last.eval()(*[x.permute(0, 2, 3, 1) if x.dim() == 4 else x for x in inputs])
        assert torch.allclose(found.permute(0, 3, 1, 2) if found.dim() == 4 else found, expected, atol=1e-5)

    for_any(word, same, each=5)


def worth(formula: str, layer: Layer, arrives: Arrives) -> object:
    """A formula in the fields of `layer`, square pairs as one number."""
    fields = {name: getattr(layer, name) for name in type(layer).model_fields}
    fields = {n: v[0] if isinstance(v, tuple) and len(set(v)) == 1 and len(v) == 2 else v for n, v in fields.items()}
    channels = [shape.channels for shape in arrives.shapes]
    fields |= {"sum_in": sum(channels), "max_in": max(channels), "in_": channels[0]}
    formula = re.sub(r"\b(sum|max)\(in\)", r"\1_in", formula)
    found = eval(re.sub(r"\bin\b", "in_", formula), fields)
    return tuple(found) if isinstance(found, list) else found


@pytest.mark.parametrize("word", KINDS)
def test_formulas_give_the_values(word: str) -> None:
    def same(layer: Layer, arrives: Arrives) -> None:
        if not accepts(layer, arrives):
            return
        assert worth(layer.channels(arrives), layer, arrives) == layer.shape(arrives).channels
        said = layer.torch(arrives)
        calls = filter(None, (said.module, said.general, said.function, said.parameter))
        for argument in (each for call in calls for each in call.arguments if each.formula):
            pairs = [getattr(layer, name, 0) for name in re.findall(r"\w+", argument.formula)]
            uneven = any(isinstance(pair, tuple) and len(set(pair)) > 1 for pair in pairs)
            if not (uneven and "//" in argument.formula):
                found = worth(argument.formula, layer, arrives)
                assert argument.value in (found, (found, found))

    for_any(word, same, each=30)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("word", ["conv", "depthwise", "conv_transpose", "linear"])
def test_macs_are_those_that_torch_counts(word: str) -> None:
    def same(layer: Layer, arrives: Arrives) -> None:
        if accepts(layer, arrives):
            with torch.device("meta"), FlopCounterMode(display=False) as counter:
                forms(layer, arrives)[0](*values(arrives, "meta"))
            assert counter.get_total_flops() == 2 * 2 * layer.macs(arrives)

    for_any(word, same, each=10)


def test_only_matrices_count() -> None:
    counted = {word for word, kind in KINDS.items() if kind.macs is not Layer.macs}
    assert counted == {"conv", "depthwise", "conv_transpose", "linear"}


@pytest.mark.parametrize("word", [word for word, kind in KINDS.items() if kind.role is Role.ACTIVATE])
def test_inplace_is_offered_where_the_gradient_survives_it(word: str) -> None:
    def offered(layer: Layer, _: Arrives) -> None:
        arrives = Arrives((Shape(4, (3, 3)),))
        call = layer.torch(arrives).module
        assert call is not None
        if accepts(layer, arrives):
            assert call.inplace == survives(call)

    for_any(word, offered, each=5)


def survives(call: TorchCall) -> bool:
    """Whether the activation has `inplace=True` and gives the same gradient with it, after a convolution."""

    def gradient(**inplace: bool) -> torch.Tensor:
        torch.manual_seed(0)
        before = torch.nn.Conv2d(4, 4, 1)
        module(call, **inplace)(before(torch.linspace(-3, 3, 36).reshape(1, 4, 3, 3))).square().sum().backward()
        return torch.as_tensor(before.weight.grad)

    try:
        return torch.allclose(gradient(inplace=True), gradient())
    except (TypeError, RuntimeError):
        return False
