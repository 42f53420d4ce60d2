"""Noise levels: the families' identities, the published tables, and the way back from a level to its time."""

from __future__ import annotations

import math

import pytest
import torch
from diffusers import DDPMScheduler
from hypothesis import given
from hypothesis import strategies as st
from scorefield.diffusion.schedule import (
    FAMILIES,
    Schedule,
    cosine_betas,
    flow,
    flow_ratios,
    from_betas,
    linear_betas,
    log_linear,
    scaled_linear_betas,
    shifted,
)

PRESERVING = {
    "linear": (linear_betas, {"beta_start": 1e-4, "beta_end": 0.02}),
    "scaled_linear": (scaled_linear_betas, {"beta_start": 0.00085, "beta_end": 0.012}),
    "squaredcos_cap_v2": (cosine_betas, {}),
}
ALL = {
    "exploding": log_linear(64),
    "linear": linear_betas(),
    "scaled linear": scaled_linear_betas(),
    "cosine": cosine_betas(),
    "ratios of a flow": flow_ratios(1000, 3.0),
    "flow": flow(1000),
    "shifted flow": flow(500, 8.0),
}
names = st.sampled_from(list(ALL))
times = st.floats(0, 1)


@pytest.mark.parametrize("name", PRESERVING)
def test_the_table_is_that_of_diffusers(name) -> None:
    """To their float32: ᾱ keeps 5e-6 of it, except where β is capped and 1 − 0.999 has five digits left."""
    make, options = PRESERVING[name]
    theirs = DDPMScheduler(beta_schedule=name, **options).alphas_cumprod.double()
    schedule = make()
    ours = torch.tensor([schedule.level(i).alpha ** 2 for i in range(1000)], dtype=torch.float64)
    assert torch.allclose(ours[:-1], theirs[:-1], rtol=5e-6, atol=1e-7)
    assert torch.allclose(ours[-1], theirs[-1], rtol=2e-5, atol=0)


def test_the_product_of_one_minus_beta_is_alpha_squared() -> None:
    betas = torch.tensor([0.1, 0.2, 0.5], dtype=torch.float64)
    alphas = [from_betas(betas).level(i).alpha ** 2 for i in range(3)]
    assert alphas == pytest.approx([0.9, 0.72, 0.36], rel=1e-14)


@given(names, times)
def test_each_family_keeps_its_identity(name, t) -> None:
    schedule = ALL[name]
    level = schedule.at(t)
    if schedule.family == "variance_exploding":
        assert level.alpha == 1
    elif schedule.family == "variance_preserving":
        assert level.alpha**2 + level.sigma**2 == pytest.approx(1, abs=1e-14)
    else:
        assert level.alpha + level.sigma == pytest.approx(1, abs=1e-15)


@given(times, st.integers(2, 400), st.floats(1e-4, 0.5), st.floats(0.6, 200))
def test_log_linear_is_exact_at_every_t(t, count, low, high) -> None:
    sigma = log_linear(count, low, high).at(t).sigma
    assert sigma == pytest.approx(low * (high / low) ** t, rel=1e-11)


@given(names, times)
def test_from_time_to_level_and_back(name, t) -> None:
    schedule = ALL[name]
    level = schedule.at(t)
    assert level.t == pytest.approx(t, abs=1e-12)
    assert schedule.time_of(schedule.value_of(level)) == pytest.approx(t, abs=1e-6)


@given(names, times)
def test_from_level_to_value_and_back(name, t) -> None:
    schedule = ALL[name]
    level = schedule.at(t)
    again = schedule.level_of(schedule.value_of(level))
    assert (again.alpha, again.sigma) == pytest.approx((level.alpha, level.sigma), rel=1e-9, abs=1e-12)


@given(names, times, times)
def test_noise_rises_with_time(name, one, other) -> None:
    schedule = ALL[name]
    low, high = sorted((one, other))
    assert schedule.at(low).ratio <= schedule.at(high).ratio * (1 + 1e-12)


@given(names, st.floats(0, 1e6))
def test_values_beyond_the_table_are_levels_at_its_ends(name, value) -> None:
    schedule = ALL[name]
    if schedule.family == "flow":
        value = value / 1e6
    level = schedule.level_of(value)
    assert 0 <= level.t <= 1
    assert schedule.value_of(level) == pytest.approx(value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_table_that_starts_without_noise_is_interpolated_there_too(family) -> None:
    """A logarithm of 0 must not make the first gap all zeros, or infinite."""
    schedule = Schedule(family, torch.tensor([0.0, 0.2, 0.6], dtype=torch.float64))
    level = schedule.level(0.25)
    assert schedule.value_of(level) == pytest.approx(0.05)
    assert schedule.time_of(0.05) == pytest.approx(level.t)


@given(st.floats(0.05, 20), st.integers(2, 500), times)
def test_a_flows_shift_is_applied_exactly_once(shift, count, t) -> None:
    schedule = flow(count, shift)
    index = round(t * (count - 1))
    straight = (index + 1) / count
    assert schedule.level(index).sigma == pytest.approx(
        shift * straight / (1 + (shift - 1) * straight), rel=1e-12
    )


@given(st.floats(0.05, 20))
def test_shifts_compose_by_multiplication(shift) -> None:
    """What would happen were one applied twice: σ is shifted by shift², which is not the shift asked for."""
    sigma = torch.linspace(0, 1, 11, dtype=torch.float64)
    assert torch.allclose(shifted(shifted(sigma, shift), shift), shifted(sigma, shift * shift), atol=1e-12)
    assert torch.equal(shifted(sigma, 1.0), sigma)


@given(st.floats(0.05, 20), st.integers(2, 500), times)
def test_a_flows_ratios_are_those_of_its_times(shift, count, t) -> None:
    """One of the flow's own levels, of as many as come without pure noise."""
    index = round(t * (count - 1))
    own, other = flow_ratios(count, shift).level(index), flow(count + 1, shift).level(index)
    assert own.ratio == pytest.approx(other.ratio, rel=1e-9)
    assert own.alpha**2 + own.sigma**2 == pytest.approx(1)


@pytest.mark.parametrize("index", [-1, -0.001, 63.001, 64, math.nan])
def test_a_level_outside_the_table_is_refused(index) -> None:
    with pytest.raises(ValueError, match="outside the schedule"):
        log_linear(64).level(index)


@pytest.mark.parametrize("value", [-1e-9, math.nan, math.inf])
@pytest.mark.parametrize("name", ALL)
def test_a_value_that_is_no_noise_level_is_refused(name, value) -> None:
    with pytest.raises(ValueError, match="is not a noise level of a"):
        ALL[name].level_of(value)


@pytest.mark.parametrize("table", [[], [1.0], [1.0, 1.0], [2.0, 1.0], [0.0, math.nan], [[0.0, 1.0]]])
def test_a_table_that_does_not_rise_is_refused(table) -> None:
    with pytest.raises(ValueError, match="at least two noise levels"):
        Schedule("flow", torch.tensor(table, dtype=torch.float64))


def test_zero_terminal_signal_is_refused_by_name_and_never_nan() -> None:
    """β = 1 at the end leaves no signal; sigma/alpha is infinite there and no walk may start from it."""
    schedule = from_betas(torch.tensor([0.1, 0.5, 1.0]))
    with pytest.raises(ValueError, match="inf is not a noise level of a variance preserving schedule"):
        schedule.level(2)


@pytest.mark.parametrize("arguments", [(1, 0.01, 10), (64, 0.0, 10), (64, 2.0, 1.0), (64, 0.01, math.inf)])
def test_a_log_linear_schedule_that_does_not_rise_is_refused(arguments) -> None:
    with pytest.raises(ValueError, match="sigma_min < sigma_max"):
        log_linear(*arguments)


@pytest.mark.parametrize("arguments", [(1, 1.0), (100, 0.0), (100, -3.0), (100, math.inf), (100, math.nan)])
@pytest.mark.parametrize("make", [flow, flow_ratios])
def test_a_flow_that_cannot_be_is_refused(make, arguments) -> None:
    with pytest.raises(ValueError, match="shift > 0"):
        make(*arguments)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_start_has_the_size_of_the_first_level(family) -> None:
    schedule = next(schedule for schedule in ALL.values() if schedule.family == family)
    level = schedule.at(1.0)
    assert schedule.initial_scale(level) == pytest.approx(
        1.0 if family == "variance_preserving" else level.sigma
    )
