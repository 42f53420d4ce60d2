"""Lines, scales and ticks."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.measures import probe_grid
from scorefield.diffusion.points import Points
from scorefield.diffusion.sampling import Trajectory
from scorefield.diffusion.schedule import Schedule
from scorefield.plots.chart_axes import Scale, scale_of
from scorefield.plots.charts import loss_chart, residual_chart, spread_chart, turning_chart
from scorefield.plots.line_chart import Mark, Series, line_chart
from scorefield.plots.style import series_colour
from scorefield.plots.ticks import linear_ticks, log_ticks, significant, tick_name

from .colours import pixels_of


def test_the_charts_of_the_demos(
    points: Points, walk: Trajectory, field: ClosedFormField, schedule: Schedule
) -> None:
    charts = [
        spread_chart({"DDPM": walk}, points),
        loss_chart({"loss": [1 / (i + 1) for i in range(200)]}),
        residual_chart(walk.levels, {"one step": [7.0] * 13, "total": [0.1] * 13}),
        turning_chart(field, schedule, points, probe_grid(side=8), resolution=20),
    ]
    assert all(chart.shape == (1, 500, 800, 3) for chart in charts)
    assert torch.equal(charts[0], spread_chart({"DDPM": walk}, points))


def test_a_rising_line_rises_and_falls_when_x_falls() -> None:
    rising, falling = (line_chart([Series("", [0, 1], [0, 1])], falling_x=turned) for turned in (False, True))
    for chart, expected in ((rising, -1), (falling, 1)):
        rows, columns = pixels_of(chart, series_colour(0)).double().T
        assert float(torch.corrcoef(torch.stack([rows, columns]))[0, 1]) == pytest.approx(expected, abs=0.01)


def test_gaps_points_and_marks_are_drawn() -> None:
    series = [Series("a", [1, 2, 3], [1, math.nan, 2], "dots"), Series("b", [2], [1.5])]
    chart = line_chart(series, marks=[Mark(3, "at the right edge"), Mark(1, "left")], log_x=True)
    assert len(pixels_of(chart, series_colour(0))) > 50


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one series"):
        line_chart([])
    with pytest.raises(ValueError, match="as many x as y"):
        line_chart([Series("", [1, 2], [1])])
    with pytest.raises(ValueError, match="no value is finite and above 0"):
        line_chart([Series("", [1, 2], [0, -1])], log_y=True)
    with pytest.raises(ValueError, match="no value is finite"):
        line_chart([Series("", [1, 2], [math.nan, math.inf])])


def test_scales_hold_their_values() -> None:
    assert scale_of(np.array([1.0, 3.0]), log=False) == Scale(1.0, 3.0)
    constant = scale_of(np.array([5.0, 5.0]), log=False)
    assert constant.low < 5.0 < constant.high
    log = scale_of(np.array([0.0, 0.01, 100.0]), log=True)
    assert log.place(np.array([0.01, 1.0, 100.0])) == pytest.approx([0.0, 0.5, 1.0])


def test_ticks_are_round_and_few() -> None:
    assert linear_ticks(-2, 2, 5) == [-2, -1, 0, 1, 2]
    assert linear_ticks(0, 1) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert log_ticks(0.01, 10) == pytest.approx([0.01, 0.1, 1, 10])
    assert log_ticks(2, 8) == pytest.approx([2, 5])
    assert len(log_ticks(1e-12, 1e12)) <= 7


def test_numbers_read_well() -> None:
    assert [significant(v) for v in (10.0, 1.0, 0.158, 0.01, 0.0)] == ["10.0", "1.00", "0.158", "0.0100", "0"]
    assert [tick_name(v) for v in (-1.0, 0.5, 1e-05)] == ["−1", "0.5", "1e−5"]
