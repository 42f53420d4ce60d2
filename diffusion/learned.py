"""A learned field: a network, and which kind of thing it predicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from .field import Field
from .prediction import Estimate, Prediction, to_estimate
from .schedule import Level


class Network(Protocol):
    """A network over x (B, *shape), told the noise level of each sample and perhaps its condition."""

    def __call__(self, x: Tensor, level: Level, condition: Tensor | None) -> Tensor:
        """The prediction, (B, *shape)."""
        ...


@dataclass(frozen=True, eq=False)
class LearnedField:
    """The field of a network.

    Attributes:
        network: what predicts.
        prediction: what its output means.
        condition: (B, …) or (1, …) what it is told, or None.
    """

    network: Network
    prediction: Prediction
    condition: Tensor | None = None

    def given(self, condition: Tensor | None) -> Field:
        """The same network, told a condition."""
        return LearnedField(self.network, self.prediction, condition)

    @torch.no_grad()
    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The network's estimate at x, (B, *shape)."""
        return to_estimate(self.prediction, self.network(x, level, self.condition), x, level)
