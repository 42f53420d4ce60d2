"""The data sets of the plane, against the numbers that were measured before."""

from __future__ import annotations

import math

import pytest
import torch
from scorefield.diffusion.measures import distance_to_curve, mean_offset, spread
from scorefield.models.toy.datasets import circle, from_image, from_text, moons, spiral


def test_the_spiral_is_the_videos() -> None:
    points = spiral(100).xy
    assert points.shape == (100, 2) and points.dtype == torch.float32
    assert points.mean(dim=0).tolist() == pytest.approx([-0.0755, -0.0130], abs=2e-4)
    assert spread(points) == pytest.approx(0.663, abs=1e-3)
    assert float(points.norm(dim=1).max()) == pytest.approx(1.100, abs=1e-3)
    gaps = points.diff(dim=0).norm(dim=1)
    assert (float(gaps[0]), float(gaps[-1])) == pytest.approx((0.019, 0.174), abs=2e-3)


def test_the_curve_is_the_one_the_points_lie_on() -> None:
    points = spiral(100)
    assert float(distance_to_curve(points.xy, points.curve).max()) < 1e-3
    nearest = distance_to_curve(points.xy.mean(dim=0, keepdim=True), points.curve)
    assert float(nearest) == pytest.approx(0.118, abs=1e-3)


def test_three_classes_have_the_notebooks_borders() -> None:
    points = spiral(100, classes=3)
    assert points.names == ("person", "dog", "cat")
    assert points.labels.bincount().tolist() == [30, 30, 40]
    radii = [float(points.of_class(i).xy.norm(dim=1).mean()) for i in range(3)]
    assert radii == sorted(radii)
    assert torch.equal(points.xy, spiral(100).xy)


def test_the_circle_is_round_and_closed() -> None:
    points = circle(64)
    assert torch.allclose(points.xy.norm(dim=1), torch.ones(64), atol=1e-6)
    assert mean_offset(points.xy, torch.zeros(1, 2)) < 1e-6
    assert torch.equal(points.curve[0], points.curve[-1])
    assert float(distance_to_curve(points.xy, points.curve).max()) < 1e-5


def test_two_moons_are_half_circles_with_noise() -> None:
    still = moons(200, noise=0.0)
    upper, lower = still.of_class(0).xy, still.of_class(1).xy
    assert torch.allclose(upper.norm(dim=1), torch.ones(100), atol=1e-6) and float(upper[:, 1].min()) > -1e-6
    assert torch.allclose((lower - torch.tensor([1.0, 0.5])).norm(dim=1), torch.ones(100), atol=1e-6)
    noisy = moons(20_000, 0.05, torch.Generator().manual_seed(0)).xy - moons(20_000, 0.0).xy
    assert float(noisy.std()) == pytest.approx(0.05, rel=0.03)


def test_points_typed_in_are_those_points() -> None:
    points = from_text("0.5 -1.2 cat\n\n1e-3, 2 dog\n  3 4 cat ")
    assert torch.allclose(points.xy, torch.tensor([[0.5, -1.2], [0.001, 2.0], [3.0, 4.0]]))
    assert points.names == ("cat", "dog") and points.labels.tolist() == [0, 1, 0]
    assert from_text("1 2\n3 4").labels is None


@pytest.mark.parametrize("text", ["1", "1 2 3 4", "one two", "nan 1", "inf 0", "1;2"])
def test_a_line_that_is_no_point_is_refused_by_its_number(text) -> None:
    with pytest.raises(ValueError, match="line 3: expected two finite numbers"):
        from_text(f"0 0\n\n{text}")


@pytest.mark.parametrize("text", ["", "  \n \n"])
def test_no_points_are_refused(text) -> None:
    with pytest.raises(ValueError, match="no points"):
        from_text(text)


def test_points_of_a_picture_are_where_it_is_dark() -> None:
    """A white picture twice as wide as high, black at its upper left."""
    image = torch.ones(20, 40, 3)
    image[:5, :10] = 0
    points = from_image(image, 500, torch.Generator().manual_seed(0)).xy
    assert points.shape == (500, 2)
    assert float(points[:, 0].min()) >= -1 and float(points[:, 0].max()) <= -0.5
    assert float(points[:, 1].min()) >= 0.25 and float(points[:, 1].max()) <= 0.5
    assert float(points[:, 0].std()) == pytest.approx(0.5 / math.sqrt(12), rel=0.1)


def test_a_picture_without_dark_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match=r"darker than 0\.5"):
        from_image(torch.ones(4, 4, 3), 10, torch.Generator())


@pytest.mark.parametrize(
    "make", [lambda: spiral(1), lambda: spiral(100, 2), lambda: circle(0), lambda: moons(1)]
)
def test_data_sets_that_cannot_be_are_refused(make) -> None:
    with pytest.raises(ValueError, match=r"needs? at least"):
        make()
