"""Every layer kind against PyTorch itself, over all its options: shapes, weights, buffers and refusals."""

import re

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
CHANNELS = st.sampled_from([1, 2, 4, 6, 8])
SHIFT = st.integers(-2, 2)


def pair(side: st.SearchStrategy) -> st.SearchStrategy:
    return side | st.tuples(side, side)


KERNEL = pair(st.integers(1, 4))
STRIDE = pair(st.integers(1, 3))
OPTIONAL_STRIDE = st.none() | STRIDE
AROUND = pair(SMALL)
SIDES = st.tuples(SMALL, SMALL, SMALL, SMALL)
CONV = {
    "kernel": KERNEL,
    "stride": STRIDE,
    "padding": st.sampled_from(["auto", "same"]) | AROUND | SIDES,
    "dilation": pair(st.integers(1, 2)),
    "bias": FLAG,
}
POOL = {"kernel": KERNEL, "stride": OPTIONAL_STRIDE, "ceil_mode": FLAG}
SAME_POOL = POOL | {"padding": st.just("same") | AROUND}
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
    "maxpool": SAME_POOL | {"dilation": pair(st.integers(1, 2))},
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
        "size": st.none() | pair(COUNT),
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

SIDE = st.integers(1, 9)
SHAPES = st.one_of(
    st.builds(Shape, CHANNELS, st.tuples(SIDE, SIDE)),
    st.builds(Shape, CHANNELS, st.tuples(SIDE, SIDE)),
    st.builds(Shape, CHANNELS),
    st.builds(Shape, CHANNELS, st.tuples(SIDE, SIDE), st.just(True)),
)


def layers(word: str) -> st.SearchStrategy[Layer]:
    return st.fixed_dictionaries({}, optional=OPTIONS[word]).flatmap(
        lambda some: st.fixed_dictionaries(
            {name: OPTIONS[word][name] for name, field in KINDS[word].model_fields.items() if field.is_required()}
        ).map(lambda needed: KINDS[word](**{**some, **needed}))
    )


def arriving(kind: type[Layer]) -> st.SearchStrategy[Arrives]:
    if kind.inputs == 1:
        return SHAPES.map(lambda shape: Arrives((shape,)))
    ones = st.builds(Shape, st.sampled_from([1, 4]), st.tuples(*[st.sampled_from([1, 5])] * 2))
    return st.one_of(
        SHAPES.flatmap(lambda shape: st.integers(1, 4).map(lambda n: Arrives((shape,) * n))),
        st.lists(SHAPES | ones, min_size=1, max_size=3).map(lambda shapes: Arrives(tuple(shapes))),
        st.lists(ones, min_size=2, max_size=3).map(lambda shapes: Arrives(tuple(shapes))),
    )


def values(arrives: Arrives, device: str, dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
    torch.manual_seed(0)
    return [torch.randn(2, *shape.dims, dtype=dtype).to(device) for shape in arrives.shapes]


def forms(layer: Layer, arrives: Arrives) -> dict[str, torch.nn.Module]:
    """Each form in which the layer can be said in PyTorch, as a module of the inputs."""
    said = layer.torch(arrives)
    calls = {"module": said.module, "general": said.general}
    made = {name: module(call) for name, call in calls.items() if call is not None}
    if said.function is not None:
        made["function"] = function(said.function, said.parameter)
    return made


@pytest.mark.parametrize("word", KINDS)
def test_every_option_is_tried(word: str) -> None:
    assert set(OPTIONS[word]) == set(KINDS[word].model_fields)


@pytest.mark.parametrize("word", KINDS)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_pytorch_agrees(word: str, data: st.DataObject) -> None:
    layer, arrives = data.draw(layers(word)), data.draw(arriving(KINDS[word]))
    try:
        gives = layer.shape(arrives)
    except Refusal as refusal:
        if not any(phrase in refusal.reason for phrase in (*OURS[""], *OURS.get(word, ()))):
            with pytest.raises((RuntimeError, ValueError, ZeroDivisionError, Refusal)):
                next(iter(forms(layer, arrives).values()))(*values(arrives, "cpu"))
        return
    stored = {name: (dims, "float32") for name, dims in layer.weights(arrives).items()}
    stored |= {name: (buffer.dims, buffer.dtype) for name, buffer in layer.buffers(arrives).items()}
    assert layer.parameters(arrives) == sum(torch.Size(dims).numel() for dims in layer.weights(arrives).values())
    with torch.device("meta"):
        made = forms(layer, arrives)
    assert made
    for each in made.values():
        assert tuple(each(*values(arrives, "meta")).shape) == (2, *gives.dims)
        state = {k: (tuple(v.shape), str(v.dtype).removeprefix("torch.")) for k, v in each.state_dict().items()}
        assert list(state.items()) == list(stored.items())


@pytest.mark.parametrize("word", KINDS)
@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.data())
def test_all_forms_of_a_layer_do_the_same(word: str, data: st.DataObject) -> None:
    layer, arrives = data.draw(layers(word)), data.draw(arriving(KINDS[word]))
    try:
        layer.shape(arrives)
    except Refusal:
        return
    made = forms(layer, arrives)
    first, *others = made.values()
    for other in others:
        other.load_state_dict(first.state_dict())
        assert torch.allclose(first(*values(arrives, "cpu")), other(*values(arrives, "cpu")), atol=1e-6)


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
@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.data())
def test_formulas_give_the_values(word: str, data: st.DataObject) -> None:
    layer, arrives = data.draw(layers(word)), data.draw(arriving(KINDS[word]))
    try:
        gives = layer.shape(arrives)
    except Refusal:
        return
    assert worth(layer.channels(arrives), layer, arrives) == gives.channels
    said = layer.torch(arrives)
    calls: list[TorchCall | None] = [said.module, said.general, said.function, said.parameter]
    for argument in (each for call in calls if call for each in call.arguments if each.formula):
        pairs = [getattr(layer, name, 0) for name in re.findall(r"\w+", argument.formula)]
        uneven = any(isinstance(pair, tuple) and len(set(pair)) > 1 for pair in pairs)
        if not (uneven and "//" in argument.formula):
            found, wanted = worth(argument.formula, layer, arrives), argument.value
            assert found == wanted or (found, found) == wanted


@pytest.mark.parametrize("word", ["conv", "depthwise", "conv_transpose", "linear"])
@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.data())
def test_macs_are_those_that_torch_counts(word: str, data: st.DataObject) -> None:
    layer, arrives = data.draw(layers(word)), data.draw(arriving(KINDS[word]))
    try:
        layer.shape(arrives)
    except Refusal:
        return
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        forms(layer, arrives)["module"](*values(arrives, "meta"))
    assert counter.get_total_flops() == 2 * 2 * layer.macs(arrives)


def test_only_matrices_count() -> None:
    counted = {word for word, kind in KINDS.items() if kind.macs is not Layer.macs}
    assert counted == {"conv", "depthwise", "conv_transpose", "linear"}


@pytest.mark.parametrize("word", [word for word, kind in KINDS.items() if kind.role is Role.ACTIVATE])
@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.data())
def test_inplace_is_offered_where_the_gradient_survives_it(word: str, data: st.DataObject) -> None:
    layer = data.draw(layers(word))
    arrives = Arrives((Shape(4, (3, 3)),))
    try:
        layer.shape(arrives)
    except Refusal:
        return
    call = layer.torch(arrives).module
    assert call is not None

    def gradient(**inplace: bool) -> torch.Tensor:
        torch.manual_seed(0)
        before = torch.nn.Conv2d(4, 4, 1)
        module(call, **inplace)(before(torch.linspace(-3, 3, 36).reshape(1, 4, 3, 3))).square().sum().backward()
        assert before.weight.grad is not None
        return before.weight.grad

    try:
        works = torch.allclose(gradient(inplace=True), gradient())
    except (TypeError, RuntimeError):
        works = False
    assert call.inplace == works
