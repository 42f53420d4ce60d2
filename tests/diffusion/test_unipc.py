"""UniPC's weights: what holds for any solver of its kind; that they are diffusers' is seen on whole walks."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scorefield.diffusion.schedule import Level, flow, log_linear, scaled_linear_betas
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_to_visit
from scorefield.diffusion.unipc import Combination, plan_unipc

SCHEDULES = {"preserving": scaled_linear_betas(), "flow": flow(shift=3.0), "exploding": log_linear()}


def visited(name: str, steps: int) -> list[Level]:
    """Levels of a schedule, to no noise at all, that begin with some signal."""
    schedule = SCHEDULES[name]
    return levels_to_visit(schedule, steps, "leading", "zero")


@given(
    st.sampled_from(list(SCHEDULES)), st.integers(1, 12), st.integers(1, 3), st.sampled_from(("bh1", "bh2"))
)
def test_where_all_estimates_agree_every_step_stays_on_the_line(
    name: str, steps: int, order: int, kind: str
) -> None:
    """x = alpha·x0 + sigma·ε goes to alpha'·x0 + sigma'·ε, whatever x0 and ε are."""
    levels = visited(name, steps)
    for place, move in enumerate(plan_unipc(levels, order, kind)):
        assert_on_the_line(move.predict, levels[place], levels[place + 1])
        assert (move.correct is None) == (place == 0)
        if move.correct is not None:
            assert_on_the_line(move.correct, levels[place - 1], levels[place])


def assert_on_the_line(combination: Combination, level: Level, after: Level) -> None:
    assert combination.x_weight * level.sigma == pytest.approx(after.sigma, rel=1e-9)
    signal = combination.x_weight * level.alpha + math.fsum(combination.weights)
    assert signal == pytest.approx(after.alpha, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", SCHEDULES)
def test_of_order_1_its_predictions_are_ddims_steps(name: str) -> None:
    levels = visited(name, 6)
    for move, step in zip(plan_unipc(levels, 1), plan("ddim", levels), strict=True):
        (weight,) = move.predict.weights
        # DDIM's ε̂ is (x − alpha·x̂0)/sigma.
        share = step.epsilon_weight / step.level.sigma
        assert move.predict.x_weight == pytest.approx(share)
        assert weight == pytest.approx(step.x0_weight - share * step.level.alpha)


def test_it_begins_and_ends_with_order_1() -> None:
    sizes = [len(move.predict.weights) for move in plan_unipc(visited("flow", 7), 3)]
    assert sizes == [1, 2, 3, 3, 3, 2, 1]


@pytest.mark.parametrize(("order", "kind"), [(0, "bh2"), (2, "bh3")])
def test_what_it_is_not_is_refused(order: int, kind: str) -> None:
    with pytest.raises(ValueError, match="order of at least 1"):
        plan_unipc(visited("flow", 3), order, kind)
