"""The way to noise: marginals, and the last step's share of the noise."""

from __future__ import annotations

import math

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.forward import (
    LastStepNetwork,
    last_step_share,
    noised,
    noised_in_two,
)
from scorefield.diffusion.schedule import cosine_betas, linear_betas, log_linear

SCHEDULES = {"exploding": log_linear(100), "preserving": linear_betas(100), "cosine": cosine_betas(100)}
MANY = 200_000


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("index", [0, 1, 50, 99])
def test_steps_of_noise_add_up_to_the_level(name, index) -> None:
    """sigma_i² = (alpha_i/alpha_{i−1})²·sigma_{i−1}² + Δ_i², from no noise at all below the first level."""
    schedule = SCHEDULES[name]
    level = schedule.level(index)
    step = last_step_share(schedule, level) * level.sigma
    before = schedule.level(index - 1) if index else None
    kept = level.alpha / before.alpha * before.sigma if before else 0.0
    assert math.hypot(kept, step) == pytest.approx(level.sigma, rel=1e-9)


@pytest.mark.parametrize("levels", [50, 99, 104])
def test_a_rounded_time_does_not_fall_below_the_first_level(levels) -> None:
    """(1/49)·49 is less than 1: the second level's last step is still a small part of its noise."""
    schedule = log_linear(levels)
    assert schedule.level(1).t * (levels - 1) < 1
    shares = [last_step_share(schedule, schedule.level(index)) for index in range(1, levels)]
    assert shares == pytest.approx([shares[-1]] * len(shares))


def test_the_steps_of_a_beta_schedule_are_its_betas() -> None:
    betas = torch.linspace(1e-4, 0.02, 100, dtype=torch.float64)
    schedule = linear_betas(100)
    for index in (1, 30, 99):
        level = schedule.level(index)
        added = last_step_share(schedule, level) * level.sigma
        assert added**2 == pytest.approx(float(betas[index]), rel=1e-6)


@pytest.mark.parametrize("name", SCHEDULES)
def test_two_noises_together_keep_unit_variance(name) -> None:
    """Mixed by variance: mixed linearly they would lose up to half of it."""
    schedule = SCHEDULES[name]
    x0 = torch.zeros(MANY, 1)
    for index in (0, 10, 60, 99):
        level = schedule.level(index)
        x, epsilon, last = noised_in_two(schedule, x0, level, torch.Generator().manual_seed(1))
        assert float(epsilon.var()) == pytest.approx(1, abs=0.02)
        assert float(last.var()) == pytest.approx(1, abs=0.02)
        correlation = float((epsilon * last).mean())
        assert correlation == pytest.approx(last_step_share(schedule, level), abs=0.015)
        assert torch.equal(x, noised(x0, epsilon, level))


def test_noising_has_the_levels_mean_and_variance() -> None:
    level = cosine_betas(100).level(50)
    epsilon = torch.randn(MANY, 1, generator=torch.Generator().manual_seed(2))
    x = noised(torch.full((MANY, 1), 3.0), epsilon, level)
    assert float(x.mean()) == pytest.approx(3 * level.alpha, abs=0.01)
    assert float(x.std()) == pytest.approx(level.sigma, rel=0.01)


def test_both_targets_have_the_same_field_as_their_best_estimate() -> None:
    """E[u|x] = (Δ/sigma)·E[ε|x]: regressed on the closed form, both give slope 1."""
    schedule = SCHEDULES["exploding"]
    data = torch.tensor([[-1.0], [1.0]])
    level = schedule.level(66)  # sigma 1
    x, epsilon, last = noised_in_two(schedule, data.repeat(MANY, 1), level, torch.Generator().manual_seed(3))
    best = ClosedFormField(data)(x, level).epsilon
    for target, scale in ((epsilon, 1.0), (last, last_step_share(schedule, level))):
        slope = float((target * best).mean() / best.square().mean())
        assert slope == pytest.approx(scale, abs=0.012)


def test_a_one_step_network_is_read_as_one_of_the_whole_noise() -> None:
    schedule = SCHEDULES["exploding"]
    level = schedule.level(40)
    share = last_step_share(schedule, level)
    x = torch.randn(4, 2)
    read = LastStepNetwork(lambda x, level, condition: share * x, schedule)
    assert torch.allclose(read(x, level, None), x)
