"""How a scheduler's walk steps: by the scheduler, or where only its levels matter by weights known before."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from ...diffusion.reference import Reference
from ...diffusion.schedule import Level
from ...diffusion.unipc import plan_unipc
from .asking import Answer
from .schedulers import Scheduler

Stepper = Callable[
    [Tensor, Answer, int], Tensor
]  # from x, what was answered there, and the place of the step


def stepper(
    scheduler: Scheduler,
    timesteps: Sequence[Tensor],
    levels: Sequence[Level],
    reference: Reference,
    arguments: Mapping[str, Any],
) -> Stepper:
    """What makes the steps of one walk, in order.

    Args:
        scheduler: with its timesteps set.
        timesteps: those of them that are walked.
        levels: where it passes, in its own coordinates.
        reference: how the pipeline steps; a matched walk leaves every step to the scheduler.
        arguments: what the scheduler's step may take, by name.
    """
    if not reference.matched and _is_plain_unipc(scheduler, levels):
        return _unipc(scheduler, levels)
    if not reference.matched and _is_plain_euler(scheduler):
        return _euler(levels)
    taken = inspect.signature(scheduler.step).parameters
    accepted = {name: value for name, value in arguments.items() if name in taken}

    def by_scheduler(x: Tensor, answer: Answer, index: int) -> Tensor:
        more = {**accepted, **reference.step_arguments(timesteps, index)}
        stepped: Tensor = scheduler.step(answer.output, timesteps[index], x, **more, return_dict=False)[0]
        return stepped

    return by_scheduler


def _euler(levels: Sequence[Level]) -> Stepper:
    moves = [after.sigma - level.sigma for level, after in pairwise(levels)]

    def by_velocity(x: Tensor, answer: Answer, index: int) -> Tensor:
        return torch.add(x, answer.output.to(x), alpha=moves[index])

    return by_velocity


def _is_plain_euler(scheduler: Scheduler) -> bool:
    """Whether a scheduler is a flow's Euler, without noise."""
    is_euler = type(scheduler).__name__ == "FlowMatchEulerDiscreteScheduler"
    return is_euler and not scheduler.config.stochastic_sampling


def _unipc(scheduler: Scheduler, levels: Sequence[Level]) -> Stepper:
    order = int(scheduler.config.solver_order)
    moves = plan_unipc(levels, order, scheduler.config.solver_type)
    before: list[Tensor] = []  # where the last step began
    estimates: list[Tensor] = []  # x̂0, the newest first

    def by_weights(x: Tensor, answer: Answer, index: int) -> Tensor:
        move = moves[index]
        estimates.insert(0, answer.estimate.x0)
        corrected = x if move.correct is None else move.correct(before[0], estimates)
        del estimates[order:]
        before[:] = [corrected]
        return move.predict(corrected, estimates)

    return by_weights


def _is_plain_unipc(scheduler: Scheduler, levels: Sequence[Level]) -> bool:
    """Whether a scheduler is UniPC without anything that the weights do not know."""
    config = scheduler.config
    return (
        type(scheduler).__name__ == "UniPCMultistepScheduler"
        and config.predict_x0
        and config.lower_order_final
        and config.solver_type in ("bh1", "bh2")
        and not (config.thresholding or config.disable_corrector or config.solver_p)
        and all(math.isfinite(level.ratio) for level in levels)
        and all(level.sigma for level in levels[:-1])
    )
