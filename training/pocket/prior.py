"""Training the prior: noise on a picture's vector, and a caption's vector to find it by."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ...diffusion.prediction import target
from ...models.pocket.family import KINDS, load_text, nothing
from ...models.pocket.layers import new_weights
from ...models.pocket.names import CLIP
from ...models.pocket.prior import Prior
from ...models.pocket.text import LOUDNESS
from .arrays import Array
from .data import CAPTIONS
from .denoiser import DROPOUT, LARGEST_ANGLE, heard, sometimes
from .rows import Rows, drawn


class PriorTask:
    """The prior on the vectors of pictures (N, 128) and their captions' tokens (N, CAPTIONS, LENGTH)."""

    def __init__(self, vectors: Array, said: Array, weights: Path, device: str, seed: int) -> None:
        self.vectors, self.said, self.device = Rows(vectors, device), Rows(said, device), device
        self.kind = KINDS["pocket-prior"]
        self.text = load_text(weights / f"{CLIP}.safetensors", device)
        self.nothing = nothing(self.text, "text").to(device)
        self.network = Prior()
        new_weights(self.network, seed)
        self.network.to(device)

    def built(self) -> dict[str, Any]:
        """Nothing: its shape is always the same."""
        return {}

    def loss(self, count: int, generator: torch.Generator) -> Tensor:
        """Mean squared error of the prediction, the angle between signal and noise even."""
        chosen = drawn(len(self.vectors), count, generator)
        x0 = LOUDNESS * self.vectors[chosen].float()
        said = self.said[chosen, drawn(CAPTIONS, count, generator)].long()
        condition = sometimes(heard(self.text, said), self.nothing, DROPOUT, generator)
        angle = torch.rand(count, generator=generator, device=self.device) * LARGEST_ANGLE * math.pi / 2
        alpha, sigma = angle.cos(), angle.sin()
        epsilon = torch.randn(x0.shape, generator=generator, device=self.device)
        x = alpha[:, None] * x0 + sigma[:, None] * epsilon
        goal = target(self.kind.prediction, x0, epsilon, alpha[:, None], sigma[:, None])
        return functional.mse_loss(self.network.forward(x, alpha, sigma, condition), goal)
