"""The row "ddim" is diffusers' DDIMScheduler, for every η."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from diffusers import DDIMScheduler
from scorefield.diffusion.sampling import sample, walk
from scorefield.diffusion.solver import RULES, plan, step
from scorefield.diffusion.spacing import levels_to_visit

ETAS = [0.0, 0.5, 1.0]


def scheduler_of(case, precision, steps, spacing, offset=0, to_one=True) -> DDIMScheduler:
    scheduler = DDIMScheduler(
        **case.options,
        clip_sample=False,
        timestep_spacing=spacing,
        steps_offset=offset,
        set_alpha_to_one=to_one,
    )
    scheduler = precision.of(scheduler)
    scheduler.set_timesteps(steps)
    return scheduler


@pytest.mark.parametrize("eta", ETAS)
@pytest.mark.parametrize(("spacing", "offset"), [("leading", 0), ("leading", 1), ("trailing", 0)])
@pytest.mark.parametrize(("end", "to_one"), [("zero", True), ("lowest level", False)])
@pytest.mark.parametrize("steps", [5, 20])
def test_a_whole_walk(
    case, precision, start, apart, one_generator, spacing, offset, end, to_one, steps, eta
) -> None:
    """Step counts that divide 1000, where their previous t is the next of the list."""
    scheduler = scheduler_of(case, precision, steps, spacing, offset, to_one)
    levels = levels_to_visit(case.schedule, steps, spacing, end, offset)
    first = int(eta == 1 and levels[0].ratio > 1000)  # there theirs is not finite: see the last test
    noise, expected = one_generator(1), start
    for t in scheduler.timesteps[first:]:
        output = case.output(expected, t)
        expected = scheduler.step(output, t, expected, eta=eta, generator=noise.generator).prev_sample
    got, _ = sample(case.field, start, plan("ddim", levels[first:], eta), one_generator(1), ())
    assert apart(got, expected) < precision.limit(case, eta)


@pytest.mark.parametrize("eta", ETAS)
@pytest.mark.parametrize("steps", [7, 15])
@pytest.mark.parametrize("spacing", ["leading", "trailing", "linspace"])
def test_every_step_to_their_own_previous_t(
    case, precision, start, apart, one_generator, spacing, steps, eta
) -> None:
    """Their previous t is t − ⌊1000/N⌋ whatever the list says; between those levels the formula is ours."""
    scheduler = scheduler_of(case, precision, steps, spacing)
    for t in scheduler.timesteps:
        level, before = case.schedule.level(int(t)), int(t) - 1000 // steps
        after = case.schedule.level(before) if before >= 0 else case.schedule.level_of(0.0)
        x = level.alpha * start + level.sigma * start.flip(0)
        output = case.output(x, t)
        expected = scheduler.step(output, t, x, eta=eta, generator=one_generator(3).generator).prev_sample
        (state,) = walk(case.field, x, [step(RULES["ddim"], level, after, eta)], one_generator(3))
        assert apart(state.x, expected) < precision.limit(case, eta), f"at t = {t}"


@pytest.mark.parametrize("spacing", ["trailing", "linspace"])
def test_the_walk_has_no_gap_where_theirs_has(case, precision, spacing) -> None:
    """Theirs steps to a level it does not go on from (30 does not divide 1000); ours goes on."""
    scheduler = scheduler_of(case, precision, 30, spacing)
    theirs = [(int(t), int(t) - 1000 // 30) for t in scheduler.timesteps]
    assert any(arrived != left for (_, arrived), (left, _) in pairwise(theirs))
    ours = plan("ddim", levels_to_visit(case.schedule, 30, spacing))
    assert all(one.after == other.level for one, other in pairwise(ours))


@pytest.mark.parametrize("case", [("squaredcos_cap_v2", "v_prediction")], indirect=True, ids="-".join)
def test_finite_where_theirs_is_not(case, start, one_generator) -> None:
    """From the cosine's last level their float32 keeps less variance than η = 1 takes away."""
    levels = levels_to_visit(case.schedule, 5, "trailing")
    scheduler = DDIMScheduler(**case.options, clip_sample=False, timestep_spacing="trailing")
    scheduler.set_timesteps(5)
    output = case.output(start, scheduler.timesteps[0])
    theirs = scheduler.step(
        output, scheduler.timesteps[0], start, eta=1.0, generator=one_generator(1).generator
    )
    (ours,) = walk(case.field, start, plan("ddim", levels[:2], 1.0), one_generator(1))
    assert bool(theirs.prev_sample.isnan().all())
    assert bool(torch.isfinite(ours.x).all())
