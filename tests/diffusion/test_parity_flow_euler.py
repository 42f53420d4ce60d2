"""The rows "euler" and "stochastic" over a flow are diffusers' FlowMatchEulerDiscreteScheduler."""

from __future__ import annotations

import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from scorefield.diffusion.prediction import to_estimate
from scorefield.diffusion.sampling import sample
from scorefield.diffusion.schedule import flow, shifted
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_from_values


@pytest.mark.parametrize(("stochastic", "row"), [(False, "euler"), (True, "stochastic")])
@pytest.mark.parametrize("shift", [1.0, 3.0, 8.0])
@pytest.mark.parametrize("steps", [1, 4, 50])
def test_a_whole_walk(start, apart, one_generator, steps, shift, stochastic, row) -> None:
    scheduler = FlowMatchEulerDiscreteScheduler(shift=shift, stochastic_sampling=stochastic)
    scheduler.set_timesteps(steps)
    sigmas = scheduler.sigmas.tolist()
    noise, expected = one_generator(1), start
    for sigma, t in zip(sigmas, scheduler.timesteps, strict=False):
        velocity = torch.tanh(expected.roll(1, -1) + 2 * sigma)
        expected = scheduler.step(velocity, t, expected, generator=noise.generator).prev_sample
    levels = levels_from_values(flow(1000), sigmas)

    def field(x, level):
        return to_estimate("flow", torch.tanh(x.roll(1, -1) + 2 * level.sigma), x, level)

    got, _ = sample(field, start, plan(row, levels), one_generator(1), ())
    assert apart(got, expected) < 1e-5


def test_a_shift_is_applied_once_where_theirs_is_applied_twice() -> None:
    """Their steps run between ends that are shifted already, and are shifted again (0.00893 for 0.00299)."""
    theirs = FlowMatchEulerDiscreteScheduler(shift=3.0)
    theirs.set_timesteps(1000)
    once = torch.linspace(1, 0.001, 1000, dtype=torch.float64)
    assert shifted(once, 3.0)[-1] == pytest.approx(0.00299, abs=1e-5)
    assert float(theirs.sigmas[-2]) == pytest.approx(float(shifted(shifted(once, 3.0), 3.0)[-1]), rel=1e-5)
    assert torch.allclose(flow(1000, shift=3.0).table, shifted(once, 3.0).flip(0), rtol=1e-12)
