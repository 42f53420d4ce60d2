"""The rows "ddpm" and "ddpm large" are diffusers' DDPMScheduler."""

from __future__ import annotations

import pytest
import torch
from diffusers import DDPMScheduler
from scorefield.diffusion.sampling import sample, walk
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_to_visit

SPACINGS = [("leading", 0), ("leading", 1), ("trailing", 0), ("linspace", 0)]
ROWS = {"fixed_small": "ddpm", "fixed_large": "ddpm large"}


def theirs_and_ours(case, precision, spacing, offset, steps, variance="fixed_small"):
    scheduler = DDPMScheduler(
        **case.options,
        variance_type=variance,
        clip_sample=False,
        timestep_spacing=spacing,
        steps_offset=offset,
    )
    scheduler = precision.of(scheduler)
    scheduler.set_timesteps(steps)
    levels = levels_to_visit(case.schedule, steps, spacing, end="zero", offset=offset)
    return scheduler, plan(ROWS[variance], levels)


@pytest.mark.parametrize("steps", [3, 10, 32])
@pytest.mark.parametrize(("spacing", "offset"), SPACINGS)
def test_a_whole_walk(case, precision, start, apart, one_generator, spacing, offset, steps) -> None:
    scheduler, ours = theirs_and_ours(case, precision, spacing, offset, steps)
    noise, expected = one_generator(1), start
    for t in scheduler.timesteps:
        expected = scheduler.step(case.output(expected, t), t, expected, noise.generator).prev_sample
    got, _ = sample(case.field, start, ours, one_generator(1), ())
    assert apart(got, expected) < precision.limit(case, whole_walk=True)


@pytest.mark.parametrize("variance", ROWS)
@pytest.mark.parametrize(("spacing", "offset"), SPACINGS)
def test_every_step_from_the_same_place(
    case, precision, start, apart, one_generator, spacing, offset, variance
) -> None:
    scheduler, ours = theirs_and_ours(case, precision, spacing, offset, 20, variance)
    for t, step in zip(scheduler.timesteps[:-1], ours[:-1], strict=True):
        x = step.level.alpha * start + step.level.sigma * start.flip(0)
        expected = scheduler.step(case.output(x, t), t, x, one_generator(3).generator).prev_sample
        (state,) = walk(case.field, x, [step], one_generator(3))
        assert apart(state.x, expected) < precision.limit(case), f"at t = {t}"


def test_no_noise_is_left_at_the_end_where_diffusers_large_variance_leaves_some(
    case, precision, start
) -> None:
    """With a last t above 0 their fixed_large adds noise to the finished sample; ours ends on x̂0 itself."""
    scheduler, ours = theirs_and_ours(case, precision, "trailing", 0, 20, "fixed_large")
    (state,) = walk(case.field, start, ours[-1:])
    t = scheduler.timesteps[-1]
    generator = torch.Generator().manual_seed(0)
    theirs = scheduler.step(case.output(start, t), t, start, generator)
    assert ours[-1].noise_weight == 0
    assert torch.allclose(state.x, theirs.pred_original_sample, rtol=1e-5, atol=1e-5)
    assert (theirs.prev_sample - theirs.pred_original_sample).std() > 0.01
