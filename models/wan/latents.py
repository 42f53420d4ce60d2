"""Between the latents of WAN's autoencoder and those that its transformer walks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class WanLatents:
    """A `LatentFormat`: a transformer walks latents of mean 0 and standard deviation 1 in every channel.

    Attributes:
        mean, std: of the autoencoder's own latents, channel by channel.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]

    def process_in(self, latent: Tensor) -> Tensor:
        """The autoencoder's latents → the transformer's, (B, C, T, H, W)."""
        mean, one_over_std = self._statistics(latent)
        return (latent - mean) * one_over_std

    def process_out(self, latent: Tensor) -> Tensor:
        """The transformer's latents → the autoencoder's, (B, C, T, H, W), rounded as the pipeline rounds."""
        mean, one_over_std = self._statistics(latent)
        return latent / one_over_std + mean

    def _statistics(self, like: Tensor) -> tuple[Tensor, Tensor]:
        mean, std = (torch.tensor(values).view(1, -1, 1, 1, 1) for values in (self.mean, self.std))
        return mean.to(like), 1.0 / std.to(like)


def latents_of(autoencoder: Any) -> WanLatents:
    """The format of an autoencoder of diffusers."""
    return WanLatents(tuple(autoencoder.config.latents_mean), tuple(autoencoder.config.latents_std))
