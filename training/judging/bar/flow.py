"""The flow-matching model beside the diffusion model."""

from __future__ import annotations

from collections.abc import Iterator

from ....models.pocket.family import SHIFT
from ..sampling import Way
from .bench import Bench
from .lines import Line, at_most, figure
from .samplers import DDIM_50


def lines(bench: Bench) -> Iterator[Line]:
    """Its pictures of held-out captions in 20 and 50 steps."""
    best = bench.quality("pocket", DDIM_50)
    for steps in (20, 50):
        found = bench.quality("pocket-flow", Way("flow", steps, shift=SHIFT))
        ratio = found.distance / best.distance
        what = f"flow model, Euler {steps} ÷ DDIM 50: Fréchet distance"
        note = f"(sharpness {found.sharpness:.1f}, distance {found.distance:.3f})"
        yield at_most(what, ratio, 1.3, note) if steps == 20 else figure(what, ratio, note)
