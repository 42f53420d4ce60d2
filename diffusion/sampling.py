"""The loop: from noise to data, one step at a time, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor

from .field import Field
from .noise import NoiseSource
from .prediction import Estimate
from .recording import RECORDS as RECORDS
from .recording import Recorder as Recorder
from .solver import Step, between_levels
from .trajectory import State as State
from .trajectory import Trajectory as Trajectory


def walk(field: Field, x: Tensor, steps: Iterable[Step], noise: NoiseSource | None = None) -> Iterator[State]:
    """Walk x along the field, yielding after each step. Stop by not asking for the next.

    Args:
        field: what says where x came from.
        x: (B, *shape), at the first step's level. It is not changed.
        steps: from `solver.plan`.
        noise: needed by steps with a noise weight.

    Raises:
        ValueError: a step needs noise and there is no source of it.
    """
    for step in steps:
        estimate = field(x, step.level)
        mean = (step.x0_weight * estimate.x0).add_(estimate.epsilon, alpha=step.epsilon_weight)
        if step.second_look is not None:
            mean = _corrected(field, x, mean, step, estimate)
        x = mean
        if step.noise_weight:
            if noise is None:
                raise ValueError("this sampler adds noise at every step and was given no source of noise")
            x = torch.add(mean, noise(mean), alpha=step.noise_weight)
        yield State(step, x, mean, estimate)


def _corrected(field: Field, x: Tensor, full: Tensor, step: Step, first: Estimate) -> Tensor:
    """The step with a second look θ of the way along: x' + (Δ₂ − Δ₁)/(2θ)."""
    theta = step.second_look or 1.0
    second = field(torch.lerp(x, full, theta), between_levels(step.level, step.after, theta))
    x0_change = (step.x0_weight - step.level.alpha) * (second.x0 - first.x0)
    epsilon_change = (step.epsilon_weight - step.level.sigma) * (second.epsilon - first.epsilon)
    return full + (x0_change + epsilon_change) / (2 * theta)


def sample(
    field: Field,
    x: Tensor,
    steps: Sequence[Step],
    noise: NoiseSource | None = None,
    records: Sequence[str] = ("x",),
) -> tuple[Tensor, Trajectory]:
    """Walk to the end: the final x (B, *shape) and the trajectory.

    Raises:
        ValueError: no steps, a record nobody knows, or noise needed and not given.
    """
    if not steps:
        raise ValueError("a walk needs at least one step")
    recorder = Recorder(x, steps[0].level, records)
    for state in walk(field, x, steps, noise):
        recorder.add(state)
        x = state.x
    return x, recorder.trajectory()
