"""What a page's viewer is sent: enough to be looked at, and never more than is said."""

from __future__ import annotations

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.field import ScoreModel
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.points import Points
from scorefield.diffusion.sampling import Trajectory
from scorefield.diffusion.schedule import Level, log_linear
from scorefield.models.toy.datasets import spiral
from scorefield.nodes.page_file import MOST_BYTES, numbers_file
from scorefield.plots.field_look import FieldLook
from scorefield.plots.field_view import field_view
from scorefield.plots.page_view import thinned
from scorefield.plots.walk_look import WalkLook
from scorefield.plots.walk_view import cloud_view, walk_view


def walk(steps: int, samples: int, last_sigma: float = 0.01) -> Trajectory:
    levels = [Level(1.0, 10.0 ** (1 - 3 * i / steps), 1 - i / steps) for i in range(steps)]
    x = torch.arange(steps + 1.0)[:, None, None] + torch.arange(float(samples))[None, :, None] / samples
    return Trajectory([*levels, Level(1.0, last_sigma, 0.0)], x.expand(-1, -1, 2).contiguous())


def model(classes: int = 1, interval: tuple[float, float] = (0.0, 1.0)) -> ScoreModel:
    points = spiral(60, 3)
    every = ClosedFormField(points.xy, points.labels)
    field = (
        GuidedField(every.given(torch.tensor([1])), every, 2.0, interval=interval) if classes > 1 else every
    )
    return ScoreModel(field, log_linear(100), (2,))


def test_thinning_keeps_both_ends_and_spreads_evenly() -> None:
    assert thinned(range(5), 5) == [0, 1, 2, 3, 4]
    assert thinned(range(101), 5) == [0, 25, 50, 75, 100]
    assert thinned(range(7), 2) == [0, 6]


def test_a_field_is_sent_from_noise_to_data_and_opens_at_its_moment() -> None:
    view = field_view(model(), FieldLook(spiral(), kind="score", parts=True), t=0.4)
    times = [t for _, _, t in view.about["moments"]]
    assert times == sorted(times, reverse=True) and (times[0], times[-1]) == (1.0, 0.0)
    assert times[view.about["start"]] == 0.4
    assert view.arrays["epsilon"].shape == (1, len(times), 900, 2)
    assert (view.about["arrows"], view.about["shown"], view.about["layers"]) == ("score", "all", [""])


def test_a_guided_field_is_sent_in_three_with_gaps_where_guidance_is_off() -> None:
    view = field_view(model(3, interval=(0.5, 1.0)), FieldLook(), t=1.0)
    assert view.about["layers"] == ["unconditional", "conditional", "guided"]
    off = [t < 0.5 for _, _, t in view.about["moments"]]
    gaps = view.arrays["epsilon"][0].isnan().all(dim=(1, 2))
    assert gaps.tolist() == off
    assert not view.arrays["epsilon"][1:].isnan().any()


def test_samples_are_where_the_walk_had_them() -> None:
    view = walk_view([walk(10, 4)], WalkLook(spiral(100, 3), torch.tensor([0, 1, 2, -1])), follow=2)
    torch.testing.assert_close(view.arrays["x"].float(), walk(10, 4).x, atol=5e-3, rtol=0)
    assert view.arrays["group"].tolist() == [0, 1, 2, -1]
    assert (view.about["follow"], view.about["notes"], view.about["classes"]) == (
        2,
        [],
        ["person", "dog", "cat"],
    )


def test_two_walks_keep_step_however_many_steps_they_took() -> None:
    view = walk_view([walk(10, 3), walk(5, 2)], WalkLook(), names=["a", "b"])
    x = view.arrays["x"].float()
    assert x.shape == (11, 5, 2) and view.arrays["group"].tolist() == [0, 0, 0, 1, 1]
    assert (float(x[0, 3, 0]), float(x[10, 3, 0])) == (0.0, 5.0)
    assert view.about["walks"] == ["a", "b"]


@pytest.mark.parametrize(("steps", "samples"), [(1000, 256), (256, 20_000), (3, 100_000)])
def test_what_is_too_long_is_thinned_out_and_says_so(steps: int, samples: int) -> None:
    many = Points(torch.rand(9000, 2), curve=torch.rand(1000, 2))
    view = walk_view([walk(steps, samples)], WalkLook(many, shown=samples), field=model(3).field)
    assert len(numbers_file(view.about, view.arrays)) < MOST_BYTES
    moments, kept = view.arrays["x"].shape[:2]
    assert moments == len(view.about["moments"])
    notes = " ".join(view.about["notes"])
    assert (f"{moments} of {steps + 1} moments" in notes) == (moments < steps + 1)
    assert (f"{kept} of {samples} samples" in notes) == (kept < samples)
    assert "of 9000 data points" in notes
    assert view.about["moments"][-1][1] == 0.01


def test_a_field_beneath_a_walk_stops_where_the_noise_does() -> None:
    view = walk_view([walk(10, 4, last_sigma=0.0)], WalkLook(), field=model().field)
    assert view.about["field_at"] == list(range(10))


def test_clouds_have_one_moment() -> None:
    view = cloud_view([torch.zeros(5, 2), torch.ones(3, 2)], names=["a", "b"], extent=0)
    assert len(view.about["moments"]) == 1 and view.arrays["x"].shape == (1, 8, 2)
    assert view.about["extent"] > 0
