"""The decoder of a model of the plane: a batch of points is one picture of where they are."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class PlaneDecoder:
    """Draws points of the plane as soft dots.

    Attributes:
        extent: the picture shows [−extent, extent]².
        size: its width and height in pixels.
    """

    extent: float = 1.5
    size: int = 256

    def decode(self, samples: Tensor) -> Tensor:
        """Points (B, 2) → one picture (1, size, size, 3) in 0 … 1; points outside are not seen.

        Raises:
            ValueError: latents that are no points of the plane.
        """
        if samples.ndim != 2 or samples.shape[1] != 2:
            raise ValueError(
                f"this VAE draws points of the plane, and got latents of shape {tuple(samples.shape[1:])}: "
                "connect the VAE of the model that made them"
            )
        line = torch.linspace(-self.extent, self.extent, self.size)
        width = 1.5 * self.extent * 2 / self.size
        columns = torch.exp(-0.5 * ((samples[:, :1].float().cpu() - line) / width) ** 2)  # (B, size)
        rows = torch.exp(-0.5 * ((samples[:, 1:].float().cpu() - line.flip(0)) / width) ** 2)
        return (rows.T @ columns).clamp(0, 1)[None, :, :, None].expand(1, -1, -1, 3).contiguous()
