"""Two fields, one at high noise and the other at low (WAN 2.2; Balaji et al. 2022, arXiv:2211.01324)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from .field import Field
from .prediction import Estimate
from .schedule import Level


@dataclass(frozen=True, eq=False)
class SwitchedField:
    """The early field as long as there is much noise, then the late one.

    Attributes:
        early: at high noise.
        late: at low noise.
        boundary: the noise fraction σ/(α + σ) below which the late one answers; a flow's own σ.
    """

    early: Field
    late: Field
    boundary: float

    def at(self, level: Level) -> Field:
        """The field that answers at a level."""
        return self.early if level.sigma / (level.alpha + level.sigma) >= self.boundary else self.late

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The estimate of the field whose turn it is, at x, (B, *shape)."""
        return self.at(level)(x, level)
