"""Optimizers: the first steps on a small network, beside PyTorch's own classes or a formula written by hand."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor, nn

from netdsl.recipes.base import Optimizer
from netdsl.recipes.muon import orthogonal
from netdsl.recipes.optimizer import Adagrad, Adam, AdamW, Muon, RmsProp, Sgd

Groups = list[dict[str, Any]]
Make = Callable[[Groups], torch.optim.Optimizer]


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Conv2d(8, 64, 1),
        nn.ReLU(),
        nn.Conv2d(64, 8, 3, groups=8),
        nn.Flatten(),
        nn.Linear(8 * 16, 5),
    )


def groups(model: nn.Module) -> Groups:
    """Weights, and biases and norms without weight decay and with a rate of their own."""
    parameters = list(model.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1]},
        {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0, "lr": 0.02},
    ]


def trained(model: nn.Module, optimizer: Any, first: int, last: int) -> list[Tensor]:
    """The parameters after some steps, each with a batch and a rate of its own."""
    for step in range(first, last):
        random = torch.Generator().manual_seed(step)
        images = torch.rand((16, 3, 6, 6), generator=random)
        labels = torch.randint(5, (16,), generator=random)
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
        for group in optimizer.param_groups:
            group["lr"] *= 0.9
    return [parameter.detach().clone() for parameter in model.parameters()]


def after(make: Make, steps: int = 5) -> list[Tensor]:
    model = network()
    return trained(model, make(groups(model)), 0, steps)


CASES: list[tuple[Optimizer, Make]] = [
    (Sgd(lr=0.1), lambda g: torch.optim.SGD(g, lr=0.1)),
    (
        Sgd(lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True),
        lambda g: torch.optim.SGD(g, lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True),
    ),
    (
        Sgd(lr=0.1, momentum=0.9, dampening=0.5),
        lambda g: torch.optim.SGD(g, lr=0.1, momentum=0.9, dampening=0.5),
    ),
    (Adagrad(lr=0.05), lambda g: torch.optim.Adagrad(g, lr=0.05)),
    (
        Adagrad(lr=0.05, lr_decay=0.1, weight_decay=0.01, initial_accumulator_value=0.1, eps=1e-6),
        lambda g: torch.optim.Adagrad(
            g, lr=0.05, lr_decay=0.1, weight_decay=0.01, initial_accumulator_value=0.1, eps=1e-6
        ),
    ),
    (RmsProp(lr=0.01), lambda g: torch.optim.RMSprop(g, lr=0.01)),
    (
        RmsProp(lr=0.01, alpha=0.9, eps=1.0, weight_decay=0.01, momentum=0.9, centered=True),
        lambda g: torch.optim.RMSprop(g, lr=0.01, alpha=0.9, eps=1.0, weight_decay=0.01, momentum=0.9, centered=True),
    ),
    (Adam(lr=0.001), lambda g: torch.optim.Adam(g, lr=0.001)),
    (
        Adam(lr=0.001, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1, amsgrad=True),
        lambda g: torch.optim.Adam(g, lr=0.001, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1, amsgrad=True),
    ),
    (AdamW(lr=0.001), lambda g: torch.optim.AdamW(g, lr=0.001)),
    (
        AdamW(lr=0.001, betas=(0.8, 0.95), weight_decay=0.3),
        lambda g: torch.optim.AdamW(g, lr=0.001, betas=(0.8, 0.95), weight_decay=0.3),
    ),
]


def same(first: list[Tensor], second: list[Tensor]) -> bool:
    return all(torch.equal(one, other) for one, other in zip(first, second, strict=True))


@pytest.mark.parametrize("word, by_hand", CASES, ids=[str(word) for word, _ in CASES])
def test_five_steps_are_pytorchs(word: Optimizer, by_hand: Make) -> None:
    assert same(after(word.torch), after(by_hand))


def test_arguments_matter() -> None:
    results = [after(word.torch) for word, _ in CASES]
    assert all(not same(one, other) for i, one in enumerate(results) for other in results[:i])


def test_adagrad_and_rmsprop_follow_their_formulas() -> None:
    gradients = [torch.tensor([0.5, -2.0]), torch.tensor([1.0, 0.1]), torch.tensor([-3.0, 0.4])]
    total = mean = torch.zeros(2)
    by_hand = [torch.ones(2), torch.ones(2)]
    parameters = [nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))]
    words = (Adagrad(lr=0.1), RmsProp(lr=0.1, alpha=0.9))
    optimizers = [word.torch([{"params": [p]}]) for word, p in zip(words, parameters, strict=True)]
    for gradient in gradients:
        total = total + gradient**2
        mean = 0.9 * mean + 0.1 * gradient**2
        by_hand[0] = by_hand[0] - 0.1 * gradient / total.sqrt()
        by_hand[1] = by_hand[1] - 0.1 * gradient / mean.sqrt()
        for parameter, optimizer in zip(parameters, optimizers, strict=True):
            parameter.grad = gradient.clone()
            optimizer.step()
    for parameter, expected in zip(parameters, by_hand, strict=True):
        assert torch.allclose(parameter, expected, atol=1e-5)


def test_nesterov_needs_a_momentum() -> None:
    assert Sgd(lr=0.1, nesterov=True).refusal()[0] == "`nesterov` needs a momentum, and no dampening"
    assert Sgd(lr=0.1, momentum=0.9, dampening=0.1, nesterov=True).refusal()[0]
    assert Sgd(lr=0.1, momentum=0.9, nesterov=True).refusal() == ("", "")


@pytest.mark.parametrize("wrong", [{"lr": 0.0}, {"lr": 0.1, "betas": (0.9, 1.0)}, {"lr": 0.1, "momentum": 0.9}, {}])
def test_arguments_are_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Adam(**wrong)


SPEED = Muon(lr=0.24, rest=Sgd(lr=0.05, momentum=0.85, nesterov=True))
MUONS = [
    SPEED,
    Muon(lr=0.02, momentum=0.95, steps=5, normalize=False, weight_decay=0.1, rest=AdamW(lr=0.01)),
    Muon(lr=0.02, momentum=0.0, nesterov=False, rest=RmsProp(lr=0.01, momentum=0.9)),
]


def iterated(matrix: Tensor, steps: int) -> Tensor:
    """Newton-Schulz as published, for one matrix."""
    x = matrix / (matrix.norm() + 1e-7)
    if tall := len(x) > len(x.T):
        x = x.T
    for _ in range(steps):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.T if tall else x


def by_hand(word: Muon, model: nn.Module) -> list[Tensor]:
    """Five steps of filters by their formula, and of the rest by the optimizer that the word names."""
    filters = [p for p in model.parameters() if p.ndim == 4]
    others = [
        {"params": [p for p in model.parameters() if p.ndim == 2]},
        {"params": [p for p in model.parameters() if p.ndim == 1], "weight_decay": 0.0, "lr": 0.02},
    ]
    assert word.rest is not None
    rest, lr = word.rest.torch(others), word.lr
    directions = [torch.zeros_like(p) for p in filters]

    class Both:
        param_groups = rest.param_groups

        def zero_grad(self) -> None:
            model.zero_grad()

        @torch.no_grad()
        def step(self) -> None:
            nonlocal lr
            for p, direction in zip(filters, directions, strict=True):
                assert p.grad is not None
                direction.mul_(word.momentum).add_(p.grad)
                ahead = p.grad + word.momentum * direction if word.nesterov else direction
                if word.normalize:
                    p.mul_(len(p) ** 0.5 / p.norm())
                p.mul_(1 - lr * word.weight_decay)
                p.sub_(lr * iterated(ahead.flatten(1), word.steps).view_as(p))
            rest.step()
            lr *= 0.9

    return trained(model, Both(), 0, 5)


@pytest.mark.parametrize("word", MUONS, ids=str)
def test_muon_is_the_published_step_for_filters_and_another_for_the_rest(word: Muon) -> None:
    for one, other in zip(after(word.torch), by_hand(word, network()), strict=True):
        assert torch.allclose(one, other, atol=2e-4, rtol=1e-3)


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_an_update_of_muon_has_singular_values_near_1(memory_format: torch.memory_format) -> None:
    torch.manual_seed(0)
    shapes = [(16, 8, 3, 3), (128, 4, 3, 3), (16, 8, 3, 3), (8, 8, 1, 1)]
    weights = [nn.Parameter(torch.randn(shape).to(memory_format=memory_format)) for shape in shapes]
    before = [weight.detach().clone() for weight in weights]
    for weight in weights:
        weight.grad = torch.randn_like(weight)
    Muon(lr=1.0, steps=5, normalize=False).torch([{"params": weights}]).step()
    for weight, old in zip(weights, before, strict=True):
        values = torch.linalg.svdvals((old - weight.detach()).flatten(1))
        assert values.min() > 0.3 and values.max() < 1.3
        assert 0.7 < values.median() < 1.25


def test_one_matrix_does_not_change_another() -> None:
    matrices = torch.randn((5, 12, 30), generator=torch.Generator().manual_seed(0))
    together = orthogonal(matrices, 5)
    assert torch.allclose(together[2], iterated(matrices[2], 5), atol=1e-4)
    assert torch.allclose(orthogonal(matrices.mT, 5), together.mT, atol=1e-4)
    assert orthogonal(torch.zeros(1, 3, 4), 5).eq(0).all()


def test_a_network_without_filters_follows_the_rest() -> None:
    optimizer = SPEED.torch([{"params": list(nn.Linear(3, 4).parameters())}])
    assert isinstance(optimizer, torch.optim.SGD)


def test_a_network_of_filters_needs_no_rest() -> None:
    weight = nn.Parameter(torch.ones(4, 3, 3, 3))
    weight.grad = torch.randn_like(weight)
    optimizer = Muon(lr=0.1).torch([{"params": [weight]}])
    optimizer.step()
    assert not torch.equal(weight.detach(), torch.ones(4, 3, 3, 3))


def test_a_filter_without_a_gradient_stays() -> None:
    still, moved = nn.Parameter(torch.ones(4, 3, 3, 3)), nn.Parameter(torch.ones(4, 3, 3, 3))
    moved.grad = torch.randn_like(moved)
    Muon(lr=0.1).torch([{"params": [still, moved]}]).step()
    assert torch.equal(still.detach(), torch.ones(4, 3, 3, 3))
    assert not torch.equal(still, moved)


@pytest.mark.parametrize("word", [*(word for word, _ in CASES), *MUONS], ids=str)
def test_a_saved_optimizer_goes_on_bit_for_bit(word: Optimizer) -> None:
    straight = after(word.torch, 8)
    model = network()
    optimizer = word.torch(groups(model))
    trained(model, optimizer, 0, 4)
    state, weights = optimizer.state_dict(), model.state_dict()
    resumed = network()
    resumed.load_state_dict(weights)
    again = word.torch(groups(resumed))
    again.load_state_dict(state)
    assert same(trained(resumed, again, 4, 8), straight)
