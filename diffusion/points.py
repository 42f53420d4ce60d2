"""Points of the plane with classes: the data of the two-dimensional demos."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Points:
    """A finite data set in the plane.

    Attributes:
        xy: (N, 2) float32.
        labels: (N,) int64 class of each point, or None.
        names: what the classes are called; a class is its place in this tuple.
        curve: (M, 2) the continuous curve the points were taken from, or None.
        curve_labels: (M,) the class of each of its vertices, or None.
    """

    xy: Tensor
    labels: Tensor | None = None
    names: tuple[str, ...] = ()
    curve: Tensor | None = None
    curve_labels: Tensor | None = None

    def __post_init__(self) -> None:
        if self.xy.ndim != 2 or self.xy.shape[1] != 2 or len(self.xy) == 0:
            raise ValueError(
                f"points of the plane have the shape (N, 2) with N ≥ 1, got {tuple(self.xy.shape)}"
            )
        if not bool(torch.isfinite(self.xy).all()):
            raise ValueError("a point is not finite")
        if self.labels is not None and not 0 <= int(self.labels.min()) <= int(self.labels.max()) < len(
            self.names
        ):
            raise ValueError(f"labels must name one of the {len(self.names)} classes")

    def of_class(self, index: int) -> Points:
        """The points (and the piece of the curve) of one class.

        Raises:
            ValueError: the points have no classes.
        """
        if self.labels is None:
            raise ValueError("these points have no classes")
        kept = None
        if self.curve is not None and self.curve_labels is not None:
            kept = self.curve[self.curve_labels == index]
        return Points(self.xy[self.labels == index], curve=kept)
