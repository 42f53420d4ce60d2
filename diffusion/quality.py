"""How good a cloud of samples is: the measures that say something only together."""

from __future__ import annotations

import torch
from torch import Tensor

from .measures import (
    coverage,
    distance_to_curve,
    distance_to_points,
    energy_distance,
    maximum_mean_discrepancy,
    mean_offset,
    noised_reference,
    spread,
)
from .points import Points

ON_THE_CURVE = 0.05


def distance_to_data(x: Tensor, points: Points) -> Tensor:
    """Distance of each sample (B, 2) to the curve the points came from, or to the nearest point, (B,)."""
    if points.curve is not None and len(points.curve) > 1:
        return distance_to_curve(x, points.curve)
    return distance_to_points(x, points.xy)


def quality(
    x: Tensor, points: Points, generator: torch.Generator, references: int = 2000
) -> dict[str, float]:
    """The measures of a cloud of samples (B, 2) against its data, by name.

    "distance" is the mean distance to the curve (or to the nearest point), "on curve" the share closer than
    0.05, "MMD x1000" the unbiased squared MMD times 1000 (not of a single sample). Distributions are compared
    with `references` draws of the data with noise of std 0.01.
    """
    distance = distance_to_data(x, points)
    reference = noised_reference(points.xy, references, generator)
    found = {
        "distance": float(distance.mean()),
        "on curve": float((distance < ON_THE_CURVE).double().mean()),
        "mean offset": mean_offset(x, points.xy),
        "spread": spread(x),
        "data spread": spread(points.xy),
        "coverage": coverage(x, points.xy),
        "energy distance": energy_distance(x, reference),
    }
    if len(x) > 1:
        found["MMD x1000"] = 1000 * maximum_mean_discrepancy(x, reference)
    return found


def class_quality(x: Tensor, points: Points, asked: Tensor) -> dict[str, float]:
    """Whether samples (B, 2) are what was asked for, classes (B,); samples asked for any class are left out.

    "right class" is the share whose nearest piece of the data has the class asked for, "on own arc" the share
    closer than 0.05 to that class's piece, "own arc distance" the mean distance to it.

    Raises:
        ValueError: the points have no classes.
    """
    if points.labels is None:
        raise ValueError("these points have no classes")
    arcs = [distance_to_data(x, points.of_class(index)) for index in range(len(points.names))]
    distances = torch.stack(arcs, dim=1)  # (B, classes)
    wanted = asked >= 0
    distances, asked = distances[wanted], asked[wanted]
    own = distances.gather(1, asked[:, None])[:, 0]
    return {
        "right class": float((distances.argmin(dim=1) == asked).double().mean()),
        "on own arc": float((own < ON_THE_CURVE).double().mean()),
        "own arc distance": float(own.mean()),
    }
