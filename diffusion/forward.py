"""The way down: from data to noise, and what a network can be asked about it.

    x_i = alpha_i·x0 + sigma_i·ε                     the whole way (Ho et al. 2020, eq. 4)
    x_i = (alpha_i/alpha_{i−1})·x_{i−1} + Δ_i·u_i    the last step (eq. 2), Δ_i = `solver.forward_std`

The last step's u_i is nearly independent of x0: its best estimate is E[u_i|x] = (Δ_i/sigma_i)·E[ε|x], so both
targets teach the same field, but the second is buried in noise that no network can predict.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .learned import Network
from .schedule import Level, Schedule
from .solver import forward_std


def noised(x0: Tensor, epsilon: Tensor, level: Level) -> Tensor:
    """x at a level, (B, *shape)."""
    return level.alpha * x0 + level.sigma * epsilon


def level_below(schedule: Schedule, level: Level) -> Level:
    """The level one table entry cleaner; below the first there is no noise."""
    index = level.t * (len(schedule) - 1) - 1
    # A level's t is rounded: the second entry must not fall below the first for the sake of a last bit.
    return schedule.level(max(index, 0.0)) if index > -1e-9 else Level(1.0, 0.0, 0.0)


def last_step_share(schedule: Schedule, level: Level) -> float:
    """Δ/sigma: how much of a level's noise its last step alone has added, as a ratio of stds, in (0, 1]."""
    return forward_std(level, level_below(schedule, level)) / level.sigma


def noised_in_two(
    schedule: Schedule, x0: Tensor, level: Level, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """x at a level, its total noise ε, and its last step's noise u, each (B, *shape)."""
    share = last_step_share(schedule, level)
    before = torch.randn(x0.shape, generator=generator, dtype=x0.dtype)
    last = torch.randn(x0.shape, generator=generator, dtype=x0.dtype)
    epsilon = (1 - share**2) ** 0.5 * before + share * last
    return noised(x0, epsilon, level), epsilon, last


@dataclass(frozen=True, eq=False)
class LastStepNetwork:
    """A network that predicts the last step's noise, read as one that predicts the total noise."""

    network: Network
    schedule: Schedule  # the one whose steps it was trained on

    def __call__(self, x: Tensor, level: Level, condition: Tensor | None) -> Tensor:
        """ε̂ = (sigma/Δ)·û, (B, *shape)."""
        return self.network(x, level, condition) / last_step_share(self.schedule, level)
