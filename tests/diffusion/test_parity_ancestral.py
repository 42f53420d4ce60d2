"""The row "ddpm" is also diffusers' EulerAncestralDiscreteScheduler, in variance-preserving coordinates."""

from __future__ import annotations

import pytest
import torch
from diffusers import EulerAncestralDiscreteScheduler
from scorefield.diffusion.sampling import sample
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_from_values, levels_to_visit

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

# They have no sample prediction here.
CASES = [
    (b, p) for b in ("linear", "scaled_linear", "squaredcos_cap_v2") for p in ("epsilon", "v_prediction")
]


def scheduler_of(case, spacing, offset, steps) -> EulerAncestralDiscreteScheduler:
    scheduler = EulerAncestralDiscreteScheduler(**case.options, timestep_spacing=spacing, steps_offset=offset)
    scheduler.set_timesteps(steps)
    return scheduler


def both_walks(case, scheduler, start, one_generator, first):
    """Their result and ours, from the first-th level on; both end at sigma = 0, where x = x/alpha."""
    scheduler.set_begin_index(first)
    levels = levels_from_values(case.schedule, scheduler.sigmas.tolist())[first:]
    noise, theirs = one_generator(1), start / levels[0].alpha
    for t, level in zip(scheduler.timesteps[first:], levels, strict=False):
        output = case.output(scheduler.scale_model_input(theirs, t), level.t * 999)
        theirs = scheduler.step(output, t, theirs, noise.generator).prev_sample
    return theirs, sample(case.field, start, plan("ddpm", levels), one_generator(1), ())[0]


@pytest.mark.parametrize("case", CASES, indirect=True, ids="-".join)
@pytest.mark.parametrize(
    ("spacing", "offset"), [("leading", 0), ("leading", 1), ("trailing", 0), ("linspace", 0)]
)
@pytest.mark.parametrize("steps", [3, 10, 64])
def test_a_whole_walk(case, start, apart, one_generator, spacing, offset, steps) -> None:
    scheduler = scheduler_of(case, spacing, offset, steps)
    first = int(scheduler.sigmas[0] > 1000)  # there theirs is not finite: see the next test
    theirs, ours = both_walks(case, scheduler, start, one_generator, first)
    assert apart(ours, theirs) < 1e-5


@pytest.mark.parametrize("case", [("squaredcos_cap_v2", "epsilon")], indirect=True, ids="-".join)
def test_finite_where_theirs_is_not(case, start, one_generator) -> None:
    """From the cosine's last level, sigma/alpha = 2e4, their float32 takes the root of a negative number."""
    scheduler = scheduler_of(case, "trailing", 0, 3)
    theirs, ours = both_walks(case, scheduler, start, one_generator, 0)
    assert bool(theirs.isnan().all())
    assert bool(torch.isfinite(ours).all())


@pytest.mark.parametrize("case", CASES[::2], indirect=True, ids="-".join)
@pytest.mark.parametrize(("spacing", "offset"), [("leading", 0), ("leading", 1), ("trailing", 0)])
def test_the_levels_are_the_ones_of_our_spacing(case, spacing, offset) -> None:
    """linspace apart: there theirs interpolates linearly between levels and ours takes the nearest."""
    sigmas = scheduler_of(case, spacing, offset, 30).sigmas.tolist()
    ours = levels_to_visit(case.schedule, 30, spacing, end="zero", offset=offset)
    assert [case.schedule.value_of(level) for level in ours] == pytest.approx(sigmas, rel=3e-5, abs=3e-6)
