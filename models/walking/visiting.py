"""Which levels a scheduler of diffusers visits: those of so many steps, or levels of the caller's own."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...diffusion.schedule import Schedule
from ...diffusion.spacing import levels_from_values
from .schedulers import Scheduler


def visit_steps(scheduler: Scheduler, steps: int, device: str) -> None:
    """Let a scheduler choose its levels.

    Raises:
        ValueError: steps that it cannot make.
    """
    if steps < 1:
        raise ValueError(f"a walk needs at least one step, got {steps}")
    try:
        scheduler.set_timesteps(steps, device=device)
    except (ValueError, IndexError, RuntimeError, ArithmeticError) as error:
        raise ValueError(f"{type(scheduler).__name__} cannot make {steps} steps: {error}") from None


def visit_levels(scheduler: Scheduler, sigmas: Sequence[float], schedule: Schedule, device: str) -> None:
    """Tell a scheduler its levels, as the pipelines of Stable Diffusion do: by their noise where it takes
    that, or else by whole timesteps, each the nearest.

    Args:
        scheduler: one that has not walked.
        sigmas: the levels and where the walk ends, in the unit of the schedule's table, noisiest first.
        schedule: of the model.
        device: where it walks.

    Raises:
        ValueError: a scheduler that chooses its levels itself, or levels that it does not visit.
    """
    levels_from_values(schedule, list(sigmas))  # which refuses what are no levels
    name = type(scheduler).__name__
    told = _told(scheduler, sigmas, schedule)
    if told is None:
        raise ValueError(
            f"{name} chooses its levels itself: disconnect 'sigmas'; Scheduler Sampler with EulerDiscrete "
            "takes them, and with DDPM, DPMSolverMultistep or HeunDiscrete whole timesteps"
        )
    if len(next(iter(told.values()))) < len(sigmas) and sigmas[-1] != 0:
        raise ValueError(f"{name} ends without noise: let 'sigmas' end in 0, and not in {sigmas[-1]:g}")
    try:
        scheduler.set_timesteps(**told, device=device)
    except (ValueError, IndexError, RuntimeError, ArithmeticError) as error:
        raise ValueError(f"{name} cannot visit these levels: {error}") from None


def _told(scheduler: Scheduler, sigmas: Sequence[float], schedule: Schedule) -> Mapping[str, Any] | None:
    taken = inspect.signature(scheduler.set_timesteps).parameters
    if type(scheduler).__name__ == "EulerDiscreteScheduler":
        return {"sigmas": list(sigmas)}
    if schedule.family == "flow":
        return {"sigmas": np.array(sigmas[:-1])} if "sigmas" in taken else None
    if "timesteps" not in taken:
        return None
    top = len(schedule) - 1
    return {"timesteps": [round(schedule.time_of(sigma) * top) for sigma in sigmas[:-1]]}
