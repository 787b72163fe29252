"""Initialisations: what is in a weight afterwards."""

from collections.abc import Iterator
from math import sqrt

import pytest
import torch

from netdsl.recipes.base import Fresh, Init
from netdsl.recipes.init import Dirac, Filled, Kaiming, Normal, Orthogonal, Uniform, Whiten, Xavier

FAN_IN, FAN_OUT = 32 * 9, 64 * 9


def filled(init: Init, shape: tuple[int, ...] = (64, 32, 3, 3), seed: int = 0) -> torch.Tensor:
    torch.manual_seed(seed)
    weight = torch.nn.Parameter(torch.full(shape, 7.0))
    with torch.no_grad():
        init.fill(Fresh(weight, FAN_IN, FAN_OUT, images))
    return weight.detach()


def images(count: int) -> Iterator[torch.Tensor]:
    """Images whose channels go together, in batches of 10."""
    grey = torch.rand(count, 1, 12, 12, generator=torch.Generator().manual_seed(1))
    yield from (grey + 0.2 * torch.rand(count, 3, 12, 12, generator=torch.Generator().manual_seed(2))).split(10)


NORMAL = [
    (Normal(), 0.01),
    (Normal(std=0.5), 0.5),
    (Xavier(distribution="normal"), sqrt(2 / (FAN_IN + FAN_OUT))),
    (Xavier(distribution="normal", gain=3.0), 3 * sqrt(2 / (FAN_IN + FAN_OUT))),
    (Kaiming(), sqrt(2 / FAN_IN)),
    (Kaiming(mode="fan_out"), sqrt(2 / FAN_OUT)),
    (Kaiming(slope=1.0), sqrt(1 / FAN_IN)),
]


@pytest.mark.parametrize("init, std", NORMAL)
def test_normal_weights_have_the_variance_of_the_formula(init: Init, std: float) -> None:
    weight = filled(init)
    error = 4 / sqrt(2 * weight.numel())
    assert weight.std().item() == pytest.approx(std, rel=error)
    assert abs(weight.mean().item()) < 4 * std / sqrt(weight.numel())
    assert (weight.abs() < std).float().mean().item() == pytest.approx(0.6827, abs=0.02)


UNIFORM = [
    (Uniform(low=-0.2, high=0.2), 0.2),
    (Xavier(), sqrt(6 / (FAN_IN + FAN_OUT))),
    (Kaiming(distribution="uniform"), sqrt(6 / FAN_IN)),
    (Kaiming(distribution="uniform", slope=sqrt(5)), sqrt(1 / FAN_IN)),
]


@pytest.mark.parametrize("init, bound", UNIFORM)
def test_uniform_weights_fill_their_interval(init: Init, bound: float) -> None:
    weight = filled(init)
    assert weight.abs().max().item() == pytest.approx(bound, rel=0.01)
    assert weight.abs().max().item() <= bound * (1 + 1e-6)
    assert (weight < bound / 2).float().mean().item() == pytest.approx(0.75, abs=0.02)


def test_weights_are_those_of_pytorchs_functions() -> None:
    """On a weight without groups, where PyTorch counts the same fans."""
    for init, function in (
        (Xavier(), torch.nn.init.xavier_uniform_),
        (Xavier(distribution="normal"), torch.nn.init.xavier_normal_),
        (Kaiming(), torch.nn.init.kaiming_normal_),
    ):
        torch.manual_seed(3)
        expected = function(torch.empty(64, 32, 3, 3))
        assert torch.equal(filled(init, seed=3), expected)


def test_a_depthwise_weight_has_the_fans_of_its_group() -> None:
    torch.manual_seed(0)
    weight = torch.empty(512, 1, 3, 3)
    Xavier().fill(Fresh(weight, 9, 9, images))
    assert weight.abs().max().item() == pytest.approx(sqrt(6 / 18), rel=0.01)


@pytest.mark.parametrize("shape", [(16, 4, 3, 3), (40, 3, 3, 3), (8, 8)])
def test_filters_are_orthogonal(shape: tuple[int, ...]) -> None:
    weight = filled(Orthogonal(gain=2.0), shape).flatten(1)
    assert torch.allclose(torch.linalg.svdvals(weight), torch.full((min(weight.shape),), 2.0), atol=1e-4)


def test_first_filters_hand_their_channel_on_and_the_others_stay() -> None:
    weight = filled(Dirac(), (6, 4, 3, 3))
    images = torch.rand(2, 4, 5, 5)
    passed = torch.nn.functional.conv2d(images, weight, padding=1)
    assert torch.equal(passed[:, :4], images)
    assert torch.equal(weight[4:], torch.full((2, 4, 3, 3), 7.0))


def test_what_whitened_filters_give_varies_equally_and_each_by_itself() -> None:
    weight = filled(Whiten(only=("conv.weight",), images=40, eps=1e-9), (30, 3, 2, 2))
    assert torch.equal(weight[12:24], -weight[:12])
    assert torch.equal(weight[24:], torch.full((6, 3, 2, 2), 7.0))
    found = torch.cat([torch.nn.functional.conv2d(batch, weight[:12]) for batch in images(40)])
    rows = found.transpose(0, 1).flatten(1)
    assert torch.allclose(rows @ rows.T / rows.size(1), torch.eye(12), atol=1e-3)
    assert weight[0].norm() < weight[11].norm()


def test_all_elements_of_a_constant_are_the_same() -> None:
    assert torch.equal(filled(Filled(value=1.0), (5,)), torch.ones(5))


def test_an_interval_that_is_upside_down_is_refused() -> None:
    assert Uniform(low=1.0, high=-1.0).refusal()[0] == "`low` is 1, and `high` is -1"
    assert Uniform(low=-1.0, high=1.0).refusal() == ("", "")
