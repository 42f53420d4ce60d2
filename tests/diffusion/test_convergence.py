"""How fast each row converges to the exact flow, and that DDIM finds its way back."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.prediction import Estimate
from scorefield.diffusion.sampling import sample
from scorefield.diffusion.schedule import Schedule, flow, linear_betas, log_linear
from scorefield.diffusion.solver import Step, plan
from scorefield.diffusion.spacing import levels_from_values, levels_to_visit

STD = 0.7  # of the Gaussian data whose flow is known
X = torch.randn(40, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def gaussian_field(x, level):
    """E[x0|x] of N(0, STD²): everything shrinks by the signal's share of the variance."""
    variance = (level.alpha * STD) ** 2 + level.sigma**2
    return Estimate(level.alpha * STD**2 / variance * x, level.sigma / variance * x)


def exact(x, level, after):
    """The probability flow keeps every point at the same number of standard deviations."""
    return x * math.hypot(after.alpha * STD, after.sigma) / math.hypot(level.alpha * STD, level.sigma)


# Walks in which alpha and sigma are linear in the step, or nearly, between the same two levels.
def straight_sigmas(steps):
    return levels_from_values(log_linear(), torch.linspace(3.0, 0.3, steps + 1, dtype=torch.float64).tolist())


def straight_flow(steps):
    return levels_from_values(flow(), torch.linspace(1.0, 0.1, steps + 1, dtype=torch.float64).tolist())


def preserving(steps):
    return levels_to_visit(linear_betas(200, 0.005, 0.05), steps, "continuous")


WALKS = {"exploding": straight_sigmas, "flow": straight_flow, "preserving": preserving}


def error(row, levels) -> float:
    got, _ = sample(gaussian_field, X, plan(row, levels), None, ())
    return float((got - exact(X, levels[0], levels[-1])).abs().max())


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize(("row", "order"), [("euler", 1), ("ddim", 1), ("heun", 2), ("midpoint", 2)])
def test_the_order_of_convergence(row, order, walk) -> None:
    """The midpoint is of order 3 here: on a Gaussian its next error term cancels."""
    measured = math.log2(error(row, WALKS[walk](40)) / error(row, WALKS[walk](80)))
    lucky = 1 if row == "midpoint" else 0
    assert measured == pytest.approx(order + lucky, abs=0.25), f"{row} in {walk}: order {measured:.2f}"


@pytest.mark.parametrize("row", ["heun", "midpoint"])
def test_a_second_look_beats_a_second_step(row) -> None:
    """The same number of calls of the model: 40 steps with two looks against 80 with one."""
    assert error(row, straight_flow(40)) < 0.1 * error("euler", straight_flow(80))


def test_heun_over_exploding_variance_is_karras_algorithm_1() -> None:
    levels = straight_sigmas(7)
    x = X
    for level, after in pairwise(levels):
        slope = gaussian_field(x, level).epsilon
        guess = x + (after.sigma - level.sigma) * slope
        x = x + (after.sigma - level.sigma) * 0.5 * (slope + gaussian_field(guess, after).epsilon)
    got, _ = sample(gaussian_field, X, plan("heun", levels), None, ())
    assert torch.allclose(got, x, rtol=1e-12)


def test_midpoint_over_a_flow_is_the_textbooks() -> None:
    levels = straight_flow(7)
    x = X
    for level, after in pairwise(levels):
        dt = after.sigma - level.sigma
        middle = flow().level_of(level.sigma + dt / 2)

        def velocity(x, level):
            estimate = gaussian_field(x, level)
            return estimate.epsilon - estimate.x0

        x = x + dt * velocity(x + dt / 2 * velocity(x, level), middle)
    got, _ = sample(gaussian_field, X, plan("midpoint", levels), None, ())
    assert torch.allclose(got, x, rtol=1e-12)


def there_and_back(schedule: Schedule, steps: int) -> float:
    """How far from its start a DDIM walk ends that goes to the data and back by the same formula."""
    data = torch.tensor([[1.0, 0.0], [-0.5, 0.8], [-0.5, -0.8]], dtype=torch.float64)
    levels = levels_to_visit(schedule, steps, "continuous")
    forwards = plan("ddim", levels)
    # `plan` refuses noise that rises; the formula does not mind: x' = alpha'·x̂0 + sigma'·ε̂.
    back = [Step(one.after, one.level, one.level.alpha, one.level.sigma, 0.0) for one in forwards[::-1]]
    start = schedule.initial_scale(levels[0]) * X
    end, _ = sample(ClosedFormField(data), start, forwards, None, ())
    returned, _ = sample(ClosedFormField(data), end, back, None, ())
    assert float((end - start).abs().max()) > 0.5
    return float((returned - start).abs().max())


@pytest.mark.parametrize(
    "schedule",
    [
        log_linear(100, 0.3, 5.0),
        linear_betas(200, 0.02, 0.05),
        Schedule("flow", torch.linspace(0.25, 0.9, 50).double()),
    ],
    ids=lambda schedule: schedule.family,
)
def test_ddim_there_and_back_returns_to_its_start_at_first_order(schedule) -> None:
    errors = [there_and_back(schedule, steps) for steps in (100, 200, 400)]
    ratios = [coarse / fine for coarse, fine in pairwise(errors)]
    assert ratios == pytest.approx([2, 2], abs=0.2), f"errors {errors}"
    assert errors[-1] < 0.03
