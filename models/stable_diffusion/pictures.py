"""Pictures of a workflow, (B, H, W, 3) in 0 … 1, and the latents of Stable Diffusion, (B, 4, H/8, W/8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .network import PIXELS


@dataclass(frozen=True, eq=False)
class StableDiffusionDecoder:
    """ComfyUI's VAE over diffusers' autoencoder. Latents are on the scale that the network walks."""

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
        latents = self._unscaled(samples.to(self.autoencoder.device, self.autoencoder.dtype))
        pictures: Tensor = self.autoencoder.decode(latents, return_dict=False)[0]
        return (pictures * 0.5 + 0.5).clamp(0, 1).cpu().permute(0, 2, 3, 1).float()

    @torch.no_grad()
    def encode(self, pixels: Tensor) -> Tensor:
        """Pictures (B, H, W, 3) in 0 … 1 → latents (B, 4, H/8, W/8): the most likely ones. What is over at
        the right and below is cut off."""
        height, width = (length // PIXELS * PIXELS for length in pixels.shape[1:3])
        seen = 2 * pixels[:, :height, :width, :3].movedim(-1, 1) - 1
        coded = self.autoencoder.encode(seen.to(self.autoencoder.device, self.autoencoder.dtype))
        return self._scaled(coded.latent_dist.mode()).float().cpu()

    def _unscaled(self, latents: Tensor) -> Tensor:
        config = self.autoencoder.config
        if config.latents_mean is None or config.latents_std is None:
            unscaled: Tensor = latents / config.scaling_factor
            return unscaled
        mean, std = self._moments(latents)
        moved: Tensor = latents * std / config.scaling_factor + mean
        return moved

    def _scaled(self, latents: Tensor) -> Tensor:
        config = self.autoencoder.config
        if config.latents_mean is None or config.latents_std is None:
            scaled: Tensor = latents * config.scaling_factor
            return scaled
        mean, std = self._moments(latents)
        moved: Tensor = (latents - mean) * config.scaling_factor / std
        return moved

    def _moments(self, latents: Tensor) -> tuple[Tensor, Tensor]:
        config = self.autoencoder.config
        mean, std = (
            torch.tensor(list(values)).view(1, -1, 1, 1).to(latents)
            for values in (config.latents_mean, config.latents_std)
        )
        return mean, std
