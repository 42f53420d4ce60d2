"""What is known of a walk: at each step, and of all of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from torch import Tensor

from .prediction import Ends
from .schedule import Level
from .solver import Step


class State(NamedTuple):
    """What a walk knows after one step; x, mean: (B, *shape)."""

    step: Step
    x: Tensor  # after the step
    mean: Tensor  # after the step, before its fresh noise
    estimate: Ends  # at the start of the step


@dataclass
class Trajectory:
    """What was recorded along a walk of S steps.

    Attributes:
        levels: the S + 1 levels visited, noisiest first; of a long walk of large samples fewer (see `every`).
        x: (S + 1, B, *shape) positions, the start included; empty unless recorded.
        records: the other things asked for, each (S, B, *shape): "mean" is x before its fresh noise, "x0"
            and "epsilon" the estimate at the start of each step, "conditional" and "unconditional" the ε̂
            of a guided field's two parts (NaN where guidance was off).
        numbers: of a guided walk, of every one of its steps, whatever else was kept: the times "t" (S,), and
            by name (S, B) what `guidance_sizes` says.
        every: how many steps lie between two positions that were kept, so that all fit in memory; the last
            position is always kept.
        total: how many steps were taken; by default as many as were kept.
    """

    levels: list[Level]
    x: Tensor
    records: dict[str, Tensor] = field(default_factory=dict)
    numbers: dict[str, Tensor] = field(default_factory=dict)
    every: int = 1
    total: int | None = None

    def __len__(self) -> int:
        return len(self.levels) - 1

    def steps_before(self, place: int) -> int:
        """How many steps were taken before the position at a place."""
        last = len(self) if self.total is None else self.total
        return min(place * self.every, last)
