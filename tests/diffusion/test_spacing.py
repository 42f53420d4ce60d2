"""Which levels a walk visits: diffusers' own choice, and never a level that is not there."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from diffusers import DDPMScheduler
from hypothesis import given
from hypothesis import strategies as st
from scorefield.diffusion.schedule import cosine_betas, flow, linear_betas, log_linear
from scorefield.diffusion.spacing import ENDS, SPACINGS, levels_from_values, levels_to_visit

SCHEDULES = {"exploding": log_linear, "preserving": linear_betas, "cosine": cosine_betas, "flow": flow}


@pytest.mark.parametrize("steps", [2, 3, 4, 7, 10, 25, 30, 50, 64, 99, 250, 333, 500, 999])
@pytest.mark.parametrize(
    ("spacing", "offset"), [("leading", 0), ("leading", 1), ("trailing", 0), ("linspace", 0)]
)
def test_the_timesteps_are_those_of_diffusers(spacing, offset, steps) -> None:
    scheduler = DDPMScheduler(timestep_spacing=spacing, steps_offset=offset)
    scheduler.set_timesteps(steps)
    ours = levels_to_visit(linear_betas(), steps, spacing, end="zero", offset=offset)
    assert [round(level.t * 999) for level in ours[:-1]] == scheduler.timesteps.tolist()


@pytest.mark.parametrize("spacing", ["trailing", "linspace"])
@pytest.mark.parametrize(("count", "every"), [(100, 1), (1000, 16), (1000, 47)])
def test_halfway_between_two_levels_the_same_one_is_taken(count, every, spacing) -> None:
    """But where diffusers' trailing counts one step too many, which begins below the lowest level."""
    scheduler, schedule = DDPMScheduler(count, timestep_spacing=spacing), linear_betas(count)
    for steps in range(max(every, 2), count // 2, every):
        scheduler.set_timesteps(steps)
        ours = levels_to_visit(schedule, steps, spacing, end="zero")
        theirs = [timestep for timestep in scheduler.timesteps.tolist() if timestep >= 0]
        assert [round(level.t * (count - 1)) for level in ours[:-1]] == theirs, steps


@pytest.mark.parametrize("spacing", ["trailing", "linspace", "continuous"])
def test_one_step_starts_from_the_noise(spacing) -> None:
    """diffusers' linspace of one step starts at t = 0, where there is nothing to remove."""
    first, last = levels_to_visit(linear_betas(), 1, spacing)
    assert (first.t, last.t) == (1.0, 0.0)


@given(
    st.sampled_from(list(SCHEDULES)),
    st.integers(2, 300),
    st.integers(1, 600),
    st.sampled_from(SPACINGS),
    st.sampled_from(ENDS),
)
def test_levels_never_wrap_and_never_rise(family, count, steps, spacing, end) -> None:
    """More steps than levels are refused, or interpolated by "continuous"; never NaN, never back up."""
    schedule = SCHEDULES[family](count)
    if steps > count and spacing != "continuous":
        with pytest.raises(ValueError, match=rf"{steps} steps.*{count} levels.*'continuous'"):
            levels_to_visit(schedule, steps, spacing, end)
        return
    levels = levels_to_visit(schedule, steps, spacing, end)
    ratios = [level.ratio for level in levels]
    assert len(levels) == steps + 1
    assert all(0 <= level.alpha <= 1 and level.sigma >= 0 and 0 <= level.t <= 1 for level in levels)
    assert not any(map(math.isnan, ratios))
    assert all(after <= before for before, after in pairwise(ratios))
    assert ratios[-1] == (0.0 if end == "zero" else schedule.level(0).ratio)


@given(st.integers(2, 50), st.integers(51, 500))
def test_continuous_takes_any_number_of_different_levels(count, steps) -> None:
    levels = levels_to_visit(log_linear(count), steps, "continuous")
    assert all(after.sigma < before.sigma for before, after in pairwise(levels))
    assert (levels[0].t, levels[-1].t) == (1.0, 0.0)


@pytest.mark.parametrize("steps", [0, -1, -1000])
@pytest.mark.parametrize("spacing", SPACINGS)
def test_no_steps_are_refused(spacing, steps) -> None:
    with pytest.raises(ValueError, match=f"at least one step, got {steps}"):
        levels_to_visit(log_linear(), steps, spacing)


@pytest.mark.parametrize("choice", [{"spacing": "karras"}, {"end": "nowhere"}])
def test_an_unknown_spacing_or_end_is_refused_by_name(choice) -> None:
    with pytest.raises(ValueError, match=next(iter(choice.values()))):
        levels_to_visit(log_linear(), 10, **choice)


@given(st.integers(1, 200), st.integers(0, 5000))
def test_an_offset_never_leaves_the_table(steps, offset) -> None:
    levels = levels_to_visit(log_linear(200), steps, "leading", offset=offset)
    assert all(level.sigma <= 10.0000001 for level in levels)


def test_levels_from_a_list_of_sigmas_are_those_sigmas() -> None:
    levels = levels_from_values(log_linear(), [14.6, 1.0, 1e-3, 0.0])
    assert [level.sigma for level in levels] == [14.6, 1.0, 1e-3, 0.0]


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [1.0, -1.0], [math.nan, 0.0], [math.inf, 1.0]])
def test_a_list_that_is_no_walk_is_refused(values) -> None:
    with pytest.raises(ValueError, match="noise level"):
        levels_from_values(log_linear(), values)


@pytest.mark.parametrize("values", [[1.5, 0.0], [1.0, 0.5, -0.1]])
def test_a_flow_refuses_levels_outside_0_to_1(values) -> None:
    with pytest.raises(ValueError, match="not a noise level of a flow"):
        levels_from_values(flow(), values)
