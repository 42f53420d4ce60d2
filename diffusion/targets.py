"""How much of a training target no network can predict.

A target's residual variance is its variance around its best prediction E[target|x], which the closed-form
field knows. Both targets are measured as an estimate of the total noise ε (the last step's u, rescaled by
sigma/Δ), per coordinate, so that they can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .field import ScoreModel
from .forward import last_step_share, noised_in_two
from .schedule import Level


@dataclass(frozen=True)
class Residuals:
    """Residual variances of the two targets at some levels, noisiest first."""

    levels: list[Level]
    total: list[float]
    one_step: list[float]


def residual_variances(
    model: ScoreModel, data: Tensor, draws: int, generator: torch.Generator, count: int = 25
) -> Residuals:
    """The residual variances of the total noise and of the last step's noise.

    Args:
        model: the closed-form model of the data.
        data: (N, D).
        draws: how often each point is noised at each level.
        generator: which noise.
        count: how many of the schedule's levels to look at.
    """
    x0 = data.repeat(draws, 1)
    # From the second level up: the first has no step below it, so that its last step is the whole noise.
    last = len(model.schedule) - 1
    levels = [model.schedule.level(1 + round((last - 1) * (1 - i / (count - 1)))) for i in range(count)]
    total, one_step = [], []
    for level in levels:
        x, epsilon, step_noise = noised_in_two(model.schedule, x0, level, generator)
        best = model.field(x, level).epsilon
        total.append(float((epsilon - best).square().mean()))
        one_step.append(float((step_noise / last_step_share(model.schedule, level) - best).square().mean()))
    return Residuals(levels, total, one_step)
