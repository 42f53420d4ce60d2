"""Pictures between a workflow, (B, H, W, 3) in 0 … 1, and the pocket networks, (B, 3, 64, 64) in −1 … 1."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from .autoencoder import CHANNELS, Autoencoder

SIDE = 64


def fitted(pictures: Tensor) -> Tensor:
    """Workflow pictures of any size as the networks see them: the middle square, 64 pixels a side."""
    side = min(pictures.shape[1:3])
    top, left = ((length - side) // 2 for length in pictures.shape[1:3])
    square = pictures[:, top : top + side, left : left + side, :3].movedim(-1, 1)
    if side != SIDE:
        square = functional.interpolate(square, (SIDE, SIDE), mode="bicubic", antialias=True).clamp(0, 1)
    return 2 * square - 1


def shown(pictures: Tensor) -> Tensor:
    """What the networks make, as workflow pictures."""
    return ((pictures + 1) / 2).clamp(0, 1).movedim(1, -1).contiguous()


@dataclass(frozen=True, eq=False)
class PocketDecoder:
    """ComfyUI's VAE over the pocket autoencoder; a video's frames are decoded one by one."""

    autoencoder: Autoencoder

    @torch.no_grad()
    def decode(self, samples: Tensor) -> Tensor:
        """Latents (B, 4, 16, 16) → pictures (B, 64, 64, 3); of videos (B, 4, T, 16, 16) all frames, (B·T, 64,
        64, 3).

        Raises:
            ValueError: latents of another model.
        """
        if samples.ndim not in (4, 5) or samples.shape[1] != CHANNELS:
            raise ValueError(
                f"this VAE decodes pocket latents of {CHANNELS} channels, and got latents of the shape "
                f"{tuple(samples.shape[1:])}: connect the VAE of the model that made them"
            )
        grids = samples.transpose(1, 2).flatten(0, 1) if samples.ndim == 5 else samples
        return shown(self.autoencoder.decode(grids.to(self._where)).cpu())

    @torch.no_grad()
    def encode(self, pixels: Tensor) -> Tensor:
        """Pictures (B, H, W, 3) in 0 … 1 → latents (B, 4, 16, 16)."""
        return self.autoencoder.encode(fitted(pixels).to(self._where)).cpu()

    @property
    def _where(self) -> torch.device:
        return self.autoencoder.mean.device
