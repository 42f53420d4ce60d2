"""Guidance in one pass of the network: the same field for half the calls."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scorefield.diffusion.batch import shared_out
from scorefield.diffusion.field import both
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.learned import WORTH_JOINING, LearnedField
from scorefield.diffusion.prediction import Estimate, Prediction
from scorefield.diffusion.schedule import Level, cosine_betas
from torch import Tensor

LEVEL = cosine_betas(100).at(0.5)


class Counting:
    """A network that mixes the numbers of each sample with its condition, and counts its calls."""

    def __init__(self, width: int) -> None:
        self.weight = torch.randn(width, width, generator=torch.Generator().manual_seed(5)) / width**0.5
        self.batches: list[int] = []

    def __call__(self, x: Tensor, level: Level, condition: Tensor | None) -> Tensor:
        self.batches.append(len(x))
        told = 0.0 if condition is None else shared_out(condition, len(x), "prompts").flatten(1).sum(1)
        return torch.tanh(x.flatten(1) @ self.weight + torch.as_tensor(told).view(-1, 1)).view_as(x)


class Apart:
    """A field that cannot be joined."""

    def __init__(self, field: LearnedField) -> None:
        self.field = field

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        return self.field(x, level)


def told(parts: int, seed: int, tokens: int = 3) -> Tensor:
    return torch.randn(parts, tokens, 4, generator=torch.Generator().manual_seed(seed))


@given(
    batch=st.sampled_from([6, 12]),
    parts=st.tuples(*[st.sampled_from([1, 2, 3, 6])] * 2),
    scales=st.sampled_from([[3.0], [0.0, 1.0], [0.0, 1.0, 8.0]]),
    prediction=st.sampled_from(["epsilon", "v", "sample", "flow"]),
    shape=st.sampled_from([(2,), (2, 3, 3), (2, 2, 3, 3)]),
)
def test_one_pass_says_what_two_say(
    batch: int,
    parts: tuple[int, int],
    scales: list[float],
    prediction: Prediction,
    shape: tuple[int, ...],
) -> None:
    x = torch.randn(batch, *shape, generator=torch.Generator().manual_seed(batch))
    network = Counting(x[0].numel())
    asked, kept_away = (
        LearnedField(network, prediction, told(count, seed)) for seed, count in enumerate(parts)
    )
    once = GuidedField(asked, kept_away, scales)(x, LEVEL)
    assert network.batches == [2 * batch]
    twice = GuidedField(Apart(asked), Apart(kept_away), scales)(x, LEVEL)
    assert network.batches == [2 * batch, batch, batch]
    for one, two in zip(_tensors(once), _tensors(twice), strict=True):
        assert torch.allclose(one, two, atol=1e-5, rtol=1e-5)


def test_outside_its_interval_guidance_asks_once_for_each_sample() -> None:
    network = Counting(2)
    asked, other = LearnedField(network, "v", told(1, 0)), LearnedField(network, "v", told(1, 1))
    GuidedField(asked, other, 3.0, interval=(0.6, 1.0))(torch.zeros(4, 2), LEVEL)
    assert network.batches == [4]


@pytest.mark.parametrize("change", ["network", "prediction", "nothing told", "length", "large"])
def test_what_has_nothing_in_common_is_asked_one_by_one(change: str) -> None:
    x = torch.zeros(4, 2)
    network, other_network = Counting(2), Counting(2)
    one = other = LearnedField(network, "v", told(1, 0))
    if change == "network":
        other = replace(one, network=other_network)
    elif change == "prediction":
        other = replace(one, prediction="flow")
    elif change == "nothing told":
        other = replace(one, condition=None)
    elif change == "length":
        other = replace(one, condition=told(1, 1, tokens=5))
    else:
        x = torch.zeros(WORTH_JOINING // 2 + 1, 2)
    found = both(one, other, x, LEVEL)
    assert network.batches + other_network.batches == [len(x), len(x)]
    for estimate, field in zip(found, (one, other), strict=True):
        assert torch.equal(estimate.x0, field(x, LEVEL).x0)


def test_prompts_that_do_not_divide_the_batch_are_refused() -> None:
    network = Counting(2)
    three, one = LearnedField(network, "v", told(3, 0)), LearnedField(network, "v", told(1, 1))
    with pytest.raises(ValueError, match="3 prompts cannot be shared out over a batch of 4"):
        both(three, one, torch.zeros(4, 2), LEVEL)


def _tensors(guided: Estimate) -> list[Tensor]:
    assert guided.conditional is not None and guided.unconditional is not None
    parts = (guided, guided.conditional, guided.unconditional)
    return [tensor for part in parts for tensor in (part.x0, part.epsilon)]
