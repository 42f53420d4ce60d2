"""The row "mu" is the sampler of smalldiffusion, the library the video's notebooks use, at gam = 1."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from scorefield.diffusion.prediction import Estimate
from scorefield.diffusion.sampling import sample
from scorefield.diffusion.schedule import linear_betas, log_linear
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_to_visit

LIMIT = 1e-12
SCHEDULE = log_linear(200, 0.01, 10.0)


def epsilon_at(x, ratio):
    return torch.tanh(x.roll(1, 1) + ratio)


def noise_of(seed):
    generator = torch.Generator().manual_seed(seed)
    return lambda like: torch.randn(like.shape, generator=generator, dtype=like.dtype)


def smalldiffusion(x, sigmas, mu, noise):
    """sig_p = (σ'/σ^μ)^(1/(1−μ)); x ← x − (σ − sig_p)·ε + √(σ'² − sig_p²)·z.

    The root is of a negative number where two σ are equal, to rounding (theirs is NaN there): 0 is meant.
    """
    for sigma, after in pairwise(sigmas):
        aim = (after / sigma**mu) ** (1 / (1 - mu))
        fresh = max(after**2 - aim**2, 0.0) ** 0.5
        x = x - (sigma - aim) * epsilon_at(x, sigma) + fresh * noise(x)
    return x


def relative(got, expected) -> float:
    return float((got - expected).abs().max() / expected.abs().max())


@pytest.fixture
def start():
    return torch.randn(6, 2, generator=torch.Generator().manual_seed(2), dtype=torch.float64)


@pytest.mark.parametrize("mu", [0.0, 0.25, 0.5, 0.75])
@pytest.mark.parametrize("steps", [1, 5, 64, 200])
def test_a_whole_walk(start, steps, mu) -> None:
    levels = levels_to_visit(SCHEDULE, steps)
    expected = smalldiffusion(10 * start, [level.sigma for level in levels], mu, noise_of(1))

    def field(x, level):
        epsilon = epsilon_at(x, level.sigma)
        return Estimate(x - level.sigma * epsilon, epsilon)

    got, _ = sample(field, 10 * start, plan("mu", levels, mu), noise_of(1), ())
    if mu == 0:  # no noise is due and none is drawn
        assert all(step.noise_weight == 0 for step in plan("mu", levels, mu))
    assert relative(got, expected) < LIMIT


@pytest.mark.parametrize("mu", [0.0, 0.3, 0.5])
def test_in_preserved_variance_it_is_the_same_walk_of_x_over_alpha(start, mu) -> None:
    schedule = linear_betas(200, 1e-3, 0.1)
    levels = levels_to_visit(schedule, 40)
    ratios = [level.ratio for level in levels]
    expected = smalldiffusion(ratios[0] * start, ratios, mu, noise_of(1))

    def field(x, level):
        y = x / level.alpha
        epsilon = epsilon_at(y, level.ratio)
        return Estimate(y - level.ratio * epsilon, epsilon)

    first = ratios[0] * levels[0].alpha
    got, _ = sample(field, first * start, plan("mu", levels, mu), noise_of(1), ())
    assert relative(got / levels[-1].alpha, expected) < 1e-11  # the root of 1 − (…)² costs a digit


@pytest.mark.parametrize(("mu", "row"), [(0.0, "ddim"), (0.5, "ddpm")])
@pytest.mark.parametrize("steps", [5, 64, 200])
def test_mu_0_is_ddim_and_mu_one_half_is_ddpm(steps, mu, row) -> None:
    levels = levels_to_visit(SCHEDULE, steps)
    for one, other in zip(plan("mu", levels, mu), plan(row, levels), strict=True):
        assert one.x0_weight == other.x0_weight == 1
        assert one.epsilon_weight == pytest.approx(other.epsilon_weight, rel=LIMIT)
        assert one.noise_weight == pytest.approx(other.noise_weight, rel=LIMIT, abs=1e-9)


@pytest.mark.parametrize("steps", [1, 3, 20, 64, 199, 200])
def test_the_levels_are_theirs(steps) -> None:
    """sample_sigmas: the indices round(N·(1 − i/S)) − 1, and index 0 at the end."""
    indices = [round(200 * (1 - i / steps)) - 1 for i in range(steps)] + [0]
    expected = (torch.logspace(-2, 1, 200, dtype=torch.float64))[indices]
    got = [level.sigma for level in levels_to_visit(SCHEDULE, steps)]
    assert got == pytest.approx(expected.tolist(), rel=1e-12)
    assert len(got) == steps + 1
