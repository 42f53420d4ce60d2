"""Training a network on points of the plane.

The loss is the plain mean squared error between the target and what the network says at x = alpha·x0 +
sigma·ε, with the level drawn uniformly from the schedule's table for each point (Ho et al. 2020, algorithm
1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from ..diffusion.forward import last_step_share
from ..diffusion.points import Points
from ..diffusion.prediction import Prediction, target
from ..diffusion.schedule import Schedule
from ..models.toy.network import ToyNetwork

Target = Literal["total noise", "one step"]
TARGETS: tuple[str, ...] = get_args(Target)


@dataclass(frozen=True)
class Recipe:
    """How long and how fast to train.

    Attributes:
        steps: how many.
        learning_rate: of AdamW.
        decay_steps: over how many of the last steps it falls linearly to 0.
        copies: how often each data point stands in a batch, each time with its own noise.
        label_dropout: how often a class is replaced by "any".
        target: what is learnt: the network's own prediction of the whole way, or the noise of the last step.
    """

    steps: int = 15_000
    learning_rate: float = 1e-3
    decay_steps: int = 0
    copies: int = 1
    label_dropout: float = 0.1
    target: Target = "total noise"

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise ValueError(f"unknown training target {self.target!r}: choose one of {TARGETS}")
        if self.steps < 1 or self.copies < 1 or not 0 <= self.decay_steps <= self.steps:
            raise ValueError("a recipe needs steps ≥ 1, copies ≥ 1 and 0 ≤ decay steps ≤ steps")

    def rate(self, step: int) -> float:
        """The learning rate of a step, 0 … steps − 1."""
        left = self.steps - step
        return self.learning_rate * (min(1.0, left / self.decay_steps) if self.decay_steps else 1.0)


class Examples:
    """Draws training batches: (x, alpha, sigma, classes, target)."""

    def __init__(
        self,
        data: Points,
        schedule: Schedule,
        prediction: Prediction,
        recipe: Recipe,
        generator: torch.Generator,
    ) -> None:
        levels = [schedule.level(index) for index in range(len(schedule))]
        self._table = torch.tensor([[level.alpha, level.sigma] for level in levels])  # (N, 2)
        self._shares = torch.tensor(
            [last_step_share(schedule, level) if level.sigma else 1.0 for level in levels]
        )
        self._x0 = data.xy.repeat(recipe.copies, 1)  # (B, 2)
        self._labels = None if data.labels is None else data.labels.repeat(recipe.copies)
        self._prediction, self._recipe, self._generator = prediction, recipe, generator

    def draw(self) -> tuple[Tensor, Tensor, Tensor, Tensor | None, Tensor]:
        """One batch: x (B, 2), alpha (B,), sigma (B,), classes (B,) or None, target (B, 2)."""
        chosen = torch.randint(len(self._table), (len(self._x0),), generator=self._generator)
        alpha, sigma = self._table[chosen].unbind(dim=1)
        epsilon, goal = self._noise_and_goal(chosen, alpha[:, None], sigma[:, None])
        return alpha[:, None] * self._x0 + sigma[:, None] * epsilon, alpha, sigma, self._classes(), goal

    def _noise_and_goal(self, chosen: Tensor, alpha: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        epsilon = torch.randn(self._x0.shape, generator=self._generator)
        if self._recipe.target == "total noise":
            return epsilon, target(self._prediction, self._x0, epsilon, alpha, sigma)
        last = torch.randn(self._x0.shape, generator=self._generator)
        share = self._shares[chosen][:, None]
        return (1 - share**2).sqrt() * epsilon + share * last, last

    def _classes(self) -> Tensor | None:
        if self._labels is None:
            return None
        dropped = torch.rand(self._labels.shape, generator=self._generator) < self._recipe.label_dropout
        return torch.where(dropped, -1, self._labels)


def train(
    network: ToyNetwork, data: Points, schedule: Schedule, prediction: Prediction, recipe: Recipe, seed: int
) -> Iterator[float]:
    """Train in place, yielding the loss of each step.

    Args:
        network: what learns.
        data: the points, with labels if the network has classes.
        schedule: the noise levels to learn.
        prediction: what the network's output means (with the target "one step" it must be epsilon).
        recipe: how long and how fast.
        seed: of the levels, the noise and the dropped labels.

    Raises:
        ValueError: a network with classes on points without, or "one step" where the
            prediction is not epsilon.
    """
    if network.shape.classes and (data.labels is None or len(data.names) != network.shape.classes):
        raise ValueError(f"the network has {network.shape.classes} classes and the points {len(data.names)}")
    if recipe.target == "one step" and prediction != "epsilon":
        raise ValueError("the target 'one step' is a noise: it needs the prediction 'epsilon'")
    examples = Examples(data, schedule, prediction, recipe, torch.Generator().manual_seed(seed))
    optimizer = torch.optim.AdamW(network.parameters(), lr=recipe.learning_rate, fused=True)
    network.train()
    for step in range(recipe.steps):
        optimizer.param_groups[0]["lr"] = recipe.rate(step)
        x, alpha, sigma, classes, goal = examples.draw()
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(network.forward(x, alpha, sigma, classes), goal)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        yield float(loss.detach())
    network.eval()
