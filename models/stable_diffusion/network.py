"""The UNet of Stable Diffusion, as a field sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ...diffusion.schedule import Level
from ..network_field import Told

STATES, POOLED, SIZES = "encoder_hidden_states", "text_embeds", "time_ids"
PIXELS = 8  # a side, in each place of a latent


@dataclass(frozen=True, eq=False)
class StableDiffusionNetwork:
    """A UNet that is told the states of a prompt, and if it is SDXL's also its pooled vector and sizes.

    Attributes:
        unet: of diffusers.
        levels: of its schedule.
    """

    unet: Any
    levels: int

    def timestep(self, level: Level) -> float:
        """The level's place in the table."""
        return level.t * (self.levels - 1)

    def __call__(self, x: Tensor, timestep: float | Tensor, told: Told) -> Tensor:
        """The prediction (B, 4, H, W) at x, in the UNet's own type."""
        heard = x.to(self.unet.dtype)
        if heard.is_cuda:
            heard = heard.contiguous(memory_format=_layout(self.unet))
        said: Tensor = self.unet(
            heard, timestep, told[STATES], added_cond_kwargs=_added(told, x), return_dict=False
        )[0]
        return said


def shape_of(unet: Any) -> tuple[int, int, int]:
    """(C, H, W) of what a UNet of diffusers was made for."""
    size = unet.config.sample_size
    height, width = size if isinstance(size, (list, tuple)) else (size, size)
    return int(unet.config.in_channels), int(height), int(width)


def _added(told: Told, x: Tensor) -> dict[str, Any] | None:
    """What SDXL is told beside the states: the pooled vector, and how large the picture is and was."""
    if POOLED not in told:
        return None
    sizes = told.get(SIZES)
    if sizes is None:
        height, width = (PIXELS * length for length in x.shape[-2:])
        one = torch.tensor([[height, width, 0, 0, height, width]], dtype=told[POOLED].dtype, device=x.device)
        sizes = one.expand(len(x), -1)
    return {POOLED: told[POOLED], SIZES: sizes}


def _layout(unet: Any) -> torch.memory_format:
    is_last = unet.conv_in.weight.is_contiguous(memory_format=torch.channels_last)
    return torch.channels_last if is_last else torch.contiguous_format
