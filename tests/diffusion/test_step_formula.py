"""Every row of the table against its own paper's formula, evaluated here in float64."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scorefield.diffusion.prediction import Estimate
from scorefield.diffusion.sampling import walk
from scorefield.diffusion.schedule import (
    cosine_betas,
    flow,
    linear_betas,
    log_linear,
    scaled_linear_betas,
)
from scorefield.diffusion.solver import RULES, step

PRESERVING = ["linear", "scaled linear", "cosine"]
SCHEDULES = {
    "linear": linear_betas(),
    "scaled linear": scaled_linear_betas(),
    "cosine": cosine_betas(),
    "exploding": log_linear(1000),
    "flow": flow(1000),
}
GENERATOR = torch.Generator().manual_seed(5)
X, X0, EPSILON, Z = torch.randn(4, 50, generator=GENERATOR, dtype=torch.float64)

indices = st.lists(st.integers(0, 999), min_size=2, max_size=2, unique=True).map(
    lambda pair: sorted(pair)[::-1]
)


def stepped(row, level, after, eta=0.0, scale=1.0, x=None, x0=X0, epsilon=EPSILON):
    """x after one step of that row, from an estimate that is given."""
    x = level.alpha * x0 + level.sigma * epsilon if x is None else x
    planned = step(RULES[row], level, after, eta, scale)
    (state,) = walk(lambda x, level: Estimate(x0, epsilon), x, [planned], lambda like: Z)
    return state.x


def ho_et_al(level, after):
    """ᾱ_{t−1}, 1 − ᾱ_t, 1 − ᾱ_{t−1} and β_t = 1 − ᾱ_t/ᾱ_{t−1}, written without the subtractions from 1.

    Near the data those lose five digits of sixteen, more than is allowed here.
    """
    beta = (level.ratio**2 - after.ratio**2) / (1 + level.ratio**2)
    return after.alpha**2, level.sigma**2, after.sigma**2, beta


def assert_equal(got, expected) -> None:
    assert float((got - expected).abs().max() / expected.abs().max()) < 1e-12


@given(st.sampled_from(PRESERVING), indices, st.floats(0, 1))
def test_ddim_is_song_et_al_equations_12_and_16(schedule, pair, eta) -> None:
    level, after = map(SCHEDULES[schedule].level, pair)
    b, not_a, not_b, beta = ho_et_al(level, after)
    sigma = eta * math.sqrt(not_b / not_a) * math.sqrt(beta)
    expected = math.sqrt(b) * X0 + math.sqrt(not_b - sigma**2) * EPSILON + sigma * Z
    assert_equal(stepped("ddim", level, after, eta), expected)


@given(st.sampled_from(PRESERVING), indices)
def test_ddpm_is_ho_et_al_equation_7(schedule, pair) -> None:
    """The posterior's mean is written there in x_t and x0, and its variance is β̃."""
    level, after = map(SCHEDULES[schedule].level, pair)
    b, not_a, not_b, beta = ho_et_al(level, after)
    x = level.alpha * X0 + level.sigma * EPSILON
    mean = math.sqrt(b) * beta / not_a * X0 + math.sqrt(1 - beta) * not_b / not_a * x
    small = math.sqrt(not_b / not_a * beta)
    assert_equal(stepped("ddpm", level, after), mean + small * Z)
    assert_equal(stepped("ddpm large", level, after), mean + math.sqrt(beta) * Z)
    assert_equal(stepped("ddpm without noise", level, after), mean)


@given(st.sampled_from(PRESERVING), indices)
def test_ddpm_is_ddim_at_eta_1(schedule, pair) -> None:
    level, after = map(SCHEDULES[schedule].level, pair)
    assert_equal(stepped("ddpm", level, after), stepped("ddim", level, after, eta=1.0))


@given(indices)
def test_ddpm_in_exploding_variance_is_karras_ancestral_step(pair) -> None:
    """σ_up² = σ'²(σ² − σ'²)/σ², σ_down² = σ'² − σ_up², an Euler step to σ_down, then σ_up of noise."""
    level, after = map(SCHEDULES["exploding"].level, pair)
    up = math.sqrt(after.sigma**2 * (level.sigma**2 - after.sigma**2) / level.sigma**2)
    down = math.sqrt(after.sigma**2 - up**2)
    x = X0 + level.sigma * EPSILON
    expected = x + (down - level.sigma) * (x - X0) / level.sigma + up * Z
    assert_equal(stepped("ddpm", level, after), expected)


@given(indices)
def test_euler_over_a_flow_follows_the_velocity(pair) -> None:
    level, after = map(SCHEDULES["flow"].level, pair)
    x = (1 - level.sigma) * X0 + level.sigma * EPSILON
    assert_equal(stepped("euler", level, after), x + (after.sigma - level.sigma) * (EPSILON - X0))


@given(st.sampled_from([*PRESERVING, "flow"]), indices)
def test_stochastic_draws_all_of_its_noise_anew(schedule, pair) -> None:
    level, after = map(SCHEDULES[schedule].level, pair)
    assert_equal(stepped("stochastic", level, after), after.alpha * X0 + after.sigma * Z)


@given(indices)
def test_the_step_scale_that_makes_ddim_the_collapse(pair) -> None:
    """In exploding variance DDPM's mean moves by σ − σ'²/σ, DDIM by σ − σ': 1 + σ'/σ times as far."""
    level, after = map(SCHEDULES["exploding"].level, pair)
    scale = 1 + after.sigma / level.sigma
    assert_equal(stepped("ddim", level, after, scale=scale), stepped("ddpm without noise", level, after))


@given(st.sampled_from(list(SCHEDULES)), indices, st.floats(-1, 3))
def test_the_step_scale_multiplies_the_displacement(schedule, pair, scale) -> None:
    level, after = map(SCHEDULES[schedule].level, pair)
    x = level.alpha * X0 + level.sigma * EPSILON
    moved = stepped("ddim", level, after) - x
    assert torch.allclose(
        stepped("ddim", level, after, scale=scale), x + scale * moved, rtol=1e-11, atol=1e-12
    )


@settings(max_examples=30)
@given(st.sampled_from(list(SCHEDULES)), indices, st.floats(0, 1))
@pytest.mark.parametrize("row", ["ddim", "ddpm", "stochastic"])
def test_the_noise_a_row_takes_it_gives_back(row, schedule, pair, eta) -> None:
    """The old direction and the fresh noise together have the next level's variance: marginals are kept."""
    level, after = map(SCHEDULES[schedule].level, pair)
    planned = step(RULES[row], level, after, eta)
    assert planned.x0_weight == pytest.approx(after.alpha, rel=1e-12, abs=1e-12)
    power = planned.epsilon_weight**2 + planned.noise_weight**2
    assert power == pytest.approx(after.sigma**2, rel=1e-9, abs=1e-15)
