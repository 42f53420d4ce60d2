"""A field whose x̂0 is held within bounds: pixels lie in −1 … 1, whatever a strongly guided network says.

As in diffusers' `clip_sample`: the noise is then what leads from the x̂0 that was held back to x.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .field import Field, ScoreModel
from .prediction import Estimate
from .schedule import Level


@dataclass(frozen=True, eq=False)
class BoundedField:
    """Another field, with its x̂0 held within ±bound; its parts stay as they are."""

    field: Field
    bound: float

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The estimate at x, (B, *shape)."""
        said = self.field(x, level)
        x0 = said.x0.clamp(-self.bound, self.bound)
        if level.sigma == 0:
            return said._replace(x0=x0)
        return said._replace(x0=x0, epsilon=torch.sub(x, x0, alpha=level.alpha) / level.sigma)


def walked(model: ScoreModel) -> Field:
    """The field of a model as samplers walk it."""
    return model.field if model.bound is None else BoundedField(model.field, model.bound)
