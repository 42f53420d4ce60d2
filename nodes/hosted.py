"""Walks of models that live in ComfyUI, from its LATENT to its LATENT."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from .socket_values import Latent, Noise, SeededNoise, streams_of

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import Field, ScoreModel
    from ..diffusion.hosting import Host, HostedStart
    from ..diffusion.noise import NoiseSource
    from ..diffusion.sampling import Recorder, State, Trajectory
    from ..diffusion.schedule import Level

NOT_HANDED_ON = (
    "downscale_ratio_spacial",
    "downscale_ratio_temporal",
)  # of empty latents, ComfyUI's spelling
Walk = Callable[["Field", "Tensor", "NoiseSource | None"], "Iterable[State]"]


def hosted_walk(
    host: Host,
    model: ScoreModel,
    levels: Sequence[Level],
    walk: Walk,
    noise: Noise | None,
    latent: Latent | None,
    records: Sequence[str],
) -> tuple[Latent, Trajectory]:
    """The end of a walk and its trajectory, both scaled as ComfyUI's VAE wants them.

    Args:
        host: the model's.
        model: what is walked.
        levels: what the walk visits.
        walk: how it goes; called with a field, x at the first level and the noise on the way.
        noise, latent: where it starts, of which one may be missing.
        records: what the trajectory keeps.

    Raises:
        ValueError: neither noise nor a latent, or a latent of another shape than the model's.
    """
    from ..diffusion.sampling import Recorder

    start, streams, beside = _start(host, model, noise, latent)

    def begin(x: Tensor) -> Recorder:
        return Recorder(x, levels[0], records)

    samples, recorder = host.walk(model.field, levels, start, lambda field, x: walk(field, x, streams), begin)
    return {**beside, "samples": samples}, recorder.trajectory()


def _start(
    host: Host, model: ScoreModel, noise: Noise | None, latent: Latent | None
) -> tuple[HostedStart, NoiseSource | None, Latent]:
    """Where the walk starts, the noise on its way, and what of the latent is handed on."""
    import torch

    from ..diffusion.hosting import HostedStart

    if latent is None and noise is None:
        raise ValueError("a sampler starts from noise, or from a latent: connect 'noise' or 'latent'")
    given = latent or {"samples": torch.zeros(_count(noise), *model.shape)}
    samples = host.fitted(given["samples"].cpu(), given)
    if not model.fits(samples.shape[1:]):
        raise ValueError(
            f"this model lives in the shape {model.shape}, the latent in {tuple(samples.shape[1:])}"
        )
    beside = {name: value for name, value in given.items() if name not in NOT_HANDED_ON}
    if noise is None:
        return HostedStart(samples, torch.zeros_like(samples), given.get("noise_mask")), None, beside
    first = noise.generate_noise({**given, "samples": samples}).cpu()
    streams = streams_of(noise, len(samples))
    if isinstance(noise, SeededNoise):
        streams(samples)  # the first draw is `first`
    return HostedStart(samples, first, given.get("noise_mask"), noise.seed), streams, beside


def _count(noise: Noise | None) -> int:
    return len(noise.samples()) if isinstance(noise, SeededNoise) else 1
