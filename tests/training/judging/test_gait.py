"""How a figure walks is read off its clip, also off a bad one."""

from __future__ import annotations

import pytest
import torch
from scorefield.training.judging.augment import blurred
from scorefield.training.judging.gait import figure_share, gait
from scorefield.training.pocket.data import HELD_OUT_FROM
from scorefield.training.scenes.memory import render_walks


@pytest.fixture(scope="module")
def walks():
    clips, shown = render_walks(range(HELD_OUT_FROM, HELD_OUT_FROM + 80))
    return torch.from_numpy(clips).float() / 255, shown


def truth(shown):
    return (
        torch.tensor([each.facing == "right" for each in shown]),
        torch.tensor([each.motion > 0 for each in shown]),
    )


def test_rendered_walks_are_read_rightly(walks):
    clips, shown = walks
    seen = gait(clips)
    faces, goes = truth(shown)
    assert torch.equal(seen.faces_right, faces)
    assert torch.equal(seen.goes_right, goes)
    assert torch.equal(seen.backwards, torch.tensor([each.direction == "backwards" for each in shown]))


def test_blurred_and_noisy_walks_are_read_rightly(walks):
    clips, shown = walks
    frames = clips.movedim(-1, 2).flatten(1, 2)
    soft = blurred(frames, torch.full((len(frames), 1, 1, 1), 1.0))
    soft = soft.view(len(clips), 8, 3, 64, 64).movedim(2, -1)
    noisy = soft + 0.1 * torch.randn(soft.shape, generator=torch.Generator().manual_seed(0))
    seen = gait(noisy.clamp(0, 1))
    faces, goes = truth(shown)
    assert (seen.faces_right == faces).float().mean() >= 0.98
    assert (seen.goes_right == goes).float().mean() >= 0.98


def test_a_mirrored_clip_turns_both_ways_round_and_stays_forwards(walks):
    clips, _ = walks
    seen, mirrored = gait(clips), gait(clips.flip(3))
    assert torch.equal(mirrored.faces_right, ~seen.faces_right)
    assert torch.equal(mirrored.goes_right, ~seen.goes_right)
    assert torch.equal(mirrored.backwards, seen.backwards)


def test_a_clip_run_from_its_end_goes_backwards(walks):
    clips, _ = walks
    seen, back = gait(clips), gait(clips.flip(1))
    assert torch.equal(back.faces_right, seen.faces_right)
    assert torch.equal(back.backwards, ~seen.backwards)


def test_a_still_clip_has_no_figure(walks):
    clips, _ = walks
    still = clips[:3, :1].expand(-1, 8, -1, -1, -1)
    assert figure_share(still).sum() == 0
    assert figure_share(clips[:3]).sum() > 0
