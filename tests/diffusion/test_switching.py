"""Two fields, one after the other."""

from __future__ import annotations

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.sampling import sample
from scorefield.diffusion.schedule import Level, flow, log_linear
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_to_visit
from scorefield.diffusion.switching import SwitchedField

DATA = torch.randn(6, 2, generator=torch.Generator().manual_seed(1))
ONE, OTHER = ClosedFormField(DATA), ClosedFormField(2 - DATA)
X = torch.randn(4, 2, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize(("sigma", "is_early"), [(1.0, True), (0.5, True), (0.49, False), (0.01, False)])
def test_a_flow_changes_fields_at_its_sigma(sigma: float, is_early: bool) -> None:
    level = Level(1 - sigma, sigma, sigma)
    switched = SwitchedField(ONE, OTHER, 0.5)
    assert switched.at(level) is (ONE if is_early else OTHER)
    assert torch.equal(switched(X, level).x0, (ONE if is_early else OTHER)(X, level).x0)


def test_other_families_change_where_signal_and_noise_have_that_share() -> None:
    switched = SwitchedField(ONE, OTHER, 0.5)
    assert switched.at(Level(1.0, 1.01, 0.0)) is ONE and switched.at(Level(1.0, 0.99, 0.0)) is OTHER


def test_a_walk_is_the_first_half_of_one_and_the_second_of_the_other() -> None:
    levels = levels_to_visit(flow(1000), 10, "continuous", "zero")
    steps = plan("euler", levels)
    turn = sum(step.level.sigma >= 0.4 for step in steps)
    assert 0 < turn < len(steps)
    whole, _ = sample(SwitchedField(ONE, OTHER, 0.4), X, steps)
    middle, _ = sample(ONE, X, steps[:turn])
    end, _ = sample(OTHER, middle, steps[turn:])
    assert torch.equal(whole, end)


def test_with_one_field_twice_nothing_changes() -> None:
    steps = plan("ddim", levels_to_visit(log_linear(), 8))
    assert torch.equal(sample(SwitchedField(ONE, ONE, 0.3), X, steps)[0], sample(ONE, X, steps)[0])
