"""Numbers that say how good a cloud of samples is, and where a field turns.

Distance to the data alone is no measure of quality: a cloud that has collapsed onto one arm of a spiral has
the smallest of all. Use it with spread, coverage and a distance between distributions.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .field import Field
from .schedule import Level, Schedule


def distance_to_points(x: Tensor, data: Tensor) -> Tensor:
    """Distance of each sample to the nearest data point: (B, D), (N, D) → (B,)."""
    return torch.cdist(x, data, compute_mode="donot_use_mm_for_euclid_dist").amin(dim=1)


def distance_to_curve(x: Tensor, curve: Tensor) -> Tensor:
    """Distance of each sample to a polyline: (B, D), (M, D) vertices → (B,).

    Raises:
        ValueError: fewer than two vertices.
    """
    if len(curve) < 2:
        raise ValueError("a curve needs at least two vertices")
    start, along = curve[:-1], curve.diff(dim=0)  # (M − 1, D)
    length = along.square().sum(dim=1).clamp(min=torch.finfo(curve.dtype).tiny)
    part = ((x @ along.T) - (start * along).sum(dim=1)) / length  # (B, M − 1)
    nearest = start + part.clamp(0, 1)[..., None] * along  # (B, M − 1, D)
    distances: Tensor = torch.linalg.vector_norm(x[:, None] - nearest, dim=2)  # (B, M − 1)
    return distances.amin(dim=1)


def spread(x: Tensor) -> float:
    """√(sum of the variances of the coordinates) of (B, D): 0 for a point."""
    return float(x.double().var(dim=0, correction=0).sum().sqrt())


def mean_offset(x: Tensor, data: Tensor) -> float:
    """Distance between the mean of the samples (B, D) and the mean of the data (N, D)."""
    return float((x.double().mean(dim=0) - data.double().mean(dim=0)).norm())


def coverage(x: Tensor, data: Tensor, within: float = 0.1) -> float:
    """The share of the data points (N, D) that have a sample (B, D) within that distance, 0 … 1."""
    return float((distance_to_points(data, x) < within).double().mean())


def energy_distance(x: Tensor, y: Tensor) -> float:
    """2·E|X − Y| − E|X − X'| − E|Y − Y'| of two clouds (B, D), (C, D); ≥ 0, about 2·E|X − X'|/B for equal
    laws.

    Source: Székely & Rizzo 2013, "Energy statistics".
    """
    x, y = x.double(), y.double()
    return float(2 * torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean())


def maximum_mean_discrepancy(x: Tensor, y: Tensor, width: float = 0.05) -> float:
    """Unbiased squared MMD under a Gaussian kernel of that width; about 0 (also below) for equal laws.

    Source: Gretton et al. 2012, JMLR 13, eq. 3.

    Raises:
        ValueError: a cloud of fewer than two samples.
    """
    if min(len(x), len(y)) < 2:
        raise ValueError("the unbiased MMD needs at least two samples on either side")
    x, y = x.double(), y.double()

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return torch.cdist(a, b).square_().mul_(-0.5 / width**2).exp_()

    def off_diagonal_mean(gram: Tensor) -> Tensor:
        return (gram.sum() - gram.diagonal().sum()) / (len(gram) * (len(gram) - 1))

    within = off_diagonal_mean(kernel(x, x)) + off_diagonal_mean(kernel(y, y))
    return float(within - 2 * kernel(x, y).mean())


def noised_reference(data: Tensor, count: int, generator: torch.Generator, std: float = 0.01) -> Tensor:
    """What samples are compared with: `count` draws of the data (N, D), each with a little noise, (count,
    D)."""
    chosen = data[torch.randint(len(data), (count,), generator=generator)]
    return chosen + std * torch.randn(chosen.shape, generator=generator, dtype=data.dtype)


def alignment(field: Field, level: Level, probes: Tensor, data: Tensor) -> tuple[float, float]:
    """Mean cosine of the arrow −ε̂ with the way to the data's mean, and with the way to the nearest point.

    Args:
        field: the field.
        level: where in time.
        probes: (P, D) where in space.
        data: (N, D).
    """
    arrows = -field(probes, level).epsilon
    nearest = data[torch.cdist(probes, data).argmin(dim=1)]

    def mean_cosine(goal: Tensor) -> float:
        return float(torch.nn.functional.cosine_similarity(arrows, goal - probes, dim=1).mean())

    return mean_cosine(data.mean(dim=0, keepdim=True)), mean_cosine(nearest)


def turning_time(
    field: Field, schedule: Schedule, probes: Tensor, data: Tensor, resolution: int = 200
) -> float | None:
    """The largest t at which the arrows agree more with the nearest point than with the mean, going down.

    None where they never do. Probes (P, D), data (N, D).
    """
    for i in range(resolution, -1, -1):
        level = schedule.at(i / resolution)
        to_mean, to_nearest = alignment(field, level, probes, data)
        if to_nearest > to_mean:
            return level.t
    return None


def probe_grid(extent: float = 2.0, side: int = 30, radius: float | None = None) -> Tensor:
    """side² probes on [−extent, extent]², or only those within a radius, (P, 2)."""
    line = torch.linspace(-extent, extent, side)
    grid = torch.cartesian_prod(line, line)
    return grid if radius is None else grid[grid.norm(dim=1) < radius]


def angle_between(a: Tensor, b: Tensor) -> Tensor:
    """The angle between arrows, in degrees: (B, D), (B, D) → (B,)."""
    return torch.rad2deg(torch.acos(torch.nn.functional.cosine_similarity(a, b, dim=1).clamp(-1, 1)))
