"""UniPC's steps as weights: what it predicts, and how it corrects itself by what the network says there.

    x' = x_weight·x + Σ weights_k·x̂0_k

With λ = log(alpha/sigma), h = λ' − λ, r_k = (λ_k − λ)/h and B = e^(−h) − 1 (bh2) or −h (bh1):

    x' = sigma'/sigma·x − alpha'·((e^(−h) − 1)·x̂0 + B·Σ ρ_k·(x̂0_k − x̂0)/r_k)

over the estimates before this one, and for the correction over that at the new place too, whose r is 1. ρ
solves Σ ρ_k·r_k^(n−1) = n!·φ_(n+1)(−h)·(−h)^n/B; of a single one it is 1/2.

Zhao et al. 2023, arXiv:2302.04867, algorithms 5 to 8, in the form that predicts x0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .schedule import Level


class Combination(NamedTuple):
    """x_weight·x + Σ weights_k·x̂0_k, the newest estimate first."""

    x_weight: float
    weights: tuple[float, ...]

    def __call__(self, x: Tensor, estimates: Sequence[Tensor]) -> Tensor:
        """The combination; all (B, *shape), at least as many estimates as weights."""
        combined = self.x_weight * x
        for weight, estimate in zip(self.weights, estimates, strict=False):
            combined.add_(estimate, alpha=weight)
        return combined


class Move(NamedTuple):
    """One step of UniPC.

    Attributes:
        correct: where x is, of where it was before the last step; None where that stays as it was predicted.
        predict: where the next one is.
    """

    correct: Combination | None
    predict: Combination


def plan_unipc(levels: Sequence[Level], order: int = 2, kind: str = "bh2") -> list[Move]:
    """The steps along S + 1 levels, the noisiest first, where sigma/alpha is finite everywhere. They begin
    with order 1, and end with it.

    Raises:
        ValueError: an order below 1, or a kind that is neither bh1 nor bh2.
    """
    if order < 1 or kind not in ("bh1", "bh2"):
        raise ValueError(
            f"UniPC has an order of at least 1 and the kinds bh1 and bh2, not {order} and {kind!r}"
        )
    steps, moves, last = len(levels) - 1, list[Move](), 0
    logs = [math.log(level.alpha / level.sigma) if level.sigma else math.inf for level in levels]
    for place in range(steps):
        correct = _combination(levels, logs, place - 1, last, kind, corrects=True) if last else None
        last = min(order, steps - place, place + 1)
        moves.append(Move(correct, _combination(levels, logs, place, last, kind, corrects=False)))
    return moves


def _combination(
    levels: Sequence[Level], logs: Sequence[float], place: int, order: int, kind: str, corrects: bool
) -> Combination:
    """From the level at a place to the next one, by the estimates up to there; a correction knows the next
    one's too. `logs` are the λ of the levels."""
    level, after, span = levels[place], levels[place + 1], logs[place + 1] - logs[place]
    phi = math.expm1(-span)
    size = phi if kind == "bh2" else -span
    ratios = [(logs[place - back] - logs[place]) / span for back in range(1, order)]
    if corrects:
        ratios.append(1.0)
    slopes = [
        -after.alpha * size * rho / ratio
        for rho, ratio in zip(_rhos(ratios, span, size), ratios, strict=True)
    ]
    weights = [-after.alpha * phi - sum(slopes), *slopes]
    newest_first = [weights.pop(), *weights] if corrects else weights
    return Combination(after.sigma / level.sigma, tuple(newest_first))


def _rhos(ratios: Sequence[float], span: float, size: float) -> list[float]:
    if len(ratios) < 2:
        return [0.5] * len(ratios)
    phi, factorial, wanted = math.expm1(-span) / -span - 1, 1, []
    for n in range(1, len(ratios) + 1):
        wanted.append(phi * factorial / size)
        factorial *= n + 1
        phi = phi / -span - 1 / factorial
    if len(ratios) == 2:
        second = (wanted[1] - ratios[0] * wanted[0]) / (ratios[1] - ratios[0])
        return [wanted[0] - second, second]
    powers = torch.tensor([[ratio**n for ratio in ratios] for n in range(len(ratios))], dtype=torch.float64)
    solved: list[float] = torch.linalg.solve(powers, torch.tensor(wanted, dtype=torch.float64)).tolist()
    return solved
