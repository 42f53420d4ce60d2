"""Inpainting: a field that says of one part of a sample what is known of it, and of the rest what it said.

At every level the known part is put back to where its own noise has it, so that the field sees it as it
was and fits the rest to it (Lugmayr et al. 2022, arXiv:2201.09865, without their going back; it is what
ComfyUI does with a noise_mask).
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from .field import Field
from .prediction import Estimate
from .schedule import Level


@dataclass(frozen=True, eq=False)
class MaskedField:
    """A field with a part that is known.

    Attributes:
        field: what answers for the rest.
        mask: (B, *shape) or what spreads to it, 1 where the field decides and 0 where x0 is known.
        x0: the known samples, (B, *shape).
        epsilon: the noise that they start with, (B, *shape).
    """

    field: Field
    mask: Tensor
    x0: Tensor
    epsilon: Tensor

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The estimate at x, (B, *shape): of the known part, where it comes from."""
        return self._known(self.field(self.put_back(x, level), level))

    def put_back(self, x: Tensor, level: Level) -> Tensor:
        """x, (B, *shape), with the known part where its noise has it at a level."""
        return (level.alpha * self.x0 + level.sigma * self.epsilon).lerp(x, self.mask)

    def _known(self, estimate: Estimate) -> Estimate:
        parts = (estimate.conditional, estimate.unconditional)
        conditional, unconditional = (None if part is None else self._known(part) for part in parts)
        x0 = self.x0.lerp(estimate.x0, self.mask)
        return Estimate(x0, self.epsilon.lerp(estimate.epsilon, self.mask), conditional, unconditional)
