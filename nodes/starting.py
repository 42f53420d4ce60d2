"""Where a walk starts: from noise, from data with noise on it, or from what is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .socket_values import Latent, Noise, SeededNoise, streams_of

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.noise import NoiseStreams
    from ..diffusion.schedule import Level


def start(
    model: ScoreModel, level: Level, noise: Noise | None, latent: Latent | None
) -> tuple[Tensor, NoiseStreams | None]:
    """The x to start from, (B, *shape) on the model's device, and the streams for the noise on the way.

    Raises:
        ValueError: neither noise nor a latent, or a latent of another shape than the model's.
    """
    import torch

    if latent is not None:
        clean = latent["samples"].cpu()
        if not model.fits(clean.shape[1:]):
            raise ValueError(
                f"this model lives in the shape {model.shape}, the latent in {tuple(clean.shape[1:])}"
            )
    elif noise is not None:
        count = len(noise.samples()) if isinstance(noise, SeededNoise) else 1
        clean = torch.zeros(count, *model.shape)
    else:
        raise ValueError("a sampler starts from noise, or from a latent: connect 'noise' or 'latent'")
    if noise is None:
        return clean.to(model.device), None
    streams = streams_of(noise, len(clean))
    if isinstance(noise, SeededNoise):
        first = streams(clean)
    else:  # a latent may say which noise of the batch is its own
        first = noise.generate_noise({**(latent or {}), "samples": clean}).cpu()
    x = level.alpha * clean + model.schedule.initial_scale(level) * first
    return x.to(model.device), streams
