"""Real values to draw: the spiral, its closed-form field, and walks along it."""

from __future__ import annotations

import pytest
import torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.noise import NoiseStreams
from scorefield.diffusion.points import Points
from scorefield.diffusion.sampling import Trajectory, sample
from scorefield.diffusion.schedule import Schedule, log_linear
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_to_visit
from scorefield.models.toy.datasets import spiral


def walked(points: Points, rule: str = "ddpm", steps: int = 12, end: str = "lowest level") -> Trajectory:
    schedule = log_linear(64)
    levels = levels_to_visit(schedule, steps, end=end)  # type: ignore[arg-type]
    noise = NoiseStreams(0, range(8))
    start = schedule.initial_scale(levels[0]) * noise(torch.zeros(8, 2))
    return sample(ClosedFormField(points.xy), start, plan(rule, levels), noise, ("x", "mean"))[1]


@pytest.fixture(scope="session")
def points() -> Points:
    return spiral(60, classes=3)


@pytest.fixture(scope="session")
def field(points: Points) -> ClosedFormField:
    return ClosedFormField(points.xy, points.labels)


@pytest.fixture(scope="session")
def schedule() -> Schedule:
    return log_linear(64)


@pytest.fixture(scope="session")
def walk(points: Points) -> Trajectory:
    return walked(points)
