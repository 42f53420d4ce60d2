"""The measures against answers that are known, or are counted by hand."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scorefield.diffusion.closed_form import ClosedFormField
from scorefield.diffusion.measures import (
    alignment,
    angle_between,
    coverage,
    distance_to_curve,
    distance_to_points,
    energy_distance,
    maximum_mean_discrepancy,
    mean_offset,
    noised_reference,
    probe_grid,
    spread,
    turning_time,
)
from scorefield.diffusion.prediction import Estimate
from scorefield.diffusion.schedule import log_linear

SEGMENT = torch.tensor([[0.0, 0.0], [2.0, 0.0]])


def gaussian(count, seed, mean=0.0, std=1.0):
    return mean + std * torch.randn(
        count, 2, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    )


@pytest.mark.parametrize(
    ("point", "expected"),
    [((1, 0), 0), ((1, 3), 3), ((-3, 4), 5), ((2, -2), 2), ((5, 4), 5), ((0, 0), 0)],
)
def test_distance_to_a_segment(point, expected) -> None:
    assert float(distance_to_curve(torch.tensor([point], dtype=torch.float32), SEGMENT)) == pytest.approx(
        expected
    )


def test_distance_to_a_corner_and_to_a_vertex_that_stands_twice() -> None:
    corner = torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    x = torch.tensor([[0.5, 0.5], [2.0, -1.0], [0.9, 0.1]])
    assert distance_to_curve(x, corner).tolist() == pytest.approx([0.5, math.sqrt(2), 0.1], abs=1e-6)


def test_a_curve_of_one_point_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two vertices"):
        distance_to_curve(SEGMENT, SEGMENT[:1])


def test_distance_to_points_is_to_the_nearest() -> None:
    x = torch.tensor([[0.5, 0.0], [2.0, 1.0]])
    assert distance_to_points(x, SEGMENT).tolist() == [0.5, 1.0]


def test_spread_is_the_root_of_the_summed_variances() -> None:
    assert spread(torch.tensor([[1.0, 2.0]] * 5)) == 0
    assert spread(torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 2.0], [0.0, -2.0]])) == pytest.approx(
        math.sqrt(2.5)
    )


def test_mean_offset_is_between_the_means() -> None:
    assert mean_offset(SEGMENT, SEGMENT + torch.tensor([3.0, 4.0])) == pytest.approx(5)


def test_coverage_counts_the_data_that_were_reached() -> None:
    data = torch.tensor([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    assert coverage(torch.tensor([[0.05, 0.0], [0.0, 0.05]]), data) == 0.25
    assert coverage(data, data) == 1
    assert coverage(data + 0.2, data) == 0
    assert coverage(data + 0.2, data, within=0.3) == 1


def test_energy_distance_of_two_points_is_twice_their_distance() -> None:
    assert energy_distance(torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 4.0]])) == pytest.approx(10)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 1000))
def test_energy_distance_is_counted_by_hand(n, m, seed) -> None:
    x, y = gaussian(n, seed), gaussian(m, seed + 1, mean=1.0)

    def mean_distance(a, b):
        return sum(math.dist(p, q) for p in a.tolist() for q in b.tolist()) / (len(a) * len(b))

    expected = 2 * mean_distance(x, y) - mean_distance(x, x) - mean_distance(y, y)
    assert energy_distance(x, y) == pytest.approx(expected, rel=1e-5, abs=1e-6)
    assert energy_distance(x, y) >= -1e-6
    assert energy_distance(y, x) == pytest.approx(energy_distance(x, y), abs=1e-6)


def test_energy_distance_of_identical_clouds_is_zero() -> None:
    x = gaussian(50, 1)
    assert energy_distance(x, x.flip(0)) == pytest.approx(0, abs=1e-6)


def test_energy_distance_of_two_gaussians_grows_with_their_distance() -> None:
    near, far = (energy_distance(gaussian(500, 1), gaussian(500, 2, mean)) for mean in (0.5, 3.0))
    assert 0.02 < near < far
    # Far apart, E|X − Y| is their distance and E|X − X'| is √π: 2·√2·20 − 2·√π.
    apart = energy_distance(gaussian(2000, 1), gaussian(2000, 2, 20.0))
    assert apart == pytest.approx(2 * math.sqrt(2) * 20 - 2 * math.sqrt(math.pi), abs=0.15)


def test_discrepancy_is_counted_by_hand() -> None:
    """Off the diagonal only: a point is not its own neighbour."""
    x, y, width = gaussian(5, 1), gaussian(4, 2), 0.7

    def kernel(p, q):
        return math.exp(-(math.dist(p, q) ** 2) / (2 * width**2))

    def within(points):
        pairs = [(p, q) for i, p in enumerate(points) for j, q in enumerate(points) if i != j]
        return sum(kernel(p, q) for p, q in pairs) / len(pairs)

    a, b = x.tolist(), y.tolist()
    expected = within(a) + within(b) - 2 * sum(kernel(p, q) for p in a for q in b) / 20
    assert maximum_mean_discrepancy(x, y, width) == pytest.approx(expected, rel=1e-9)


def test_discrepancy_is_unbiased() -> None:
    """Of two samples of one law it is zero on average, not only in the limit: as often below as above."""
    values = torch.tensor(
        [maximum_mean_discrepancy(gaussian(40, i), gaussian(40, i + 500), 0.5) for i in range(300)]
    )
    error = float(values.std()) / math.sqrt(len(values))
    assert abs(float(values.mean())) < 4 * error
    assert 0.3 < float((values < 0).double().mean()) < 0.8


def test_discrepancy_sees_what_energy_distance_hardly_does() -> None:
    """A ring against a Gaussian of its mean and spread."""
    angle = torch.rand(800, generator=torch.Generator().manual_seed(3), dtype=torch.float64) * 2 * math.pi
    ring = torch.stack([angle.cos(), angle.sin()], dim=1)
    blob = gaussian(800, 4, std=math.sqrt(0.5))
    assert maximum_mean_discrepancy(ring, blob) > 10 * abs(maximum_mean_discrepancy(ring[:400], ring[400:]))


def test_the_reference_is_the_data_with_a_little_noise() -> None:
    data = torch.tensor([[0.0, 0.0], [1.0, 1.0]])
    reference = noised_reference(data, 4000, torch.Generator().manual_seed(1), std=0.01)
    nearest = torch.cdist(reference, data)
    assert reference.shape == (4000, 2)
    assert float((reference[:, 0] > 0.5).double().mean()) == pytest.approx(0.5, abs=0.04)
    assert float(nearest.amin(dim=1).square().mean()) == pytest.approx(2 * 0.01**2, rel=0.1)


def test_arrows_to_the_mean_and_to_the_nearest_point() -> None:
    data = torch.tensor([[0.0, 0.0], [4.0, 0.0]])
    probes = torch.tensor([[4.0, 1.0], [0.0, 1.0]])

    def towards(goal):
        return lambda x, level: Estimate(x, x - goal)

    level = log_linear().at(0.5)
    to_mean, to_nearest = alignment(towards(torch.tensor([2.0, 0.0])), level, probes, data)
    assert to_mean == pytest.approx(1) and to_nearest < 0.9
    to_mean, to_nearest = alignment(towards(data.flip(0)), level, probes, data)
    assert to_nearest == pytest.approx(1) and to_mean < 0.9


@pytest.mark.parametrize("turn", [0.0, 0.25, 0.38, 0.8, 1.0])
def test_the_turning_time_of_a_field_that_turns_at_once(turn) -> None:
    data = torch.tensor([[-1.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    probes = probe_grid(2.0, 8)
    nearest = data[torch.cdist(probes, data).argmin(dim=1)]

    def field(x, level):
        return Estimate(x, x - (nearest if level.t <= turn else data.mean(dim=0)))

    assert turning_time(field, log_linear(), probes, data) == pytest.approx(turn, abs=0.005)


def test_a_field_that_never_turns_has_no_turning_time() -> None:
    data = torch.tensor([[-1.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    assert (
        turning_time(lambda x, level: Estimate(x, x - data.mean(dim=0)), log_linear(), probe_grid(), data)
        is None
    )


def test_the_closed_form_turns_earlier_where_the_data_are_closer() -> None:
    data = gaussian(30, 1).float()
    times = [
        turning_time(ClosedFormField(k * data), log_linear(), k * probe_grid(2.0, 10), k * data)
        for k in (0.2, 1)
    ]
    assert times[0] < times[1]


def test_probes_are_a_square_grid_or_a_disc_of_it() -> None:
    grid = probe_grid(2.0, 5)
    assert grid.shape == (25, 2) and float(grid.abs().max()) == 2
    disc = probe_grid(2.0, 5, radius=1.1)
    assert len(disc) == 5 and float(disc.norm(dim=1).max()) <= 1.1


@pytest.mark.parametrize(("degrees", "other"), [(0, (2, 0)), (90, (0, 1)), (180, (-3, 0)), (45, (1, 1))])
def test_the_angle_between_arrows(degrees, other) -> None:
    angle = angle_between(torch.tensor([[1.0, 0.0]]), torch.tensor([other], dtype=torch.float32))
    assert float(angle) == pytest.approx(degrees, abs=0.05)
