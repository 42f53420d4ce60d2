"""Where a walk starts: from noise, from data with noise on it, or from what is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .choices import OWN
from .socket_values import Latent, Noise, SeededNoise, streams_of

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import ScoreModel
    from ..diffusion.noise import NoiseSource
    from ..diffusion.schedule import Level
    from ..diffusion.spacing import Spacing


def start(
    model: ScoreModel, level: Level, noise: Noise | None, latent: Latent | None
) -> tuple[Tensor, NoiseSource | None]:
    """The x to start from, (B, *shape) on the model's device, and the streams for the noise on the way.

    Raises:
        ValueError: neither noise nor a latent, or a latent of another shape than the model's.
    """
    clean = clean_samples(model, noise, latent)
    if noise is None:
        return clean.to(model.device), None
    first, streams = first_noise(noise, clean, latent)
    # Data with noise on it are of unit variance only if the noise is the level's own; noise alone has to be.
    scale = level.sigma if bool(clean.any()) else model.schedule.initial_scale(level)
    return (level.alpha * clean + scale * first).to(model.device), streams


def pairs_to_visit(
    model: ScoreModel, steps: int, spacing: str, sigmas: Tensor | None, rule: str, strength: float = 1.0
) -> list[tuple[Level, Level]]:
    """From which level to which each step of a walk goes; of the model's own steps only the share `strength`,
    the last ones.

    Raises:
        ValueError: levels that are none of the model's, or more steps than it has.
    """
    from itertools import pairwise

    from ..diffusion.own_spacing import OwnSpacing, own_steps
    from ..diffusion.spacing import levels_from_values, steps_left

    if sigmas is not None:
        return list(pairwise(levels_from_values(model.schedule, [float(sigma) for sigma in sigmas])))
    own = model.spacing if spacing == OWN else OwnSpacing(cast("Spacing", spacing))
    pairs = own_steps(model.schedule, steps, own, is_ddim=rule == "ddim")
    return pairs[steps - steps_left(steps, strength) :]


def clean_samples(model: ScoreModel, noise: Noise | None, latent: Latent | None) -> Tensor:
    """What is given, as the model walks it, or zeros for as many samples as the noise is for, (B, *shape) on
    the CPU.

    Raises:
        ValueError: neither noise nor a latent, or a latent of another shape than the model's.
    """
    from ..diffusion.latent_format import taken_in

    return taken_in(model.latent_format, given_samples(model, noise, latent))


def given_samples(model: ScoreModel, noise: Noise | None, latent: Latent | None) -> Tensor:
    """What is given, as it lies between nodes, or zeros for as many samples as the noise is for, (B, *shape)
    on the CPU.

    Raises:
        ValueError: neither noise nor a latent, or a latent of another shape than the model's.
    """
    import torch

    if latent is not None:
        clean: Tensor = latent["samples"].cpu()
        if not model.fits(clean.shape[1:]):
            raise ValueError(
                f"this model lives in the shape {model.shape}, the latent in {tuple(clean.shape[1:])}"
            )
        return clean
    if noise is None:
        raise ValueError("a sampler starts from noise, or from a latent: connect 'noise' or 'latent'")
    count = len(noise.samples()) if isinstance(noise, SeededNoise) else 1
    return torch.zeros(count, *model.shape)


def masked(model: ScoreModel, noise: Noise | None, latent: Latent | None) -> ScoreModel:
    """The model with a field that keeps what is outside the latent's `noise_mask`; without one, the model.

    Raises:
        ValueError: a mask and no noise, or in matched mode.
    """
    mask = None if latent is None else latent.get("noise_mask")
    if mask is None:
        return model
    if noise is None:
        raise ValueError("a latent with a mask is filled from noise: connect 'noise'")
    if model.is_matched:
        raise ValueError("matched mode repeats a pipeline that has no masks: use the mode 'optimised'")
    from ..diffusion.masking import MaskedField

    clean = clean_samples(model, noise, latent)
    first, _ = first_noise(noise, clean, latent)
    places = _over(mask, clean).to(model.device)
    return model.with_field(MaskedField(model.field, places, clean.to(places), first.to(places)))


def _over(mask: Tensor, samples: Tensor) -> Tensor:
    """A mask (B, H, W) or (B, 1, H, W) of pictures, laid over latents: (B, 1, H, W) or (B, 1, 1, H, W).

    Raises:
        ValueError: samples without height and width, or masks for another number of them.
    """
    from torch.nn.functional import interpolate

    if samples.ndim not in (4, 5):
        raise ValueError("a mask is laid over latents that have height and width")
    pictures = mask.float().cpu().reshape(-1, 1, *mask.shape[-2:])
    if len(pictures) not in (1, len(samples)):
        raise ValueError(f"{len(pictures)} masks were given for {len(samples)} latents: give one, or as many")
    small = interpolate(pictures, samples.shape[-2:], mode="bilinear")
    return small if samples.ndim == 4 else small[:, :, None]


def first_noise(noise: Noise, clean: Tensor, latent: Latent | None) -> tuple[Tensor, NoiseSource]:
    """The noise to start with, as `clean`, and where the noise on the way comes from."""
    streams = streams_of(noise, len(clean))
    if isinstance(noise, SeededNoise):
        return streams(clean), streams
    # A latent may say which noise of the batch is its own.
    return noise.generate_noise({**(latent or {}), "samples": clean}).cpu(), streams
