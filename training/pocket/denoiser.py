"""Training the denoisers: noise of every strength on a latent, and the question which way it came from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ...diffusion.prediction import target
from ...diffusion.schedule import shifted
from ...models.pocket.checkpoint import load
from ...models.pocket.denoiser import Denoiser, Shape
from ...models.pocket.family import KINDS, load_text, nothing
from ...models.pocket.layers import new_weights
from ...models.pocket.names import CLIP
from ...models.pocket.text import LOUDNESS, PICTURE, PocketText, told
from .arrays import Array
from .data import CAPTIONS
from .rows import Rows, drawn

# How often the prompt is hidden, so that guidance has a "nothing in particular".
DROPOUT = 0.12
# Beyond these angles between signal and noise there is nothing to learn.
LARGEST_ANGLE = 0.998
AT_ONCE = 512
# What a network of pictures has not.
OF_VIDEOS = ("frame_positions", "over_time", "course")


class DenoiserTask:
    """A denoiser on latents and what they are told by.

    Attributes:
        network: what learns.
        latents: (N, C, H, W), or (N, T, C, H, W) of videos.
        said: (N, CAPTIONS, LENGTH) tokens, or (N, 128) vectors of pictures.
        text: the CLIP that hears them.
        shift: how far a flow's times are moved towards the noise (1 not at all): the frames of a video are so
            alike that together they show through more noise than one picture (Esser et al. 2024,
            arXiv:2403.03206, section 5.3.2).
        dropout: how often the prompt is hidden.
    """

    def __init__(
        self,
        name: str,
        shape: Shape,
        latents: Array,
        said: Array,
        weights: Path,
        device: str,
        seed: int,
        shift: float = 1.0,
        dropout: float = DROPOUT,
    ) -> None:
        self.kind, self.device, self.shift, self.dropout = KINDS[name], device, shift, dropout
        self.latents, self.said = Rows(latents, device), Rows(said, device)
        self.text = load_text(weights / f"{CLIP}.safetensors", device)
        self.nothing = nothing(self.text, self.kind.told).to(device)
        self.network = Denoiser(shape)
        new_weights(self.network, seed)
        self.network.to(device)

    def built(self) -> dict[str, Any]:
        """Its shape."""
        return {"shape": asdict(self.network.shape)}

    def start_from(self, weights: Path) -> None:
        """Begin with another denoiser's weights: what a picture is, it knows already.

        Raises:
            ValueError: they are of a network that is built otherwise.
        """
        other = load(weights, lambda built: Denoiser(Shape(**built["shape"])))[0]
        of_videos = self.network.shape.frames and not other.shape.frames
        own = {name for name in self.network.state_dict() if of_videos and name.startswith(OF_VIDEOS)}
        try:
            left = self.network.load_state_dict(other.state_dict(), strict=False)
        except RuntimeError as error:
            reason = " ".join(str(error).split())
            raise ValueError(f"nothing can begin with {weights.name}: {reason}") from error
        if set(left.missing_keys) != own or left.unexpected_keys:
            differing = sorted({*left.missing_keys, *left.unexpected_keys} - own)
            raise ValueError(f"nothing can begin with {weights.name}: {', '.join(differing)} differ")

    def loss(self, count: int, generator: torch.Generator) -> Tensor:
        """Mean squared error of the prediction at levels spread evenly over the batch."""
        x0, condition = self.draw(count, generator)
        alpha, sigma = self._levels(count, generator)
        epsilon = torch.randn(x0.shape, generator=generator, device=self.device)
        wide = (-1, *[1] * (x0.ndim - 1))
        x = alpha.view(wide) * x0 + sigma.view(wide) * epsilon
        goal = target(self.kind.prediction, x0, epsilon, alpha.view(wide), sigma.view(wide))
        with torch.autocast(self.device, torch.bfloat16):
            prediction = self.network.forward(x, alpha, sigma, condition)
        return functional.mse_loss(prediction.float(), goal)

    def _levels(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Alpha and sigma (B,): the angle between them even for a diffusion, the time for a flow."""
        within, order = torch.rand(2, count, generator=generator, device=self.device)
        # In an order of chance: the examples come in that of their seeds.
        even = ((torch.arange(count, device=self.device) + within) / count)[order.argsort()]
        if self.kind.prediction == "flow":
            sigma = shifted(even, self.shift)
            return 1 - sigma, sigma
        angle = even * LARGEST_ANGLE * math.pi / 2
        return angle.cos(), angle.sin()

    def draw(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Latents (B, *sample) and what they are told by (B, S + 1, 128)."""
        chosen = drawn(len(self.latents), count, generator).sort().values
        x0 = self.latents[chosen].float()
        if x0.ndim == 5:
            x0 = x0.transpose(1, 2)  # (B, C, T, H, W)
        condition = self._told(chosen, drawn(CAPTIONS, count, generator))
        return x0, sometimes(condition, self.nothing, self.dropout, generator)

    @torch.no_grad()
    def _told(self, chosen: Tensor, words: Tensor) -> Tensor:
        if self.kind.told == PICTURE:
            loud = LOUDNESS * self.said[chosen].float()
            return told(loud[:, None], loud)
        return heard(self.text, self.said[chosen, words].long())


def sometimes(condition: Tensor, nothing: Tensor, dropout: float, generator: torch.Generator) -> Tensor:
    """The conditions (B, S + 1, 128), some of them replaced by nothing in particular."""
    dropped = torch.rand(len(condition), generator=generator, device=condition.device) < dropout
    return torch.where(dropped[:, None, None], nothing, condition)


@torch.no_grad()
def heard(text: PocketText, tokens: Tensor) -> Tensor:
    """What a network is told by tokens (B, LENGTH): as in a workflow, but all on the device."""
    states, vectors = text.clip.text(tokens)
    return told(states, LOUDNESS * functional.normalize(vectors, dim=-1))


def vectors(text: PocketText, seen: Array) -> Iterator[Array]:
    """The unit vectors of pictures (N, 64, 64, 3), (N, 128) float32, a piece at a time."""
    for start in range(0, len(seen), AT_ONCE):
        x = torch.from_numpy(seen[start : start + AT_ONCE].copy()).float() / 255
        yield text.embed_pictures(x).numpy()
