"""Which noise levels a sampler visits: `steps + 1` of a schedule's levels, from noise to data.

| spacing      | indices for S steps over N levels               |
|--------------|-------------------------------------------------|
| trailing [1] | round(N·(1 − i/S)) − 1                          |
| leading [2]  | (S − 1 − i)·⌊N/S⌋ + offset                      |
| linspace [3] | round((N − 1)·(1 − i/(S − 1)))                  |
| continuous   | (N − 1)·(1 − i/S), not rounded: it interpolates, so that S may exceed N |

[1] Lin et al. 2023, arXiv:2305.08891, table 2; smalldiffusion. [2] Ho et al. 2020; diffusers' default.
[3] Nichol & Dhariwal 2021, arXiv:2102.09672.

The first three then end either at the table's lowest level or at no noise at all.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, get_args

from .schedule import Level, Schedule

Spacing = Literal["trailing", "leading", "linspace", "continuous"]
SPACINGS: tuple[str, ...] = get_args(Spacing)
End = Literal["lowest level", "zero"]
ENDS: tuple[str, ...] = get_args(End)


def levels_to_visit(
    schedule: Schedule, steps: int, spacing: Spacing = "trailing", end: End = "lowest level", offset: int = 0
) -> list[Level]:
    """The `steps + 1` levels of a walk, noisiest first.

    Args:
        schedule: where the levels come from.
        steps: how many steps, ≥ 1.
        spacing: how they are spread (see the module).
        end: whether the last one is the schedule's lowest level or no noise.
        offset: added to the indices of the leading spacing (diffusers' steps_offset).

    Raises:
        ValueError: no steps, more steps than levels (except continuous), an unknown spacing or end.
    """
    if steps < 1:
        raise ValueError(f"a walk needs at least one step, got {steps}")
    if spacing not in SPACINGS or end not in ENDS:
        raise ValueError(f"unknown spacing {spacing!r} or end {end!r}: choose from {SPACINGS} and {ENDS}")
    if spacing != "continuous" and steps > len(schedule):
        raise ValueError(
            f"{steps} steps were asked of a schedule with {len(schedule)} levels: take at most "
            f"{len(schedule)} steps, more levels, or the spacing 'continuous', which interpolates"
        )
    levels = [schedule.level(index) for index in _indices(len(schedule), steps, spacing, offset)]
    last = schedule.level(0)
    return [*levels, last if end == "lowest level" else schedule.level_of(0.0)]


def _indices(count: int, steps: int, spacing: Spacing, offset: int) -> list[float]:
    # Where a place lies halfway between two levels, the last bit of a float decides: trailing and linspace
    # are computed as diffusers computes them.
    if spacing == "trailing":
        stride = count - (count - count / steps)
        return [round(count - i * stride) - 1 for i in range(steps)]
    if spacing == "leading":
        return [min((steps - 1 - i) * (count // steps) + offset, count - 1) for i in range(steps)]
    if spacing == "linspace":
        stride = (count - 1) / max(steps - 1, 1)
        return [count - 1, *(round((steps - 1 - i) * stride) for i in range(1, steps))]
    return [(count - 1) * (1 - i / steps) for i in range(steps)]


def steps_left(steps: int, strength: float) -> int:
    """How many of the steps are left for a walk that starts from a picture: the share `strength` of them.

    Raises:
        ValueError: none.
    """
    left = min(int(steps * strength), steps)
    if left < 1 <= steps:
        raise ValueError(f"with the strength {strength:g} no step is left of {steps}: take more of either")
    return left


def levels_from_values(schedule: Schedule, values: list[float]) -> list[Level]:
    """Levels named by their table values (a SIGMAS socket), noisiest first.

    Raises:
        ValueError: fewer than two values, values that rise, or one that is no level of the family.
    """
    if len(values) < 2:
        raise ValueError(f"a walk needs at least two noise levels, got {len(values)}")
    if any(after > before for before, after in pairwise(values)):
        raise ValueError("noise levels must not rise from one step to the next")
    return [schedule.level_of(value) for value in values]


def flow_times(noisiest: float, steps: int) -> list[float]:
    """`steps + 1` ratios sigma/alpha, from the noisiest to 0, even in the time of a flow, t = r/(1 + r).

    Raises:
        ValueError: no steps, or a noisiest ratio that is not above 0.
    """
    if steps < 1 or not noisiest > 0:
        raise ValueError(f"needs at least one step and a noise above 0, got {steps} and {noisiest}")
    start = noisiest / (1 + noisiest)
    times = [start * (1 - i / steps) for i in range(steps + 1)]
    return [t / (1 - t) for t in times]
