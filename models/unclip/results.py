"""What the samples of unCLIP's stages are: vectors of pictures, and pixels."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class VectorDecoder:
    """The decoder of a prior, whose samples are vectors, shifted and scaled number by number.

    Attributes:
        mean: (1, D) what was taken from the vectors.
        std: (1, D) what they were divided by then.
    """

    mean: Tensor
    std: Tensor

    def vectors(self, samples: Tensor) -> Tensor:
        """Samples (B, D) → the vectors of pictures, of the length that decoders are told, (B, D).

        Raises:
            ValueError: samples of another model.
        """
        if samples.ndim != 2 or samples.shape[1] != self.mean.shape[1]:
            raise ValueError(
                f"this prior makes vectors of {self.mean.shape[1]} numbers, and got samples of the shape "
                f"{tuple(samples.shape[1:])}: connect the VAE of the model that made them"
            )
        return samples.to(self.mean) * self.std + self.mean

    def decode(self, samples: Tensor) -> Tensor:
        """Nothing that can be shown.

        Raises:
            ValueError: always.
        """
        raise ValueError(
            "a prior makes vectors and no pictures: Latent Embedding takes them, and this VAE beside them"
        )


@dataclass(frozen=True)
class DiffusedPixels:
    """ComfyUI's VAE of a stage that walks among pixels; nothing is compressed.

    Attributes:
        dtype: what the stage computes in, and the pixels are scaled in.
    """

    dtype: torch.dtype = torch.float32

    def decode(self, samples: Tensor) -> Tensor:
        """Pixels (B, 3, H, W) in −1 … 1 → pictures (B, H, W, 3) in 0 … 1.

        Raises:
            ValueError: samples that are no pictures.
        """
        if samples.ndim != 4 or samples.shape[1] != 3:
            raise ValueError(
                f"this VAE shows pixels as they are, and got latents of shape {tuple(samples.shape[1:])}: "
                "connect the VAE of the model that made them"
            )
        pixels = samples.cpu().to(self.dtype).clamp(-1, 1) * 0.5 + 0.5
        return pixels.clamp(0, 1).float().movedim(1, -1).contiguous()

    def encode(self, pixels: Tensor) -> Tensor:
        """Pictures (B, H, W, 3) in 0 … 1 → pixels (B, 3, H, W) in −1 … 1."""
        return (2 * pixels[..., :3].float().cpu() - 1).movedim(-1, 1).contiguous()
