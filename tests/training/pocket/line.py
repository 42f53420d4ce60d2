"""The smallest training there is: a line through noisy points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from scorefield.training.pocket.loop import Run
from scorefield.training.pocket.task import Plan
from torch import nn

PLAN = Plan(samples=40 * 8, batch=8, learning_rate=0.05, warmup=4)


class LineTask:
    """y = 2x + 1 and noise."""

    def __init__(self) -> None:
        self.network = nn.Linear(1, 1)
        with torch.no_grad():
            self.network.weight.fill_(0.5)
            self.network.bias.zero_()

    def built(self):
        return {}

    def loss(self, count, generator):
        x = torch.randn(count, 1, generator=generator)
        y = 2 * x + 1 + 0.1 * torch.randn(count, 1, generator=generator)
        return (self.network(x) - y).square().mean()


@dataclass(frozen=True)
class MakeLine:
    """Makes the task wherever it is unpickled."""

    def __call__(self, device: str) -> LineTask:
        return LineTask()


def line_run(folder: Path, **options) -> Run:
    return replace(Run("line", MakeLine(), PLAN, folder, seed=3), **options)
