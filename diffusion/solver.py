"""One step formula; every sampler is a row of one table.

A step takes the estimate (x̂0, ε̂) at x, puts the data end at its new size, points the noise end in the
direction it already had, and tops it up with fresh noise z:

    x' = alpha'·x̂0 + √(sigma'² − w_dir²)·ε̂ + w_noise·z

| row                   | w_dir                                      | w_noise             |
|-----------------------|--------------------------------------------|---------------------|
| ddim [1]              | η·w_post                                   | the same            |
| ddpm [2]              | w_post                                     | the same            |
| ddpm large [2]        | w_post                                     | √(σ² − (α/α')²·σ'²) |
| ddpm large to the end | w_post                                     | as above [5]        |
| ddpm without noise    | w_post                                     | 0                   |
| euler, heun, midpoint [3] | 0                                      | 0                   |
| stochastic            | σ'                                         | the same            |
| mu [4]                | α'·√(r'² − r_p²), r_p = (r'/r^μ)^(1/(1−μ)) | the same            |

with w_post = (σ'/σ)·√(σ² − (α/α')²·σ'²), the std of the reverse step's Gaussian, and r = σ/α.
heun and midpoint look a second time, at the fraction θ of the way, and correct by the difference:
the family of two-stage Runge–Kutta methods of order 2, exact in coordinates where alpha and sigma are
linear in time (flows, and variance exploding in sigma).

[1] Song et al. 2021, arXiv:2010.02502, eq. 12 and 16.
[2] Ho et al. 2020, arXiv:2006.11239, eq. 7 and section 3.2. The small variance is also Euler ancestral's;
    without its noise it is the video's collapse.
[3] Karras et al. 2022, arXiv:2206.00364, algorithm 1.
[4] Permenter & Yuan 2023, arXiv:2306.04848.
[5] diffusers: also after the last step, where nothing takes the noise away again, unless that step begins at
    the lowest level.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from .schedule import Level

Weight = Callable[[Level, Level, float], float]


def posterior_std(level: Level, after: Level, eta: float = 1.0) -> float:
    """η times the std of x at `after`, given x at `level` and x0."""
    return eta * after.sigma / level.sigma * forward_std(level, after)


def forward_std(level: Level, after: Level, eta: float = 1.0) -> float:
    """The std of the noise that leads from `after` back up to `level`."""
    shrunk = level.alpha / after.alpha * after.sigma
    return math.sqrt(max(level.sigma**2 - shrunk**2, 0.0))


def none(level: Level, after: Level, eta: float) -> float:
    """No noise."""
    return 0.0


def all_of_it(level: Level, after: Level, eta: float) -> float:
    """As much noise as the next level holds."""
    return after.sigma


def full_posterior(level: Level, after: Level, eta: float) -> float:
    """The reverse step's own std, whatever η."""
    return posterior_std(level, after)


def between(level: Level, after: Level, mu: float) -> float:
    """Permenter & Yuan's noise for 0 ≤ μ < 1: aim below the next level and come back up with noise."""
    aim = (after.ratio / level.ratio**mu) ** (1 / (1 - mu))
    return after.alpha * math.sqrt(max(after.ratio**2 - aim**2, 0.0))


@dataclass(frozen=True)
class Rule:
    """One row of the table.

    Attributes:
        direction: w_dir, the noise that the old direction gives up.
        fresh: w_noise, the noise that is drawn anew.
        second_look: θ, the fraction of the step at which a second estimate is taken; None for one estimate.
        noise_at_the_end: whether noise is drawn after a step that ends without any too, unless it begins at
            the lowest level.
    """

    direction: Weight
    fresh: Weight
    second_look: float | None = None
    noise_at_the_end: bool = False


RULES: dict[str, Rule] = {
    "ddim": Rule(posterior_std, posterior_std),
    "ddpm": Rule(full_posterior, full_posterior),
    "ddpm large": Rule(full_posterior, forward_std),
    "ddpm large to the end": Rule(full_posterior, forward_std, noise_at_the_end=True),
    "ddpm without noise": Rule(full_posterior, none),
    "euler": Rule(none, none),
    "heun": Rule(none, none, second_look=1.0),
    "midpoint": Rule(none, none, second_look=0.5),
    "stochastic": Rule(all_of_it, all_of_it),
    "mu": Rule(between, between),
}


class Step(NamedTuple):
    """One step with its coefficients, computed once in float64.

    x' = x0_weight·x̂0 + epsilon_weight·ε̂ + noise_weight·z.
    """

    level: Level
    after: Level
    x0_weight: float
    epsilon_weight: float
    noise_weight: float
    second_look: float | None = None


def plan(rule: Rule | str, levels: Sequence[Level], eta: float = 0.0, step_scale: float = 1.0) -> list[Step]:
    """The steps of a walk along S + 1 levels, noisiest first; see `plan_pairs`."""
    return plan_pairs(rule, list(pairwise(levels)), eta, step_scale)


def plan_pairs(
    rule: Rule | str, pairs: Sequence[tuple[Level, Level]], eta: float = 0.0, step_scale: float = 1.0
) -> list[Step]:
    """The steps of a walk.

    Args:
        rule: a row of the table, or its name.
        pairs: from which level to which each step is to go.
        eta: the row's parameter: η for ddim (0 deterministic … 1 ddpm), μ for mu (0 ≤ μ < 1).
        step_scale: k: the deterministic displacement is multiplied by it. 1 is the row itself; in a
            variance-exploding schedule ddim with k = σ-step ratio 1 + σ'/σ is ddpm without its noise.

    Raises:
        ValueError: an unknown row, an eta outside [0, 1] (μ: [0, 1)), a step scale that is not finite,
            or a walk that goes on from sigma = 0.
    """
    if isinstance(rule, str):
        if rule not in RULES:
            raise ValueError(f"unknown sampler {rule!r}: choose one of {', '.join(RULES)}")
        rule = RULES[rule]
    if not 0 <= eta <= 1 or (eta == 1 and rule is RULES["mu"]):
        raise ValueError(f"eta must lie between 0 and 1 (mu below 1), got {eta:g}")
    if not math.isfinite(step_scale):
        raise ValueError(f"the step scale must be a number, got {step_scale}")
    return [step(rule, level, after, eta, step_scale) for level, after in pairs]


def step(rule: Rule, level: Level, after: Level, eta: float = 0.0, step_scale: float = 1.0) -> Step:
    """One row's step from one level to the next.

    Raises:
        ValueError: the step starts at sigma = 0, or rises to more noise.
    """
    if level.sigma <= 0:
        raise ValueError("a step cannot start where sigma = 0: there is nothing left to remove")
    if after.ratio > level.ratio:
        raise ValueError(f"a step goes from more noise to less, not from {level.ratio:g} to {after.ratio:g}")
    adds_at_the_end = rule.noise_at_the_end and level.t > 0
    kept = math.sqrt(max(after.sigma**2 - rule.direction(level, after, eta) ** 2, 0.0))
    return Step(
        level,
        after,
        x0_weight=level.alpha + step_scale * (after.alpha - level.alpha),
        epsilon_weight=level.sigma + step_scale * (kept - level.sigma),
        # At the end there is nothing left to top up, whatever the row's formula says.
        noise_weight=rule.fresh(level, after, eta) if after.sigma > 0 or adds_at_the_end else 0.0,
        second_look=rule.second_look if after.sigma > 0 else None,
    )


def between_levels(level: Level, after: Level, fraction: float) -> Level:
    """The level that far along the straight line from `level` to `after`."""
    return Level(*(here + fraction * (there - here) for here, there in zip(level, after, strict=True)))
