"""Guidance at one step in numbers: how large each prediction is, and how far its two parts turn apart."""

from __future__ import annotations

import torch
from torch import Tensor

from .measures import angle_between
from .prediction import Ends

SIZES = ("unconditional", "conditional", "guided", "difference")
ANGLE = "angle"


def guidance_sizes(estimate: Ends) -> dict[str, Tensor]:
    """The numbers of a guided estimate, each (B,), on the CPU; NaN where guidance is off.

    The sizes are root mean squares of ε̂, for which unit noise has 1: those of both parts, of what guidance
    makes of them, and of the difference between the parts. The angle is that between them, in degrees.
    """
    guided = _flat(estimate.epsilon)
    conditional = guided if estimate.conditional is None else _flat(estimate.conditional.epsilon)
    if estimate.unconditional is None:
        unconditional = torch.full_like(conditional, torch.nan)
    else:
        unconditional = _flat(estimate.unconditional.epsilon)
    found = [unconditional, conditional, guided, conditional - unconditional]
    sizes = {name: size(value) for name, value in zip(SIZES, found, strict=True)}
    numbers = {**sizes, ANGLE: angle_between(conditional, unconditional)}
    together = torch.stack(list(numbers.values())).cpu()  # from a GPU in one go
    return dict(zip(numbers, together, strict=True))


def size(values: Tensor) -> Tensor:
    """The root mean square of each row, (B, D) → (B,)."""
    return values.square().mean(dim=1).sqrt()


def _flat(values: Tensor) -> Tensor:
    return values.flatten(1).double()
