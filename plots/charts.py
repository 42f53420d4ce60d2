"""The charts of the demos: a cloud's spread, a training's loss, the harder target, where a field turns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ..diffusion.field import Field
from ..diffusion.measures import alignment, spread, turning_time
from ..diffusion.points import Points
from ..diffusion.sampling import Trajectory
from ..diffusion.schedule import Level, Schedule
from .line_chart import SIZE, Mark, Series, line_chart
from .path_layer import positions
from .style import STYLE, series_colour
from .ticks import significant

SMOOTHED_SHARE = 50  # a fiftieth of the training goes into one smoothed value


def spread_chart(
    walks: Mapping[str, Trajectory],
    points: Points,
    *,
    title: str = "Spread of the cloud",
    size: tuple[int, int] = SIZE,
) -> Tensor:
    """Spread of the samples at each level, beside that of noised data: √(α²·variance + 2·σ²).

    Args:
        walks: trajectories by name, with x recorded.
        points: the data.
        title: above it.
        size: width and height in pixels.

    Returns:
        An IMAGE, (1, height, width, 3); both axes logarithmic, the walk from left to right.

    Raises:
        ValueError: no walk, or one without positions.
    """
    if not walks:
        raise ValueError("there is no trajectory to measure")
    variance = spread(points.xy) ** 2
    levels = max((walk.levels for walk in walks.values()), key=len)
    due = [math.sqrt(level.alpha**2 * variance + 2 * level.sigma**2) for level in levels]
    measured = [
        Series(name, _noise(walk.levels), [spread(x) for x in positions(walk)])
        for name, walk in walks.items()
    ]
    return line_chart(
        [*measured, Series("noised data", _noise(levels), due, "dashed", STYLE.text)],
        title=title,
        x_label="σ, time runs to the right",
        y_label="spread",
        log_x=True,
        log_y=True,
        falling_x=levels[0].sigma > levels[-1].sigma,
        size=size,
    )


def loss_chart(
    losses: Mapping[str, Sequence[float]],
    *,
    title: str = "Training",
    log_y: bool = False,
    size: tuple[int, int] = SIZE,
) -> Tensor:
    """Training losses by name at each step: every value faint, their running mean strong.

    Returns:
        An IMAGE, (1, height, width, 3).

    Raises:
        ValueError: no losses.
    """
    raw, smooth = [], []
    for place, (name, values) in enumerate(losses.items()):
        steps, colour = range(1, len(values) + 1), series_colour(place)
        raw.append(Series("", steps, values, "faint", colour))
        smooth.append(Series(name, steps, _running_mean(values), colour=colour))
    return line_chart([*raw, *smooth], title=title, x_label="step", y_label="loss", log_y=log_y, size=size)


def residual_chart(
    levels: Sequence[Level],
    residuals: Mapping[str, Sequence[float]],
    *,
    title: str = "What no network can predict",
    size: tuple[int, int] = SIZE,
) -> Tensor:
    """Residual variance of each training target at each level, logarithmic.

    Args:
        levels: where it was measured.
        residuals: the variance that is left around the best prediction, one per level, by the target's name.
        title: above it.
        size: width and height in pixels.

    Returns:
        An IMAGE, (1, height, width, 3); time falls from left to right, as in sampling.

    Raises:
        ValueError: no target, or not one value per level.
    """
    times = [level.t for level in levels]
    return line_chart(
        [Series(name, times, values) for name, values in residuals.items()],
        title=title,
        x_label="t, sampling runs to the right",
        y_label="residual variance",
        log_y=True,
        falling_x=True,
        size=size,
    )


def turning_chart(
    field: Field,
    schedule: Schedule,
    points: Points,
    probes: Tensor,
    *,
    resolution: int = 100,
    title: str = "Where the arrows point",
    size: tuple[int, int] = SIZE,
) -> Tensor:
    """Mean cosine of the arrows with the ways to the mean and to the nearest point, the crossing marked.

    Args:
        field: whose arrows −ε̂.
        schedule: which level each t is.
        points: the data.
        probes: (P, 2) where the arrows are taken.
        resolution: how many steps of t.
        title: above it.
        size: width and height in pixels.

    Returns:
        An IMAGE, (1, height, width, 3); time falls from left to right, as in sampling.
    """
    times = torch.linspace(0, 1, resolution + 1, dtype=torch.float64).tolist()
    with torch.no_grad():
        pairs = [alignment(field, schedule.at(t), probes, points.xy) for t in times]
        turn = turning_time(field, schedule, probes, points.xy)
    marks = [] if turn is None else [Mark(turn, f"t {turn:.2f}, σ {significant(schedule.at(turn).sigma)}")]
    return line_chart(
        [
            Series("to the mean", times, [mean for mean, _ in pairs]),
            Series("to the nearest point", times, [nearest for _, nearest in pairs]),
        ],
        title=title,
        x_label="t, sampling runs to the right",
        y_label="mean cosine",
        marks=marks,
        falling_x=True,
        size=size,
    )


def _noise(levels: Sequence[Level]) -> list[float]:
    return [level.sigma for level in levels]


def _running_mean(values: Sequence[float]) -> list[float]:
    width = max(1, len(values) // SMOOTHED_SHARE)
    total = torch.tensor([0.0, *values], dtype=torch.float64).cumsum(dim=0)
    last = torch.arange(1, len(values) + 1)
    first = (last - width).clamp(min=0)
    mean: list[float] = ((total[last] - total[first]) / (last - first)).tolist()
    return mean
