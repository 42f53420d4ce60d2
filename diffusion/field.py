"""What a score model is: a time-varying vector field with a schedule and a shape it lives in.

A `Field` maps (x, level) to the estimate of where x came from. A `ScoreModel` is a field together with
the schedule it was made for, the shape of one sample, and a way to be given a condition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from torch import Tensor

from .latent_format import AS_THEY_ARE, LatentFormat
from .own_spacing import EVENLY, OwnSpacing
from .prediction import Estimate
from .reference import Reference
from .schedule import Level, Schedule

if TYPE_CHECKING:
    from .hosting import Host


class Field(Protocol):
    """A vector field over x, (B, *shape), at one noise level."""

    def __call__(self, x: Tensor, level: Level) -> Estimate:
        """The estimate of x0 and ε at x."""
        ...


def both(first: Field, second: Field, x: Tensor, level: Level) -> tuple[Estimate, Estimate]:
    """What two fields say at the same x, (B, *shape): in one pass where the first has a way `together` for
    both, which gives to the last bits the same as two calls, or None where they have nothing in common."""
    together = getattr(first, "together", None)
    joined: tuple[Estimate, Estimate] | None = together and together(second, x, level)
    return joined or (first(x, level), second(x, level))


@dataclass(frozen=True, eq=False)
class ScoreModel:
    """A field and what a sampler must know of it.

    Attributes:
        field: what it says without a condition.
        schedule: the noise levels it was made for.
        shape: of one sample, without the batch: (2,) for points of the plane.
        condition: makes the field of a condition (whatever the model's encoder makes); None if it takes none.
        device: where it computes; x must be there.
        any_size: whether only the channels of `shape` are fixed; the lengths after them are the usual ones.
        spacing: which levels its samplers visit where nobody says otherwise.
        reference: how the pipeline that it was published with walks; None if there is none.
        latent_format: how its samples lie between nodes, where that is not as it walks them.
        host: the program that it lives in, which must be asked to walk it; None for models of our own.
    """

    field: Field
    schedule: Schedule
    shape: tuple[int, ...]
    condition: Callable[[Any], Field] | None = None
    device: str = "cpu"
    any_size: bool = False
    spacing: OwnSpacing = EVENLY
    reference: Reference | None = None
    latent_format: LatentFormat = AS_THEY_ARE
    host: Host | None = None

    @property
    def is_matched(self) -> bool:
        """Whether walks are to repeat the pipeline that it was published with, to the bit."""
        return self.reference is not None and self.reference.matched

    def fits(self, shape: Sequence[int]) -> bool:
        """Whether samples of that shape, without the batch, are of this model's kind."""
        if not self.any_size:
            return tuple(shape) == self.shape
        return len(shape) == len(self.shape) and shape[0] == self.shape[0]

    def given(self, condition: Any) -> ScoreModel:
        """The same model, told a condition.

        Raises:
            ValueError: the model takes no condition (or has been given one).
        """
        if self.condition is None:
            raise ValueError("this score model takes no condition, or has been given one already")
        return replace(self, field=self.condition(condition), condition=None)

    def with_field(self, field: Field) -> ScoreModel:
        """The same schedule and shape over another field, which takes no condition."""
        return replace(self, field=field, condition=None)
