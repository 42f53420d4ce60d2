"""The loop: lazy, harmless to its input, and recording what was asked for and nothing else."""

from __future__ import annotations

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.noise import NoiseStreams
from scorefield.diffusion.sampling import RECORDS, Recorder, sample, walk
from scorefield.diffusion.schedule import log_linear
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_to_visit

DATA = torch.randn(9, 2, generator=torch.Generator().manual_seed(1))
FIELD = ClosedFormField(DATA, torch.arange(9) % 3)
LEVELS = levels_to_visit(log_linear(), 8)
BATCH = 5


@pytest.fixture
def x():
    return 10 * torch.randn(BATCH, 2, generator=torch.Generator().manual_seed(2))


def noise():
    return NoiseStreams(0, range(BATCH))


class Counting:
    """A field that counts how often it is asked."""

    def __init__(self, field=FIELD):
        self.field, self.calls = field, 0

    def __call__(self, x, level):
        self.calls += 1
        return self.field(x, level)


@pytest.mark.parametrize("row", ["ddim", "ddpm", "heun", "midpoint", "stochastic"])
def test_the_input_is_not_changed(x, row) -> None:
    before = x.clone()
    sample(FIELD, x, plan(row, LEVELS), noise(), RECORDS)
    assert torch.equal(x, before)


def test_nothing_is_computed_that_is_not_asked_for(x) -> None:
    field = Counting()
    states = walk(field, x, plan("ddim", LEVELS))
    assert field.calls == 0
    for calls in (1, 2, 3):
        next(states)
        assert field.calls == calls
    states.close()
    assert field.calls == 3


@pytest.mark.parametrize(("row", "calls"), [("ddim", 8), ("ddpm", 8), ("heun", 16), ("midpoint", 16)])
def test_how_often_the_model_is_asked(x, row, calls) -> None:
    field = Counting()
    sample(field, x, plan(row, LEVELS), noise())
    assert field.calls == calls


def test_a_second_look_is_spared_where_the_walk_ends_without_noise(x) -> None:
    field = Counting()
    sample(field, x, plan("heun", levels_to_visit(log_linear(), 8, end="zero")))
    assert field.calls == 15


def test_each_state_goes_on_from_the_one_before(x) -> None:
    """x = mean + w·z, and the estimate is the field's at the place where the step began."""
    place, source = x, noise()
    for state in walk(FIELD, x, plan("ddpm", LEVELS), noise()):
        assert torch.equal(state.estimate.x0, FIELD(place, state.step.level).x0)
        weights = state.step
        mean = weights.x0_weight * state.estimate.x0 + weights.epsilon_weight * state.estimate.epsilon
        assert torch.allclose(state.mean, mean, rtol=1e-5, atol=1e-5)
        assert torch.allclose(state.x, mean + weights.noise_weight * source(mean), rtol=1e-5, atol=1e-5)
        place = state.x


def test_without_noise_to_add_x_is_the_mean(x) -> None:
    assert all(torch.equal(state.x, state.mean) for state in walk(FIELD, x, plan("ddim", LEVELS)))


def test_a_row_that_adds_noise_needs_a_source_of_it(x) -> None:
    with pytest.raises(ValueError, match="no source of noise"):
        sample(FIELD, x, plan("ddpm", LEVELS))
    sample(FIELD, x, plan("ddim", LEVELS))
    sample(FIELD, x, plan("ddpm without noise", LEVELS))


@pytest.mark.parametrize("steps", [[], ()])
def test_a_walk_of_no_steps_is_refused(x, steps) -> None:
    """denoise = 0 in other systems slices an empty list."""
    with pytest.raises(ValueError, match="at least one step"):
        sample(FIELD, x, steps)


def test_the_trajectory_is_the_walk(x) -> None:
    steps = plan("ddpm", LEVELS)
    states = list(walk(FIELD, x, steps, noise()))
    last, trajectory = sample(FIELD, x, steps, noise(), ("x", "mean", "x0", "epsilon"))
    assert len(trajectory) == 8 and trajectory.levels == LEVELS
    assert torch.equal(trajectory.x, torch.stack([x, *(state.x for state in states)]))
    assert torch.equal(trajectory.records["mean"], torch.stack([state.mean for state in states]))
    assert torch.equal(trajectory.records["x0"], torch.stack([state.estimate.x0 for state in states]))
    assert torch.equal(
        trajectory.records["epsilon"], torch.stack([state.estimate.epsilon for state in states])
    )
    assert torch.equal(last, states[-1].x)


@pytest.mark.parametrize("records", [(), ("x",), ("x0",), ("mean", "epsilon"), ("conditional",), RECORDS])
def test_it_records_what_was_asked_for_and_nothing_else(x, records) -> None:
    guided = GuidedField(FIELD.given(torch.tensor([0])), FIELD, 2.0)
    _, trajectory = sample(guided, x, plan("ddpm", LEVELS), noise(), records)
    assert set(trajectory.records) == set(records) - {"x", "numbers"}
    assert bool(trajectory.numbers) == ("numbers" in records)
    assert trajectory.x.shape == ((9, BATCH, 2) if "x" in records else (0,))
    assert all(kept.shape == (8, BATCH, 2) for kept in trajectory.records.values())


def test_a_guided_walk_records_its_parts(x) -> None:
    cat = FIELD.given(torch.tensor([0]))
    guided = GuidedField(cat, FIELD, 2.0)
    _, trajectory = sample(
        guided, x, plan("ddim", LEVELS), None, ("x", "conditional", "unconditional", "epsilon")
    )
    for i, level in enumerate(LEVELS[:-1]):
        assert torch.equal(trajectory.records["conditional"][i], cat(trajectory.x[i], level).epsilon)
        assert torch.equal(trajectory.records["unconditional"][i], FIELD(trajectory.x[i], level).epsilon)


def test_a_part_that_was_not_computed_is_nan_and_every_step_keeps_its_place(x) -> None:
    """Guidance that is on for a while only: the record of the unconditional field has a gap, not a shift."""
    guided = GuidedField(FIELD.given(torch.tensor([0])), FIELD, 2.0, interval=(0.3, 0.7))
    _, trajectory = sample(guided, x, plan("ddim", LEVELS), None, ("unconditional", "conditional"))
    asked = [0.3 <= level.t <= 0.7 for level in LEVELS[:-1]]
    unconditional = trajectory.records["unconditional"]
    assert unconditional.shape == trajectory.records["conditional"].shape == (8, BATCH, 2)
    assert [not bool(part.isnan().any()) for part in unconditional] == asked
    assert any(asked) and not all(asked)


def test_a_field_without_parts_records_none(x) -> None:
    _, trajectory = sample(FIELD, x, plan("ddim", LEVELS), None, ("conditional", "unconditional"))
    assert trajectory.records == {}


def test_an_unknown_record_is_refused_before_anything_runs(x) -> None:
    field = Counting()
    with pytest.raises(ValueError, match=r"cannot record \['velocity'\].*x, mean, x0"):
        sample(field, x, plan("ddim", LEVELS), None, ("x", "velocity"))
    assert field.calls == 0


def test_a_walk_that_was_stopped_leaves_what_it_had(x) -> None:
    recorder = Recorder(x, LEVELS[0])
    for taken, state in enumerate(walk(FIELD, x, plan("ddim", LEVELS)), 1):
        recorder.add(state)
        if taken == 3:
            break
    trajectory = recorder.trajectory()
    assert len(trajectory) == 3 and trajectory.x.shape == (4, BATCH, 2)
    assert trajectory.levels == LEVELS[:4]
