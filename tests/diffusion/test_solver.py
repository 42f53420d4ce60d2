"""Planning a walk: what is refused, and what holds of every row."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scorefield.diffusion.schedule import Level, cosine_betas, flow, linear_betas, log_linear
from scorefield.diffusion.solver import RULES, between_levels, plan, step
from scorefield.diffusion.spacing import levels_to_visit

SCHEDULES = {
    "exploding": log_linear(),
    "preserving": linear_betas(),
    "cosine": cosine_betas(),
    "flow": flow(),
}
names, rows = st.sampled_from(list(SCHEDULES)), st.sampled_from(list(RULES))


@given(names, rows, st.integers(1, 60), st.floats(0, 0.95), st.sampled_from(["zero", "lowest level"]))
def test_every_plan_is_finite_and_ends_where_it_should(name, row, steps, eta, end) -> None:
    levels = levels_to_visit(SCHEDULES[name], steps, "trailing", end)
    if levels[0].alpha == 0 and row == "mu":
        return  # its levels are ratios, and a flow's first is infinite
    planned = plan(row, levels, eta)
    assert [one.after for one in planned] == [*(one.level for one in planned[1:]), levels[-1]]
    for one in planned:
        weights = (one.x0_weight, one.epsilon_weight, one.noise_weight)
        assert all(math.isfinite(weight) for weight in weights)
        assert one.noise_weight >= 0
        assert one.x0_weight == pytest.approx(one.after.alpha, abs=1e-15)


@given(names, rows, st.integers(1, 60), st.floats(0, 0.95))
def test_the_last_step_to_no_noise_is_the_estimate_itself(name, row, steps, eta) -> None:
    """No residual noise: weights 1, 0 and 0, and no second look where there is nothing to see. The row that
    says so draws all of the last level's noise again, unless that is the lowest."""
    levels = levels_to_visit(SCHEDULES[name], steps, "leading", "zero", offset=1)
    if levels[-2].alpha == 0 and row == "mu":
        return
    last = plan(row, levels, eta)[-1]
    assert (last.x0_weight, last.epsilon_weight, last.second_look) == (1.0, 0.0, None)
    adds = RULES[row].noise_at_the_end and last.level.t > 0
    assert last.noise_weight == (last.level.sigma if adds else 0.0)


def test_a_step_between_equal_levels_stays_put_and_is_never_nan() -> None:
    """With as many steps as levels, trailing visits the lowest twice; no root of a negative number."""
    for name, schedule in SCHEDULES.items():
        levels = levels_to_visit(schedule, len(schedule), "trailing")
        assert levels[-1] == levels[-2]
        for row in ("ddim", "ddpm", "euler") if levels[-1].sigma else ():
            last = plan(row, levels[-2:], 1.0)[0]
            assert last.noise_weight == pytest.approx(0, abs=1e-9), name
            assert last.epsilon_weight == pytest.approx(levels[-1].sigma), name


@pytest.mark.parametrize("eta", [-0.1, 1.1, math.nan, math.inf])
def test_an_eta_outside_0_to_1_is_refused(eta) -> None:
    with pytest.raises(ValueError, match="eta must lie between 0 and 1"):
        plan("ddim", levels_to_visit(log_linear(), 5), eta)


def test_mu_may_not_be_one() -> None:
    with pytest.raises(ValueError, match="mu below 1"):
        plan("mu", levels_to_visit(log_linear(), 5), 1.0)


@pytest.mark.parametrize("scale", [math.nan, math.inf])
def test_a_step_scale_that_is_no_number_is_refused(scale) -> None:
    with pytest.raises(ValueError, match="step scale must be a number"):
        plan("ddim", levels_to_visit(log_linear(), 5), step_scale=scale)


def test_an_unknown_row_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(ValueError, match=r"unknown sampler 'dpm\+\+'.*ddim, ddpm"):
        plan("dpm++", levels_to_visit(log_linear(), 5))


@pytest.mark.parametrize("row", RULES)
def test_steps_that_rise_or_start_from_nothing_are_refused(row) -> None:
    low, high, nothing = Level(1.0, 0.1, 0.1), Level(1.0, 0.2, 0.2), Level(1.0, 0.0, 0.0)
    with pytest.raises(ValueError, match=r"not from 0\.1 to 0\.2"):
        step(RULES[row], low, high)
    with pytest.raises(ValueError, match="cannot start where sigma = 0"):
        step(RULES[row], nothing, nothing)


@given(names, st.integers(2, 40), st.floats(0, 1))
def test_more_eta_is_more_noise_and_less_old_direction(name, steps, eta) -> None:
    levels = levels_to_visit(SCHEDULES[name], steps, "trailing")
    if levels[-1].sigma == 0:
        levels = levels[:-1]
    for some, all_of_it in zip(plan("ddim", levels, eta), plan("ddpm", levels), strict=True):
        assert some.noise_weight == pytest.approx(eta * all_of_it.noise_weight, rel=1e-12)
        assert some.epsilon_weight >= all_of_it.epsilon_weight * (1 - 1e-12)


def test_the_collapses_step_is_larger_than_ddims_by_one_plus_the_ratio() -> None:
    """The video's numbers: from sigma 10 in 20 steps DDIM's first step is 2.93 and the collapse's 5.00."""
    levels = levels_to_visit(log_linear(200, 0.01, 10.0), 20)
    ddim, collapse = plan("ddim", levels)[0], plan("ddpm without noise", levels)[0]
    moved = [10 - one.epsilon_weight for one in (ddim, collapse)]
    assert moved == pytest.approx([2.93, 5.00], abs=0.01)
    assert moved[1] / moved[0] == pytest.approx(1.707, abs=1e-3)


def test_half_way_between_two_levels() -> None:
    middle = between_levels(Level(0.0, 1.0, 1.0), Level(1.0, 0.5, 0.5), 0.5)
    assert middle == Level(0.5, 0.75, 0.75)


@given(st.integers(1, 30))
def test_noise_of_a_plan_adds_up_to_the_law(steps) -> None:
    """One point at the origin, DDPM: whatever the steps, the variance at every level is sigma² exactly."""
    levels = levels_to_visit(log_linear(), steps)
    variance = levels[0].sigma ** 2
    for one in plan("ddpm", levels):
        variance = variance * (one.epsilon_weight / one.level.sigma) ** 2 + one.noise_weight**2
        assert variance == pytest.approx(one.after.sigma**2, rel=1e-9)


def test_levels_are_plain_numbers() -> None:
    """Coefficients are Python floats, so that no step waits for a GPU."""
    for one in plan("ddpm", levels_to_visit(cosine_betas(), 10)):
        assert all(type(value) is float for value in (*one.level, *one.after, *one[2:5]))
