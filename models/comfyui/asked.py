"""A model as ComfyUI hands it to its samplers, asked as a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor

from ...diffusion.prediction import Estimate
from ...diffusion.schedule import Level, Schedule
from .coordinates import core_scale, core_sigma


class Listening(Protocol):
    """A guider that is told our level, and remembers what it found at it."""

    level: Level
    said: Estimate | None


@dataclass(frozen=True, eq=False)
class AskedField:
    """The field of a model inside ComfyUI's sampling, its masks, wrappers and patches included.

    Attributes:
        model: what ComfyUI gives to a sampler: called with x, sigma and `more`, it gives x̂0.
        own: the model's noise levels.
        more: what ComfyUI wants to be given with each call.
        guider: the guider behind the model, where it is one of ours.
    """

    model: Callable[..., Tensor]
    own: Schedule
    more: Mapping[str, Any]
    guider: Listening | None = None

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The estimate at x, (B, *shape), in our coordinates, at a level of any family."""
        if self.guider is not None:
            self.guider.level = level
        at = x * core_scale(self.own, level)
        x0 = self.model(at, at.new_full((len(x),), core_sigma(self.own, level)), **self.more)
        epsilon = (x - level.alpha * x0) / level.sigma
        said = None if self.guider is None else self.guider.said
        if said is None:
            return Estimate(x0, epsilon)
        return Estimate(x0, epsilon, said.conditional, said.unconditional)
