"""Sampling the closed-form field returns the data: its points, each as often as it stands there."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.noise import NoiseStreams
from scorefield.diffusion.sampling import sample
from scorefield.diffusion.schedule import cosine_betas, flow, log_linear
from scorefield.diffusion.solver import plan
from scorefield.diffusion.spacing import levels_to_visit

SAMPLES = 800
SCHEDULES = {
    "exploding": (log_linear(200, 0.002, 20.0), "trailing"),
    "preserving": (cosine_betas(1000), "trailing"),
    "flow": (flow(1000), "continuous"),
}

# Up to five different points on a grid of spacing 0.5, some of them several times.
places = st.lists(
    st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.integers(1, 3)),
    min_size=1,
    max_size=5,
    unique_by=lambda place: place[:2],
)


def frequencies(data, family, row):
    """How often each point is reached, and how far the farthest sample is from its point."""
    schedule, spacing = SCHEDULES[family]
    levels = levels_to_visit(schedule, 100, spacing, end="zero")
    streams = NoiseStreams(7, range(SAMPLES))
    x = schedule.initial_scale(levels[0]) * streams(torch.empty(SAMPLES, 2))
    x, _ = sample(ClosedFormField(data), x, plan(row, levels), streams, ())
    distances = torch.cdist(x, data.unique(dim=0))
    counts = distances.argmin(dim=1).bincount(minlength=distances.shape[1])
    return counts / SAMPLES, float(distances.amin(dim=1).max())


@settings(max_examples=6)
@given(places)
@pytest.mark.parametrize("row", ["ddim", "ddpm"])
@pytest.mark.parametrize("family", SCHEDULES)
def test_the_law_at_the_end_is_the_empirical_law(family, row, places) -> None:
    points = torch.tensor([[x / 2, y / 2] for x, y, _ in places])
    data = points.repeat_interleave(torch.tensor([times for _, _, times in places]), dim=0)
    expected = (data[:, None] == points.unique(dim=0)).all(dim=2).double().mean(dim=0)
    reached, farthest = frequencies(data, family, row)
    # Five standard errors, and what a hundred steps from a start that is not quite the noised data cost.
    allowed = 5 * (expected * (1 - expected) / SAMPLES).sqrt() + 0.01
    assert farthest < 0.005, f"a sample ended {farthest} away from all data"
    assert bool(((reached - expected).abs() < allowed).all()), f"{reached} for {expected}"


FOUR_GIB = """
import resource, torch
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.schedule import log_linear
generator = torch.Generator().manual_seed(0)
data = torch.rand(10_000, 3, 64, 64, generator=generator)
x = data[:16] + 0.5 * torch.randn(16, 3, 64, 64, generator=generator)
estimate = ClosedFormField(data)(x, log_linear().level_of(0.5))
assert torch.allclose(estimate.x0, data[:16], atol=1e-3)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
"""


@pytest.mark.slow
def test_ten_thousand_images_fit_in_four_gib() -> None:
    done = subprocess.run([sys.executable, "-c", FOUR_GIB], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 4, f"{float(done.stdout):.2f} GiB"
