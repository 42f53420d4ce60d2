"""Training the autoencoder: pictures there and back, with a little noise on the way so that near latents
look alike."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...models.pocket.autoencoder import CHANNELS, Autoencoder
from ...models.pocket.layers import new_weights
from .arrays import Place
from .data import as_pictures, pictures
from .rows import Rows, drawn

# Noise on a latent of unit std: a denoiser's latents are never exact either.
LATENT_NOISE = 0.05
# How much the difference between neighbouring pixels counts beside the pixels: edges make a picture sharp.
EDGES = 1.0
MEASURED = 4096


class AutoencoderTask:
    """The autoencoder on pictures of scenes."""

    def __init__(self, place: Place, device: str, seed: int) -> None:
        seen = pictures(place)
        self.pictures, self.device = Rows(seen, device), device
        self.network = Autoencoder()
        new_weights(self.network, seed)
        self._start_from_patches(as_pictures(seen[:MEASURED:2]))
        self.network.to(device)

    def built(self) -> dict[str, Any]:
        """Nothing: its shape is always the same."""
        return {}

    def loss(self, count: int, generator: torch.Generator) -> Tensor:
        """How far pixels and edges are off, and how far the latents are from unit size."""
        x = self.draw(count, generator)
        latents = self.network.encode(x)
        noise = torch.randn(latents.shape, generator=generator, device=self.device)
        seen = self.network.decode(latents + LATENT_NOISE * noise)
        off = latents.mean(dim=(0, 2, 3)).square() + (latents.std(dim=(0, 2, 3)) - 1).square()  # (C,)
        return _difference(seen, x) + EDGES * sum(_difference(*each) for each in _edges(seen, x)) + off.mean()

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """Pictures, half of them mirrored."""
        x = as_pictures(self.pictures[drawn(len(self.pictures), count, generator).sort().values])
        mirrored = torch.rand(count, generator=generator, device=self.device) < 0.5
        return torch.where(mirrored[:, None, None, None], x.flip(-1), x)

    @torch.no_grad()
    def _start_from_patches(self, some: Tensor) -> None:
        """The linear maps begin as the principal components of patches: the best that linear maps can do."""
        network = self.network
        patches = network.patches(some).movedim(1, -1).flatten(0, 2)  # (P, 48)
        mean, values = patches.mean(dim=0), patches - patches.mean(dim=0)
        _, sizes, directions = torch.linalg.svd(values.T @ values / len(values))
        basis, std = directions[:CHANNELS], sizes[:CHANNELS].sqrt()
        network.analysis.weight.copy_((basis / std[:, None])[:, :, None, None])
        network.analysis.bias = nn.Parameter(-(basis / std[:, None]) @ mean)
        network.synthesis.weight.copy_((basis * std[:, None]).T[:, :, None, None])
        network.synthesis.bias = nn.Parameter(mean)


def _difference(one: Tensor, other: Tensor) -> Tensor:
    return functional.l1_loss(one, other) + 4 * functional.mse_loss(one, other)


def _edges(one: Tensor, other: Tensor) -> list[tuple[Tensor, Tensor]]:
    return [(each.diff(dim=axis), also.diff(dim=axis)) for each, also in [(one, other)] for axis in (-1, -2)]
