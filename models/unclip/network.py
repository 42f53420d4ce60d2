"""The networks of unCLIP as fields see them: a prior among vectors, a decoder and upscalers among pixels.

Ramesh et al. 2022, arXiv:2204.06125; the networks are those of Karlo (Kakao Brain 2022), in diffusers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from ...diffusion.schedule import Level
from ..network_field import Told


class Home(NamedTuple):
    """Where a network computes, and in which type: to look takes it longer than a step of a sampler."""

    device: torch.device
    dtype: torch.dtype


def home_of(network: Any) -> Home:
    """That of a network of diffusers."""
    return Home(network.device, network.dtype)


@dataclass(frozen=True, eq=False)
class PriorNetwork:
    """diffusers' `PriorTransformer`: told a text's vector, states and mask, it says a picture's vector.

    Attributes:
        prior: the network.
        levels: of its schedule.
    """

    prior: Any
    levels: int

    @cached_property
    def home(self) -> Home:
        """Where it computes."""
        return home_of(self.prior)

    def timestep(self, level: Level) -> float:
        """The place of the level in the schedule."""
        return level.t * (self.levels - 1)

    def __call__(self, x: Tensor, timestep: float | Tensor, told: Told) -> Tensor:
        """The vector (B, D) that x, (B, D), came from."""
        said: Tensor = self.prior(
            x.to(*self.home),
            timestep=as_tensor(timestep, self.home.device),
            proj_embedding=told["vector"],
            encoder_hidden_states=told["states"],
            attention_mask=told["mask"],
        ).predicted_image_embedding
        return said


@dataclass(frozen=True, eq=False)
class KarloDecoder:
    """Karlo's decoder: told a picture's vector and a text, it says the noise in pixels, and how far its steps
    may stray (6 channels for 3).

    Attributes:
        unet: the network.
        text_proj: brings vector and text to what the network looks at.
        levels: of its schedule.
    """

    unet: Any
    text_proj: Any
    levels: int

    @cached_property
    def home(self) -> Home:
        """Where it computes."""
        return home_of(self.unet)

    def timestep(self, level: Level) -> float:
        """The place of the level in the schedule."""
        return level.t * (self.levels - 1)

    def __call__(self, x: Tensor, timestep: float | Tensor, told: Told) -> Tensor:
        """The noise in x (B, 3, H, W), and the learned variance, (B, 6, H, W)."""
        states, vectors = self.text_proj(
            image_embeddings=told["picture"],
            prompt_embeds=told["vector"],
            text_encoder_hidden_states=told["states"],
            do_classifier_free_guidance=False,
        )
        said: Tensor = self.unet(
            x.to(*self.home),
            timestep=as_tensor(timestep, self.home.device),
            encoder_hidden_states=states,
            class_labels=vectors,
            attention_mask=functional.pad(
                told["mask"], (self.text_proj.clip_extra_context_tokens, 0), value=True
            ),
        ).sample
        return said


@dataclass(frozen=True, eq=False)
class Upscaler:
    """Karlo's super-resolution: told a small picture, it says the noise in a large one. The last step, which
    starts at the lowest level, has a network of its own.

    Attributes:
        first: the network of all steps but the last.
        last: that of the last.
        levels: of its schedule.
    """

    first: Any
    last: Any
    levels: int

    @cached_property
    def home(self) -> Home:
        """Where both compute."""
        return home_of(self.first)

    def timestep(self, level: Level) -> float:
        """The place of the level in the schedule."""
        return level.t * (self.levels - 1)

    def __call__(self, x: Tensor, timestep: float | Tensor, told: Told) -> Tensor:
        """The noise in x, (B, 3, H, W)."""
        unet = self.first if float(timestep) > 0 else self.last
        large = enlarged(told["small"].to(*self.home), list(x.shape[2:]))
        heard = torch.cat([x.to(large), large], dim=1)
        said: Tensor = unet(sample=heard, timestep=as_tensor(timestep, self.home.device)).sample
        return said


def enlarged(small: Tensor, size: list[int]) -> Tensor:
    """Pictures (B, C, h, w) at another size, as Karlo's pipeline enlarges them."""
    # On a CPU torch has this in single precision alone.
    heard = small.float() if small.device.type == "cpu" else small
    large = functional.interpolate(heard, size=size, mode="bicubic", align_corners=False, antialias=True)
    return large.to(small)


def as_tensor(timestep: float | Tensor, device: torch.device) -> Tensor:
    """A timestep without dimensions; one between two places of the schedule stays there."""
    return timestep.to(device) if isinstance(timestep, Tensor) else torch.tensor(timestep, device=device)
