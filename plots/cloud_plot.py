"""Where samples are: a cloud over the data, or several side by side."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ..diffusion.points import Points
from .film import still
from .path_layer import fitted_extent
from .plane import new_plane
from .point_layer import colours_of, data_keys, data_layers, dots, sample_keys
from .style import STYLE


def cloud_plot(
    samples: Tensor,
    points: Points | None = None,
    *,
    classes: Tensor | None = None,
    extent: float = 1.5,
    size: int = 640,
    title: str = "",
    caption: str | None = None,
) -> Tensor:
    """A cloud of samples over the data.

    Args:
        samples: (B, 2).
        points: the data beneath, faint.
        classes: (B,) or (1,) the class each sample was asked to be, which colours it; white without.
        extent: half the side of the plane that is shown; 0 makes everything fit.
        size: of the picture in pixels.
        title: above it.
        caption: below the title; by default the number of samples.

    Returns:
        An IMAGE, (1, size, size, 3).

    Raises:
        ValueError: samples that are not points of the plane, none of them, or numbers out of range.
    """
    if samples.ndim != 2 or samples.shape[1] != 2 or len(samples) == 0:
        raise ValueError(f"a cloud is samples of shape (B, 2) with B ≥ 1, got {tuple(samples.shape)}")
    xy = samples.detach().float().cpu()
    words = f"{len(xy)} sample{'s' if len(xy) != 1 else ''}" if caption is None else caption
    keys = [*data_keys(points), *sample_keys(classes)]
    plane = new_plane(extent or fitted_extent(xy), size, title, words, data_keys=keys)
    if points is not None:
        plane.put(*data_layers(plane, points, faint=True))
    plane.put(dots(plane, xy, colours_of(classes, STYLE.sample, len(xy)), *_weight(len(xy))))
    return still(plane.figure, plane.layers)


def cloud_plots(
    clouds: Mapping[str, Tensor],
    points: Points | None = None,
    *,
    classes: Tensor | None = None,
    extent: float = 1.5,
    size: int = 480,
) -> Tensor:
    """Several clouds by name side by side, each as `cloud_plot` draws it: (1, size, size·n, 3).

    Raises:
        ValueError: no cloud, or one that `cloud_plot` refuses.
    """
    if not clouds:
        raise ValueError("there is no cloud to draw")
    half = extent or max(fitted_extent(samples.float().cpu()) for samples in clouds.values())
    drawn = [
        cloud_plot(samples, points, classes=classes, extent=half, size=size, title=name)
        for name, samples in clouds.items()
    ]
    return torch.cat(drawn, dim=2)


def _weight(count: int) -> tuple[float, float]:
    """Radius and opacity of a sample: the more of them, the finer."""
    if count <= 150:
        return 6.0, 0.95
    return (4.8, 0.85) if count <= 600 else (3.4, 0.7)
