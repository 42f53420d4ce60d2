"""What a walk was like at some of its moments, in numbers: the noise level, and how long the vectors were."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from torch import Tensor

from ..diffusion.sampling import Trajectory

PARTS = ("unconditional", "conditional")


def walk_numbers(trajectory: Trajectory, moments: Sequence[int], samples: int) -> dict[str, Any]:
    """Numbers as JSON values.

    Returns:
        "t" and "sigma" at each moment; and "sizes": by name, for each sample, at each moment the root mean
        square of ε̂, so that unit noise has 1. The names are unconditional, conditional and guided; of a
        field that is not guided, epsilon alone. None where there is no such vector: guidance was off, or the
        walk has ended; a walk that kept no predictions has no sizes.
    """
    levels = [trajectory.levels[moment] for moment in moments]
    kept = trajectory.records
    is_guided = all(part in kept for part in PARTS)
    named = {part: part for part in PARTS} | {"guided": "epsilon"} if is_guided else {"epsilon": "epsilon"}
    return {
        "t": [round(level.t, 5) for level in levels],
        "sigma": [float(f"{level.sigma:.5g}") for level in levels],
        "sizes": {
            name: [_sizes(kept[record][:, sample], moments) for sample in range(samples)]
            for name, record in named.items()
            if record in kept
        },
    }


def _sizes(vectors: Tensor, moments: Sequence[int]) -> list[float | None]:
    found = vectors.flatten(1).double().square().mean(dim=1).sqrt().tolist()
    return [_rounded(found[moment]) if moment < len(found) else None for moment in moments]


def _rounded(size: float) -> float | None:
    return float(f"{size:.5g}") if math.isfinite(size) else None
