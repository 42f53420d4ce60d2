"""The measures of pictures against known answers."""

from __future__ import annotations

import math

import pytest
import torch
from scorefield.diffusion.picture_measures import frame_correlation, sharpness, signal_to_noise
from scorefield.training.judging.augment import blurred
from scorefield.training.scenes.memory import render


def test_sharpness_of_a_checkerboard_is_known():
    board = ((torch.arange(64)[:, None] + torch.arange(64)) % 2).float()
    pictures = board[None, :, :, None].expand(2, -1, -1, 3)
    # The Laplacian is +4 where it is dark and −4 where it is light.
    assert float(sharpness(pictures).mean()) == pytest.approx(1000 * 16, rel=1e-4)


def test_a_slope_is_not_sharp():
    slope = torch.linspace(0, 1, 64)[None, :, None, None].expand(1, -1, 64, 3)
    assert float(sharpness(slope).mean()) == pytest.approx(0, abs=1e-6)


def test_sharpness_falls_under_blur():
    pictures = torch.from_numpy(render(range(16))[0]).float() / 255
    values = [float(sharpness(pictures).mean())]
    for width in (0.5, 1.0, 2.0):
        widths = torch.full((16, 1, 1, 1), width)
        seen = blurred(pictures.movedim(-1, 1), widths).movedim(1, -1)
        values.append(float(sharpness(seen).mean()))
    assert values == sorted(values, reverse=True)
    assert values[2] < 0.3 * values[0]


def test_blur_keeps_a_plain_picture():
    plain = torch.full((2, 3, 8, 8), 0.25)
    assert torch.allclose(blurred(plain, torch.tensor([0.3, 2.0]).view(2, 1, 1, 1)), plain, atol=1e-6)


def test_signal_to_noise_of_a_known_error():
    one = torch.zeros(2, 4, 4, 3)
    assert signal_to_noise(one, one + 0.1) == pytest.approx(20, abs=1e-4)
    assert signal_to_noise(one, one) == math.inf


def test_still_clips_correlate_and_noise_does_not():
    generator = torch.Generator().manual_seed(0)
    frames = torch.rand(3, 8, 32, 32, 3, generator=generator)
    still = frames[:, :1].expand(-1, 8, -1, -1, -1)
    assert float(frame_correlation(still).mean()) == pytest.approx(1, abs=1e-5)
    assert abs(float(frame_correlation(frames).mean())) < 0.05
    assert float(frame_correlation(1 - still).mean()) == pytest.approx(1, abs=1e-5)
