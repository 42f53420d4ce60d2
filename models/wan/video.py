"""Videos between a workflow, frames (F, H, W, 3) in 0 … 1, and WAN's causal autoencoder.

The first frame stands alone in a latent frame; each latent frame after it holds the next four. Latents are
as that makes them, not as the transformer walks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class WanVideo:
    """ComfyUI's VAE over the autoencoder.

    Attributes:
        autoencoder: the network.
        device: where it computes.
        one_by_one: decode one video of a batch after the other, which needs less memory.
        patch: how many latent pixels a side the transformer takes together.
    """

    autoencoder: Any
    device: str = "cpu"
    one_by_one: bool = True
    patch: int = 2

    @property
    def channels(self) -> int:
        """Of its latents."""
        return int(self.autoencoder.config.z_dim)

    @property
    def compression(self) -> tuple[int, int]:
        """How many frames, and pixels a side, a latent has."""
        config = self.autoencoder.config
        return int(config.scale_factor_temporal), int(config.scale_factor_spatial)

    def latent_shape(self, width: int, height: int, frames: int) -> tuple[int, int, int, int]:
        """(C, T, H, W) of the latents of a video.

        Raises:
            ValueError: a size that the model has no latents for; the text names the nearest.
        """
        times, pixels = self.compression
        step = pixels * self.patch
        near = [max(step, round(side / step) * step) for side in (width, height)]
        long = round((frames - 1) / times) * times + 1
        if [width, height, frames] != [*near, long]:
            raise ValueError(
                f"this model makes videos whose sides are multiples of {step} pixels and that have one frame "
                f"more than a multiple of {times}: take {near[0]}×{near[1]} and {long} frames instead of "
                f"{width}×{height} and {frames}"
            )
        return self.channels, (frames - 1) // times + 1, height // pixels, width // pixels

    @torch.no_grad()
    def decode(self, samples: Tensor) -> Tensor:
        """Latents (B, C, T, H, W), or (B, C, H, W) of single frames → all frames, one video after the other.

        Raises:
            ValueError: latents of another model.
        """
        if samples.ndim not in (4, 5) or samples.shape[1] != self.channels:
            raise ValueError(
                f"this VAE decodes video latents of {self.channels} channels, and got latents of the shape "
                f"{tuple(samples.shape[1:])}: connect the VAE of the model that made them"
            )
        videos = samples if samples.ndim == 5 else samples[:, :, None]
        parts = [video[None] for video in videos] if self.one_by_one else [videos]
        return torch.cat([self._frames(part) for part in parts])

    @torch.no_grad()
    def encode(self, pixels: Tensor) -> Tensor:
        """The frames (F, H, W, 3) of one video → its latents (1, C, T, H, W). Frames beyond one more than a
        multiple of four are cut off, and the edges down to multiples of eight pixels."""
        times, step = self.compression
        count, height, width = pixels.shape[:3]
        count, high, wide = (count - 1) // times * times + 1, height // step * step, width // step * step
        top, left = (height - high) // 2, (width - wide) // 2
        cut = pixels[:count, top : top + high, left : left + wide, :3].movedim(-1, 0)[None]
        coded = self.autoencoder.encode((2 * cut - 1).to(self.device, self.autoencoder.dtype))
        latents: Tensor = coded.latent_dist.mode().float().cpu()
        return latents

    def _frames(self, videos: Tensor) -> Tensor:
        latents = videos.to(self.device, self.autoencoder.dtype)
        decoded = self.autoencoder.decode(latents, return_dict=False)[0]
        pictures: Tensor = (decoded * 0.5 + 0.5).clamp(0, 1)
        return pictures.permute(0, 2, 3, 4, 1).flatten(0, 1).float().cpu().contiguous()
