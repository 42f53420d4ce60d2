"""Frames: how many, and what changes between them."""

from __future__ import annotations

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.points import Points
from scorefield.diffusion.sampling import Trajectory
from scorefield.diffusion.schedule import Schedule
from scorefield.plots.field_animation import field_animation
from scorefield.plots.field_look import FieldLook
from scorefield.plots.field_plot import field_plot
from scorefield.plots.path_animation import moments_of, path_animation
from scorefield.plots.walk_look import WalkLook

from .conftest import walked


@pytest.mark.parametrize("frames", [1, 2, 7, 13, 30])
def test_frames_and_the_held_last_one(points: Points, walk: Trajectory, frames: int) -> None:
    look = WalkLook(points)
    film = path_animation(walk, look, frames=frames, hold=3, size=100)
    assert film.shape == (frames + 3, 100, 100, 3)
    assert all(torch.equal(film[-1], film[-1 - i]) for i in range(1, 4))
    assert torch.equal(film, path_animation(walk, look, frames=frames, hold=3, size=100))


def test_moments_begin_at_the_start_and_end_at_the_end(walk: Trajectory) -> None:
    for frames in (2, 5, 13, 40):
        moments = moments_of(walk, frames, 8)
        assert torch.equal(moments.xy[0], walk.x[0])
        assert torch.equal(moments.xy[-1], walk.x[-1])
        assert (moments.levels[0], moments.levels[-1]) == (walk.levels[0], walk.levels[-1])


def test_few_frames_show_whole_steps_and_many_glide_between(walk: Trajectory) -> None:
    few, many = moments_of(walk, 5, 8), moments_of(walk, 25, 8)
    assert torch.equal(few.xy[1], walk.x[3])
    assert torch.allclose(many.xy[1], (walk.x[0] + walk.x[1]) / 2)


def test_only_the_first_samples_are_shown(walk: Trajectory) -> None:
    assert moments_of(walk, 4, 3).xy.shape == (4, 3, 2)


def test_a_walk_to_no_noise_keeps_the_last_field(points: Points, field: ClosedFormField) -> None:
    walk = walked(points, "ddim", end="zero")
    assert walk.levels[-1].sigma == 0
    film = path_animation(walk, WalkLook(points), field=field, frames=6, hold=0, size=100)
    assert film.shape == (6, 100, 100, 3)


def test_a_field_animation_is_its_stills(points: Points, field: ClosedFormField, schedule: Schedule) -> None:
    film = field_animation(field, schedule, FieldLook(points), frames=3, hold=2, size=150)
    assert len(film) == 5
    still = field_plot(field, schedule.at(0.5), FieldLook(points), size=150)
    assert torch.equal(film[1], still[0])
    assert not torch.equal(film[0], film[1])


def test_guidance_in_an_interval_shows_its_parts_there(field: ClosedFormField, schedule: Schedule) -> None:
    guided = GuidedField(field.given(torch.tensor([2])), field, 3.0, interval=(0.3, 0.6))
    film = field_animation(guided, schedule, FieldLook(parts=True), frames=3, hold=0, size=150)
    assert film.shape == (3, 150, 150, 3)


def test_bad_requests_are_named(field: ClosedFormField, schedule: Schedule, walk: Trajectory) -> None:
    with pytest.raises(ValueError, match="at least one frame and one sample"):
        path_animation(walk, WalkLook(), frames=0)
    with pytest.raises(ValueError, match="holds its last for 0 or more"):
        path_animation(walk, WalkLook(), frames=2, hold=-1, size=100)
    with pytest.raises(ValueError, match="t goes from 0 to 1"):
        field_animation(field, schedule, FieldLook(), t_start=1.5)
