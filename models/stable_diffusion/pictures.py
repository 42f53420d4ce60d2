"""Pictures of a workflow, (B, H, W, 3) in 0 … 1, and the latents of an autoencoder, (B, 4, H/8, W/8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .network import PIXELS


@dataclass(frozen=True, eq=False)
class StableDiffusionDecoder:
    """ComfyUI's VAE over diffusers' autoencoder, with latents as that makes them."""

    autoencoder: Any

    @torch.no_grad()
    def decode(self, samples: Tensor) -> Tensor:
        """Latents (B, 4, H, W) → pictures (B, 8·H, 8·W, 3).

        Raises:
            ValueError: latents of another model.
        """
        channels = self.autoencoder.config.latent_channels
        if samples.ndim != 4 or samples.shape[1] != channels:
            raise ValueError(
                f"this VAE decodes latents of {channels} channels, and got latents of the shape "
                f"{tuple(samples.shape[1:])}: connect the VAE of the model that made them"
            )
        latents = samples.to(self.autoencoder.device, self.autoencoder.dtype)
        pictures: Tensor = self.autoencoder.decode(latents, return_dict=False)[0]
        return (pictures * 0.5 + 0.5).clamp(0, 1).cpu().permute(0, 2, 3, 1).float()

    @torch.no_grad()
    def encode(self, pixels: Tensor) -> Tensor:
        """Pictures (B, H, W, 3) in 0 … 1 → latents (B, 4, H/8, W/8): the most likely ones. What is over at
        the right and below is cut off."""
        height, width = (length // PIXELS * PIXELS for length in pixels.shape[1:3])
        seen = 2 * pixels[:, :height, :width, :3].movedim(-1, 1) - 1
        coded = self.autoencoder.encode(seen.to(self.autoencoder.device, self.autoencoder.dtype))
        latents: Tensor = coded.latent_dist.mode().float().cpu()
        return latents
