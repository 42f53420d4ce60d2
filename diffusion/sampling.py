"""The loop: from noise to data, one step at a time, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

import torch
from torch import Tensor

from .field import Field
from .noise import NoiseSource
from .prediction import Estimate
from .schedule import Level
from .solver import Step, between_levels

Record = Literal["x", "mean", "x0", "epsilon", "conditional", "unconditional"]
RECORDS: tuple[str, ...] = get_args(Record)


class State(NamedTuple):
    """What a walk knows after one step; x, mean: (B, *shape)."""

    step: Step
    x: Tensor  # after the step
    mean: Tensor  # after the step, before its fresh noise
    estimate: Estimate  # at the start of the step


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
        mean = torch.add(step.x0_weight * estimate.x0, estimate.epsilon, alpha=step.epsilon_weight)
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


@dataclass
class Trajectory:
    """What was recorded along a walk of S steps.

    Attributes:
        levels: the S + 1 levels visited, noisiest first.
        x: (S + 1, B, *shape) positions, the start included; empty unless recorded.
        records: the other things asked for, each (S, B, *shape): "mean" is x before its fresh noise, "x0"
            and "epsilon" the estimate at the start of each step, "conditional" and "unconditional" the ε̂
            of a guided field's two parts (NaN where guidance was off).
    """

    levels: list[Level]
    x: Tensor
    records: dict[str, Tensor] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.levels) - 1


class Recorder:
    """Collects a trajectory on the CPU: what was asked for and nothing else."""

    def __init__(self, start: Tensor, level: Level, records: Sequence[str] = ("x",)) -> None:
        unknown = set(records) - set(RECORDS)
        if unknown:
            raise ValueError(f"cannot record {sorted(unknown)}: choose from {', '.join(RECORDS)}")
        self._levels = [level]
        self._kept: dict[str, list[Tensor]] = {name: [] for name in records}
        if "x" in self._kept:
            self._kept["x"].append(start.cpu())

    def add(self, state: State) -> None:
        """Keep what was asked for of one step."""
        self._levels.append(state.step.after)
        for name, kept in self._kept.items():
            value = _recorded(name, state)
            if value is not None:
                kept.append(value.cpu())

    def trajectory(self) -> Trajectory:
        """What was recorded so far."""
        stacked = {name: torch.stack(kept) for name, kept in self._kept.items() if kept}
        return Trajectory(self._levels, stacked.pop("x", torch.empty(0)), stacked)


def _recorded(name: str, state: State) -> Tensor | None:
    if name in ("x", "mean"):
        return state.x if name == "x" else state.mean
    if name in ("x0", "epsilon"):
        return state.estimate.x0 if name == "x0" else state.estimate.epsilon
    part = state.estimate.conditional if name == "conditional" else state.estimate.unconditional
    if part is None and state.estimate.conditional is not None:
        # Guidance is off at this step: a gap, so that no step loses its place.
        return torch.full_like(state.mean, torch.nan)
    return None if part is None else part.epsilon


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
