"""The exact field of a finite data set: diffusion without training.

If the data are N points, each as likely as another, then the noised density is a mixture of N Gaussians
around alpha·x_i, and the mean of x0 given x is the softmax-weighted mean of the points:

    x̂0(x) = Σ_i w_i·x_i,   w = softmax_i(−|x − alpha·x_i|² / (2·sigma²))

(Karras et al. 2022, arXiv:2206.00364, eq. 57; Vincent 2011.) It is what a network of infinite capacity
converges to, and sampling from it returns the training points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from .batch import shared_out
from .field import Field
from .prediction import Estimate
from .schedule import Level

# Distances held at once, (rows of x) × (points): 16 M float32 are 64 MiB.
DISTANCES_AT_ONCE = 1 << 24
# Up to so many numbers a sample, distances are taken from differences.
DIFFERENCES_UP_TO = 64


@dataclass(frozen=True, eq=False)
class ClosedFormField:
    """The field of a data set, optionally of some of its classes.

    Attributes:
        data: (N, *shape), floating point.
        labels: (N,) integer class of each point, or None.
        classes: (L,) classes asked for, shared out over the batch; −1 means any. None: any.
    """

    data: Tensor
    labels: Tensor | None = None
    classes: Tensor | None = None

    def __post_init__(self) -> None:
        if len(self.data) == 0:
            raise ValueError("the field of an empty data set is not defined: give at least one point")
        if not bool(torch.isfinite(self.data).all()):
            raise ValueError("the data set holds a value that is not finite")

    def given(self, classes: Tensor | None) -> Field:
        """The field of these classes (see the attributes); nothing but −1 is the field of all.

        Raises:
            ValueError: the data set has no labels, or no point of a class that is asked for.
        """
        if classes is None or bool((classes < 0).all()):
            return ClosedFormField(self.data, self.labels)
        if self.labels is None:
            raise ValueError("this data set has no classes")
        known = set(self.labels.tolist()) | {-1}
        unknown = sorted(set(classes.tolist()) - known)
        if unknown:
            raise ValueError(f"no point of this data set has class {unknown[0]}")
        return ClosedFormField(self.data, self.labels, classes)

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The exact estimate at x, (B, *shape).

        Raises:
            ValueError: sigma = 0, where the noise is not defined.
        """
        if level.sigma == 0:
            raise ValueError(
                "the closed-form field is not defined where sigma = 0: evaluate it at a noise level"
            )
        data = self.data.to(x).flatten(1)  # (N, D)
        wanted = None if self.classes is None else shared_out(self.classes.to(x.device), len(x), "classes")
        rows = max(1, DISTANCES_AT_ONCE // len(data))
        x0 = torch.empty_like(x)
        for start in range(0, len(x), rows):
            block = slice(start, start + rows)
            logits = self._logits(x[block].flatten(1), data, level)  # (rows, N)
            if wanted is not None:
                logits = self._masked(logits, wanted[block, None])
            x0[block] = (logits.softmax(dim=1) @ data).view_as(x0[block])
        return Estimate(x0, (x - level.alpha * x0) / level.sigma)

    def _masked(self, logits: Tensor, wanted: Tensor) -> Tensor:
        assert self.labels is not None  # `given` has seen to it
        return logits.masked_fill((self.labels.to(logits.device) != wanted) & (wanted >= 0), -torch.inf)

    def _logits(self, x: Tensor, data: Tensor, level: Level) -> Tensor:
        if level.alpha == 0:
            return x.new_zeros(len(x), len(data))
        # |x − αx_i|² = α²|x/α − x_i|² spares a scaled copy of the data; differences, not products,
        # because at small sigma a cancelled digit is a wrong neighbour.
        if data.shape[1] > DIFFERENCES_UP_TO:
            return self._logits_by_products(x, data, level)
        distances = torch.cdist(x / level.alpha, data, compute_mode="donot_use_mm_for_euclid_dist")
        return distances.square() * (-0.5 / level.ratio**2)

    def _logits_by_products(self, x: Tensor, data: Tensor, level: Level) -> Tensor:
        """The same but for a constant, which a softmax does not see: in a space of pictures differences take
        a hundred times as long, and two that products confuse are the same to the eye."""
        products = level.alpha * (x @ data.T) - 0.5 * level.alpha**2 * self._squares.to(x)
        return products / level.sigma**2

    @cached_property
    def _squares(self) -> Tensor:
        """|x_i|² of each point, (N,)."""
        return self.data.flatten(1).square().sum(dim=1)
