"""What a network predicts, and how each kind becomes the same pair (x̂0, ε̂).

With x = alpha·x0 + sigma·ε a network may predict the noise, the data, or a mixture; knowing x, any
one of them gives both ends of the straight line that x lies on.

| prediction  | target    | x̂0                    | ε̂                     |
|-------------|-----------|------------------------|------------------------|
| epsilon [1] | ε         | (x − σ·m)/α            | m                      |
| sample      | x0        | m                      | (x − α·m)/σ            |
| v [2]       | α·ε − σ·x0 | (α·x − σ·m)/(α² + σ²) | (σ·x + α·m)/(α² + σ²)  |
| flow [3]    | ε − x0    | (x − σ·m)/(α + σ)      | (x + α·m)/(α + σ)      |

α² + σ² is 1 in a variance-preserving schedule, α + σ is 1 in a flow: these are the usual formulas there,
and the exact ones in every other family.

[1] Ho et al. 2020, arXiv:2006.11239. [2] Salimans & Ho 2022, arXiv:2202.00512.
[3] Lipman et al. 2022, arXiv:2210.02747.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple, Protocol, get_args

import torch
from torch import Tensor

from .schedule import Level

Prediction = Literal["epsilon", "v", "sample", "flow"]
PREDICTIONS: tuple[str, ...] = get_args(Prediction)


class Ends(Protocol):
    """An estimate as those see it who look at a walk; it may be worked out when they do."""

    @property
    def x0(self) -> Tensor:
        """Where x comes from, (B, *shape)."""
        ...

    @property
    def epsilon(self) -> Tensor:
        """The noise on it, (B, *shape)."""
        ...

    @property
    def conditional(self) -> Ends | None:
        """Of a guided field, what it is asked for."""
        ...

    @property
    def unconditional(self) -> Ends | None:
        """What that is told apart from; None where guidance is off."""
        ...


class Estimate(NamedTuple):
    """What a field says at (x, level): the two ends of the line through x, each (B, *shape).

    A guided field also says what its parts were, so that a trajectory can show all three.
    """

    x0: Tensor
    epsilon: Tensor
    conditional: Estimate | None = None
    unconditional: Estimate | None = None

    def score(self, level: Level) -> Tensor:
        """∇ₓ log p_t(x) = −ε̂/sigma, (B, *shape) (Song et al. 2021, arXiv:2011.13456)."""
        return -self.epsilon / level.sigma


def to_estimate(prediction: Prediction, output: Tensor, x: Tensor, level: Level) -> Estimate:
    """(x̂0, ε̂) of a network's output (B, *shape) at x (B, *shape).

    Raises:
        ValueError: an unknown prediction; epsilon where there is no signal (alpha = 0) or sample where
            there is no noise (sigma = 0): there the output says nothing about the other end.
    """
    alpha, sigma, _ = level
    if prediction == "epsilon":
        if alpha == 0:
            raise ValueError("an epsilon prediction says nothing about x0 where alpha = 0: start below t = 1")
        return Estimate(torch.sub(x, output, alpha=sigma) / alpha, output)
    if prediction == "sample":
        if sigma == 0:
            raise ValueError(
                "a sample prediction says nothing about the noise where sigma = 0: stop above it"
            )
        return Estimate(output, (x - alpha * output) / sigma)
    if prediction == "v":
        power = alpha * alpha + sigma * sigma
        return Estimate(
            torch.sub((alpha / power) * x, output, alpha=sigma / power),
            torch.add((sigma / power) * x, output, alpha=alpha / power),
        )
    if prediction == "flow":
        total = alpha + sigma
        x0, epsilon = torch.sub(x, output, alpha=sigma), torch.add(x, output, alpha=alpha)
        # Of a flow it is 1, up to the last bit.
        is_flow = math.isclose(total, 1, rel_tol=1e-15)
        return Estimate(x0, epsilon) if is_flow else Estimate(x0 / total, epsilon / total)
    raise ValueError(f"unknown prediction {prediction!r}: choose one of {', '.join(PREDICTIONS)}")


def target(
    prediction: Prediction, x0: Tensor, epsilon: Tensor, alpha: float | Tensor, sigma: float | Tensor
) -> Tensor:
    """What a network of that kind is trained to say, given the truth; alpha and sigma may be (B, 1, …).

    Raises:
        ValueError: an unknown prediction.
    """
    if prediction == "epsilon":
        return epsilon
    if prediction == "sample":
        return x0
    if prediction == "v":
        return alpha * epsilon - sigma * x0
    if prediction == "flow":
        return epsilon - x0
    raise ValueError(f"unknown prediction {prediction!r}: choose one of {', '.join(PREDICTIONS)}")
