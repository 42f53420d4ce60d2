"""A learned field: a network, and which kind of thing it predicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from .batch import shared_out
from .field import Field
from .prediction import Estimate, Prediction, to_estimate
from .schedule import Level

# On a CPU a larger batch costs more in memory than one call less saves: at most so many numbers are joined.
WORTH_JOINING = 4096


class Network(Protocol):
    """A network over x (B, *shape), told the noise level of each sample and perhaps its condition."""

    def __call__(self, x: Tensor, level: Level, condition: Tensor | None) -> Tensor:
        """The prediction, (B, *shape)."""
        ...


@dataclass(frozen=True, eq=False)
class LearnedField:
    """The field of a network. It is joined with another of the same network by a batch of twice the size.

    Attributes:
        network: what predicts.
        prediction: what its output means.
        condition: (L, …) what it is told, shared out over the batch, or None.
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

    def together(self, other: Field, x: Tensor, level: Level) -> tuple[Estimate, Estimate] | None:
        """Both estimates in one pass of the network; None if the other is not of this network, if only one of
        them is told something, if they are told things of different size (prompts of different length), or
        if x is so large that two passes are faster."""
        if not isinstance(other, LearnedField) or (x.device.type == "cpu" and x.numel() > WORTH_JOINING):
            return None
        if other.network is not self.network or other.prediction != self.prediction:
            return None
        told = _stacked(self.condition, other.condition, len(x))
        if told is None:
            return None
        estimate = LearnedField(self.network, self.prediction, told)(torch.cat([x, x]), level)
        (x0, other_x0), (epsilon, other_epsilon) = estimate.x0.chunk(2), estimate.epsilon.chunk(2)
        return Estimate(x0, epsilon), Estimate(other_x0, other_epsilon)


def _stacked(one: Tensor | None, other: Tensor | None, batch: int) -> Tensor | None:
    """Two conditions for a batch of twice the size, its first half told the one."""
    if one is None or other is None or one.shape[1:] != other.shape[1:]:
        return None
    if batch % len(one) or batch % len(other):
        return None  # asked one by one, each network says itself what is wrong
    if len(one) != len(other):
        one, other = shared_out(one, batch), shared_out(other, batch)
    return torch.cat([one, other.to(one)])
