"""Points of the plane as something to draw: the data, and clouds of samples."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform, Transform
from numpy.typing import NDArray
from torch import Tensor

from ..diffusion.points import Points
from .header import Key
from .plane import Plane
from .style import STYLE, class_colour

EDGE_WIDTH = 0.8
DATA_OPACITY = 1.0


def dots(
    plane: Plane,
    xy: Tensor,
    colours: str | Sequence[str],
    radius: float,
    opacity: float = 1.0,
    edge: bool = False,
) -> PathCollection:
    """Discs of so many design pixels at xy (N, 2); with an edge in the panel's colour they stay apart."""
    edge_width = EDGE_WIDTH * plane.unit if edge else 0.0
    return discs(xy.numpy(), colours, radius * plane.unit, plane.axes.transData, opacity, edge_width)


def discs(
    places: NDArray[Any],
    colours: str | Sequence[str],
    radius: float,
    transform: Transform,
    opacity: float = 1.0,
    edge_width: float = 0.0,
) -> PathCollection:
    """Discs with a radius in pixels at places (N, 2) of a transform."""
    collection = PathCollection(
        [Path.unit_circle()],
        sizes=[radius**2],  # matplotlib scales the path by the root of it
        facecolors=colours,
        edgecolors=STYLE.panel if edge_width else "none",
        linewidths=edge_width,
        alpha=opacity,
        offsets=places,
        offset_transform=transform,
    )
    collection.set_transform(IdentityTransform())
    return collection


def colours_of(classes: Tensor | None, otherwise: str, count: int) -> str | list[str]:
    """The colour of each of `count` points: of its class, (count,) or (1,); without one (−1) `otherwise`."""
    if classes is None:
        return otherwise
    return [class_colour(c) if c >= 0 else otherwise for c in classes.expand(count).tolist()]


def data_layers(plane: Plane, points: Points, faint: bool = False) -> list[Artist]:
    """The data: the curve they were taken from, thin, and the points; faint where they are the backdrop."""
    opacity = 0.4 if faint else DATA_OPACITY
    colours = colours_of(points.labels, STYLE.data, len(points.xy))
    layers: list[Artist] = []
    if points.curve is not None and len(points.curve) > 1:
        layers.append(_curve(plane, points.curve, points.curve_labels, 0.5 * opacity))
    radius = STYLE.dot_radius * (1 if len(points.xy) <= 300 else 0.6)
    layers.append(dots(plane, points.xy.float().cpu(), colours, radius, opacity, edge=not faint))
    return layers


def data_keys(points: Points | None) -> list[Key]:
    """What the colours of the data mean."""
    if points is None:
        return []
    if points.labels is None:
        return [Key("data", STYLE.data)]
    return [Key(name, class_colour(index)) for index, name in enumerate(points.names)]


def sample_keys(classes: Tensor | None) -> list[Key]:
    """What white points mean; samples of a class need no key of their own."""
    return [Key("samples", STYLE.sample)] if classes is None else []


def _curve(plane: Plane, curve: Tensor, labels: Tensor | None, opacity: float) -> LineCollection:
    line = curve.cpu()
    kinds = torch.zeros(len(line), dtype=torch.long) if labels is None else labels.cpu()
    cuts = [0, *((kinds.diff() != 0).nonzero()[:, 0] + 1).tolist(), len(line)]
    # One vertex of overlap, so that the pieces meet.
    pieces = [line[start : end + 1].numpy() for start, end in pairwise(cuts)]
    colours = [STYLE.data if labels is None else class_colour(int(kinds[start])) for start in cuts[:-1]]
    return LineCollection(
        pieces,
        colors=colours,
        linewidths=1.4 * plane.unit,
        alpha=opacity,
        capstyle="round",
        transform=plane.axes.transData,
    )
