"""How latents lie between nodes, and how a network walks them.

Between nodes latents are as their autoencoder makes them; a network is trained on them moved and scaled to
about unit size. This is where the one becomes the other, the same for models of our own and for those that
live in ComfyUI, whose own latent formats have these two methods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor


class LatentFormat(Protocol):
    """Between the latents of an autoencoder and those of a network, both (B, *shape)."""

    def process_in(self, latent: Tensor) -> Tensor:
        """The autoencoder's → the network's."""
        ...

    def process_out(self, latent: Tensor) -> Tensor:
        """The network's → the autoencoder's."""
        ...


@dataclass(frozen=True)
class AsTheyAre:
    """Of networks that walk what there is: points, pixels, or latents of their own unit size."""

    def process_in(self, latent: Tensor) -> Tensor:
        """The same."""
        return latent

    def process_out(self, latent: Tensor) -> Tensor:
        """The same."""
        return latent


AS_THEY_ARE = AsTheyAre()


def taken_in(latent_format: LatentFormat, samples: Tensor) -> Tensor:
    """Samples between nodes, (B, *shape) → as the network walks them. Nothing but zeros is an empty latent,
    which stands for no picture at all, and stays; ComfyUI has it so too."""
    return latent_format.process_in(samples) if bool(samples.any()) else samples
