"""The measures that say something only together, on clouds whose quality is known."""

from __future__ import annotations

import pytest
import torch
from scorefield.diffusion.points import Points
from scorefield.diffusion.quality import class_quality, distance_to_data, quality
from scorefield.models.toy.datasets import spiral

SPIRAL = spiral(100)
THREE = spiral(100, classes=3)


def generator():
    return torch.Generator().manual_seed(0)


def test_the_data_themselves_are_of_the_best_quality() -> None:
    found = quality(SPIRAL.xy.repeat(20, 1), SPIRAL, generator())
    assert found["distance"] < 1e-3 and found["on curve"] == 1 and found["coverage"] == 1
    assert found["mean offset"] == pytest.approx(0, abs=1e-6)
    assert found["spread"] == pytest.approx(found["data spread"])
    assert found["energy distance"] < 0.002 and abs(found["MMD x1000"]) < 1


def test_a_structureless_gaussian_has_the_measured_values() -> None:
    """As measured before, for the data's mean and spread: d 0.119, on 0.23, E 0.0033, MMD 13.4."""
    covariance = torch.cov(SPIRAL.xy.double().T)
    cloud = (
        torch.randn(4000, 2, generator=generator(), dtype=torch.float64) @ torch.linalg.cholesky(covariance).T
    )
    found = quality((cloud + SPIRAL.xy.mean(dim=0)).float(), SPIRAL, generator())
    assert found["distance"] == pytest.approx(0.119, abs=0.012)
    assert found["on curve"] == pytest.approx(0.23, abs=0.04)
    assert found["energy distance"] == pytest.approx(0.0033, abs=0.003)
    assert found["MMD x1000"] == pytest.approx(13.4, abs=4)


def test_a_collapsed_cloud_is_near_the_data_and_told_by_the_other_measures() -> None:
    found = quality(SPIRAL.xy[:5].repeat(100, 1), SPIRAL, generator())
    assert found["distance"] < 1e-3
    assert found["spread"] < 0.2 * found["data spread"] and found["coverage"] < 0.3
    assert found["MMD x1000"] > 100


def test_without_a_curve_the_distance_is_to_the_points() -> None:
    points = Points(torch.tensor([[0.0, 0.0], [2.0, 0.0]]))
    assert distance_to_data(torch.tensor([[1.0, 0.0]]), points).tolist() == [1.0]
    on_a_line = Points(points.xy, curve=points.xy)
    assert distance_to_data(torch.tensor([[1.0, 0.0]]), on_a_line).tolist() == [0.0]


def test_the_right_class_is_the_one_asked_for() -> None:
    asked = THREE.labels
    assert class_quality(THREE.xy, THREE, asked)["right class"] > 0.97  # a border point lies on both pieces
    assert class_quality(THREE.xy, THREE, asked)["on own arc"] == 1
    wrong = class_quality(THREE.xy, THREE, (asked + 1) % 3)
    assert wrong["right class"] < 0.05 and wrong["own arc distance"] > 0.2


def test_samples_of_any_class_are_left_out() -> None:
    asked = torch.cat([THREE.labels, torch.full((50,), -1)])
    far_away = torch.full((50, 2), 99.0)
    found = class_quality(torch.cat([THREE.xy, far_away]), THREE, asked)
    assert found == class_quality(THREE.xy, THREE, THREE.labels)


def test_points_without_classes_have_no_class_quality() -> None:
    with pytest.raises(ValueError, match="no classes"):
        class_quality(SPIRAL.xy, SPIRAL, torch.zeros(100, dtype=torch.long))
