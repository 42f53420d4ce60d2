"""The same field in another family's coordinates.

At equal noise-to-signal ratio r = sigma/alpha the families differ only in the size of x: x/alpha is the
same point, and so are x̂0 and ε̂. That is why a flow's Euler step is a DDIM step on another time grid
(Gao et al. 2024, "Diffusion meets flow matching").
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .field import Field, ScoreModel
from .own_spacing import EVENLY
from .prediction import Estimate
from .schedule import Level, Schedule, shifted


@dataclass(frozen=True, eq=False)
class InCoordinates:
    """A field of one schedule, to be called with the levels of another."""

    field: Field
    schedule: Schedule  # the field's own

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The field's estimate at the point that (x, level) is in its own coordinates.

        Raises:
            ValueError: a level without signal, which the diffusion families cannot express.
        """
        if level.alpha == 0:
            raise ValueError("a level without signal (alpha = 0) has no place in the model's own coordinates")
        ratio = level.ratio
        own = self.schedule.level_of(ratio / (1 + ratio) if self.schedule.family == "flow" else ratio)
        return self.field(x * (own.alpha / level.alpha), own)


def as_flow(model: ScoreModel, levels: int = 1000, shift: float = 1.0) -> ScoreModel:
    """The model on a flow's time grid: evenly spaced from its noisiest level down to t = 0, where all
    families agree.

    A flow keeps its field. A diffusion model starts at t = r/(1 + r) of its noisiest level, not at t = 1,
    which it does not know. WAN's shift crowds the grid towards the noise.

    Args:
        model: any score model.
        levels: of the grid.
        shift: how far the grid is moved towards the noise (1 not at all).
    """
    own = model.schedule
    noisiest = float(own.table[-1])
    start = noisiest if own.family == "flow" else noisiest / (1 + noisiest)
    sigma = start * shifted(torch.linspace(0, 1, levels, dtype=torch.float64), shift)
    schedule = Schedule("flow", sigma)
    if own.family == "flow":
        return replace(model, schedule=schedule)
    field = InCoordinates(model.field, own)
    return replace(model.with_field(field), schedule=schedule, spacing=EVENLY, reference=None)
