"""Walks of models that live in ComfyUI, from its LATENT to its LATENT."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from .scheduler_walks import Asked, on_the_way, scheduler_walk
from .socket_values import Latent, Noise
from .starting import first_noise, given_samples

if TYPE_CHECKING:
    from torch import Tensor

    from ..diffusion.field import Field, ScoreModel
    from ..diffusion.hosting import Host, HostedStart
    from ..diffusion.noise import NoiseSource
    from ..diffusion.sampling import Recorder, State, Trajectory
    from ..diffusion.schedule import Level
    from ..diffusion.solver import Step

NOT_HANDED_ON = (
    "downscale_ratio_spacial",
    "downscale_ratio_temporal",
)  # of empty latents, ComfyUI's spelling
# Given a field, x at the first level and the noise on the way.
Walk = Callable[["Field", "Tensor", "NoiseSource | None"], "Iterable[State]"]


def hosted_walk(
    host: Host,
    model: ScoreModel,
    steps: Sequence[Step],
    noise: Noise | None,
    latent: Latent | None,
    records: Sequence[str],
) -> tuple[Latent, Trajectory]:
    """The end of a walk and its trajectory.

    Args:
        host: the model's.
        model: what is walked.
        steps: from `solver.plan`.
        noise, latent: where it starts; one of them may be missing.
        records: what the trajectory keeps.

    Raises:
        ValueError: neither noise nor a latent, or a latent of another shape than the model's.
    """
    from ..diffusion.sampling import walk

    levels = [steps[0].level, *(step.after for step in steps)]

    def states(field: Field, x: Tensor, streams: NoiseSource | None) -> Iterable[State]:
        return walk(field, x, steps, streams)

    return _walk(host, model, levels, states, noise, latent, records)


def hosted_scheduler_walk(
    host: Host,
    model: ScoreModel,
    asked: Asked,
    noise: Noise | None,
    latent: Latent | None,
    records: Sequence[str],
) -> tuple[Latent, Trajectory]:
    """The same by a scheduler of diffusers, with a generator of its own for the noise of each sample."""
    from dataclasses import replace

    def states(field: Field, x: Tensor, streams: NoiseSource | None) -> Iterable[State]:
        generators = None if noise is None else on_the_way(noise, len(x))
        return scheduler_walk(replace(model, field=field), asked).states(x, generators)

    return _walk(host, model, scheduler_walk(model, asked).levels, states, noise, latent, records)


def flow_times(model: ScoreModel, sigmas: Tensor) -> Tensor:
    """ComfyUI's noise levels of a model as times of a flow: there they are in the model's own unit."""
    return sigmas if model.schedule.family == "flow" else sigmas / (1 + sigmas)


def _walk(
    host: Host,
    model: ScoreModel,
    levels: Sequence[Level],
    walk: Walk,
    noise: Noise | None,
    latent: Latent | None,
    records: Sequence[str],
) -> tuple[Latent, Trajectory]:
    from ..diffusion.sampling import Recorder

    start, streams, beside = _start(host, model, noise, latent)

    def begin(x: Tensor) -> Recorder:
        return Recorder(x, levels[0], records, latent_format=model.latent_format)

    samples, recorder = host.walk(model.field, levels, start, lambda field, x: walk(field, x, streams), begin)
    return {**beside, "samples": samples}, recorder.trajectory()


def _start(
    host: Host, model: ScoreModel, noise: Noise | None, latent: Latent | None
) -> tuple[HostedStart, NoiseSource | None, Latent]:
    """Where the walk starts, the noise on its way, and what of the latent is handed on."""
    import torch

    from ..diffusion.hosting import HostedStart

    given = latent or {"samples": given_samples(model, noise, None)}
    samples = host.fitted(given["samples"].cpu(), given)
    given_samples(model, noise, {"samples": samples})  # which refuses another shape than the model's
    beside = {name: value for name, value in given.items() if name not in NOT_HANDED_ON}
    mask = given.get("noise_mask")
    if noise is None:
        return HostedStart(samples, torch.zeros_like(samples), mask), None, beside
    first, streams = first_noise(noise, samples, given)
    return HostedStart(samples, first, mask, noise.seed), streams, beside
