"""How the pipelines of unCLIP walk their stages, as a `Reference` tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ...diffusion.reference import Reference, from_unconditional, nothing_more

KARLO_SCHEDULER = "UnCLIPScheduler"


def next_timestep(timesteps: Sequence[Tensor], index: int) -> Mapping[str, Any]:
    """What Karlo's scheduler is told beside the step: where it leads; of the last one it knows."""
    return {"prev_timestep": timesteps[index + 1] if index + 1 < len(timesteps) else None}


def with_learned_variance(unconditional: Tensor, conditional: Tensor, scale: float | Tensor) -> Tensor:
    """Guidance of the noise, each (B, 2C, H, W): the other half of the channels, how far a step may stray, is
    that of the condition."""
    noise, other = (each.chunk(2, dim=1) for each in (unconditional, conditional))
    return torch.cat([noise[0] + scale * (other[0] - noise[0]), other[1]], dim=1)


def reference_of(config: Mapping[str, Any], matched: bool, dtype: torch.dtype) -> Reference:
    """The reference of a stage by its scheduler's config."""
    is_karlo = config["_class_name"] == KARLO_SCHEDULER
    learned = config.get("variance_type") in ("learned", "learned_range")
    return Reference(
        config,
        matched,
        dtype,
        guide=with_learned_variance if learned else from_unconditional,
        step_arguments=next_timestep if is_karlo else nothing_more,
    )
