"""Models that live in another program, which makes them ready for a walk and takes them back after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor

from .field import Field
from .sampling import Recorder, State
from .schedule import Level

Walk = Callable[
    [Field, Tensor], Iterable[State]
]  # the states of a walk from x, as `sampling.walk` gives them


@dataclass(frozen=True, eq=False)
class HostedStart:
    """Where a walk inside a host starts.

    Attributes:
        samples: (B, *shape), as the host keeps them between its nodes; zeros for a walk from noise alone.
        noise: unit noise of the same shape, put on the samples at the first level; zeros for none.
        mask: 1 where the walk may change the samples, 0 where they stay.
        seed: of the noise, as the host wants to know it.
    """

    samples: Tensor
    noise: Tensor
    mask: Tensor | None = None
    seed: int = 0


class Host(Protocol):
    """The program that a score model lives in."""

    def fitted(self, samples: Tensor, more: Mapping[str, Any]) -> Tensor:
        """Samples in the channels and lengths that the model takes, where they are empty; else as they are.
        `more` is what else came with them."""
        ...

    def noised(self, samples: Tensor, noise: Tensor, level: Level) -> Tensor:
        """Samples as the model walks them with noise on them, (B, *shape), as the host hands them on."""
        ...

    def walk(
        self,
        field: Field,
        levels: Sequence[Level],
        start: HostedStart,
        walk: Walk,
        begin: Callable[[Tensor], Recorder],
    ) -> tuple[Tensor, Recorder]:
        """Walk a field of the model's inside the host.

        Args:
            field: the model's, or made of its fields.
            levels: what the walk visits, noisiest first.
            start: where it starts.
            walk: how it goes; called with the field that can be asked there, and x at the first level.
            begin: makes the recorder, given the samples at the first level.

        Returns:
            Where the walk ends, (B, *shape), as the host hands it on, and the recorder.
        """
        ...
