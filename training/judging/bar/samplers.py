"""Sharpness and Fréchet distance of every way from noise to a picture: held-out captions, no guidance."""

from __future__ import annotations

from collections.abc import Iterator

from ..sampling import Way
from .bench import Bench, Quality, described, renders
from .lines import Line, at_least, at_most, below, figure

NAME = "pocket"
DDIM_50 = Way("ddim", 50)


def lines(bench: Bench) -> Iterator[Line]:
    """Beside renders, without noise, and in fewer steps."""
    real = bench.quality_of(renders([each for each, _ in described(bench.count(512))]))
    yield figure("renders: sharpness", real.sharpness)
    yield figure("renders: Fréchet distance to other renders", real.distance)
    best = bench.quality(NAME, DDIM_50)
    note = _said(best)
    yield at_least("DDIM 50: sharpness ÷ renders'", best.sharpness / real.sharpness, 0.6, note)
    yield from _without_noise(bench)
    yield from _fewer_steps(bench, best)


def _without_noise(bench: Bench) -> Iterator[Line]:
    noisy = bench.quality(NAME, Way("ddpm", 100))
    bare = bench.quality(NAME, Way("ddpm without noise", 100))
    ratio = bare.sharpness / noisy.sharpness
    yield at_most("DDPM 100 without noise ÷ with: sharpness", ratio, 0.6, _said(bare))
    ratio = bare.distance / noisy.distance
    yield at_least("DDPM 100 without noise ÷ with: Fréchet distance", ratio, 5, f"(with: {_said(noisy)})")


def _fewer_steps(bench: Bench, best: Quality) -> Iterator[Line]:
    found = {count: bench.quality(NAME, Way("ddim", count)) for count in (20, 10, 5)}
    ratio = found[20].distance / best.distance
    yield at_most("DDIM 20 ÷ DDIM 50: Fréchet distance", ratio, 1.3, _said(found[20]))
    stochastic = bench.quality(NAME, Way("ddpm", 20))
    ratio = found[20].distance / stochastic.distance
    yield below("DDIM 20 ÷ DDPM 20: Fréchet distance", ratio, 1, f"(DDPM 20: {_said(stochastic)})")
    larger = bench.quality(NAME, Way("ddpm large", 20))
    ratio = found[20].distance / larger.distance
    yield figure("DDIM 20 ÷ DDPM 20 with the larger variance: Fréchet distance", ratio, _said(larger))
    for count in (10, 5):
        ratio = found[count].distance / best.distance
        yield figure(f"DDIM {count} ÷ DDIM 50: Fréchet distance", ratio, _said(found[count]))
    walked = bench.quality(NAME, Way("flow", 20))
    ratio = walked.distance / best.distance
    yield figure("Euler 20 in a flow's coordinates ÷ DDIM 50: Fréchet distance", ratio, _said(walked))


def _said(found: Quality) -> str:
    return f"(sharpness {found.sharpness:.1f}, distance {found.distance:.3f})"
