"""Between the latents of Stable Diffusion's autoencoder and those that its network walks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class StableDiffusionLatents:
    """A `LatentFormat`: one factor, as diffusers' pipelines multiply; some makes of SDXL have a mean and a
    standard deviation of each channel too.

    Attributes:
        factor: of the autoencoder's latents.
        moments: of its channels, their means and standard deviations; None where only the factor counts.
        dtype: in which they are divided: of a matched model the autoencoder's, as in the pipeline.
    """

    factor: float
    moments: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    dtype: torch.dtype = torch.float32

    def process_in(self, latent: Tensor) -> Tensor:
        """The autoencoder's latents → the network's, (B, 4, H, W)."""
        if self.moments is None:
            return latent * self.factor
        mean, std = self._spread(latent)
        return (latent - mean) * self.factor / std

    def process_out(self, latent: Tensor) -> Tensor:
        """The network's latents → the autoencoder's, (B, 4, H, W), in single precision."""
        latent = latent.to(self.dtype)
        if self.moments is None:
            return (latent / self.factor).float()
        mean, std = self._spread(latent)
        return (latent * std / self.factor + mean).float()

    def _spread(self, like: Tensor) -> list[Tensor]:
        return [torch.tensor(values).view(1, -1, 1, 1).to(like) for values in self.moments or ()]


def latents_of(autoencoder: Any, is_matched: bool) -> StableDiffusionLatents:
    """The format of an autoencoder of diffusers."""
    config = autoencoder.config
    moments = config.latents_mean, config.latents_std
    return StableDiffusionLatents(
        config.scaling_factor,
        None if None in moments else (tuple(moments[0]), tuple(moments[1])),
        autoencoder.dtype if is_matched else torch.float32,
    )
