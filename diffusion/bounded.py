"""A field whose x̂0 is held within bounds: pixels lie in −1 … 1, whatever a strongly guided network says.

As in diffusers' `clip_sample`: the noise is then what leads from the x̂0 that was held back to x; for its DDIM
it stays what the network said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .field import Field, ScoreModel
from .prediction import Estimate
from .schedule import Level


@dataclass(frozen=True, eq=False)
class BoundedField:
    """Another field, with its x̂0 held within ±bound; its parts stay as they are.

    Attributes:
        field: the other.
        bound: of x̂0.
        keeps_noise: whether ε̂ stays what the field says.
    """

    field: Field
    bound: float
    keeps_noise: bool = False

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The estimate at x, (B, *shape)."""
        said = self.field(x, level)
        x0 = said.x0.clamp(-self.bound, self.bound)
        if self.keeps_noise or level.sigma == 0:
            return said._replace(x0=x0)
        return said._replace(x0=x0, epsilon=torch.sub(x, x0, alpha=level.alpha) / level.sigma)


def as_ddim_bounds(model: ScoreModel) -> ScoreModel:
    """A model that diffusers' schedulers walk too, with its x̂0 held as by their DDIM; others as they are."""
    if model.bound is None or model.reference is None:
        return model
    return replace(model, field=BoundedField(model.field, model.bound, keeps_noise=True), bound=None)


def walked(model: ScoreModel) -> Field:
    """The field of a model as samplers walk it."""
    return model.field if model.bound is None else BoundedField(model.field, model.bound)
