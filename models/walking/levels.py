"""Where a scheduler's walk passes, as levels: in its own coordinates, and in those of the network."""

from __future__ import annotations

import math
from typing import Any

import torch

from ...diffusion.schedule import Level, Schedule
from .schedulers import Scheduler

# ᾱ of a last level without signal, which no ratio of noise to signal can tell: so little that it is none.
_NEXT_TO_NOTHING = 2.0**-96


def schedule_of(scheduler: Scheduler) -> Schedule:
    """The schedule of a diffusion's scheduler, of the very ᾱ that it steps with: they are rounded to single
    precision, which near 1 leaves four digits of the noise."""
    alphas_cumprod = scheduler.alphas_cumprod.double().clamp(min=_NEXT_TO_NOTHING)
    return Schedule("variance_preserving", ((1 - alphas_cumprod) / alphas_cumprod).sqrt())


def ratios(scheduler: Scheduler, schedule: Schedule) -> list[float]:
    """The table values of a schedule at every timestep of a scheduler, and where its last step ends."""
    timesteps = torch.as_tensor(scheduler.timesteps).tolist()
    sigmas = getattr(scheduler, "sigmas", None)
    if sigmas is not None and len(sigmas) > len(timesteps):
        reached = torch.as_tensor(sigmas[: len(timesteps) + 1]).tolist()
        return [_known(sigma, schedule) for sigma in reached]
    top = len(schedule) - 1
    visited = [schedule.value_of(schedule.level(min(max(t, 0.0), top))) for t in timesteps]
    return [*visited, _end(scheduler)]


def walks_in_exploding(scheduler: Scheduler) -> bool:
    """Whether a scheduler's samples grow with the noise: x = x0 + r·ε, however the network takes them."""
    return bool(initial_scale(scheduler) != 1.0)


def initial_scale(scheduler: Scheduler) -> Any:
    """What unit noise is multiplied by to start."""
    return getattr(scheduler, "init_noise_sigma", 1.0)


def in_exploding(level: Level) -> Level:
    """The same level in coordinates where the samples grow with the noise."""
    return Level(1.0, level.ratio, level.t)


def _known(sigma: float, schedule: Schedule) -> float:
    return min(sigma, 1.0) if schedule.family == "flow" else sigma


def _end(scheduler: Scheduler) -> float:
    """The noise-to-signal ratio at the end of a scheduler that has none in a list."""
    kept = float(getattr(scheduler, "final_alpha_cumprod", 1.0))
    return math.sqrt((1 - kept) / kept)
