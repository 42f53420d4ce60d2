"""Paths of samples as something to draw."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from torch import Tensor

from ..diffusion.sampling import Trajectory
from .plane import Plane
from .point_layer import dots
from .style import STYLE

# So many paths that each is a hair: together they show where they run, and none hides the rest.
FULL_OPACITY_PATHS, LEAST_OPACITY = 24, 0.1


def positions(trajectory: Trajectory, shown: int | None = None) -> Tensor:
    """The recorded positions of the first samples, (S + 1, B, 2).

    Raises:
        ValueError: positions were not recorded, or are not points of the plane.
    """
    x = trajectory.x
    if x.ndim != 3 or x.shape[2] != 2:
        raise ValueError(
            f"paths of the plane need recorded positions x, (steps + 1, samples, 2), got {tuple(x.shape)}"
        )
    return x[:, :shown].float().cpu()


def lines(
    plane: Plane, paths: Tensor, colours: str | Sequence[str], width: float, opacity: float = 1.0
) -> LineCollection:
    """One line per path: (S + 1, B, 2)."""
    return LineCollection(
        list(paths.transpose(0, 1).numpy()),
        colors=colours,
        linewidths=width * plane.unit,
        alpha=opacity,
        capstyle="round",
        joinstyle="round",
        transform=plane.axes.transData,
    )


def thin_paths(plane: Plane, x: Tensor, colours: str | Sequence[str], behind: bool) -> list[Artist]:
    """All paths as hairs, and where they end; x (S + 1, B, 2). Behind one to follow they are fainter."""
    count = x.shape[1]
    opacity = max(LEAST_OPACITY, min(0.6, 0.6 * (FULL_OPACITY_PATHS / count) ** 0.7))
    return [
        lines(plane, x, colours, 1.1, opacity * (0.5 if behind else 1)),
        dots(plane, x[-1], colours, 4.2 if count <= 300 else 3.0, 0.6 if behind else 0.95),
    ]


def thick_path(plane: Plane, path: Tensor, colour: str, width: float = 2.8) -> list[Artist]:
    """One path (S + 1, 2) above the others, with a ring where it starts and a disc where it ends."""
    return [
        lines(plane, path[:, None], STYLE.panel, width + 3.2, 0.8),
        lines(plane, path[:, None], colour, width),
        *ends(plane, path, colour),
    ]


def two_strokes(plane: Plane, path: Tensor, mean: Tensor) -> list[Artist]:
    """One path (S + 1, 2), two strokes a step: the model's move to the mean (S, 2), then the random one."""
    model = torch.stack([path[:-1], mean])  # (2, S, 2)
    fresh = torch.stack([mean, path[1:]])
    return [
        lines(plane, path[:, None], STYLE.panel, 6.0, 0.7),
        lines(plane, fresh, STYLE.sample, 1.5, 0.9),
        lines(plane, model, STYLE.conditional, 3.2),
        *ends(plane, path, STYLE.accent),
    ]


def ends(plane: Plane, path: Tensor, colour: str) -> list[Artist]:
    """A ring at the start of a path (S + 1, 2), a disc at its end."""
    return [
        dots(plane, path[:1], colour, 10.0, edge=True),
        dots(plane, path[:1], STYLE.panel, 5.6),
        dots(plane, path[-1:], colour, 10.0, edge=True),
    ]


def fitted_extent(x: Tensor) -> float:
    """Half the side of a plane that holds all these places (…, 2), with a margin; of the finite ones."""
    finite = x[torch.isfinite(x)]
    furthest = float(finite.abs().max()) if len(finite) else 1.0
    return 1.06 * max(furthest, 1e-3)
