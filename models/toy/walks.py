"""Random walks away from the data, as the video draws them."""

from __future__ import annotations

import torch
from torch import Tensor

from ...diffusion.noise import NoiseSource
from ...diffusion.sampling import Trajectory
from ...diffusion.schedule import Level


def walk_outwards(
    start: Tensor, steps: int, first_std: float, last_std: float, noise: NoiseSource
) -> Trajectory:
    """Walks of `steps` Gaussian steps whose std grows log-linearly from `first_std` to `last_std`.

    Args:
        start: (B, 2).
        steps: ≥ 1.
        first_std: per coordinate, of the first step.
        last_std: of the last.
        noise: one draw a step.

    Returns:
        A trajectory whose levels are the noise gathered so far: alpha 1, sigma rising from 0, t from 0 to 1.
    """
    stds = torch.logspace(0, 1, steps, base=last_std / first_std, dtype=torch.float64) * first_std
    gathered = [0.0, *stds.square().cumsum(dim=0).sqrt().tolist()]
    moves = torch.stack([float(std) * noise(start) for std in stds])  # (S, B, 2)
    x = torch.cat([start[None], start + moves.cumsum(dim=0)])
    return Trajectory([Level(1.0, sigma, i / steps) for i, sigma in enumerate(gathered)], x)
