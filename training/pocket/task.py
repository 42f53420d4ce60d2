"""What a training is: a network, its loss on a fresh batch, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Plan:
    """How long and how fast to train.

    Attributes:
        samples: how many examples are seen in all.
        batch: how many at once, over all workers.
        learning_rate: of AdamW.
        warmup: over how many steps it rises from 0.
        decay: over which last part of the training it falls linearly to 2 %.
        average: how much of the running average of the weights is kept at each step.
    """

    samples: int
    batch: int = 128
    learning_rate: float = 1e-3
    warmup: int = 100
    decay: float = 0.5
    average: float = 0.998

    @property
    def steps(self) -> int:
        """How many steps that takes."""
        return -(-self.samples // self.batch)

    def rate(self, step: int) -> float:
        """The learning rate of a step, 0 … steps − 1."""
        left = 1 - step / self.steps
        fall = min(1.0, 0.02 + 0.98 * left / self.decay) if self.decay else 1.0
        return self.learning_rate * min(1.0, (step + 1) / self.warmup) * fall

    def shortened(self, samples: int) -> Plan:
        """The same plan over fewer (or more) samples."""
        return replace(self, samples=samples)


class Task(Protocol):
    """One training, in one process."""

    @property
    def network(self) -> nn.Module:
        """What learns, in place."""

    def loss(self, count: int, generator: torch.Generator) -> Tensor:
        """The mean loss of a fresh batch; the generator (on the CPU) decides all that is random."""

    def built(self) -> dict[str, Any]:
        """What the checkpoint's header says of how the network is built."""
