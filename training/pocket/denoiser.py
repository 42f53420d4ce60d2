"""Training the denoisers: noise of every strength on a latent, and the question which way it came from."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy
import torch
from torch import Tensor
from torch.nn import functional

from ...diffusion.prediction import target
from ...models.pocket.checkpoint import load
from ...models.pocket.denoiser import Denoiser, Shape
from ...models.pocket.family import KINDS, load_text, nothing
from ...models.pocket.layers import new_weights
from ...models.pocket.names import CLIP
from ...models.pocket.text import LOUDNESS, PICTURE, PocketText, told
from .data import CAPTIONS, Array

# How often the prompt is hidden, so that guidance has a "nothing in particular".
DROPOUT = 0.12
# Beyond these angles between signal and noise there is nothing to learn.
LARGEST_ANGLE = 0.998


class DenoiserTask:
    """A denoiser on latents and what they are told by.

    Attributes:
        network: what learns.
        latents: (N, C, H, W), or (N, T, C, H, W) of videos.
        said: (N, CAPTIONS, LENGTH) tokens, or (N, 128) vectors of pictures.
    """

    def __init__(
        self, name: str, shape: Shape, latents: Array, said: Array, weights: Path, device: str, seed: int
    ) -> None:
        self.kind, self.device, self.latents, self.said = KINDS[name], device, latents, said
        self.text = load_text(weights / f"{CLIP}.safetensors", device)
        self.nothing = nothing(self.text, self.kind.told).to(device)
        self.network = Denoiser(shape)
        new_weights(self.network, seed)
        self.network.to(device)

    def built(self) -> dict[str, Any]:
        """Its shape."""
        return {"shape": asdict(self.network.shape)}

    def start_from(self, weights: Path) -> None:
        """Begin with another denoiser's weights: what a picture is, it knows already."""
        other = load(weights, lambda built: Denoiser(Shape(**built["shape"])))[0]
        self.network.load_state_dict(other.state_dict(), strict=self.network.shape.frames == 0)

    def loss(self, count: int, generator: torch.Generator) -> Tensor:
        """Mean squared error of the prediction at levels spread evenly over the batch."""
        x0, condition = self.draw(count, generator)
        alpha, sigma = self._levels(count, generator)
        epsilon = torch.randn(x0.shape, generator=generator).to(self.device)
        wide = (-1, *[1] * (x0.ndim - 1))
        x = alpha.view(wide) * x0 + sigma.view(wide) * epsilon
        goal = target(self.kind.prediction, x0, epsilon, alpha.view(wide), sigma.view(wide))
        with torch.autocast(self.device, torch.bfloat16):
            prediction = self.network.forward(x, alpha, sigma, condition)
        return functional.mse_loss(prediction.float(), goal)

    def _levels(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Alpha and sigma (B,): the angle between them even for a diffusion, the time for a flow."""
        even = (torch.arange(count) + torch.rand(count, generator=generator)) / count
        even = even[torch.randperm(count, generator=generator)].to(self.device)
        if self.kind.prediction == "flow":
            return 1 - even, even
        angle = even * LARGEST_ANGLE * math.pi / 2
        return angle.cos(), angle.sin()

    def draw(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Latents (B, *sample) and what they are told by (B, S + 1, 128)."""
        chosen = torch.randint(len(self.latents), (count,), generator=generator).sort().values.numpy()
        x0 = torch.from_numpy(self.latents[chosen]).float().to(self.device)
        if x0.ndim == 5:
            x0 = x0.transpose(1, 2)  # (B, C, T, H, W)
        words = torch.randint(CAPTIONS, (count,), generator=generator).numpy()
        condition = self._told(chosen, words)
        dropped = torch.rand(count, generator=generator).to(self.device) < DROPOUT
        return x0, torch.where(dropped[:, None, None], self.nothing, condition)

    @torch.no_grad()
    def _told(self, chosen: Array, words: Array) -> Tensor:
        if self.kind.told == PICTURE:
            loud = LOUDNESS * torch.from_numpy(self.said[chosen]).float().to(self.device)
            return told(loud[:, None], loud)
        return heard(self.text, torch.from_numpy(self.said[chosen, words]).long())


def heard(text: PocketText, tokens: Tensor) -> Tensor:
    """What a network is told by tokens (B, LENGTH)."""
    states, extras = text.encode_from_tokens_scheduled(tokens)[0]
    return told(states, extras["pooled_output"]).to(text.device)


def vectors(text: PocketText, seen: Array) -> Array:
    """The unit vectors of pictures (N, 64, 64, 3), (N, 128) float32."""
    parts = [
        text.embed_pictures(torch.from_numpy(seen[start : start + 512]).float() / 255)
        for start in range(0, len(seen), 512)
    ]
    return numpy.asarray(torch.cat(parts).numpy())
