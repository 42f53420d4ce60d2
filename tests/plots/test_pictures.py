"""Every still picture: shape, repeatability, and that what should be seen is there."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib
import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.guidance import GuidedField
from scorefield.diffusion.points import Points
from scorefield.diffusion.sampling import Trajectory
from scorefield.diffusion.schedule import Level, Schedule
from scorefield.plots.canvas import new_figure
from scorefield.plots.cloud_plot import cloud_plot, cloud_plots
from scorefield.plots.field_look import FieldLook
from scorefield.plots.field_plot import field_plot
from scorefield.plots.header import fitted
from scorefield.plots.path_plot import path_plot
from scorefield.plots.style import STYLE, class_colour
from scorefield.plots.walk_look import WalkLook
from torch import Tensor

from .colours import pixels_of
from .conftest import walked

# What a style sheet, or matplotlib's xkcd mode, changes for everybody.
SHEET = {
    "axes.facecolor": "red",
    "axes.grid": True,
    "figure.autolayout": True,
    "figure.dpi": 200,
    "figure.frameon": False,
    "font.family": "serif",
    "font.size": 30,
    "lines.antialiased": False,
    "lines.linestyle": ":",
    "lines.linewidth": 9,
    "lines.marker": "o",
    "path.sketch": (1, 100, 2),
    "text.color": "red",
}


@pytest.fixture
def pictures(
    field: ClosedFormField, schedule: Schedule, points: Points, walk: Trajectory
) -> list[Callable[[], Tensor]]:
    guided = GuidedField(field.given(torch.tensor([2])), field, 2.0)
    level = schedule.at(0.4)
    return [
        lambda: field_plot(field, level, FieldLook(points), size=200),
        lambda: field_plot(guided, level, FieldLook(points, length="true", parts=True), size=200),
        lambda: field_plot({"one": field, "two": guided}, level, FieldLook(kind="score"), size=200),
        lambda: path_plot([walk], WalkLook(points, title="A path"), size=200, chosen=3),
        lambda: path_plot([walk, walk], WalkLook(extent=0), size=200, chosen=0),
        lambda: cloud_plot(walk.x[-1], points, size=200),
        lambda: cloud_plots({"a": walk.x[-1], "b": walk.x[-2]}, points, size=100),
    ]


def test_pictures_are_images_and_come_out_the_same(pictures: list[Callable[[], Tensor]]) -> None:
    for draw in pictures:
        image = draw()
        assert image.dtype == torch.float32
        assert image.shape in ((1, 200, 200, 3), (1, 100, 200, 3))
        assert 0 <= float(image.min()) < float(image.max()) <= 1
        assert torch.equal(image, draw())


def test_a_global_style_sheet_changes_nothing(pictures: list[Callable[[], Tensor]]) -> None:
    plain = [draw() for draw in pictures]
    with matplotlib.rc_context(SHEET):
        styled = [draw() for draw in pictures]
    assert all(torch.equal(a, b) for a, b in zip(plain, styled, strict=True))


def test_drawing_leaves_global_settings_alone(pictures: list[Callable[[], Tensor]]) -> None:
    before = dict(matplotlib.rcParams)
    pictures[0]()
    assert dict(matplotlib.rcParams) == before


def test_arrows_appear_where_the_field_is(field: ClosedFormField, schedule: Schedule) -> None:
    early, late = (field_plot(field, schedule.at(t), FieldLook(), size=200, caption="") for t in (1.0, 0.1))
    assert float((early - late).abs().amax(dim=3).gt(0.1).float().mean()) > 0.02


def test_guided_parts_have_their_colours(field: ClosedFormField, schedule: Schedule) -> None:
    guided = GuidedField(field.given(torch.tensor([2])), field, 4.0)
    image = field_plot(guided, schedule.at(0.4), FieldLook(parts=True), size=400)
    for colour in (STYLE.unconditional, STYLE.conditional, STYLE.guided):
        assert len(pixels_of(image, colour)) > 20


def test_a_followed_step_has_two_strokes_when_noise_is_fresh(points: Points, walk: Trajectory) -> None:
    noisy = path_plot([walk], WalkLook(extent=0), chosen=1, others=False, size=640)
    calm = path_plot([walked(points, "ddim")], WalkLook(extent=0), chosen=1, others=False, size=640)
    assert len(pixels_of(noisy, STYLE.conditional)) > 20
    assert len(pixels_of(calm, STYLE.conditional)) > 20
    # Below the header, whose words are nearly white.
    white, none = (pixels_of(image[:, 100:], STYLE.sample, within=0.2) for image in (noisy, calm))
    assert len(white) > 20 > len(none)


def test_a_class_lies_where_its_points_are(points: Points) -> None:
    image = cloud_plot(points.of_class(2).xy + 3.0, classes=torch.tensor([2]), extent=4.5, size=400)
    rows, columns = pixels_of(image[:, 60:], class_colour(2)).float().mean(dim=0)
    assert float(columns) > 250
    assert float(rows) < 150


@pytest.mark.parametrize("wild", [float("nan"), float("inf"), 1e30])
def test_samples_that_blew_up_can_still_be_drawn(points: Points, walk: Trajectory, wild: float) -> None:
    x = walk.x.clone()
    x[-1, 0] = wild
    x[-2:, 1] = -wild
    broken = Trajectory(walk.levels, x)
    for extent in (2.0, 0.0):
        assert path_plot([broken], WalkLook(points, extent=extent), chosen=0, size=100).isfinite().all()
        assert cloud_plot(x[-1], points, extent=extent, size=100).isfinite().all()


def test_one_sample_and_one_step_are_enough(points: Points) -> None:
    walk = Trajectory([Level(1, 1, 1), Level(1, 0, 0)], torch.tensor([[[0.0, 0.0]], [[1.0, 1.0]]]))
    assert path_plot([walk], WalkLook(points), chosen=0, size=100).shape == (1, 100, 100, 3)


def test_long_titles_stay_inside(field: ClosedFormField, schedule: Schedule) -> None:
    image = field_plot(field, schedule.at(0.5), FieldLook(title="a very long title " * 20), size=300)
    assert float((image[:, :20, 282:] - image[:, :1, :1]).abs().max()) < 0.02


def test_bad_requests_are_named(field: ClosedFormField, schedule: Schedule, walk: Trajectory) -> None:
    level = schedule.at(0.5)
    with pytest.raises(ValueError, match="sides of 64 to 4096"):
        field_plot(field, level, FieldLook(), size=10)
    with pytest.raises(ValueError, match="extent is a number above 0"):
        field_plot(field, level, FieldLook(extent=-1.0))
    with pytest.raises(ValueError, match="no field"):
        field_plot({}, level, FieldLook())
    with pytest.raises(ValueError, match="1 to 200 along a side"):
        field_plot(field, level, FieldLook(side=0))
    with pytest.raises(ValueError, match="samples 0 to 7"):
        path_plot([walk], WalkLook(), chosen=8)
    with pytest.raises(ValueError, match="recorded positions"):
        path_plot([Trajectory(walk.levels, torch.empty(0))], WalkLook())
    with pytest.raises(ValueError, match="no path to draw"):
        path_plot([walk], WalkLook(), others=False)
    with pytest.raises(ValueError, match="shape \\(B, 2\\)"):
        cloud_plot(torch.zeros(3, 3))


def test_a_title_shrinks_before_it_is_cut() -> None:
    figure = new_figure(640, 640)
    words = "One path, without and with guidance"
    shrink, shown = fitted(figure, words, 26, 500)
    assert shown == words
    assert 0.8 < shrink < 1
    assert fitted(figure, words * 3, 26, 500)[1].endswith("…")
