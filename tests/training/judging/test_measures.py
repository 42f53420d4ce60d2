"""The measures against known answers."""

from __future__ import annotations

import math

import pytest
import torch
from scorefield.training.judging.augment import blurred
from scorefield.training.judging.measures import (
    frame_correlation,
    frechet_distance,
    peak_signal_to_noise,
    sharpness,
)


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


def test_sharpness_of_a_checkerboard_is_known():
    board = ((torch.arange(64)[:, None] + torch.arange(64)) % 2).float()
    pictures = board[None, :, :, None].expand(2, -1, -1, 3)
    # The Laplacian is +4 where it is dark and −4 where it is light.
    assert sharpness(pictures) == pytest.approx(1000 * 16, rel=1e-4)


def test_a_slope_is_not_sharp():
    slope = torch.linspace(0, 1, 64)[None, :, None, None].expand(1, -1, 64, 3)
    assert sharpness(slope) == pytest.approx(0, abs=1e-6)


def test_sharpness_falls_under_blur(scenes):
    pictures = scenes.pictures[:16].float() / 255
    values = [sharpness(pictures)]
    for width in (0.5, 1.0, 2.0):
        widths = torch.full((16, 1, 1, 1), width)
        values.append(sharpness(blurred(pictures.movedim(-1, 1), widths).movedim(1, -1)))
    assert values == sorted(values, reverse=True)
    assert values[2] < 0.3 * values[0]


def test_blur_keeps_a_plain_picture():
    plain = torch.full((2, 3, 8, 8), 0.25)
    assert torch.allclose(blurred(plain, torch.tensor([0.3, 2.0]).view(2, 1, 1, 1)), plain, atol=1e-6)


def test_signal_to_noise_of_a_known_error():
    one = torch.zeros(2, 4, 4, 3)
    assert peak_signal_to_noise(one, one + 0.1) == pytest.approx(20, abs=1e-4)
    assert peak_signal_to_noise(one, one) == math.inf


def test_still_clips_correlate_and_noise_does_not():
    generator = torch.Generator().manual_seed(0)
    frames = torch.rand(3, 8, 32, 32, 3, generator=generator)
    still = frames[:, :1].expand(-1, 8, -1, -1, -1)
    assert frame_correlation(still) == pytest.approx(1, abs=1e-5)
    assert abs(frame_correlation(frames)) < 0.05
    assert frame_correlation(1 - still) == pytest.approx(1, abs=1e-5)
