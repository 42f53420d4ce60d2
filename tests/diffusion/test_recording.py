"""What a walk leaves behind: never more than fits, and never at another place than where it belongs."""

from __future__ import annotations

import math
from typing import cast

import pytest
import torch
from scorefield.diffusion.guidance_sizes import ANGLE, SIZES, guidance_sizes
from scorefield.diffusion.prediction import Estimate
from scorefield.diffusion.recording import LIMIT, RECORDS, Recorder
from scorefield.diffusion.schedule import flow
from scorefield.diffusion.solver import Step
from scorefield.diffusion.trajectory import State, Trajectory
from torch import Tensor

SHAPE = (2, 3)
BYTES = 4 * math.prod(SHAPE)


def levels(steps: int) -> list:
    return [flow(1000).at(1 - step / steps) for step in range(steps + 1)]


def walked(steps: int, limit: int, records: tuple[str, ...] = ("x", "mean", "x0", "conditional")) -> Recorder:
    """A walk whose tensors hold the number of the position that they belong to: x 0, 1, …; the others with
    something added."""
    visited = levels(steps)
    recorder = Recorder(torch.zeros(SHAPE), visited[0], records, limit)
    for begin in range(steps):
        step = Step(visited[begin], visited[begin + 1], 0.0, 0.0, 0.0)
        part = Estimate(full(begin), full(begin + 0.25))
        estimate = Estimate(full(begin + 0.5), full(begin), conditional=part, unconditional=part)
        recorder.add(State(step, full(begin + 1), full(begin + 1.75), estimate))
        assert recorder_size(recorder) == recorder._bytes <= limit / 2
    return recorder


def full(value: float) -> Tensor:
    return torch.full(SHAPE, float(value))


def recorder_size(recorder: Recorder) -> int:
    """What it holds, in bytes."""
    return sum(each.nbytes for kept in recorder._kept.values() for each in kept.values())


def places(trajectory: Trajectory) -> list[int]:
    return [int(value) for value in trajectory.x[:, 0, 0]]


@pytest.mark.parametrize("steps", [1, 2, 7, 8, 50])
@pytest.mark.parametrize("held", [12, 20, 26, 44, 1000])
def test_a_trajectory_is_never_larger_than_its_limit_and_everything_in_it_has_its_place(
    steps: int, held: int
) -> None:
    trajectory = walked(steps, 2 * held * BYTES).trajectory()
    kept = places(trajectory)
    assert kept[0] == 0 and kept[-1] == steps
    assert kept[:-1] == list(range(0, steps, trajectory.every))
    assert trajectory.levels == [levels(steps)[place] for place in kept]
    assert [trajectory.steps_before(place) for place in range(len(kept))] == kept
    assert trajectory.records["x0"][:, 0, 0].tolist() == [place + 0.5 for place in kept[:-1]]
    assert trajectory.records["conditional"][:, 0, 0].tolist() == [place + 0.25 for place in kept[:-1]]
    assert trajectory.records["mean"][:, 0, 0].tolist() == [place + 0.75 for place in kept[1:]]
    total = trajectory.x.nbytes + sum(each.nbytes for each in trajectory.records.values())
    assert total <= held * BYTES
    # No more is forgotten than must be: twice as much would not have fit.
    assert trajectory.every == 1 or 2 * total > held * BYTES * 0.7


def test_a_walk_that_fits_is_kept_whole() -> None:
    assert places(walked(50, LIMIT).trajectory()) == list(range(51))


def test_a_video_of_81_frames_in_720p_fits_the_limit_of_every_walk() -> None:
    """x, x0 and both parts of guidance at 50 steps are twice what may be kept: every other step stays."""
    video = 4 * 16 * 21 * 90 * 160
    scale = BYTES / video
    trajectory = walked(50, round(LIMIT * scale), ("x", "x0", "conditional", "unconditional")).trajectory()
    assert trajectory.every == 2 and len(trajectory) == 25
    assert video * (51 + 3 * 50) > LIMIT / 2 >= video * (26 + 3 * 25)


def test_numbers_are_of_every_step_whatever_is_kept() -> None:
    recorder = walked(9, 2 * 4 * BYTES, ("x", "numbers"))
    trajectory = recorder.trajectory()
    assert set(trajectory.numbers) == {"t", *SIZES, ANGLE}
    assert trajectory.numbers["t"].tolist() == [level.t for level in levels(9)[:-1]]
    assert trajectory.numbers["conditional"].shape == (9, 2)
    assert trajectory.numbers["conditional"][:, 1].tolist() == [begin + 0.25 for begin in range(9)]
    assert trajectory.every == 4 and len(trajectory) == 3


def test_the_sizes_and_the_angle_of_known_predictions() -> None:
    """Two parts at right angles, of sizes 1 and 2."""
    one, two = torch.zeros(3, 4, 2), torch.zeros(3, 4, 2)
    one[:, :2], two[:, 2:] = 2**0.5, 2 * 2**0.5
    estimate = Estimate(one, 2 * one - two, Estimate(one, one), Estimate(two, two))
    found = {name: cast(float, values.unique().item()) for name, values in guidance_sizes(estimate).items()}
    assert found == pytest.approx(
        {"unconditional": 2, "conditional": 1, "guided": 8**0.5, "difference": 5**0.5, ANGLE: 90}
    )


def test_where_guidance_is_off_the_difference_is_no_number() -> None:
    part = Estimate(torch.ones(2, 3), torch.ones(2, 3))
    found = guidance_sizes(part._replace(conditional=part))
    assert bool(found["difference"].isnan().all()) and bool(found[ANGLE].isnan().all())
    assert found["conditional"].tolist() == found["guided"].tolist() == [1, 1]


def test_an_unknown_record_names_those_there_are() -> None:
    with pytest.raises(ValueError, match=", ".join(RECORDS)):
        Recorder(torch.zeros(SHAPE), levels(2)[0], ("velocity",))
