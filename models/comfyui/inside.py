"""Doing something inside ComfyUI's sampling, which readies a model for it and takes it back.

`CFGGuider.sample` is the one entrance that all of ComfyUI's samplers share: it loads the model and what
its conditions need (ControlNets, hooks, further models), encodes the conditions for the size of the
latents, scales latents to the model and back, and undoes all of it at the end or on the way out of an
error. We come in by it as a sampler.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ...diffusion.field import Field
from ...diffusion.hosting import HostedStart
from ...diffusion.prediction import Estimate
from ...diffusion.schedule import Level, Schedule
from .asked import AskedField
from .coordinates import core_sigma
from .fields import GuiderField, parts_of

# Given the field as it can be asked now and ComfyUI's x at the first level, gives its x at the last.
Body = Callable[[AskedField, Tensor], Tensor]


def inside(
    patcher: Any,
    field: Field,
    own: Schedule,
    levels: Sequence[Level],
    start: HostedStart,
    body: Body,
) -> Tensor:
    """Run a body inside ComfyUI's sampling of a model.

    Args:
        patcher: ComfyUI's MODEL.
        field: made of the model's fields.
        own: the model's noise levels.
        levels: what will be visited, noisiest first.
        start: the latents and the noise; the body gets them mixed.
        body: what to do.

    Returns:
        The latents that the body gave, (B, *shape), scaled as ComfyUI's VAE wants them.
    """
    from comfy.samplers import KSAMPLER  # type: ignore[import-not-found]

    guider, listening = _guider(patcher, field, own)

    def function(
        model: Any, x: Tensor, sigmas: Tensor, extra_args: Mapping[str, Any], callback: Any, disable: bool
    ) -> Tensor:
        return body(AskedField(model, own, extra_args, listening), x)

    samples: Tensor = guider.sample(
        start.noise,
        start.samples,
        KSAMPLER(function),
        torch.tensor([core_sigma(own, level) for level in levels]),
        denoise_mask=start.mask,
        disable_pbar=True,
        seed=start.seed,
    )
    return samples


def one_look(patcher: Any, field: Field, own: Schedule, x: Tensor, level: Level) -> Estimate:
    """What a field says at one place, x (B, *shape) in our coordinates."""
    found: list[Estimate] = []

    def look(asked: AskedField, started: Tensor) -> Tensor:
        found.append(asked(x.to(started), level))
        return started

    nothing = torch.zeros_like(x, device="cpu")
    inside(patcher, field, own, [level, level], HostedStart(nothing, nothing), look)
    [estimate] = found
    return estimate


def _guider(patcher: Any, field: Field, own: Schedule) -> tuple[Any, Any]:
    """The guider that ComfyUI prepares, and whether it listens to us."""
    theirs = next((part.guider for part in parts_of(field) if isinstance(part, GuiderField)), None)
    if theirs is not None:
        return theirs, None
    from .guider import FieldGuider

    ours = FieldGuider(patcher, field, own)
    return ours, ours
