"""What a network's words mean: worked out where somebody looks, which on most walks nobody does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from ...diffusion.prediction import Estimate, Prediction, to_estimate
from ...diffusion.schedule import Level


@dataclass(eq=False)
class Meaning:
    """The `Ends` of the line through x that a network named, in single precision.

    Attributes:
        prediction: what the network predicts.
        output: what it said, (B, *shape); channels beyond those of x, a learned variance, are left out.
        x: where it was asked, (B, *shape).
        level: the same in its schedule.
        conditional, unconditional: of a guided field, what its parts mean.
    """

    prediction: Prediction
    output: Tensor
    x: Tensor
    level: Level
    conditional: Meaning | None = None
    unconditional: Meaning | None = None

    @property
    def x0(self) -> Tensor:
        """Where x comes from, (B, *shape)."""
        return self._ends.x0

    @property
    def epsilon(self) -> Tensor:
        """The noise on it, (B, *shape)."""
        return self._ends.epsilon

    @cached_property
    def _ends(self) -> Estimate:
        output, x = self.output.float(), self.x.float()
        if output.shape != x.shape:
            output = output[:, : x.shape[1]]
        return to_estimate(self.prediction, output, x, self.level)
