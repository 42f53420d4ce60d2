"""Stable unCLIP's decoder: a Stable Diffusion that is told a picture's vector, and how much noise is on it.

The vector is shifted and scaled number by number, noised as a diffusion would do it, and brought back (the
unCLIP of Ramesh et al. 2022 on latents of Rombach et al. 2022); more noise lets pictures stray further.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from ...diffusion.schedule import Level
from ..network_field import Told
from ..prompts import of_another_encoder
from .network import Home, as_tensor, home_of
from .told import Conditioning, vectors_of

STATES, LABELS = "states", "labels"


@dataclass(frozen=True, eq=False)
class LatentDecoder:
    """The UNet as a field sees it.

    Attributes:
        unet: of diffusers, with class embeddings.
        levels: of its schedule.
    """

    unet: Any
    levels: int

    @cached_property
    def home(self) -> Home:
        """Where it computes."""
        return home_of(self.unet)

    def timestep(self, level: Level) -> float:
        """The place of the level in the schedule."""
        return level.t * (self.levels - 1)

    def __call__(self, x: Tensor, timestep: float | Tensor, told: Told) -> Tensor:
        """The prediction at latents x, (B, 4, H, W)."""
        said: Tensor = self.unet(
            x.to(*self.home),
            as_tensor(timestep, self.home.device),
            encoder_hidden_states=told[STATES],
            class_labels=told[LABELS],
            return_dict=False,
        )[0]
        return said


@dataclass(frozen=True, eq=False)
class NoisedVectors:
    """Vectors of pictures as the decoder hears them: with noise on them, and its level beside.

    Attributes:
        normalizer: of diffusers; it shifts and scales the vectors.
        scheduler: how noise is put on them.
    """

    normalizer: Any
    scheduler: Any

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return int(self.normalizer.mean.shape[1])

    @torch.no_grad()
    def __call__(self, vectors: Tensor, level: int, noise: Tensor | None) -> Tensor:
        """Vectors (L, D), on the network's device and in its type → what the network is told, (L, 2·D).

        Args:
            vectors: of pictures.
            level: how much noise, 0 … 999.
            noise: (L, D) unit noise; None to put none on them.

        Raises:
            ValueError: a level that the scheduler does not have, or one above 0 without noise.
        """
        from diffusers.models.embeddings import get_timestep_embedding

        highest = self.scheduler.config.num_train_timesteps - 1
        if not 0 <= level <= highest:
            raise ValueError(f"this decoder knows the noise levels 0 to {highest}, and got {level}")
        if noise is None and level:
            raise ValueError("a noise level above 0 asks for noise: connect 'noise', or set the level to 0")
        levels = torch.tensor([level] * len(vectors), device=vectors.device)
        if noise is not None:
            scaled = self.normalizer.scale(vectors)
            noised = self.scheduler.add_noise(scaled, timesteps=levels, noise=noise.to(vectors))
            vectors = self.normalizer.unscale(noised)
        told = get_timestep_embedding(levels, vectors.shape[-1], flip_sin_to_cos=True, downscale_freq_shift=0)
        return torch.cat([vectors, told.to(vectors)], dim=1)


@dataclass(frozen=True, eq=False)
class LatentReading:
    """What a conditioning tells Stable unCLIP's decoder; where something is missing, nothing in particular.

    Attributes:
        noised: how vectors become what it is told.
        no_text: (1, S, D) the states of the empty text.
    """

    noised: NoisedVectors
    no_text: Tensor

    def nothing(self) -> Told:
        """What it is told where nothing in particular is asked for."""
        return {STATES: self.no_text, LABELS: self.no_text.new_zeros(1, 2 * self.noised.width)}

    def __call__(self, conditioning: Conditioning) -> Told:
        """What is in a conditioning.

        Raises:
            ValueError: vectors of another space, a noise level without noise, or a text of another encoder.
        """
        extras = conditioning[0][1] if conditioning else {}
        if "image_embeds" not in extras:
            return {**self.nothing(), STATES: self._states(conditioning)}
        vectors = vectors_of(extras, self.noised.width).to(self.no_text)
        labels = self.noised(vectors, int(extras.get("noise_level", 0)), extras.get("noise"))
        beside = extras.get("text")
        return {STATES: self.no_text if beside is None else self._states(beside), LABELS: labels}

    def _states(self, conditioning: Conditioning) -> Tensor:
        states = conditioning[0][0] if conditioning else None
        if not isinstance(states, Tensor) or states.shape[-1] != self.no_text.shape[-1]:
            raise of_another_encoder()
        return states.to(self.no_text)
