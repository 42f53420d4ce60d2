"""The Fréchet distance against known answers."""

from __future__ import annotations

import math

import pytest
import torch
from scorefield.training.judging.frechet import frechet_distance


def normal(count: int, mean: float, std: float, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return mean + std * torch.randn(count, 3, generator=generator, dtype=torch.float64)


def test_frechet_distance_of_a_set_to_itself_is_nothing():
    x = normal(200, 1.0, 2.0)
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-6)


def test_frechet_distance_of_a_moved_set_is_the_square_of_the_way():
    x = normal(200, 0.0, 1.0)
    assert frechet_distance(x, x + torch.tensor([3.0, 4.0, 0.0])) == pytest.approx(25, rel=1e-6)


def test_frechet_distance_of_normal_laws_has_a_closed_form():
    # Three coordinates, each |μ₁ − μ₂|² + (σ₁ − σ₂)².
    one, other = normal(200_000, 0.0, 1.0), normal(200_000, 2.0, 3.0, seed=1)
    assert frechet_distance(one, other) == pytest.approx(3 * (4 + 4), rel=0.01)
    assert frechet_distance(one, other) == pytest.approx(frechet_distance(other, one), rel=1e-6)


def test_frechet_distance_sees_correlations():
    x = normal(50_000, 0.0, 1.0)
    turned = torch.stack([x[:, 0], x[:, 0], x[:, 2]], dim=1)
    # Of the first two coordinates: tr(I) + tr(J) − 2·tr(J^½), J all ones, whose root has the trace √2.
    assert frechet_distance(x, turned) == pytest.approx(2 + 2 - 2 * math.sqrt(2), rel=0.02)


def test_frechet_distance_needs_samples():
    with pytest.raises(ValueError, match="at least two samples"):
        frechet_distance(torch.zeros(1, 3), torch.zeros(9, 3))
