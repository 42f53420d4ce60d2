"""A field whose x̂0 is held within bounds: pixels lie in −1 … 1, whatever a strongly guided network says.

The noise is then what leads from the x̂0 that was held back to x; for diffusers' DDIM it stays what the
network said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from .field import Field
from .prediction import Estimate
from .schedule import Level

Hold = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class WithinLimit:
    """Every number of x̂0 is held within ±limit: diffusers' `clip_sample`."""

    limit: float

    def __call__(self, x0: Tensor) -> Tensor:
        """x̂0, (B, *shape), held."""
        return x0.clamp(-self.limit, self.limit)


@dataclass(frozen=True)
class WithinShare:
    """Every sample is held within ±s and divided by s, so that the share of its numbers which is that small
    stays inside; s is at least 1: the dynamic thresholding of Saharia et al. 2022, arXiv:2205.11487, section
    2.3, as diffusers does it.

    Attributes:
        share: of the numbers, 0 … 1.
        most: s is at most this.
    """

    share: float
    most: float

    def __call__(self, x0: Tensor) -> Tensor:
        """x̂0, (B, *shape), held."""
        sizes = x0.flatten(1).abs().float().quantile(self.share, dim=1).clamp(1, self.most)
        limits = sizes.to(x0).view(-1, *[1] * (x0.ndim - 1))
        return x0.clamp(-limits, limits) / limits


@dataclass(frozen=True, eq=False)
class BoundedField:
    """Another field, with its x̂0 held within bounds; its parts stay as they are.

    Attributes:
        field: the other.
        hold: what holds its x̂0.
        keeps_noise: whether ε̂ stays what the field says.
    """

    field: Field
    hold: Hold
    keeps_noise: bool = False

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The estimate at x, (B, *shape)."""
        said = self.field(x, level)
        x0 = self.hold(said.x0)
        if self.keeps_noise or level.sigma == 0:
            return said._replace(x0=x0)
        return said._replace(x0=x0, epsilon=torch.sub(x, x0, alpha=level.alpha) / level.sigma)
